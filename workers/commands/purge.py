"""`andon purge`: deletes the files of old runs and old uploads. Knowledge, questions and headlines stay."""

from __future__ import annotations

import argparse
import re
import time
from datetime import timedelta

from workers.artifacts import ArtifactStore, open_store
from workers.errors import AndonError
from workers.settings import Settings
from workers.state import Ledger, open_database
from workers.state.base import now
from workers.wording import say

AGE = re.compile(r"(\d{1,5})\s*([dwm天周月]?)", re.IGNORECASE)
DAYS = {"": 1, "d": 1, "天": 1, "w": 7, "周": 7, "m": 30, "月": 30}
MOST_AT_ONCE = 200  # of a transaction: what was deleted when the command is stopped is noted


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --older-than AGE, --dry-run."""
    lang = args.lang or settings.lang
    before = now() - _age(args.older_than)
    ledger, store = Ledger(open_database(settings.database, beside=True)), open_store(settings)
    runs, files = ledger.purging.runs(before), ledger.purging.files(before)
    keys = 0
    for start in range(0, max(len(runs), len(files)), MOST_AT_ONCE):
        some, others = runs[start : start + MOST_AT_ONCE], files[start : start + MOST_AT_ONCE]
        keys += sum(_delete(store, folder, args.dry_run) for old in [*some, *others] for folder in old.folders)
        if not args.dry_run:
            ledger.purging.deleted([old.id for old in some], [old.id for old in others])
    if not args.dry_run:
        store.tidy(time.time())
    told = "purge_would" if args.dry_run else "purge_done"
    print(
        say(
            told,
            lang,
            runs=len(runs),
            files=len(files),
            keys=keys,
            before=f"{before.astimezone(settings.zone):%Y-%m-%d}",
        )
    )
    return 0


def _age(text: str) -> timedelta:
    """An age of at least a day: what was asked today is still asked about."""
    found = AGE.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise AndonError("failure_purge_age", age=text)
    return timedelta(days=int(found[1]) * DAYS[found[2].lower()])


def _delete(store: ArtifactStore, folder: str, dry: bool) -> int:
    """Delete a folder of the store; gives how many files there were."""
    return len(store.list(folder)) if dry else store.remove_folder(folder)

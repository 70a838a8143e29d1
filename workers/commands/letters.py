"""`andon letters`: the dead-letter list, jobs that failed for good, and trying them again."""

from __future__ import annotations

import argparse
import json

from workers.errors import AndonError
from workers.settings import Settings
from workers.state import Ledger, open_database
from workers.wording import say


def list_letters(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --json."""
    lang = args.lang or settings.lang
    jobs = Ledger(open_database(settings.database, beside=True)).jobs.dead(1000)
    if args.json:
        rows = [{"key": j.key, "task": j.task, "ref": j.ref, "error": j.error, "attempts": j.attempts,
                 "created": j.created.isoformat()} for j in jobs]  # fmt: skip
        print(json.dumps({"letters": rows}, ensure_ascii=False, indent=2))
        return 0
    for job in jobs:
        print(f"{job.key}  {job.created:%Y-%m-%d %H:%M}  ref {job.ref}  {job.error}")
    if not jobs:
        print(say("letters_none", lang))
    return 0


def replay(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: KEY or --all. The workers take them up within seconds."""
    lang = args.lang or settings.lang
    jobs = Ledger(open_database(settings.database, beside=True)).jobs
    keys = [job.key for job in jobs.dead(100_000)] if args.all else [args.key or ""]
    count = sum(jobs.replay(key) for key in keys)
    if not count and not args.all:
        raise AndonError("failure_no_letter", key=args.key or "-")
    print(say("letters_replayed", lang, count=count))
    return 0

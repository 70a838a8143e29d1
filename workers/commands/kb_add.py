"""`andon kb add`: documents into the knowledge base, with progress and a report of what was taken and what not."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kb.errors import KnowledgeError
from kb.ingest import ingest
from workers.knowledge.opening import keepers, open_knowledge
from workers.knowledge.taken import lines_of
from workers.settings import Settings
from workers.wording import say

QUIET_S = 2.0  # seconds that a single file may take before progress is told in plain lines
EVERY = 0.1  # share done between two plain lines about one file


def add(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: FILE.., --asset, --replace, --user, --json. What a named person who is no keeper adds is a candidate."""
    lang = args.lang or settings.lang
    may = keepers(settings)
    trusted = not args.user or may.allow(args.user)
    if args.replace:
        may.check_lowering(args.user)
    with closing(open_knowledge(settings)) as store, _progress(len(args.files), lang) as progress:
        report = ingest(
            [Path(file) for file in args.files], store, asset=args.asset, by=args.user,
            status="verified" if trusted else "candidate", progress=progress, replace=args.replace,
        )  # fmt: skip
    refused = [{"file": r.file, "reason": say(r.code, lang, **r.values)} for r in report.refused]
    if args.json:
        document = report.model_dump(mode="json") | {"refused": refused}
        print(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines_of(report, lang)), end="\n" if report.taken or report.notes else "")
        if not trusted and any(taken.stored for taken in report.taken):
            print(say("kb_waits", lang))
        for entry in refused[1:]:  # the first is the sentence on stderr
            print(entry["reason"])
    if report.refused:
        raise KnowledgeError(report.refused[0].code, **report.refused[0].values)
    return 0


@contextmanager
def _progress(files: int, lang: str) -> Iterator[Callable[[str, float], None]]:
    """Progress on stderr: a bar on a terminal, else a line for each file and every tenth of a long one."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=1.0)
            yield lambda file, share: bar.update(task, description=file, completed=share)
        return
    begun, told = time.monotonic(), ("", 0.0)

    def line(file: str, share: float) -> None:
        nonlocal told
        if files == 1 and (share == 1.0 or time.monotonic() - begun < QUIET_S):
            return
        if file != told[0] or share - told[1] >= EVERY:
            told = (file, share)
            print(say("kb_adding", lang, file=file, percent=round(100 * share)), file=sys.stderr, flush=True)

    yield line

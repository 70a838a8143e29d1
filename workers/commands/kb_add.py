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
from kb.ingest import Note, Report, Taken, ingest
from workers.commands.kb import keepers
from workers.opening import open_knowledge
from workers.settings import Settings
from workers.wording import say

QUIET_S = 2.0  # seconds that a single file may take before progress is told in plain lines
EVERY = 0.1  # share done between two plain lines about one file
MOST_NAMED = 8  # codes and ids that are named; the rest is counted


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


def lines_of(report: Report, lang: str) -> list[str]:
    """What was taken and what was left out, one line for each thing; refused files are the caller's to tell."""
    lines = [line for taken in report.taken for line in _lines(taken, lang)]
    return lines + [note_line(note, lang) for note in report.notes]


def note_line(note: Note, lang: str) -> str:
    """One thing that was not taken."""
    line = say(f"kb_note_{note.kind}", lang, count=note.count, which=note.which)
    return line.replace(" ()", "").replace("（）", "").replace("（第  页）", "")


def _lines(taken: Taken, lang: str) -> Iterator[str]:
    key = "kb_unchanged" if taken.unchanged else "kb_added" if taken.stored else "kb_nothing_new"
    yield say(key, lang, file=taken.file, stored=len(taken.stored), known=taken.known)
    if len(taken.languages) > 1:
        yield say("kb_add_languages", lang, en=taken.languages["en"], zh=taken.languages["zh"])
    if taken.codes:
        yield say("kb_add_codes", lang, codes=_some(taken.codes), count=len(taken.codes))
    counts = {"rules": len(taken.rules), "waiting": taken.waiting, "resting": taken.resting}
    yield from (say(f"kb_add_{what}", lang, count=count) for what, count in counts.items() if count)
    yield from (note_line(note, lang) for note in taken.notes)
    if taken.retired:
        yield say("kb_add_retired", lang, count=len(taken.retired), ids=_some(taken.retired))
    elif taken.gone:
        yield say("kb_add_gone", lang, count=len(taken.gone))


def _some(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (", ..." if len(names) > MOST_NAMED else "")


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

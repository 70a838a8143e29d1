"""`andon kb add`: documents into the knowledge base, with progress and a report of what was taken and what not."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from kb.errors import KnowledgeError
from kb.growth import Conflicts
from kb.ingest import ingest
from kb.ingest.archives import MOST_FILES
from kb.ingest.formats import ARCHIVE, format_of
from workers.knowledge.opening import keepers, open_knowledge
from workers.knowledge.taken import conflict_lines, contradictions, lines_of, some
from workers.settings import Settings
from workers.wording import say

QUIET_S = 2.0  # seconds that a single file may take before progress is told in plain lines
EVERY = 0.1  # share done between two plain lines about one file


def add(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: FILE.. (or folders), --asset, --replace, --user, --json.

    What a named person who is no keeper adds is a candidate.
    """
    lang = args.lang or settings.lang
    may = keepers(settings)
    trusted = not args.user or may.allow(args.user)
    if args.replace:
        may.check_lowering(args.user)
    folders = [_look(Path(file)) for file in args.files if Path(file).is_dir()]
    files = _files(args.files, folders)
    with closing(open_knowledge(settings)) as store, _progress(len(files), lang) as progress:
        report = ingest(
            files, store, asset=args.asset, by=args.user,
            status="verified" if trusted else "candidate", progress=progress, replace=args.replace,
        )  # fmt: skip
        against = contradictions(store, report) if trusted else Conflicts()
    refused = [{"file": r.file, "reason": say(r.code, lang, **r.values)} for r in report.refused]
    if args.json:
        more = {"refused": refused, "contradictions": against.model_dump(), "folders": [_plain(f) for f in folders]}
        document = report.model_dump(mode="json") | more
        print(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for folder in folders:
            left = len(folder.left_out)
            print(say("kb_folder", lang, folder=folder.path, count=len(folder.files), left=left,
                      names=some(folder.left_out)).replace(" ()", "").replace("（）", ""))  # fmt: skip
        print("\n".join(lines_of(report, lang)), end="\n" if report.taken or report.notes else "")
        for line in conflict_lines(against, lang):
            print(line)
        if not trusted and any(taken.stored for taken in report.taken):
            print(say("kb_waits", lang))
        for entry in refused[1:]:  # the first is the sentence on stderr
            print(entry["reason"])
    if report.refused:
        raise KnowledgeError(report.refused[0].code, **report.refused[0].values)
    return 0


class Folder(NamedTuple):
    """What a folder holds: documents to take, and what is left out (hidden files are not even counted)."""

    path: str
    files: list[Path]
    left_out: list[str]


def _look(folder: Path) -> Folder:
    """The documents right in `folder`, by name. KnowledgeError: it cannot be read, or holds none."""
    try:
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    except OSError as error:
        raise KnowledgeError("failure_kb_unreadable", file=folder.name) from error
    known = [p for p in inside if p.is_file() and (format_of(p.name) or p.suffix.casefold() == ARCHIVE)]
    files = known[:MOST_FILES]
    if not files:
        raise KnowledgeError("failure_kb_empty_folder", folder=str(folder))
    left_out = [f"{path.name}/" if path.is_dir() else path.name for path in inside if path not in set(files)]
    return Folder(str(folder), files, left_out)


def _files(named: Sequence[str], folders: Sequence[Folder]) -> list[Path]:
    """The files that were named, and those of the folders, each once."""
    inside = {folder.path: folder.files for folder in folders}
    return list(dict.fromkeys(file for name in named for file in inside.get(str(Path(name)), [Path(name)])))


def _plain(folder: Folder) -> dict[str, object]:
    return {"folder": folder.path, "taken": len(folder.files), "left_out": folder.left_out}


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

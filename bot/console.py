"""The console adapter: a question from the command line in, the conversation on the terminal out."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from bot.wording import say
from workers import client
from workers.contracts import Answer, Question, Source
from workers.settings import Settings

DEMO_FILE = "strand2_night.csv.gz"
COMPUTING = 0.3  # share of the work from which on nothing is refused any more


def analyze(args: argparse.Namespace, settings: Settings) -> int:
    """`andon analyze CSV...`: one question on one file, or on several that belong together."""
    first, *more = args.csv
    question = Question(
        id="console",
        text=args.ask,
        lang=args.lang,
        artifact=first,
        file_name=Path(first).name,
        more=[Source(artifact=each, file_name=Path(each).name) for each in more],
        user="console",
        train_rows=args.train,
        knowledge=args.knowledge,
        model=args.model,
        level=args.level,
    )
    with output_folder(args.out) as out, progress() as report:
        answer = client.ask(question, settings, out, report)
        if args.out is None:
            answer = answer.model_copy(update={"pictures": [], "processed": None})
    print(client.to_json(answer) if args.json else answer.text)
    return 0


def demo(args: argparse.Namespace, settings: Settings) -> int:
    """`andon demo`: the main job on the bundled night shift, told as the conversation that it would be in chat."""
    lang = args.lang or settings.lang
    asked = say("demo_question", lang)
    print(f"{say('demo_crew', lang)} @andon {asked}  [{DEMO_FILE}]\n", flush=True)
    out = Path(args.out)
    with resources.as_file(resources.files("workers.simulator") / "samples" / DEMO_FILE) as path, progress() as report:
        question = Question(id="demo", text=asked, lang=lang, artifact=str(path), file_name=DEMO_FILE, user="console")
        answer = client.ask(question, settings, out, report)
    print(conversation(answer, lang))
    print(say("demo_next", lang, out=out))
    return 0


def conversation(answer: Answer, lang: str) -> str:
    """The answer as a chat would show it: text, pictures, the reactions."""
    lines = ["Andon:", answer.text]
    lines += [f"[{picture.file}] {picture.caption}" for picture in answer.pictures]
    lines += [say("reactions", lang), ""]
    return "\n".join(lines)


@contextmanager
def output_folder(out: str | None) -> Iterator[Path]:
    """The folder that was asked for, or a temporary one that leaves nothing behind."""
    if out is not None:
        yield Path(out)
        return
    folder = tempfile.mkdtemp(prefix="andon-")
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class PlainProgress:
    """Lines for a log. Those of steps that may refuse wait for the first that computes: a file that cannot be read or a
    wish that cannot be met leaves its one sentence alone."""

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def report(self, what: str, share: float) -> None:
        """Note that `what` begins, `share` (0..1) of the work being done."""
        self.waiting.append(f"[{share:4.0%}] {what}")
        if share >= COMPUTING:
            print(*self.waiting, sep="\n", file=sys.stderr, flush=True)
            self.waiting.clear()


@contextmanager
def progress() -> Iterator[Callable[[str, float], None]]:
    """Progress on stderr: a bar on a terminal, nothing but plain lines otherwise."""
    if not sys.stderr.isatty():
        yield PlainProgress().report
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda what, share: bar.update(task, description=what, completed=share)

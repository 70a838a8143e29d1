"""One question from file to answer in this process, top-down: read, plan, handle, look, supervise, decide, draw, tell.

`workers.staged` carries out the same steps stage by stage, for separate processes. A failed picture never loses the
answer; a file that cannot be read is one sentence (AndonError).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from roles.role import Engine
from roles.types import Lang
from workers.contracts import Answer, Question
from workers.errors import AndonError
from workers.knowledge import Knowledge
from workers.run import Run
from workers.settings import Settings
from workers.steps import Progress, carry_out
from workers.telling import tell

ORDER = (
    "reading", "planning", "handling", "choosing", "looking", "supervising", "forecasting", "deciding", "drawing",
)  # fmt: skip


def answer(
    question: Question, settings: Settings, out: Path, progress: Progress, engine: Engine | None = None
) -> Answer:
    """Answer `question`; answer.json, pictures and processed.csv are written below `out`.

    Raises AndonError (or a room's own error) with a sentence for whatever the person can mend.
    """
    run = begin(question, settings, out, engine)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AndonError("failure_out_folder", folder=out, why=error.strerror) from error
    for name in ORDER:
        carry_out(run, name, progress)
    return finish(run)


def begin(
    question: Question,
    settings: Settings,
    out: Path,
    engine: Engine | None = None,
    lang: Lang | None = None,
    find: Callable[[str], Path] = Path,
) -> Run:
    """A run of which nothing but the question is known. `find` gives the path of a file that it names."""
    lang = lang or question.lang or language_of(question.text or question.context, settings.lang)
    return Run(question, settings, lang, out, Knowledge(settings, lang), engine, find)


def finish(run: Run) -> Answer:
    """Tell a finished run: answer.json beside its pictures."""
    told = tell(run)
    (run.out / "answer.json").write_text(told.model_dump_json(by_alias=True, indent=2), encoding="utf-8")
    return told


def language_of(text: str, default: Lang) -> Lang:
    """Chinese when the text has Chinese characters, English when it has other letters, else the default."""
    if re.search(r"[\u4e00-\u9fff]", text):
        return "zh"
    return "en" if re.search(r"[A-Za-z]{2}", text) else default

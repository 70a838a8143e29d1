"""Questions that need no run of stages: courtesy is returned, an order to the plant is refused, the known documents
are listed, a log is counted, two files are compared, a fault code looked up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from roles.types import Lang
from workers.contracts import Answer, Question
from workers.errors import AndonError
from workers.followups.switching import answer_order
from workers.handling.comparing import answer_comparison
from workers.knowledge.codes import answer_code
from workers.knowledge.inventory import answer_inventory
from workers.logbook import answer_log
from workers.prose.courtesy import answer_courtesy
from workers.settings import Settings


def answer_at_once(
    question: Question, settings: Settings, out: Path, lang: Lang, progress: Callable[[str, float], None],
    find: Callable[[str], Path] = Path,
) -> Answer | None:  # fmt: skip
    """The answer, written below `out` as answer.json with its pictures; None for a question that goes the ordinary way.

    Raises AndonError when `out` cannot be written to.
    """
    told = answer_courtesy(question, lang) or answer_order(question, lang)
    told = told or answer_inventory(question, settings, lang)
    told = told or answer_code(question, settings, lang)
    told = told or answer_log(question, settings, out, lang, progress, find)
    told = told or answer_comparison(question, settings, lang, find)
    if told is None:
        return None
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "answer.json").write_text(told.model_dump_json(by_alias=True, indent=2), encoding="utf-8")
    except OSError as error:
        raise AndonError("failure_out_folder", folder=out, why=error.strerror) from error
    return told

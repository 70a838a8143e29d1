"""The question set: JSON lines in questions/, one file for each category and language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from roles.types import Frozen, Lang
from workers.errors import AndonError

FOLDER = Path(__file__).parent / "questions"
CATEGORIES = ("data_handling", "causal_correction", "model_recommendation", "fault_causes", "advice")
LANGS: tuple[Lang, ...] = ("en", "zh")

Category = Literal["data_handling", "causal_correction", "model_recommendation", "fault_causes", "advice"]
Part = Literal["fit", "test"]


class Question(Frozen):
    """One question with what is given to answer it, an expert's answer, and facts that a program can check.

    `given` by category: data_handling and fault_causes {"plant": NAME of plants.json}, the latter with {"findings":
    [{"sensor", "kind", "text"}]}; causal_correction {"sensors", "edges": [[cause, effect, lag_s, strength]]};
    model_recommendation {"profile", "wanted", "scores", "trained"}; advice nothing.
    `facts` by category: {"tasks", "without"}, {"edge", "decision", "source"}, {"models", "not", "refused"},
    {"faults" (the best first), "verdict"}, {"passages" (pairs), "actions": [[words, any of which will do]]}; all of
    them {"abstain"}: not to know is the right answer. `part` test was looked at for no choice.
    """

    id: str
    category: Category
    lang: Lang
    part: Part
    question: str
    given: dict[str, Any]
    reference: str
    facts: dict[str, Any]

    @property
    def abstain(self) -> bool:
        """Is it right not to answer?"""
        return bool(self.facts["abstain"])


class Plant(Frozen):
    """A file's columns with their units and its first and last reading (ISO, with an offset)."""

    start: str
    end: str
    columns: dict[str, str]


def load(
    only: str | None = None, lang: str | None = None, part: str | None = None, limit: int | None = None,
    folder: Path = FOLDER,
) -> list[Question]:  # fmt: skip
    """The questions, those of a category, language or part alone where one is named.

    `limit`: so many of each category and language, spread evenly over the file. Raises AndonError
    failure_eval_category for a category that is not there, failure_eval_questions for a file that cannot be read.
    """
    if only is not None and only not in CATEGORIES:
        raise AndonError("failure_eval_category", name=only, names=", ".join(CATEGORIES))
    found: list[Question] = []
    for category in CATEGORIES:
        for each in LANGS:
            if only in (None, category) and lang in (None, each):
                cell = [q for q in _cell(folder / f"{category}.{each}.jsonl") if part in (None, q.part)]
                found += _spread(cell, limit)
    return found


def _cell(path: Path) -> Iterator[Question]:
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            yield Question.model_validate_json(line)
    except (OSError, ValidationError) as error:
        raise AndonError("failure_eval_questions", file=path.name) from error


def _spread(cell: list[Question], limit: int | None) -> list[Question]:
    """So many of them at equal distances: those to abstain from stand at the end of a file."""
    if limit is None or limit >= len(cell):
        return cell
    return [cell[(2 * i + 1) * len(cell) // (2 * limit)] for i in range(limit)]


@cache
def plants() -> dict[str, Plant]:
    """The files that questions speak of."""
    found = json.loads((FOLDER / "plants.json").read_text(encoding="utf-8"))
    return {name: Plant.model_validate(plant) for name, plant in found.items()}

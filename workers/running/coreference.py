""" "Plot it" after something else was asked: "it" is what was spoken of last, not the first sensors of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from roles.manager import Plan
from roles.planning.columns.sensors import find
from roles.planning.words import normal
from roles.role import Outcome
from workers.contracts import Question
from workers.looking.shown import Names

PRONOUN = re.compile(r"\b(?:it|its|they|them|that|this|these)\b|它|其|这个|出来", re.IGNORECASE)


def about_it(plan: Outcome[Plan], question: Question, names: Names) -> Outcome[Plan]:
    """The plan with the sensors that were spoken of last for each plot that names none; as it is where the question has
    no pronoun, or no sensor was spoken of."""
    tasks = plan.output.subtasks
    bare = [task for task in tasks if task.kind == "plot" and not task.sensors]
    if not bare or not PRONOUN.search(question.text):
        return plan
    sensors = list(names.sensors.values())
    spoken = next((said for text in _said(question) if (said := find(normal(text), sensors).columns(sensors))), [])
    if not spoken:
        return plan
    told = [task.model_copy(update={"sensors": spoken}) if task in bare else task for task in tasks]
    return replace(plan, output=plan.output.model_copy(update={"subtasks": told}))


def _said(question: Question) -> Iterator[str]:
    """What was said before, newest first."""
    yield from (part for part in [question.context] if part)
    yield from reversed(question.before.splitlines())

"""A time in which the file has no readings, or none of the sensors asked about: said in one sentence, never answered as
"never" or with a blank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import pandas as pd

from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.looking.findings import Teller
from workers.wording import say

MOST = 6  # sensors that are named


def unread(frame: pd.DataFrame, task: Subtask, sensors: Sequence[str]) -> list[str]:
    """Those of `sensors` without a reading in the period of `task`."""
    part = _part(frame, task)
    return [str(sensor) for sensor in sensors if not part[sensor].notna().any()]


def _part(frame: pd.DataFrame, task: Subtask) -> pd.DataFrame:
    """The rows of a period; not the one at its very end, which is the first reading of the day after."""
    part = frame.loc[task.start : task.end]
    return part[part.index < task.end] if task.start is not None and task.end is not None else part


def blank(frame: pd.DataFrame, task: Subtask) -> bool:
    """Was a period named in which none of the sensors of `task` has a reading?"""
    if task.start is None and task.end is None:
        return False
    about = task.sensors or [str(column) for column in frame.columns]
    return len(unread(frame, task, about)) == len(about)


def nothing(frame: pd.DataFrame, task: Subtask, sensors: Sequence[str], teller: Teller) -> str:
    """The sentence that `sensors` have no readings in the period of `task`, with what the file covers. They are not
    named where the file has none of any sensor in it."""
    lang, said = teller.lang, {"first": teller.time(0), "last": teller.time(len(teller.index) - 1)}
    rows = len(_part(frame, task))
    listed = {"en": ", ", "zh": "、"}[lang].join(teller.names.name(sensor) for sensor in sensors[:MOST])
    listed += "…" if len(sensors) > MOST else ""
    of = say("nothing_of", lang, sensors=listed) if rows and sensors else ""
    start, end = (pd.Timestamp(str(moment)) if moment else None for moment in (task.start, task.end))
    if start is not None and end is not None and end - start == timedelta(days=1) and start == start.normalize():
        return say("nothing_on", lang, of=of, day=f"{start:%Y-%m-%d}", **said)
    key = "between" if start is not None and end is not None else "since" if start is not None else "until"
    key = key if start is not None or end is not None else "whole"
    said |= {"start": teller.at(start) if start is not None else "", "end": teller.at(end) if end is not None else ""}
    return say(f"nothing_{key}", lang, of=of, **said)


def tell(handled: Handled, text: str, *, first: bool) -> None:
    """The sentence as a finding, once in an answer; as its `first` sentence where nothing else is told of the step."""
    if text not in {finding.text for finding in handled.findings}:
        values: dict[str, FactValue] = {"reply": text, "empty": True} if first else {}
        number = len(handled.findings) + 1
        handled.findings.append(Finding(id=f"F{number}", kind="statistics", text=text, values=values))


def is_told(findings: Iterable[Finding]) -> bool:
    """Does an answer begin with such a sentence?"""
    return any(finding.values.get("empty") for finding in findings)


def skipped(handled: Handled, task: Subtask, teller: Teller, sensors: Sequence[str]) -> PlanStep:
    """A step for which there is nothing to work with."""
    text = nothing(handled.frame, task, sensors, teller)
    tell(handled, text, first=True)
    return PlanStep(order=task.order, kind=task.kind, text=text, values=dict(task.values), status="skipped")

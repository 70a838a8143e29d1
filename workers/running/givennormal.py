"""The part of the file that a request calls normal, as rows to learn from, or a sentence on why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from roles.deciding.telling import capital
from roles.manager import Subtask
from roles.planning.types import NormalPart
from roles.planning.when.times import AROUND
from workers.looking.detecting import DENSE, LEAST
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run


@dataclass(frozen=True)
class GivenNormal:
    """`rows` are frame rows to learn from (the second not among them), None where it cannot be; `note` is what is to be
    said of it, "" for nothing."""

    rows: tuple[int, int] | None
    note: str = ""


def given_normal(run: Run) -> GivenNormal | None:
    """What becomes of the part that the request calls normal by its rows or times; None where it calls none so."""
    part = run.plan.output.normal if run.plan is not None else None
    if part is None or run.reading is None or run.teller is None:
        return None
    found, why = _by_time(run, part) if part.words else _by_rows(run, part)
    if found is not None and not why:
        why = _unfit(run, found)
    key = why.removeprefix("!")
    note = capital(say(key, run.lang, what=_named(run, part), **_known(run))) if key else ""
    return GivenNormal(None if why and not why.startswith("!") else found, note)


def note(run: Run) -> str:
    """What is to be said of the part that the request calls normal, "" for nothing."""
    found = given_normal(run)
    if found is not None and found.rows is not None and run.choice is None:
        assert run.plan is not None
        assert run.plan.output.normal is not None
        return say("normal_unneeded", run.lang, what=_named(run, run.plan.output.normal))
    return found.note if found is not None else ""


Found = tuple[tuple[int, int] | None, str]  # frame rows, and the key of why not; "!" before it: used all the same


def _by_rows(run: Run, part: NormalPart) -> Found:
    """Rows as they are counted in the file, those that the request leaves out included."""
    assert run.reading is not None
    assert run.plan is not None
    row_of, gone = run.reading.row_of, run.plan.output.rows_left_out
    whole = len(row_of) + gone
    first = whole - part.last + 1 if part.last else part.first_row or 1
    last = part.last_row or whole
    if first > whole or first < 1:
        return None, "normal_outside_rows"
    if last <= gone:
        return None, "normal_left_out"
    begin, end = max(first - 1 - gone, 0), min(last, whole) - gone
    if end - begin < LEAST:
        return None, "normal_few"
    own = np.unique(row_of[begin:end])
    span = int(own[0]), int(own[-1]) + 1
    if len(own) < DENSE * (span[1] - span[0]):
        return None, "normal_scattered"
    return span, "!normal_clipped" if last > whole or first <= gone else ""


def _by_time(run: Run, part: NormalPart) -> Found:
    assert run.teller is not None
    index = run.teller.index
    begin = int(index.searchsorted(pd.Timestamp(part.start))) if part.start else 0
    end = int(index.searchsorted(pd.Timestamp(part.end), side="right")) if part.end else len(index)
    if begin >= end:
        return None, "normal_outside_time"
    beyond = (part.start and part.start < index[0]) or (part.end and part.end > index[-1])
    return (begin, end), "!normal_clipped" if beyond else ""


def _unfit(run: Run, found: tuple[int, int]) -> str:
    """The key of why rows of the frame cannot be learnt from."""
    assert run.teller is not None
    index = run.teller.index
    if found[1] - found[0] < LEAST:
        return "normal_few"
    if found[1] - found[0] > len(index) - 2:
        return "normal_whole"
    begin, end = index[found[0]], index[found[1] - 1]
    asked = [_asked(task) for task in run.tasks if task.kind == "diagnose" and (task.start or task.end)]
    inside = any((s is None or s <= end) and (e is None or e >= begin) for s, e in asked)
    return "normal_overlap" if inside else ""


def _asked(task: Subtask) -> tuple[datetime | None, datetime | None]:
    """From when to when a question asks; around a time that it names, that time alone. Without the very ends."""
    start, end = task.start, task.end
    if start and end and end - start == 2 * AROUND and not task.values.get("window"):
        return start + AROUND, start + AROUND
    moment = pd.Timedelta(microseconds=1)
    return start + moment if start else None, end - moment if end else None


def _named(run: Run, part: NormalPart) -> str:
    """The part as the person named it."""
    assert run.teller is not None
    if part.last:
        return say("normal_last_rows", run.lang, count=f"{part.last:,}")
    if part.first_row is not None and part.last_row is None:
        return say("normal_rows_from", run.lang, first=f"{part.first_row:,}")
    if part.first_row is not None and part.last_row is not None:
        return say("normal_rows", run.lang, first=f"{part.first_row:,}", last=f"{part.last_row:,}")
    start, end = (run.teller.at(pd.Timestamp(moment)) if moment else "" for moment in (part.start, part.end))
    key = "normal_between" if start and end else "normal_since" if start else "normal_until"
    return say(key, run.lang, start=start, end=end)


def _known(run: Run) -> dict[str, object]:
    """What there is."""
    assert run.reading is not None
    assert run.teller is not None
    gone = run.plan.output.rows_left_out if run.plan else 0
    teller, last = run.teller, len(run.teller.index) - 1
    return {"rows": f"{len(run.reading.row_of) + gone:,}", "least": LEAST, "begins": teller.time(0),
            "ends": teller.time(last)}  # fmt: skip

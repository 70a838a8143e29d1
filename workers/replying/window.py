"""What happened between two times? What began in them, what went on in them, or that the file says nothing of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from roles.manager import Subtask
from roles.planning.when.times import AROUND
from roles.types import FactValue, Finding
from workers.handling import nothing
from workers.replying.series import once
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

MOST = 3


def unread(run: Run, task: Subtask) -> Finding | None:
    """The sentence that the file, or the sensors that `task` is about, have no readings in its period; None where they
    have, and where no period was named."""
    if run.reading is None or run.teller is None or not nothing.blank(run.reading.frame, task):
        return None
    return _finding(nothing.nothing(run.reading.frame, task, task.sensors, run.teller), {"brief": True, "alone": True})


def within(run: Run, task: Subtask) -> Finding | None:
    """One sentence on the period of `task`, of which the file has readings; told when only a part of it lies in the
    file. None where the decision says as much: of a single time, and that a period in the file was calm."""
    assert run.reading is not None
    assert run.teller is not None
    teller, index, lang = run.teller, pd.DatetimeIndex(run.reading.frame.index), run.lang
    start, end = (pd.Timestamp(str(moment)) for moment in (task.start, task.end))
    said = {"start": teller.at(start), "end": teller.at(end), "first": teller.time(0)}
    said["last"] = teller.time(len(index) - 1)
    whole_day = end - start == timedelta(days=1) and start == start.normalize()
    said["day"] = f"{start:%Y-%m-%d}"
    found = [f for f in run.findings if f.event is not None and f.start is not None and f.start <= end]
    found = once(sorted(found, key=lambda f: str(f.start)))
    new = sorted((f for f in found if f.start is not None and f.start >= start), key=lambda f: str(f.start))
    old = [f for f in found if f not in new and f.end is not None and f.end >= start]
    key = "new" if new else "old" if old else "calm"
    gap = {"en": "; ", "zh": "；"}[lang]
    told = _most_telling(new or old)
    listed = gap.join(f"{f.text.rstrip('.。')} [{f.id}]" for f in told)
    at_once = end - start == 2 * AROUND and not task.values.get("window")
    whole = start >= index[0] and end <= index[-1]
    if at_once or (key == "calm" and whole):
        return None
    part = say("reply_window_part", lang, **said) if not whole else ""
    if whole_day:
        key = {"new": "on"}.get(key, f"on_{key}")
    sentence = say(f"reply_window_{key}", lang, **said, part=part, findings=listed)
    numbers = {f"{k}_{f.id}": v for f in told for k, v in f.values.items() if isinstance(v, int | float)}
    return _finding(sentence, {"brief": not (new or old), **numbers})


def _most_telling(found: list[Finding]) -> list[Finding]:
    """The strongest change of each sensor, of the MOST sensors that changed most, in order of time."""
    ranked = sorted(found, key=lambda f: -float(f.values.get("strength", 0.0) or 0.0))
    first = list({f.sensor or f.id: f for f in reversed(ranked)}.values())[::-1]
    first.sort(key=ranked.index)
    return sorted(first[:MOST], key=lambda f: str(f.start))


def _finding(sentence: str, facts: dict[str, FactValue]) -> Finding:
    return Finding(id="F0", kind="statistics", text=sentence, values=facts | {"reply": sentence})

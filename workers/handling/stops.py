"""When a machine stood still, by a sensor that is next to nothing then: each stretch with its times and length."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

import workers.handling.filtering as filtering
from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.looking.findings import Teller
from workers.prose.numbers import figure, span
from workers.wording import say

RUNNING = 0.9  # quantile of the sizes of the readings that is the level at work, also of a machine that mostly stands
NOTHING = 0.1  # of that level: a reading below it is of a standstill
MOST = 6  # stretches that are named, and sensors that are told


class Stretch(NamedTuple):
    """A standstill: its first row, the first row at work behind it (None at the end), and how long it is, s."""

    start: pd.Timestamp
    end: pd.Timestamp | None
    length_s: float


def stopped(handled: Handled, task: Subtask, teller: Teller, part: pd.DataFrame) -> PlanStep:
    """One finding a sensor, the first sentences of the answer. What it usually runs at is read from the whole file."""
    found: dict[str, dict[str, FactValue]] = {}
    for sensor in [str(name) for name in part.columns][:MOST]:
        readings = part[sensor].replace([np.inf, -np.inf], np.nan).dropna()
        level = float(handled.frame[sensor].abs().quantile(RUNNING))
        still = readings.abs() <= NOTHING * level
        stretches = standstills(still)
        text = _told(task, teller, sensor, level, still, stretches)
        if task.values.get("yes_no"):
            yes = say("reply_yes" if stretches else "reply_no", teller.lang)
            text = say("versus_answer", teller.lang, yes=yes, told=text)
        values: dict[str, FactValue] = {"stops": len(stretches), "for_s": sum(s.length_s for s in stretches)}
        values |= {"level": level, "limit": NOTHING * level}
        found[sensor] = values
        start = stretches[0].start.to_pydatetime() if stretches else None
        handled.findings.append(
            Finding(id=f"F{len(handled.findings) + 1}", kind="statistics", text=text, sensor=sensor,
                    tag=teller.names.tag(sensor), start=start, values=values | {"reply": text})
        )  # fmt: skip
    text = say("handled_statistics", teller.lang, count=len(found))
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"statistics": found})


def standstills(still: pd.Series) -> list[Stretch]:
    """Each run of rows that are `still`, until the next row at work."""
    marks = still.to_numpy(dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marks, [False]]).astype(int)))
    index = pd.DatetimeIndex(still.index)
    found = []
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        end = index[after] if after < len(index) else None
        length = ((index[-1] if end is None else end) - index[first]).total_seconds()
        found.append(Stretch(index[first], end, length))
    return found


def _told(
    task: Subtask, teller: Teller, sensor: str, level: float, still: pd.Series, stretches: list[Stretch]
) -> str:  # fmt: skip
    lang, unit, within = teller.lang, teller.names.unit(sensor), filtering.hours(task.start, task.end, teller)
    words = {
        "sensor": teller.names.name(sensor), "when": f"{filtering.SPACE[lang]}{within}" if within else "",
        "limit": f"{figure(NOTHING * level)}{unit}", "level": f"{figure(level)}{unit}",
    }  # fmt: skip
    if not stretches or still.all():
        return say("stops_all" if stretches else "stops_never", lang, **words)
    said = [_stretch(each, teller) for each in stretches[:MOST]]
    said += [say("stops_more", lang, count=len(stretches) - MOST)] if len(stretches) > MOST else []
    return say(
        "stops_found", lang, **words, total=span(sum(each.length_s for each in stretches), lang),
        times=say("stops_once" if len(stretches) == 1 else "stops_times", lang, count=len(stretches)),
        stretches=filtering.COMMA[lang].join(said),
    )  # fmt: skip


def _stretch(each: Stretch, teller: Teller) -> str:
    length, start = span(each.length_s, teller.lang), teller.at(each.start)
    if each.end is None:
        return say("stops_open", teller.lang, start=start, length=length)
    return say("stops_stretch", teller.lang, start=start, end=teller.at(each.end), length=length)

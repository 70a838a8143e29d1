"""Statistics in steps of any length and at any rank: "std and 95th percentile by 6 hours"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

import workers.handling.nothing as nothing
import workers.handling.steps as steps
from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.looking.findings import Teller
from workers.prose.numbers import figure, span
from workers.wording import say

MOST_SENSORS, MOST_GROUPS = 12, 24  # told; all groups stand in the plan's values


def tabulated(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    """One finding a sensor: each statistic and rank that is asked for, of the whole or of each step of `by_s` s."""
    wanted = task.sensors or [str(c) for c in handled.frame.columns]
    lost = nothing.unread(handled.frame, task, wanted)
    if len(lost) == len(wanted):
        return nothing.skipped(handled, task, teller, lost)
    part = handled.frame.loc[task.start : task.end, [name for name in wanted if name not in lost]]
    what = list(task.values.get("what", ()))
    ranks = [float(rank) for rank in task.values.get("ranks", ())]
    by_s = float(task.values["by_s"]) if task.values.get("by") == "span" else None
    found: dict[str, dict[str, dict[str, float]]] = {}
    for sensor in list(part.columns)[:MOST_SENSORS]:
        groups = _groups(part[sensor].dropna(), by_s, teller)
        found[str(sensor)] = {name: _numbers(some, what, ranks) for name, some in groups}
        _tell(handled, str(sensor), found[str(sensor)], by_s, teller)
    text = say("handled_statistics", teller.lang, count=len(found))
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"statistics": found, **task.values})


def _groups(series: pd.Series, by_s: float | None, teller: Teller) -> list[tuple[str, pd.Series]]:
    """The readings of each step that has some, called by its beginning; all of them under "" without steps."""
    if by_s is None:
        return [("", series)]
    local = series.tz_convert(teller.zone)  # steps begin at midnight of the plant
    blocks = local.resample(pd.Timedelta(seconds=by_s), origin="start_day")
    return [(teller.at(pd.Timestamp(str(begin))), some) for begin, some in blocks if len(some)]


def _numbers(series: pd.Series, what: Sequence[str], ranks: Sequence[float]) -> dict[str, float]:
    numbers = steps.statistics(series.to_frame(), what)[str(series.name)] if what or not ranks else {}
    values = series.to_numpy(dtype=float)
    return numbers | {f"p{rank:g}": float(np.percentile(values, rank)) for rank in ranks}


def _tell(
    handled: Handled, sensor: str, groups: dict[str, dict[str, float]], by_s: float | None, teller: Teller
) -> None:
    lang, unit = teller.lang, teller.names.unit(sensor)
    comma, stop = {"en": (", ", "; "), "zh": ("、", "；")}[lang]
    told = [
        (name, comma.join(f"{_called(key, lang)} {figure(value)}" for key, value in numbers.items()))
        for name, numbers in groups.items()
    ]
    if by_s is None:
        text = f"{teller.names.name(sensor)}: {told[0][1]}{unit}"
    else:
        lines = [f"{name} {words}" for name, words in told[:MOST_GROUPS]] + ["…"] * (len(told) > MOST_GROUPS)
        text = say("finding_by_span", lang, sensor=teller.names.name(sensor), unit=unit, step=span(by_s, lang),
                   groups=stop.join(lines))  # fmt: skip
    values: dict[str, FactValue] = {
        f"{name} {key}".strip(): v for name, numbers in groups.items() for key, v in numbers.items()
    }
    handled.findings.append(
        Finding(id=f"F{len(handled.findings) + 1}", kind="statistics", text=text, sensor=sensor,
                tag=teller.names.tag(sensor), values=values)
    )  # fmt: skip


def _called(key: str, lang: str) -> str:
    """A statistic in words; "p95" is a rank."""
    if key.startswith("p") and key[1:].replace(".", "").isdigit():
        return say("statistic_rank", lang, rank=key[1:])
    return say(f"statistic_{key}", lang)

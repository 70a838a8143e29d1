"""Statistics of the readings: whole, in groups, before and after a moment, now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np
import pandas as pd

import workers.handling.filtering as filtering
import workers.handling.nothing as nothing
import workers.handling.steps as steps
from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.handling.listing import listing
from workers.handling.pairs import held_against
from workers.handling.ranking import ranked
from workers.handling.states import states, texts_at
from workers.handling.stops import stopped
from workers.handling.visits import lasting
from workers.looking.findings import Teller
from workers.prose.numbers import figure
from workers.wording import say

MOST_STATISTICS = 12
MOST_NEXT = 3  # groups that are named where the highest is asked for
MOST_GROUPS = 8  # named in a text; all of them stand in the plan's values


def summed(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    """Numbers of the sensors that are asked for, each a finding; in groups, of now, or the texts beside them."""
    wanted = task.sensors or [str(c) for c in handled.frame.columns]
    if task.values.get("list"):
        return listing(handled, task, teller)
    if task.values.get("state"):
        return (lasting if task.values.get("value") else states)(handled, task, teller)
    lost = nothing.unread(handled.frame, task, wanted)
    if len(lost) == len(wanted):
        return nothing.skipped(handled, task, teller, lost)
    if lost and task.sensors:
        text = nothing.nothing(handled.frame, task, lost, teller)
        nothing.tell(handled, text, first="than" in task.values)
    part = handled.frame.loc[task.start : task.end, [name for name in wanted if name not in lost]]
    if task.values.get("than") in part and part.shape[1] > 1:
        return held_against(handled, task, teller, part.dropna())
    form = next((form for key, form in FORMS.items() if task.values.get(key)), None)
    if form is not None:
        return form(handled, task, teller, part)
    found = steps.statistics(part, task.values.get("what", ()))
    for sensor, numbers in list(found.items())[:MOST_STATISTICS]:
        words = ", ".join(f"{say(f'statistic_{k}', teller.lang)} {figure(v)}" for k, v in numbers.items())
        text = f"{teller.names.name(sensor)}: {words}{teller.names.unit(sensor)}"
        moments = _moments(part[sensor], numbers.keys() & set(task.values.get("what", ())), teller)
        text += _when(moments, teller.lang) if moments else ""
        handled.findings.append(
            Finding(
                id=f"F{len(handled.findings) + 1}",
                kind="statistics",
                text=text,
                sensor=sensor,
                tag=teller.names.tag(sensor),
                values=dict(numbers) | {f"{k}_at": at for k, at in moments.items()},
            )
        )
    text = say("handled_statistics", teller.lang, count=len(found))
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"statistics": found})


def _moments(readings: pd.Series, wanted: Collection[str], teller: Teller) -> dict[str, str]:
    """When the readings were highest ("max") and lowest ("min"), as far as that is `wanted`; the first time each."""
    finite = readings[np.isfinite(readings)]
    index, values = pd.DatetimeIndex(finite.index), finite.to_numpy()
    places = {"max": values.argmax, "min": values.argmin}
    return {each: teller.at(index[int(place())]) for each, place in places.items() if each in wanted}


def _when(moments: Mapping[str, str], lang: str) -> str:
    told = [say("statistic_at", lang, what=say(f"statistic_{each}", lang), at=at) for each, at in moments.items()]
    return say("statistic_when", lang, moments={"en": ", ", "zh": "、"}[lang].join(told))


def _grouped(handled: Handled, task: Subtask, teller: Teller, part: pd.DataFrame) -> PlanStep:
    """Statistics of each shift, hour, day or value of a text column, or before and after a moment: one finding a
    sensor."""
    by, what = str(task.values.get("by") or "split"), task.values.get("what") or ["mean"]
    index = pd.DatetimeIndex(part.index)
    of = _groups_of(handled, index, by, task, teller)
    ordered = by not in ("split", "column")
    found = {str(name): steps.statistics(some, what) for name, some in part.groupby(of, sort=ordered)}
    for sensor in list(part.columns)[:MOST_STATISTICS]:
        told = {group: numbers[sensor] for group, numbers in found.items() if numbers[sensor]}
        if task.values.get("top"):
            _topped(handled, task, teller, sensor, {group: numbers[what[0]] for group, numbers in told.items()})
            continue
        lines = [_group(group, numbers, teller) for group, numbers in list(told.items())[:MOST_GROUPS]]
        lines += ["…"] if len(told) > MOST_GROUPS else []
        text = say(
            f"finding_by_{by}", teller.lang, sensor=_with_unit(sensor, teller), column=task.values.get("column", ""),
            what=", ".join(say(f"statistic_{k}", teller.lang) for k in what), groups=", ".join(lines),
        )  # fmt: skip
        values: dict[str, FactValue] = {f"{at} {k}": v for at, numbers in told.items() for k, v in numbers.items()}
        handled.findings.append(
            Finding(id=f"F{len(handled.findings) + 1}", kind="statistics", text=text, sensor=sensor,
                    tag=teller.names.tag(sensor), values=values)
        )  # fmt: skip
    text = say("handled_statistics", teller.lang, count=len(part.columns))
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"statistics": found, "by": by})


def _topped(handled: Handled, task: Subtask, teller: Teller, sensor: str, told: Mapping[str, float]) -> None:
    """Which group is the highest or the lowest, as the first sentence, with those that come next."""
    top, what = str(task.values["top"]), str(task.values["what"][0])
    order = sorted(told, key=lambda group: told[group], reverse=top == "max")
    if not order:
        return
    said = [f"{figure(told[group])}{teller.names.unit(sensor)} ({group})" for group in order[:MOST_NEXT]]
    text = say(
        f"finding_top_{top}", teller.lang, sensor=teller.names.name(sensor), group=order[0],
        by=say(f"group_{task.values['by']}", teller.lang), what=say(f"statistic_{what}", teller.lang),
        value=said[0].partition(" (")[0], next=", ".join(said[1:]) or "-",
    )  # fmt: skip
    if within := filtering.hours(task.start, task.end, teller):
        text = text.rstrip(".。") + say("statistics_scope", teller.lang, scope=within)
    values: dict[str, FactValue] = {f"{group} {what}": value for group, value in told.items()}
    number = len(handled.findings) + 1
    handled.findings.append(
        Finding(id=f"F{number}", kind="statistics", text=text, sensor=sensor, tag=teller.names.tag(sensor),
                values=values | {"reply": text})
    )  # fmt: skip


def _groups_of(handled: Handled, index: pd.DatetimeIndex, by: str, task: Subtask, teller: Teller) -> np.ndarray:
    """The group of each row."""
    if by == "split":
        return _halves(index, task, teller)
    if by == "column":
        return texts_at(handled, str(task.values["column"]), index).to_numpy(dtype=object)
    return steps.groups(index, by, teller.zone).to_numpy()


def _now(handled: Handled, task: Subtask, teller: Teller, part: pd.DataFrame) -> PlanStep:
    """The last reading of each sensor with its time, and what it was in the file before."""
    found: dict[str, dict[str, float]] = {}
    for sensor in list(part.columns)[:MOST_STATISTICS]:
        there = part[sensor].dropna()
        if there.empty:
            continue
        value, numbers = (
            float(there.iloc[-1]),
            steps.statistics(there.to_frame(), ("min", "median", "max"))[str(sensor)],
        )
        unit, name = teller.names.unit(sensor), teller.names.name(sensor)
        head = say(
            "finding_now", teller.lang, sensor=name, value=f"{figure(value)}{unit}", at=teller.at(there.index[-1])
        )
        more = ", ".join(f"{say(f'statistic_{k}', teller.lang)} {figure(v)}" for k, v in numbers.items())
        found[str(sensor)] = {"now": value, **numbers}
        text = say("finding_now_more", teller.lang, sensor=name, more=more, unit=unit)
        stop = {"en": ".", "zh": "。"}[teller.lang]
        values: dict[str, FactValue] = {"now": value, **numbers, "reply": f"{head}{stop}"}
        handled.findings.append(
            Finding(id=f"F{len(handled.findings) + 1}", kind="statistics", text=text, sensor=sensor,
                    tag=teller.names.tag(sensor), start=there.index[-1].to_pydatetime(), values=values)
        )  # fmt: skip
    text = say("handled_statistics", teller.lang, count=len(found))
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"statistics": found})


def _halves(index: pd.DatetimeIndex, task: Subtask, teller: Teller) -> np.ndarray:
    """Of each row whether it lies before or after the moment that was named."""
    moment = pd.Timestamp(task.values["split"])
    before, after = (say(f"half_{half}", teller.lang, at=teller.at(moment)) for half in ("before", "after"))
    return np.where(index < moment, before, after)


def _with_unit(sensor: str, teller: Teller) -> str:
    unit = teller.names.unit(sensor).strip()
    return f"{teller.names.name(sensor)} [{unit}]" if unit else teller.names.name(sensor)


def _group(name: str, numbers: Mapping[str, float], teller: Teller) -> str:
    """One group's numbers; with one statistic its name need not be said again."""
    alone = len(numbers) == 1
    said = [figure(v) if alone else f"{say(f'statistic_{k}', teller.lang)} {figure(v)}" for k, v in numbers.items()]
    return f"{name}: {' '.join(said)}"


# What else than the plain figures is told of the readings, by the key of the task's values that asks for it.
FORMS: dict[str, Callable[[Handled, Subtask, Teller, pd.DataFrame], PlanStep]] = {
    "which": ranked,
    "stops": stopped,
    "now": _now,
    "by": _grouped,
    "split": _grouped,
}

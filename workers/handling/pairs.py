"""Two sensors held against each other: which is higher, by how much, in what share of the rows, first and last."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

import workers.handling.nothing as nothing
from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.looking.findings import Teller
from workers.prose.numbers import figure
from workers.wording import say

ENDS = 20  # the first and the last 20th of the rows are how it was at first and at last
MOSTLY, MOST = 0.6, 0.995  # shares of the rows from which one sensor is the higher one, and is so all the time


def held_against(handled: Handled, task: Subtask, teller: Teller, both: pd.DataFrame) -> PlanStep:
    """One finding, the first sentence of the answer, on the rows of `both` sensors of `task`; where there are none,
    that is said. Sensors of different units are told each for itself: neither is the higher one."""
    one, other = task.sensors[0], str(task.values["than"])
    if both.empty:
        text = say("versus_never", teller.lang, one=teller.names.name(one), other=teller.names.name(other))
        nothing.tell(handled, text, first=True)
        return PlanStep(order=task.order, kind=task.kind, text=text, values=dict(task.values), status="skipped")
    means = {name: float(both[name].mean()) for name in (one, other)}
    values: dict[str, FactValue] = {**{f"mean {name}": mean for name, mean in means.items()}, "rows": len(both)}
    names = {"one": teller.names.name(one), "other": teller.names.name(other)}
    figures = {"mean_one": _reading(means[one], one, teller), "mean_other": _reading(means[other], other, teller)}
    units = {teller.names.unit(name) for name in (one, other)} - ({""} if task.values.get("follows") else set())
    if len(units) > 1:  # a set point without a unit is in that of its reading
        text = say("versus_units", teller.lang, **names, **figures)
    else:
        difference = both[one] - both[other]
        values |= _facts(difference)
        tell = _followed if task.values.get("follows") else _told
        text = tell(task, teller, difference, names | figures, values)
    handled.findings.append(
        Finding(id=f"F{len(handled.findings) + 1}", kind="statistics", text=text, sensor=one,
                tag=teller.names.tag(one), values=values | {"reply": text})
    )  # fmt: skip
    told = say("handled_statistics", teller.lang, count=2)
    return PlanStep(order=task.order, kind=task.kind, text=told, values={"statistics": {"difference": values}})


def _facts(difference: pd.Series) -> dict[str, FactValue]:
    """Mean, median at both ends and shares of the rows above and below zero of the first less the second sensor."""
    part = max(1, len(difference) // ENDS)
    return {
        "difference": float(difference.mean()),
        "at_first": float(difference.iloc[:part].median()),
        "at_last": float(difference.iloc[-part:].median()),
        "share_above": float((difference > 0).mean()),
        "share_below": float((difference < 0).mean()),
    }


def _followed(
    task: Subtask, teller: Teller, difference: pd.Series, words: dict[str, str], values: dict[str, FactValue]
) -> str:
    """The sentence on a controller: how far its reading is from its set point on average, and at most, when."""
    size = difference.abs()
    row = int(size.to_numpy().argmax())
    mean, farthest, offset = float(size.mean()), float(difference.iloc[row]), float(difference.mean())
    at = teller.at(pd.DatetimeIndex(difference.index)[row])
    values |= {"mean_deviation": mean, "largest_deviation": farthest, "largest_at": at}
    above, below = (say(f"versus_side_{way}", teller.lang) for way in ("above", "below"))
    return say(
        "versus_follows", teller.lang, **words, at=at, mean=_amount(mean, task, teller),
        largest=_amount(abs(farthest), task, teller), side=above if farthest > 0 else below,
        offset=_amount(abs(offset), task, teller), way=above if offset > 0 else below,
    )  # fmt: skip


def _told(
    task: Subtask, teller: Teller, difference: pd.Series, words: dict[str, str], values: Mapping[str, FactValue]
) -> str:
    """The sentence: yes or no where that was asked, and the numbers of both sensors."""
    above, below = float(str(values["share_above"])), float(str(values["share_below"]))
    way = "above" if above >= MOSTLY else "below" if below >= MOSTLY else "alike"
    share = {"above": above, "below": below, "alike": above}[way]
    rows = "versus_always" if share >= MOST else "versus_share"
    told = {key: _amount(float(str(values[key])), task, teller) for key in ("at_first", "at_last")}
    text = say(
        f"versus_{way}", teller.lang, **words, **told, by=_amount(abs(float(str(values["difference"]))), task, teller),
        rows=say(rows, teller.lang, share=figure(100 * share, 2)), end=teller.at(difference.index[-1]),
    )  # fmt: skip
    if not task.values.get("yes_no"):
        return text
    yes = say("reply_yes" if way == task.values["way"] else "reply_no", teller.lang)
    return say("versus_answer", teller.lang, yes=yes, told=text)


def _reading(value: float, sensor: str, teller: Teller) -> str:
    return f"{figure(value)}{teller.names.unit(sensor)}"


def _amount(value: float, task: Subtask, teller: Teller) -> str:
    """A difference with its unit: of readings in percent, percentage points."""
    unit = teller.names.unit(task.sensors[0])
    return f"{figure(value)}{say('finding_points', teller.lang) if unit.strip() == '%' else unit}"

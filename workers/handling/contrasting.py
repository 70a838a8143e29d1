"""How a sensor is in the rows that meet a condition, against all other rows: "does A rise when B is above 80?".

What goes together is told, and that it need not be cause and effect. Neighbouring rows say much the same, so the number
of separate stretches in which the condition held stands beside the means: a difference in one stretch proves little.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import workers.handling.filtering as filtering
import workers.handling.nothing as nothing
import workers.handling.onoff as onoff
from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.looking.findings import Teller
from workers.prose.numbers import figure
from workers.wording import say

ALIKE, SLIGHT = 0.2, 0.5  # differences of means in spreads within the groups: none to speak of, a small one (Cohen)
CALMER, WILDER = 0.8, 1.25  # ratios of the spreads below and above which they differ
MOST = 4  # sensors that are told
Step = Callable[[Handled, Subtask, Teller], PlanStep]


def besides(step: Step) -> Step:
    """The step, but for tasks that hold the rows of a condition against the rest."""

    def done(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
        return _contrasted(handled, task, teller) if task.values.get("against") else step(handled, task, teller)

    return done


def _contrasted(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    """One finding a sensor, the first sentences of the answer; one that says so where there is nothing to compare."""
    where = filtering.own_units(task.values["where"], teller, handled.frame)
    if isinstance(where, str):
        return PlanStep(order=task.order, kind=task.kind, text=where, values=dict(task.values), status="failed")
    part = handled.frame.loc[task.start : task.end]
    meets = filtering.met(part, where)
    known = part[list({each["sensor"] for each in where.get("all") or where["any"]})].notna().all(axis=1)
    hours = filtering.hours(task.start, task.end, teller)
    condition = filtering.worded(where, teller) + (say("statistics_scope", teller.lang, scope=hours) if hours else "")
    found: dict[str, dict[str, FactValue]] = {}
    for sensor in task.sensors[:MOST]:
        values = _compared(part[sensor], meets, known)
        if values is not None:
            found[sensor] = values
            _tell(handled, task, teller, sensor, condition, values)
    if not found:
        key = "contrast_none" if meets.any() else "condition_never"
        text = say(key, teller.lang, condition=condition, when="")
        nothing.tell(handled, text, first=True)
        return PlanStep(order=task.order, kind=task.kind, text=text, values=dict(task.values), status="skipped")
    if asks := onoff.asks(where, handled.frame, teller):  # for the number, behind all that was told
        last = handled.findings[-1]
        text = last.text + asks
        handled.findings[-1] = last.model_copy(update={"text": text, "values": {**last.values, "reply": text}})
    text = say("handled_statistics", teller.lang, count=len(found))
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"statistics": found, **task.values})


def _compared(series: pd.Series, meets: pd.Series, known: pd.Series) -> dict[str, FactValue] | None:
    """Means and spreads of both groups of rows; None where one of them is empty."""
    series = series.replace([np.inf, -np.inf], np.nan)
    inside, rest = series[meets].dropna(), series[known & ~meets].dropna()
    if inside.empty or rest.empty:
        return None
    difference = float(inside.mean() - rest.mean())
    within = np.concatenate([inside - inside.mean(), rest - rest.mean()])
    each = series[meets].groupby((meets != meets.shift()).cumsum()[meets]).mean().dropna()
    return {
        "mean": float(inside.mean()), "mean_rest": float(rest.mean()), "difference": difference,
        "std": float(inside.std(ddof=0)), "std_rest": float(rest.std(ddof=0)), "spread": float(within.std()),
        "rows": len(inside), "rows_rest": len(rest), "stretches": len(each),
        "stretches_alike": int((np.sign(each - rest.mean()) == np.sign(difference)).sum()),
    }  # fmt: skip


def way(values: dict[str, Any], *, spread: bool) -> str:
    """Where the rows of the condition lie: above, below or alike; of their `spread` where that is asked about."""
    if spread:
        ratio = values["std"] / values["std_rest"] if values["std_rest"] > 0 else np.inf if values["std"] > 0 else 1.0
        return "above" if ratio > WILDER else "below" if ratio < CALMER else "alike"
    if abs(values["difference"]) <= ALIKE * values["spread"]:
        return "alike"
    return "above" if values["difference"] > 0 else "below"


def _tell(
    handled: Handled, task: Subtask, teller: Teller, sensor: str, condition: str, values: dict[str, FactValue]
) -> None:
    asked, lang, unit = task.values.get("way"), teller.lang, teller.names.unit(sensor)
    of_spread = asked == "spread"
    is_ = way(values, spread=of_spread)
    size = abs(float(str(values["difference"])))
    small = not of_spread and is_ != "alike" and size < SLIGHT * float(str(values["spread"]))
    keys = ("std", "std_rest") if of_spread else ("mean", "mean_rest")
    one, other = (f"{figure(float(str(values[key])))}{unit}" for key in keys)
    text = say(
        f"contrast_{'spread_' if of_spread else ''}{is_}", lang, sensor=teller.names.name(sensor), condition=condition,
        slightly=say("contrast_slightly", lang) if small else "", one=one, other=other,
        rows=f"{values['rows']:,}", rest=f"{values['rows_rest']:,}",
    )  # fmt: skip
    if not of_spread and is_ != "alike":
        key = "contrast_stretches" if int(str(values["stretches"])) > 1 else "contrast_stretch"
        text += say(key, lang, alike=values["stretches_alike"], all=values["stretches"])
    if task.values.get("yes_no"):
        yes = is_ == {"change": is_, "spread": "above"}.get(str(asked), asked) and is_ != "alike"
        text = say("versus_answer", lang, yes=say("reply_yes" if yes else "reply_no", lang), told=text)
    text += say("contrast_cause", lang) if is_ != "alike" else ""
    number = len(handled.findings) + 1
    handled.findings.append(
        Finding(id=f"F{number}", kind="statistics", text=text, sensor=sensor, tag=teller.names.tag(sensor),
                values=values | {"reply": text})
    )  # fmt: skip

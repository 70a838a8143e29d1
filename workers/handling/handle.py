"""Carries out the data subtasks of a plan in order and tells what each did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

import workers.handling.steps as steps
from roles.manager import Plan, Subtask
from roles.types import Finding
from workers.contracts import PlanStep
from workers.findings import Teller
from workers.numbers import figure, span
from workers.wording import say

MOST_STATISTICS = 12


@dataclass
class Handled:
    """The processed table, its label columns, what was measured on the way, and how each step went."""

    frame: pd.DataFrame
    labels: dict[str, pd.Series] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    done: dict[int, PlanStep] = field(default_factory=dict)  # by the subtask's order
    changed: bool = False


def handle(frame: pd.DataFrame, plan: Plan, teller: Teller) -> Handled:
    """Carry out clean, resample, label and statistics on a copy of `frame`; other subtasks are not touched."""
    handled = Handled(frame)
    for task in plan.subtasks:
        step = STEPS.get(task.kind)
        if step is not None:
            handled.done[task.order] = step(handled, task, teller)
    return handled


def _clean(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    handled.frame, counts = steps.clean(handled.frame, despike=bool(task.values.get("despike")))
    handled.changed = True
    text = say("handled_clean", teller.lang, **counts)
    return PlanStep(order=task.order, kind=task.kind, text=text, values=dict(counts))


def _resample(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    step_s, how = float(task.values.get("step_s", 60.0)), str(task.values.get("how", "mean"))
    rows = len(handled.frame)
    handled.frame = steps.resample(handled.frame, step_s, how)
    handled.labels = {
        name: steps.resample(s.to_frame(), step_s, "max").iloc[:, 0] for name, s in handled.labels.items()
    }
    handled.changed = True
    text = say("handled_resample", teller.lang, step=span(step_s, teller.lang), before=rows, after=len(handled.frame))
    values = {"step_s": step_s, "how": how, "rows_before": rows, "rows_after": len(handled.frame)}
    return PlanStep(order=task.order, kind=task.kind, text=text, values=values)


def _label(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    counts: dict[str, int] = {}
    said = str(task.values.get("unit") or "")
    strange = [s for s in task.sensors if said and teller.names.unit(s).strip().lower() not in ("", said.lower())]
    if strange or not task.sensors:
        key = "handled_label_unit" if strange else "handled_label_nothing"
        first = strange[0] if strange else ""
        text = say(key, teller.lang, sensor=teller.names.name(first), said=said, unit=teller.names.unit(first).strip())
        return PlanStep(order=task.order, kind=task.kind, text=text, values=dict(task.values), status="failed")
    for sensor in task.sensors:
        whole = steps.label(handled.frame[sensor], task.values)
        within = whole.loc[task.start : task.end] if task.start or task.end else whole
        marks = within.reindex(whole.index, fill_value=0.0)
        name = f"{sensor}_label" if f"{sensor}_label" not in handled.labels else f"{sensor}_label{task.order}"
        handled.labels[name] = marks
        counts[sensor] = int(marks.sum())
        handled.findings.append(_limit_finding(sensor, marks, task, teller, len(handled.findings) + 1))
    handled.changed = True
    text = say("handled_label", teller.lang, count=len(task.sensors))
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"rows": counts, **task.values})


def _limit_finding(sensor: str, marks: pd.Series, task: Subtask, teller: Teller, number: int) -> Finding:
    count, rows = int(marks.sum()), int(marks.notna().sum())
    first = marks.index[marks.to_numpy() == 1][0] if count else None
    since = teller.at(first) if first is not None else ""
    share = 100.0 * count / max(rows, 1)
    key = "finding_limit" if count else "finding_limit_never"
    text = say(
        key,
        teller.lang,
        sensor=teller.names.name(sensor),
        limit=_limit_text(task, teller, sensor),
        count=count,
        share=figure(share),
        first=since,
    )
    values = {k: v for k, v in task.values.items() if isinstance(v, int | float | str)}
    return Finding(
        id=f"F{number}",
        kind="limit",
        text=text,
        sensor=sensor,
        tag=teller.names.tag(sensor),
        start=first.to_pydatetime() if first is not None else None,
        values={"rows": count, "share_percent": round(share, 4), **values},
    )


def _limit_text(task: Subtask, teller: Teller, sensor: str) -> str:
    side, unit = task.values.get("side", "above"), teller.names.unit(sensor)
    if side in ("outside", "inside"):
        bounds = f"{figure(float(task.values['low']))}-{figure(float(task.values['high']))}{unit}"
        return say(f"limit_{side}", teller.lang, bounds=bounds)
    return say(f"limit_{side}", teller.lang, bounds=f"{figure(float(task.values['limit']))}{unit}")


def _statistics(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    wanted = task.sensors or [str(c) for c in handled.frame.columns]
    part = handled.frame.loc[task.start : task.end, wanted]
    found = steps.statistics(part, task.values.get("what", ()))
    for sensor, numbers in list(found.items())[:MOST_STATISTICS]:
        words = ", ".join(f"{say(f'statistic_{k}', teller.lang)} {figure(v)}" for k, v in numbers.items())
        text = f"{teller.names.name(sensor)}: {words}{teller.names.unit(sensor)}"
        handled.findings.append(
            Finding(
                id=f"F{len(handled.findings) + 1}",
                kind="statistics",
                text=text,
                sensor=sensor,
                tag=teller.names.tag(sensor),
                values=dict(numbers),
            )
        )
    text = say("handled_statistics", teller.lang, count=len(found))
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"statistics": found})


STEPS: dict[str, Callable[[Handled, Subtask, Teller], PlanStep]] = {
    "clean": _clean,
    "resample": _resample,
    "label": _label,
    "statistics": _statistics,
}

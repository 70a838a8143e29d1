"""Carries out the data subtasks of a plan in order and tells what each did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

import workers.handling.contrasting as contrasting
import workers.handling.filtering as filtering
import workers.handling.nothing as nothing
import workers.handling.steps as steps
from roles.manager import Plan, Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.handling.rowtimes import by_rows
from workers.handling.summing import summed
from workers.looking.findings import Teller
from workers.prose.numbers import figure, given, span
from workers.units import in_unit
from workers.wording import say


def handle(frame: pd.DataFrame, plan: Plan, teller: Teller, context: pd.DataFrame | None = None) -> Handled:
    """Carry out clean, resample, label and statistics on a copy of `frame`; other subtasks are not touched. `context`
    are the texts of its rows."""
    handled, teller = Handled(frame, context=context), by_rows(teller)
    for task in plan.subtasks:
        step = STEPS.get(task.kind)
        if task.kind == "statistics" and plan.unknown and not task.sensors:
            handled.done[task.order] = _unknown(task, teller)
        elif step is not None:
            handled.done[task.order] = step(handled, task, teller)
    return handled


def _unknown(task: Subtask, teller: Teller) -> PlanStep:
    """Only sensors were named that the file has not: figures of others would be no answer."""
    text = say("handled_statistics_unknown", teller.lang)
    return PlanStep(order=task.order, kind=task.kind, text=text, values=dict(task.values), status="failed")


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
    empty = int(handled.frame.isna().all(axis=1).sum())
    if len(handled.frame) > rows and empty:  # nothing is made up between readings, so it has to be said
        text += say("handled_resample_finer", teller.lang, empty=empty)
    values = {"step_s": step_s, "how": how, "rows_before": rows, "rows_after": len(handled.frame), "rows_empty": empty}
    return PlanStep(order=task.order, kind=task.kind, text=text, values=values)


def _label(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    if "all" in task.values or "any" in task.values:
        return _label_rows(handled, task, teller)
    counts: dict[str, int] = {}
    said = str(task.values.get("unit") or "")
    values = {sensor: in_unit(task.values, teller.names.unit(sensor)) for sensor in task.sensors}
    strange = [sensor for sensor, own in values.items() if own is None]
    if strange or not task.sensors:
        key = "handled_label_unit" if strange else "handled_label_nothing"
        first = strange[0] if strange else ""
        text = say(key, teller.lang, sensor=teller.names.name(first), said=said, unit=teller.names.unit(first).strip())
        return PlanStep(order=task.order, kind=task.kind, text=text, values=dict(task.values), status="failed")
    lost = nothing.unread(handled.frame, task, task.sensors)
    if len(lost) == len(task.sensors):
        return nothing.skipped(handled, task, teller, lost)
    if lost:
        nothing.tell(handled, nothing.nothing(handled.frame, task, lost, teller), first=False)
    for sensor in [sensor for sensor in task.sensors if sensor not in lost]:
        limit = values[sensor] or {}
        whole = steps.label(handled.frame[sensor], limit)
        within = whole.loc[task.start : task.end] if task.start or task.end else whole
        marks = within.reindex(whole.index, fill_value=0.0)
        name = f"{sensor}_label" if f"{sensor}_label" not in handled.labels else f"{sensor}_label{task.order}"
        handled.labels[name] = marks
        counts[sensor] = int(marks.sum())
        handled.findings.append(_limit_finding(sensor, within, limit, teller, len(handled.findings) + 1))
    handled.changed = True
    text = say("handled_label_one" if len(task.sensors) == 1 else "handled_label", teller.lang, count=len(task.sensors))
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"rows": counts, **task.values})


def _label_rows(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    """One label for rows on which several limits are passed, all of them or any."""
    how = "any" if "any" in task.values else "all"
    parts: list[dict[str, Any]] = []
    for part in task.values[how]:
        unit = teller.names.unit(part["sensor"]).strip()
        own = in_unit(part, unit)
        if own is None:
            name = teller.names.name(part["sensor"])
            text = say("handled_label_unit", teller.lang, sensor=name, said=part["unit"], unit=unit)
            return PlanStep(order=task.order, kind=task.kind, text=text, values=dict(task.values), status="failed")
        parts.append(own)
    sensors = list(dict.fromkeys(part["sensor"] for part in parts))
    lost = nothing.unread(handled.frame, task, sensors)
    if len(lost) == len(sensors) or (lost and how == "all"):  # without one of them not all limits can be passed
        return nothing.skipped(handled, task, teller, lost)
    whole = steps.combined(handled.frame, parts, how)
    within = whole.loc[task.start : task.end] if task.start or task.end else whole
    marks = within.reindex(whole.index, fill_value=0.0)
    handled.labels["label" if "label" not in handled.labels else f"label{task.order}"] = marks
    handled.findings.append(_rows_finding(within, parts, how, teller, len(handled.findings) + 1))
    handled.changed = True
    text = say("handled_label_rows", teller.lang)
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"rows": int(marks.sum()), **task.values})


def _rows_finding(
    marks: pd.Series, parts: list[dict[str, Any]], how: str, teller: Teller, number: int
) -> Finding:  # fmt: skip
    count, rows = int(marks.sum()), int(marks.notna().sum())
    first = marks.index[marks.to_numpy() == 1][0] if count else None
    said = []
    values: dict[str, FactValue] = {"rows": count, "share_percent": round(100.0 * count / max(rows, 1), 4)}
    for i, part in enumerate(parts, start=1):
        bounds = bounds_of(part, teller, part["sensor"])
        said.append(f"{teller.names.name(part['sensor'])} {bounds}" if teller.lang == "en" else
                    f"{teller.names.name(part['sensor'])}{bounds}")  # fmt: skip
        values |= {f"{key}_{i}": part[key] for key in ("limit", "low", "high", "sensor", "side") if key in part}
    text = say(
        "finding_rows" if count else "finding_rows_never", teller.lang, count=count, of=rows,
        share=figure(100.0 * count / max(rows, 1)), conditions=say(f"conditions_{how}", teller.lang).join(said),
        first=teller.at(first) if first is not None else "",
    )  # fmt: skip
    values["readings"] = rows
    return Finding(
        id=f"F{number}", kind="limit", text=text, values=values,
        start=first.to_pydatetime() if first is not None else None,
    )  # fmt: skip


def _limit_finding(
    sensor: str, marks: pd.Series, limit: Mapping[str, Any], teller: Teller, number: int
) -> Finding:  # fmt: skip
    count, rows = int(marks.sum()), int(marks.notna().sum())
    first = marks.index[marks.to_numpy() == 1][0] if count else None
    since = teller.at(first) if first is not None else ""
    share = 100.0 * count / max(rows, 1)
    key = "finding_limit" if count else "finding_limit_never"
    text = say(
        key,
        teller.lang,
        sensor=teller.names.name(sensor),
        limit=bounds_of(limit, teller, sensor),
        count=count,
        share=figure(share),
        first=since,
    )
    values = {k: v for k, v in limit.items() if isinstance(v, int | float | str) and not isinstance(v, bool)}
    return Finding(
        id=f"F{number}",
        kind="limit",
        text=text,
        sensor=sensor,
        tag=teller.names.tag(sensor),
        start=first.to_pydatetime() if first is not None else None,
        values={"rows": count, "share_percent": round(share, 4), **values},
    )


def bounds_of(values: Mapping[str, Any], teller: Teller, sensor: str) -> str:
    """A limit in words, in the unit of `sensor`: "above 45 A"."""
    side, unit = values.get("side", "above"), teller.names.unit(sensor)
    if side in ("outside", "inside"):
        bounds = f"{given(float(values['low']))}-{given(float(values['high']))}{unit}"
        return say(f"limit_{side}", teller.lang, bounds=bounds)
    side = {"above": "at_least", "below": "at_most"}[side] if values.get("or_equal") else side
    return say(f"limit_{side}", teller.lang, bounds=f"{given(float(values['limit']))}{unit}")


STEPS: dict[str, Callable[[Handled, Subtask, Teller], PlanStep]] = {
    "clean": filtering.cleaning(_clean),
    "resample": filtering.resampling(_resample),
    "label": filtering.labelling(_label),
    "statistics": contrasting.besides(filtering.summing(summed)),
}

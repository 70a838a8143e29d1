"""Carries out the data subtasks of a plan in order and tells what each did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

import workers.handling.steps as steps
from roles.manager import Plan, Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.handling.listing import listing
from workers.looking.findings import Teller
from workers.prose.numbers import figure, same_unit, span
from workers.wording import say

MOST_STATISTICS = 12
MOST_GROUPS = 8  # named in a text; all of them stand in the plan's values


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
    strange = [s for s in task.sensors if said and (unit := teller.names.unit(s)) and not same_unit(unit, said)]
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


def _label_rows(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    """One label for rows on which several limits are passed, all of them or any."""
    how = "any" if "any" in task.values else "all"
    parts = task.values[how]
    for part in parts:
        unit = teller.names.unit(part["sensor"]).strip()
        if part.get("unit") and unit and not same_unit(unit, str(part["unit"])):
            name = teller.names.name(part["sensor"])
            text = say("handled_label_unit", teller.lang, sensor=name, said=part["unit"], unit=unit)
            return PlanStep(order=task.order, kind=task.kind, text=text, values=dict(task.values), status="failed")
    whole = steps.combined(handled.frame, parts, how)
    within = whole.loc[task.start : task.end] if task.start or task.end else whole
    marks = within.reindex(whole.index, fill_value=0.0)
    handled.labels["label" if "label" not in handled.labels else f"label{task.order}"] = marks
    handled.findings.append(_rows_finding(marks, parts, how, teller, len(handled.findings) + 1))
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
        limit=bounds_of(task.values, teller, sensor),
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


def bounds_of(values: Mapping[str, Any], teller: Teller, sensor: str) -> str:
    """A limit in words, with the unit of `sensor`: "above 45 A"."""
    side, unit = values.get("side", "above"), teller.names.unit(sensor)
    if side in ("outside", "inside"):
        bounds = f"{figure(float(values['low']))}-{figure(float(values['high']))}{unit}"
        return say(f"limit_{side}", teller.lang, bounds=bounds)
    return say(f"limit_{side}", teller.lang, bounds=f"{figure(float(values['limit']))}{unit}")


def _statistics(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    wanted = task.sensors or [str(c) for c in handled.frame.columns]
    part = handled.frame.loc[task.start : task.end, wanted]
    if task.values.get("list"):
        return listing(handled, task, teller)
    if (task.values.get("by") or task.values.get("split")) and len(part):
        return _grouped(handled, task, teller, part)
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


def _grouped(handled: Handled, task: Subtask, teller: Teller, part: pd.DataFrame) -> PlanStep:
    """Statistics of each shift, hour or day, or before and after a moment: one finding a sensor."""
    by, what = str(task.values.get("by") or "split"), task.values.get("what") or ["mean"]
    index = pd.DatetimeIndex(part.index)
    of = _halves(index, task, teller) if by == "split" else steps.groups(index, by, teller.zone).to_numpy()
    found = {str(name): steps.statistics(some, what) for name, some in part.groupby(of, sort=by != "split")}
    for sensor in list(part.columns)[:MOST_STATISTICS]:
        told = {group: numbers[sensor] for group, numbers in found.items() if numbers[sensor]}
        lines = [_group(group, numbers, teller) for group, numbers in list(told.items())[:MOST_GROUPS]]
        lines += ["…"] if len(told) > MOST_GROUPS else []
        text = say(
            f"finding_by_{by}", teller.lang, sensor=_with_unit(sensor, teller),
            what=", ".join(say(f"statistic_{k}", teller.lang) for k in what), groups=", ".join(lines),
        )  # fmt: skip
        values: dict[str, FactValue] = {f"{at} {k}": v for at, numbers in told.items() for k, v in numbers.items()}
        handled.findings.append(
            Finding(id=f"F{len(handled.findings) + 1}", kind="statistics", text=text, sensor=sensor,
                    tag=teller.names.tag(sensor), values=values)
        )  # fmt: skip
    text = say("handled_statistics", teller.lang, count=len(part.columns))
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"statistics": found, "by": by})


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


STEPS: dict[str, Callable[[Handled, Subtask, Teller], PlanStep]] = {
    "clean": _clean,
    "resample": _resample,
    "label": _label,
    "statistics": _statistics,
}

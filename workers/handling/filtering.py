"""Rows that count: conditions of statistics, rows and columns taken off the table, the hours that a number is about,
and the share of them in which a limit is passed. Each wraps a step of `handle` and tells what was held against what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

import workers.handling.grouping as grouping
import workers.handling.onoff as onoff
import workers.handling.rowtimes as rowtimes
import workers.handling.steps as steps
from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.looking.findings import Teller
from workers.prose.numbers import figure, given, span
from workers.units import in_unit
from workers.wording import say

Step = Callable[[Handled, Subtask, Teller], PlanStep]
COMMA, SPACE, PERIOD = {"en": ", ", "zh": "，"}, {"en": " ", "zh": ""}, {"en": ".", "zh": "。"}


def own_units(where: Mapping[str, Any], teller: Teller, frame: pd.DataFrame | None = None) -> dict[str, Any] | str:
    """A condition with its limits in the units of the sensors, or the sentence that one measures something else; one
    that says only "high" or "low" with the middle of the readings in `frame`."""
    how = "any" if "any" in where else "all"
    parts = []
    for part in where[how]:
        unit = teller.names.unit(part["sensor"]).strip()
        own = in_unit(part, unit)
        if own is None:
            name = teller.names.name(part["sensor"])
            return say("condition_unit", teller.lang, sensor=name, said=part["unit"], unit=unit)
        parts.append(own if frame is None else onoff.with_middle(own, frame))
    return {how: parts} | ({"not": True} if where.get("not") else {})


def met(frame: pd.DataFrame, where: Mapping[str, Any]) -> pd.Series:
    """True for the rows that count (n,): those that meet a condition, or those that don't where it says "not"; where a
    reading is missing and leaves it open, a row meets no condition."""
    how = "any" if "any" in where else "all"
    hit = steps.combined(frame, where[how], how) == 1.0
    return ~hit if where.get("not") else hit


def worded(where: Mapping[str, Any], teller: Teller) -> str:
    """A condition in words: "Load above 80 % and Vibration DE below 3 mm/s"."""
    how = "any" if "any" in where else "all"
    said = [f"{teller.names.name(p['sensor'])}{SPACE[teller.lang]}{_bounds(p, teller)}" for p in where[how]]
    return say(f"conditions_{how}", teller.lang).join(said)


def _bounds(part: Mapping[str, Any], teller: Teller) -> str:
    side, unit = part.get("side", "above"), teller.names.unit(part["sensor"])
    if "state" in part:
        return say(f"limit_{part['state']}", teller.lang)
    if "level" in part:
        middle = f"{SPACE[teller.lang]}{figure(part['middle'])}{unit}" if "middle" in part else ""
        return say(f"limit_{part['level']}", teller.lang, middle=middle)
    if "low" in part:
        low, high = given(float(part["low"])), given(float(part["high"]))
        if low == high:
            return say("limit_equal", teller.lang, bounds=f"{low}{unit}")
        return say(f"limit_{side}", teller.lang, bounds=f"{low}-{high}{unit}")
    side = {"above": "at_least", "below": "at_most"}[side] if part.get("or_equal") else side
    return say(f"limit_{side}", teller.lang, bounds=f"{given(float(part['limit']))}{unit}")


def hours(start: Any, end: Any, teller: Teller) -> str:
    """A window in words; "" for the whole file."""
    if start is None and end is None:
        return ""
    if None not in (start, end) and pd.Timestamp(end) > teller.index[-1]:
        same = teller.at(pd.Timestamp(start)) == teller.at(pd.Timestamp(end))
        end = teller.index[-1] if same else end  # "00:00 to 00:00" of a file of one day
    key = "between" if start is not None and end is not None else "since" if start is not None else "until"
    said = {name: teller.at(pd.Timestamp(t)) if t is not None else "" for name, t in (("start", start), ("end", end))}
    return say(f"hours_{key}", teller.lang, **said)


def summing(step: Step) -> Step:
    """Statistics over the rows that meet the task's condition; every number says over which rows it is."""

    def summed(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
        before, asks = len(handled.findings), ""
        scope = [hours(task.start, task.end, teller)] if "split" not in task.values and "now" not in task.values else []
        if "where" in task.values:
            where = own_units(task.values["where"], teller, handled.frame)
            if isinstance(where, str):
                return PlanStep(order=task.order, kind=task.kind, text=where, values=dict(task.values), status="failed")
            part = handled.frame.loc[task.start : task.end]
            rows = met(part, where)
            if not rows.any():
                return _none(handled, task, teller, where)
            key = "statistics_without" if where.get("not") else "statistics_when"
            counts = {"rows": f"{int(rows.sum()):,}", "of": f"{len(rows):,}"}
            said = say(key, teller.lang, condition=worded(where, teller), **counts)
            scope.append(_after_removal(handled, where, rows, teller) or said)
            done = _numbers(_of(handled, part[rows]), task, teller, step)  # into the same list of findings
            asks = onoff.asks(where, handled.frame, teller)
        else:
            done = _numbers(handled, task, teller, step)
        _scoped(handled, before, [each for each in scope if each], teller)
        if asks and len(handled.findings) > before:
            last = handled.findings[-1]
            handled.findings[-1] = last.model_copy(
                update={"text": f"{last.text.rstrip('.。')}{PERIOD[teller.lang]}{asks}"}
            )
        return done

    return summed


def _numbers(handled: Handled, task: Subtask, teller: Teller, step: Step) -> PlanStep:
    if task.values.get("ranks") or task.values.get("by") == "span":
        return grouping.tabulated(handled, task, teller)
    return step(handled, task, teller)


def _of(handled: Handled, frame: pd.DataFrame) -> Handled:
    """The same, seen through some of its rows only."""
    return Handled(frame, handled.labels, handled.findings, handled.done, handled.changed, handled.context)


def _after_removal(handled: Handled, where: Mapping[str, Any], rows: pd.Series, teller: Teller) -> str:
    """What is said where the other rows were taken off the table before."""
    gone = handled.removed.get(worded(where, teller))
    if gone is None or not rows.all():
        return ""
    if not gone:
        return say("statistics_none_removed", teller.lang, rows=f"{len(rows):,}", condition=worded(where, teller))
    key = "statistics_removed" if where.get("not") else "statistics_kept"
    return say(key, teller.lang, rows=f"{len(rows):,}", gone=f"{gone:,}", condition=worded(where, teller))


def _scoped(handled: Handled, before: int, scope: list[str], teller: Teller) -> None:
    """Say over which rows and hours each number from `before` on was reckoned."""
    if not scope:
        return
    said = say("statistics_scope", teller.lang, scope=COMMA[teller.lang].join(scope))
    for i in range(before, len(handled.findings)):
        found = handled.findings[i]
        if found.kind == "statistics" and "reply" not in found.values and found.values:
            text = f"{found.text.rstrip('.。')}{said}"
            handled.findings[i] = found.model_copy(update={"text": text})


def _none(handled: Handled, task: Subtask, teller: Teller, where: Mapping[str, Any]) -> PlanStep:
    """One sentence where no row counts."""
    when = hours(task.start, task.end, teller)
    key = "condition_always" if where.get("not") else "condition_never"
    text = say(key, teller.lang, condition=worded(where, teller), when=f"{SPACE[teller.lang]}{when}" if when else "")
    values: dict[str, FactValue] = {"reply": text, "empty": True}
    number = len(handled.findings) + 1
    handled.findings.append(Finding(id=f"F{number}", kind="statistics", text=text, values=values))
    return PlanStep(order=task.order, kind=task.kind, text=text, values=dict(task.values), status="skipped")


def cleaning(step: Step) -> Step:
    """Cleaning, where that is wanted, and rows and columns off the table."""

    def cleaned(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
        if not {"where", "hours", "drop", "rows_only"} & set(task.values):
            return step(handled, task, teller)
        told, values = [], dict(task.values)
        if not task.values.get("rows_only"):
            told.append(step(handled, task, teller).text)
        failed = False
        if "where" in task.values:
            text, gone = _without(handled, task.values["where"], teller)
            failed = gone is None
            values["rows_removed"] = gone or 0
            told.append(text)
        if "hours" in task.values:
            told.append(_cut(handled, task, teller))
        handled.frame = handled.frame.drop(columns=[c for c in task.values.get("drop", ()) if c in handled.frame])
        if not told:
            names = teller.names
            told.append(say("handled_columns", teller.lang, names=", ".join(names.name(str(c)) for c in handled.frame)))
        if task.values.get("table_only"):
            told.append(say("handled_table_only", teller.lang))
        handled.changed = True
        text = COMMA[teller.lang].join(told)
        status = "failed" if failed else "done"
        return PlanStep(order=task.order, kind=task.kind, text=text, values=values, status=status)

    return cleaned


def _without(handled: Handled, condition: Mapping[str, Any], teller: Teller) -> tuple[str, int | None]:
    """Take rows off the table: what was done, and how many; None where nothing could be."""
    where = own_units(condition, teller)
    if isinstance(where, str):
        return where, None
    if asks := onoff.asks(where, handled.frame, teller):  # no number to remove by: the half of the table is too much
        return say("handled_rows_unsaid", teller.lang, asks=asks.strip()), None
    rows = met(handled.frame, where)
    gone, said = int((~rows).sum()), worded(where, teller)
    if not rows.any():
        return say("handled_rows_all", teller.lang, of=f"{len(rows):,}", condition=said), None
    handled.frame = handled.frame[rows]
    handled.removed[said] = gone
    key = "handled_rows_removed" if where.get("not") else "handled_rows_kept"
    key = key if gone else "handled_rows_none"
    return say(key, teller.lang, gone=f"{gone:,}", of=f"{len(rows):,}", condition=said), gone


def _cut(handled: Handled, task: Subtask, teller: Teller) -> str:
    """Only the hours that were named stay in the table."""
    start, end = (pd.Timestamp(t) if t else None for t in task.values["hours"])
    before = len(handled.frame)
    part = handled.frame.loc[start:end]
    handled.frame = part if len(part) else handled.frame
    rows = f"{len(handled.frame):,}"
    return say("handled_hours", teller.lang, hours=hours(start, end, teller), rows=rows, of=f"{before:,}")


def resampling(step: Step) -> Step:
    """One resampling after another: to 10 min, then by hour."""

    def resampled(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
        done = step(handled, task, teller)
        handled.step_s = float(task.values.get("step_s", 60.0))
        if handled.removed:
            done = _not_empty(handled, done, teller)
        if (then := task.values.get("then")) is None:
            return done
        again = step(handled, task.model_copy(update={"values": dict(then)}), teller)
        handled.step_s = float(then["step_s"])
        text = say("handled_then", teller.lang, first=done.text, second=again.text)
        return done.model_copy(update={"text": text, "values": {**done.values, "then": again.values}})

    return resampled


def _not_empty(handled: Handled, done: PlanStep, teller: Teller) -> PlanStep:
    """Steps from which all rows were removed before are no rows of the table."""
    there = handled.frame.notna().any(axis=1)
    empty = int((~there).sum())
    if not empty:
        return done
    handled.frame = handled.frame[there]
    handled.labels = {name: marks[there] for name, marks in handled.labels.items()}
    text = done.text + say("handled_not_empty", teller.lang, empty=f"{empty:,}")
    return done.model_copy(update={"text": text, "values": {**done.values, "rows_after": len(handled.frame)}})


def labelling(step: Step) -> Step:
    """Labels: within the hours that were named their share is of those hours; a label with a word of its own is called
    by it; what was averaged before is said."""

    def labelled(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
        before, had = len(handled.findings), set(handled.labels)
        done = step(handled, task, teller)
        if done.status != "done":
            return done
        if task.start is not None or task.end is not None or task.values.get("lasting"):
            _of_hours(handled, before, task, teller)
        for name in [name for name in handled.labels if name not in had]:
            if word := str(task.values.get("name") or ""):
                handled.labels[f"{name}={word}"] = handled.labels.pop(name)
        if word := str(task.values.get("name") or ""):
            done = done.model_copy(update={"text": say("handled_label_as", teller.lang, told=done.text, word=word)})
        if handled.step_s is not None:
            text = say("handled_label_resampled", teller.lang, told=done.text, step=span(handled.step_s, teller.lang))
            done = done.model_copy(update={"text": text})
        return done

    return labelled


def _of_hours(handled: Handled, before: int, task: Subtask, teller: Teller) -> None:
    """Say of the findings from `before` on which hours their rows and share are of, and how long they are in all."""
    part = handled.frame.loc[task.start : task.end]
    step = _step_s(pd.DatetimeIndex(handled.frame.index))
    for i in range(before, len(handled.findings)):
        found = handled.findings[i]
        if found.kind != "limit":
            continue
        lasting = float(str(found.values.get("rows", 0))) * step
        timed = task.start is not None or task.end is not None
        key = ("label_hours" if lasting else "label_hours_none") if timed else "label_lasting"
        text = found.text + say(
            key, teller.lang, rows=f"{len(part):,}",
            hours=hours(task.start, task.end, teller), lasting=rowtimes.lasting(lasting, teller),
        )  # fmt: skip
        values: dict[str, FactValue] = {**found.values, "for_s": lasting, "of_rows": len(part)}
        handled.findings[i] = found.model_copy(update={"text": text, "values": values})


def _step_s(index: pd.DatetimeIndex) -> float:
    """The usual time between two rows, s."""
    return float(pd.Series(index).diff().median().total_seconds()) if len(index) > 1 else 0.0

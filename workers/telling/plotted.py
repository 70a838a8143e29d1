"""Plots of only some rows, and of bars: which readings are drawn, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from roles.manager import Subtask
from workers.handling import filtering, steps
from workers.looking.findings import Teller
from workers.prose.numbers import span
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

STEPS_S = (60.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14_400.0, 21_600.0, 43_200.0, 86_400.0, 604_800.0)
MOST_BARS = 400  # of a picture as wide as a phone
ABOUT = 24  # bars where no step was given


def only_rows(part: pd.DataFrame, task: Subtask, teller: Teller) -> pd.DataFrame:
    """The readings of `part` with those missing that do not meet the condition of the plot."""
    where = filtering.own_units(task.values["where"], teller) if "where" in task.values else ""
    return part if isinstance(where, str) else part.where(filtering.met(part, where), axis=0)


def is_drawn(frame: pd.DataFrame, task: Subtask, teller: Teller) -> bool:
    """Has a plot rows to show?"""
    if "where" not in task.values:
        return True
    where = filtering.own_units(task.values["where"], teller)
    return not isinstance(where, str) and bool(filtering.met(frame.loc[task.start : task.end], where).any())


def drawn(run: Run) -> list[Subtask]:
    """The plots of a run that have something to show."""
    if run.reading is None or run.teller is None:
        return []
    return [task for task in run.plots if is_drawn(run.reading.frame, task, run.teller)]


def bar_step(part: pd.DataFrame, task: Subtask) -> tuple[float, str]:
    """How long each bar is, s, and of which statistic: as it was asked for, else some ABOUT bars. Never so many that
    none could be seen."""
    length = (part.index[-1] - part.index[0]).total_seconds() if len(part) > 1 else 0.0
    step_s = float(task.values.get("step_s") or next((s for s in STEPS_S if length / s <= ABOUT), STEPS_S[-1]))
    least = length / MOST_BARS
    return max(step_s, next((s for s in STEPS_S if s >= least), least)) if step_s < least else step_s, str(
        task.values.get("how") or "mean"
    )


def stepped(part: pd.DataFrame, step_s: float, how: str, zone: ZoneInfo) -> pd.DataFrame:
    """One row a step; days begin at midnight of the plant."""
    local = part.set_axis(pd.DatetimeIndex(part.index).tz_convert(zone))
    return steps.resample(local, step_s, how).tz_convert("UTC")


def described(run: Run, task: Subtask, text: str) -> str:
    """The sentence on a plot with which rows it shows and what its bars are."""
    assert run.reading is not None
    assert run.teller is not None
    lang, frame = run.lang, run.reading.frame.loc[task.start : task.end]
    if "where" in task.values:
        where = filtering.own_units(task.values["where"], run.teller)
        if isinstance(where, str):
            return where
        rows, said = filtering.met(frame, where), filtering.worded(where, run.teller)
        if not rows.any():
            return say("plot_condition_always" if where.get("not") else "plot_condition_never", lang, condition=said)
        key = "plot_condition_without" if where.get("not") else "plot_condition"
        text += say(key, lang, condition=said, rows=f"{int(rows.sum()):,}", of=f"{len(rows):,}")
    if task.values.get("form") == "bars":
        step_s, how = bar_step(frame, task)
        text += say("answer_bars_of", lang, how=say(f"statistic_{how}", lang), step=span(step_s, lang))
    return text

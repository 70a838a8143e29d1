"""Planned changes of the operating point must not alarm; faults beside them must.

Only an announced change (announced.py) beyond what the reference period showed explains anything: a setpoint
outside its range there, another product, a recalibration. Levels follow it as far as response.py allows, and
alarms wait while it settles, until the score has been calm again. What is left must be ordinary: spread, dynamics
and relations are judged as ever, an alarm that was on before the change goes on, and one that is still on after the
settling time comes through.

Everything is causal: a row's score and flag depend on rows up to it. What this cannot see: a step fault that falls
into the settling time of such a change and that the reference period cannot tell from a response to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from detectors.blocks import median_and_sigma
from detectors.normal.usual import filled
from detectors.planned.announced import Change
from detectors.planned.follower import Follower
from detectors.planned.products import products
from detectors.planned.response import BASE_ROWS, Usual, regressors
from detectors.types import BoolArray, FloatArray, IntArray, Reference

SETTLE_S, LEAST_SETTLE, MOST_SETTLE = 600.0, 20, 0.05  # seconds, rows, share of the file
SLOW = 3  # levels may take so many settling times; alarms wait for one
BEFORE_ROWS = 60  # an alarm this close before a change was on before it
ARRIVED = 0.1  # share of a shift that may be left when a level has arrived


Alarms = Callable[[BoolArray], BoolArray]


@dataclass(frozen=True)
class Planned:
    """One planned change, or several at once: it begins at `start`, alarms wait until `hold_end` at the latest,
    levels are followed until `end`.

    `shift` (d,) is how far each level went, in sigmas of the reference period, `after` (d,) the rows that it took.
    Both are zero for a `usual` one: a setpoint that moves inside its range, whose alarms wait for the move alone.
    `certain`: sensors stepped with it, so it is told although another alarm was on.
    """

    changes: tuple[Change, ...]
    start: int
    hold_end: int
    end: int
    shift: FloatArray
    after: IntArray
    usual: bool = False
    certain: bool = False


@dataclass(frozen=True)
class Explained:
    """What planned operation explains: `offset` (n, d) of the readings, None for none, and the changes behind it."""

    offset: FloatArray | None = None
    planned: tuple[Planned, ...] = ()

    def excuse(self, loud: BoolArray, alarms: Alarms) -> tuple[BoolArray, tuple[Planned, ...]]:
        """Rows (n,) in which alarms wait, and the changes that were waited for. Causal.

        `loud` (n,) are the rows whose score is above the threshold, `alarms(waiting)` gives the alarmed rows when
        those in `waiting` (n,) may not start one. An alarm that was on before a change has another cause: nothing
        waits for that change.
        """
        waiting = np.zeros(len(loud), dtype=bool)
        excused = []
        for each in self.planned:
            if alarms(waiting)[max(0, each.start - BEFORE_ROWS) : each.start].any():
                excused += [each] if each.certain else []
                continue
            if each.usual:
                waiting[each.start : each.hold_end] = True
                continue
            moved = max(change.end for change in each.changes)
            rest = max(LEAST_SETTLE, (each.hold_end - moved) // 2)
            calm = np.concatenate(([0], np.cumsum(~loud[moved : each.hold_end])))
            streak = np.flatnonzero(calm[rest:] - calm[:-rest] == rest)
            waiting[each.start : moved + int(streak[0]) + rest if len(streak) else each.hold_end] = True
            excused.append(each)
        return waiting, tuple(excused)


def explain(
    frame: pd.DataFrame,
    sensors: Sequence[str],
    announced: Sequence[Change],
    reference: Reference,
    step_s: float,
) -> Explained:
    """Offsets of `sensors` in `frame` (n rows) by the `announced` changes; none when all are usual."""
    if not announced or not sensors:
        return Explained()
    settle = settling(step_s, len(frame))
    usual = Usual(frame, sensors, reference, settle)
    made = products(usual, announced, settle)
    if made is None:
        return _followed(usual, usual, announced, settle)
    plain = frame.copy()
    plain[list(sensors)] = usual.values - made.offset
    rest = _followed(Usual(plain, sensors, reference, settle), usual, announced, settle)
    earlier = [_product(change, usual, settle) for change in made.changes if change.start < reference.start]
    offset = made.offset if rest.offset is None else made.offset + rest.offset
    both = (replace(each, certain=any(c in made.changes for c in each.changes)) for each in (*earlier, *rest.planned))
    return Explained(offset, tuple(sorted(both, key=lambda each: each.start)))


def settling(step_s: float, rows: int) -> int:
    """Rows within which the plant follows a planned change, in a file of `rows` rows."""
    return int(np.clip(SETTLE_S / step_s, LEAST_SETTLE, max(LEAST_SETTLE, MOST_SETTLE * rows)))


def moving(settle: int) -> int:
    """Rows for which alarms wait after a usual move, which is followed within `settle` rows."""
    return max(LEAST_SETTLE, settle // 10)


def _product(change: Change, usual: Usual, settle: int) -> Planned:
    """A change of product before the reference period."""
    hold_end, end = (min(change.end + 1 + times * settle, usual.reference.start) for times in (1, SLOW))
    return Planned((change,), change.start, hold_end, end, *_path(usual, change.start, hold_end))


def _followed(usual: Usual, raw: Usual, announced: Sequence[Change], settle: int) -> Explained:
    """What the changes after the reference period explain of the levels of `usual`; `raw` has the readings as read."""
    reference, rows = usual.reference, len(usual.values)
    later = [change for change in announced if change.start >= reference.end]
    fresh = [change for change in later if not _is_usual(change, usual)]
    planned = [_move(change, settle, len(usual.sensors)) for change in later if _is_usual(change, usual)]
    setpoints = sorted({change.column for change in announced if change.kind == "setpoint"})
    groups = _together(fresh, settle)
    steps = [step for group in groups for step in _steps(group)]
    given = regressors(usual, setpoints, steps)
    if not given:
        return Explained(None, tuple(planned))
    follower = Follower(usual, given, setpoints)
    limits = [*(group[0].start for group in groups), rows][1:]
    for group, limit in zip(groups, limits, strict=True):
        named = [sensor for change in group for sensor in change.sensors] if _is_recalibration(group) else []
        start, moved = group[0].start, max(change.end for change in group) + 1
        end = max(start + 1, min(limit, moved + (max(LEAST_SETTLE, settle // 5) if named else SLOW * settle)))
        hold_end = end if named else max(start + 1, min(limit, moved + settle))
        follower.learn(start, hold_end, end, home=_is_home(group, setpoints, usual), named=named)
        planned.append(Planned(tuple(group), start, hold_end, end, *_path(raw, start, hold_end)))
    follower.keep(rows)
    return Explained(follower.offset, tuple(sorted(planned, key=lambda each: each.start)))


def _move(change: Change, settle: int, sensors: int) -> Planned:
    """A usual move of a setpoint: nothing is explained of it, alarms wait while it is under way."""
    end = change.end + 1 + moving(settle)
    return Planned((change,), change.start, end, end, np.zeros(sensors), np.zeros(sensors, dtype=np.int64), usual=True)


def _is_usual(change: Change, usual: Usual) -> bool:
    """A setpoint that moves inside the range that it had in the reference period is ordinary operation."""
    if change.kind != "setpoint":
        return False
    low, high = usual.range(change.column)
    return bool(low <= change.low and change.high <= high)


def _is_home(group: Sequence[Change], setpoints: Sequence[str], usual: Usual) -> bool:
    """Does `group` consist of setpoint moves that end with every setpoint inside its range?"""
    if any(change.kind != "setpoint" for change in group):
        return False
    row = max(change.end for change in group)
    ranges = ((usual.range(column), float(usual.frame[column].iloc[row])) for column in setpoints)
    return all(low <= value <= high for (low, high), value in ranges)


def _together(fresh: Sequence[Change], settle: int) -> list[list[Change]]:
    """Changes that begin within one settling time of the first are one: a grade change brings its new speed.

    A recalibration has its own sensors and its own, short time, unless it falls into the very first rows of another.
    """
    groups: list[list[Change]] = []
    for change in fresh:
        apart = change.start - groups[-1][0].start if groups else settle + 1
        alike = bool(groups) and _is_recalibration(groups[-1]) == (change.kind == "recalibration")
        if apart <= (settle if alike else LEAST_SETTLE):
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _is_recalibration(group: Sequence[Change]) -> bool:
    return all(change.kind == "recalibration" for change in group)


def _steps(group: Sequence[Change]) -> list[Change]:
    """What `group` says beside its setpoints: recalibrations, and one product."""
    products = [change for change in group if change.kind == "context"]
    return [change for change in group if change.kind == "recalibration"] + products[:1]


def _path(usual: Usual, start: int, end: int) -> tuple[FloatArray, IntArray]:
    """How far each level went in rows start..end, in sigmas, and the rows until it had arrived, (d,) each."""
    first = usual.reference.start if start > usual.reference.start else 0
    before = usual.values[max(first, start - BASE_ROWS) : start]
    base = median_and_sigma(before)[0]
    base = np.where(np.isfinite(base), base, usual.middle)
    width = max(3, (end - start) // 20)
    away = filled(usual.values[start:end], base) - base
    total = np.concatenate([np.zeros((1, away.shape[1])), np.cumsum(away, axis=0)])
    width = min(width, len(away))
    level = (total[width:] - total[:-width]) / width
    late = np.median(level[-max(1, len(level) // 4) :], axis=0)
    far = np.abs(level - late) > np.maximum(ARRIVED * np.abs(late), usual.wander)
    after = np.where(far.any(axis=0), len(far) - np.argmax(far[::-1], axis=0), 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(usual.sigma > 0, late / usual.sigma, 0.0), after

"""Sensors of a machine that goes on and off: running is compared with running.

The median current of a pump that works a third of the time is nothing, and full load once it works two thirds of it. As
a change of level that would be the opposite of what wear does. So where a sensor is at two states in the reference
period, one of them next to nothing, readings of the other one alone have a level and a spread. So has a sensor that
goes in step with such a one and never comes to nothing: the pressure that a tank on the roof leaves in the pipe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detectors.normal.usual import Usual, grains
from detectors.runs import runs
from detectors.types import BoolArray, Event, FloatArray, IntArray, Reference

BINS = 50  # of the range
BETWEEN, APART = 0.01, 0.4  # share of the readings that may lie between the states, and of the range that must
LEAST_SHARE, LEAST_TURNS = 0.05, 4  # of each state in the reference period; changes from one to the other there
NOTHING = 0.1  # of the level of the machine at work
EDGE = 0.1  # of the way from one state to the other
BOTH = 0.1  # share of an event's rows that each state must have for the level of one of them to say enough
USUAL = 1.5  # times the longest run at work of the reference period: one that goes on for longer is a change itself
TAILS = 0.05  # share of the readings of a state that may lie beyond its edge


@dataclass(frozen=True)
class Idle:
    """Which readings (n, d) say that the machine stands; sensors with one state have none. `longest` (d,): rows at work
    without a stop in the reference period, 0 for such sensors."""

    rows: BoolArray
    longest: IntArray

    def sensors(self, start: int, stop: int) -> frozenset[int]:
        """The sensors that show both states in rows `start`..`stop` - 1, or are at work there for no longer than they
        usually are."""
        share = self.rows[start:stop].mean(axis=0)
        both = (share >= BOTH) & (share <= 1 - BOTH)
        at_work = np.flatnonzero((share < BOTH) & (self.longest > 0)).tolist()
        usual = [at for at in at_work if self._run(at, (start + stop) // 2) <= USUAL * self.longest[at]]
        return frozenset([*np.flatnonzero(both).tolist(), *usual])

    def _run(self, at: int, row: int) -> int:
        """How many rows the stretch at work is long in which `row` lies."""
        stands = np.flatnonzero(self.rows[:, at])
        place = int(np.searchsorted(stands, row))
        before = int(stands[place - 1]) if place else -1
        return (int(stands[place]) if place < len(stands) else len(self.rows)) - before - 1

    def without(self, values: FloatArray, sensors: frozenset[int]) -> FloatArray:
        """`values` (n, d) with the readings of `sensors` at a standstill missing."""
        out, at = values.copy(), sorted(sensors)
        out[:, at] = np.where(self.rows[:, at], np.nan, out[:, at])
        return out


class Usuals:
    """What events are compared with: all readings, or of machines that go on and off in an event those at work."""

    def __init__(self, plain: FloatArray, raw: FloatArray | None, reference: Reference) -> None:
        self.plain, self.raw, self.reference = plain, raw, reference
        self.grain, part = grains(plain if raw is None else raw), slice(reference.start, reference.end)
        self.idle = idle(plain if raw is None else raw, (plain if raw is None else raw)[part])
        self.kept: dict[frozenset[int], tuple[FloatArray, Usual, Reference, FloatArray | None]] = {}

    def of(self, event: Event) -> tuple[FloatArray, Usual, Reference, FloatArray | None]:
        """Readings without what planned operation explains, what is usual of them, and as read where that differs."""
        both = self.idle.sensors(event.start, event.end + 1)
        if both not in self.kept:
            plain, raw = self.plain, self.raw
            if both:
                plain, raw = self.idle.without(plain, both), None if raw is None else self.idle.without(raw, both)
            usual = Usual(plain[self.reference.start : self.reference.end], self.grain)
            self.kept[both] = plain, usual, self.reference, raw
        return self.kept[both]


def idle(values: FloatArray, normal: FloatArray) -> Idle:
    """The readings of `values` (n, d) at a standstill, by the two states that reference rows `normal` (m, d) show."""
    rows, longest = np.zeros(values.shape, dtype=bool), np.zeros(values.shape[1], dtype=np.int64)
    limits = [_limit(column) for column in normal.T]
    stands = [np.abs(column) <= limit for column, limit in zip(normal.T, limits, strict=True) if limit is not None]
    for at, own in enumerate(limits):
        limit = _in_step(normal[:, at], stands) if own is None else own
        if limit is not None:
            rows[:, at] = np.abs(values[:, at]) <= limit
            longest[at] = np.diff(runs(np.abs(normal[:, at]) > limit), axis=1).max(initial=0)
    return Idle(rows, longest)


def _in_step(part: FloatArray, stands: Sequence[BoolArray]) -> float | None:
    """The size up to which the readings (m,) of one sensor say that a machine stands of which `stands` (m,) tells; None
    where they do not tell it."""
    size = np.abs(part)
    seen = np.isfinite(size)
    for still in stands:
        if not (still & seen).any() or not (~still & seen).any():
            continue
        low, high = np.quantile(size[still & seen], 1 - TAILS), np.quantile(size[~still & seen], TAILS)
        if high - low > APART * size[seen].max():
            return float(low + EDGE * (high - low))
    return None


def _limit(part: FloatArray) -> float | None:
    """The size up to which a reading of one sensor is next to nothing; None where it has no two such states."""
    size = np.abs(part[np.isfinite(part)])
    if not len(size) or size.max() <= 0 or size.min() > NOTHING * size.max():
        return None
    count, edges = np.histogram(size, bins=BINS, range=(0.0, float(size.max())))
    below = np.cumsum(count) / len(size)
    first = int(np.argmax(below >= LEAST_SHARE))  # the last bin of the standstill, at the earliest
    while first + 1 < BINS and count[first + 1] > BETWEEN * len(size):
        first += 1
    gap = np.flatnonzero(below[first:] > below[first] + BETWEEN)
    last = first + int(gap[0]) if len(gap) else BINS  # the first bin of the machine at work
    apart = edges[min(last, BINS)] - edges[first + 1]
    still = size <= edges[first + 1]
    turns = int(np.count_nonzero(still[1:] != still[:-1]))
    if last == BINS or apart < APART * size.max() or 1 - still.mean() < LEAST_SHARE or turns < LEAST_TURNS:
        return None
    if np.median(size[still]) > NOTHING * np.median(size[~still]):
        return None
    return float(edges[first + 1] + EDGE * apart)

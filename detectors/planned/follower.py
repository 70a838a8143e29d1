"""Levels that follow planned changes: learnt for a limited time after each, bounded, causal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.blocks import median_and_sigma
from detectors.normal.usual import filled
from detectors.planned.response import BASE_ROWS, CLIP, FAST, SURE, Regressor, Usual, held, lagged
from detectors.types import BoolArray, FloatArray

SLACK = 2.5  # wanders of what no regressor explains, while the setpoint is away or after a product or recalibration
RECENTRE = 4.0
HALF = 0.5  # of what is explained: the remainder is never larger
ORDINARY = 2.0  # wanders around the reference level in which a level counts as ordinary before a change
REMEMBERED = 5  # learning blocks whose mean is that remainder
QUIET = 2.0  # deviations of a block's mean that are left alone while alarms wait


class Follower:
    """Recursive least squares over the regressors; `offset` (n, d) is what is explained of each reading.

    Four parts, in that order: what the regressors explain; while a setpoint is beyond its range, the way from the
    middle of the range to its edge, by the slope of the reference period (a plant that stays at the edge for long is
    not what that period showed); a small remainder; and, while alarms wait, whatever the level does.
    """

    def __init__(self, usual: Usual, given: Sequence[Regressor], setpoints: Sequence[str]) -> None:
        self.usual = usual
        self.x = np.column_stack([r.column for r in given])
        self.mean = np.stack([r.mean for r in given], axis=1) / usual.wander[:, None]  # (d, k) in wanders
        self.deviation = np.stack([r.deviation for r in given], axis=1) / usual.wander[:, None]
        self.weights = self.mean.copy()
        self.steps = np.array([r.step for r in given])
        self.covariance = np.einsum("dk,kl->dkl", self.deviation**2, np.eye(len(given)))
        self.offset = np.zeros_like(usual.values)
        self.remainder = np.zeros(len(usual.wander))
        self.inside, self.back, self.place = _positions(usual, setpoints)
        slopes, _, left = usual.slopes(self.inside)
        self.slopes, self.left, self.noise = slopes / usual.wander, left / usual.wander, usual.noise / usual.wander
        self.row = 0

    def learn(self, start: int, hold_end: int, end: int, *, home: bool, named: Sequence[str] = ()) -> None:
        """Learn from rows start..end, the time after a change; until `hold_end` the level is free.

        `home` says that the change brings the setpoints back into their range: then no remainder stays. With `named`
        only these sensors may follow.
        """
        self.keep(start)
        may = self.usual.known & np.array([not named or sensor in named for sensor in self.usual.sensors])
        base = self._middle(self.usual.values[self._before(start)])
        odd = self._odd(start)
        blocks = max(1, (end - start) // self.usual.learning)
        # Of the level before and of each block. Levels wander slowly: all blocks of one change count as one of them.
        error = 2 * (blocks * self.left**2 + self.noise**2)
        left: list[FloatArray] = []
        for first in range(start, end, self.usual.learning):
            rows = slice(first, min(first + self.usual.learning, end))
            self.keep(rows.stop)
            if first < hold_end:
                self._free(rows, start, odd, may)
            level, seen = _level(self.usual.values[rows])
            self._update(rows, start, (level - base) / self.usual.wander, np.where(seen, error, np.inf))
            explained = self._explained(rows).mean(axis=0)
            expected = explained + (self.place[rows] @ self.slopes).mean(axis=0) + odd
            left.append(np.where(seen, (level - self.usual.middle) / self.usual.wander - expected, self.remainder))
            bound = np.minimum(SLACK, HALF * np.abs(explained))  # a sensor that does not respond has no remainder
            rest = np.clip(np.mean(left[-REMEMBERED:], axis=0), -bound, bound)
            self.remainder = np.where(may, rest, self.remainder)
        if home:
            self.remainder = np.zeros_like(self.remainder)

    def keep(self, row: int) -> None:
        """Fix the offsets of the rows up to `row` by what is known so far.

        What was learnt since the last time comes in gradually: a jump of an offset would look like one of the plant.
        """
        if row <= self.row:
            return
        rows = slice(self.row, row)
        path = np.where(self.usual.known, (self._explained(rows) + self.remainder) * self.usual.wander, 0.0)
        if self.row:
            last = slice(self.row - 1, self.row)
            gap = self.offset[last] - (self._explained(last) + self.remainder) * self.usual.wander
            path += np.exp(-np.arange(1, row - self.row + 1) / self.usual.learning)[:, None] * gap
        self.offset[rows] = path
        self.row = row

    def _before(self, start: int) -> slice:
        return slice(max(self.usual.reference.start, start - BASE_ROWS), start)

    def _odd(self, start: int) -> FloatArray:
        """How far each level is off its place before row `start`, in wanders; 0 where that is ordinary."""
        before = self._before(start)
        level = self._middle(self.usual.values[before] - self.offset[before])
        odd = (level - self.usual.middle) / self.usual.wander - self.place[before].mean(axis=0) @ self.slopes
        return np.where(np.abs(odd) > ORDINARY, odd, 0.0)

    def _explained(self, rows: slice) -> FloatArray:
        """Regressors and the way back to the middle, (rows, d) in wanders.

        A step counts as far as it is more than chance: most sensors do not feel a new product.
        """
        moves = self.x[rows][:, ~self.steps] @ self.weights[:, ~self.steps].T + self.back[rows] @ self.slopes
        steps = self.x[rows][:, self.steps] @ self.weights[:, self.steps].T
        chance = SURE * np.sqrt(2.0) * self.left  # of two levels that wander
        with np.errstate(divide="ignore", invalid="ignore"):
            sure = np.nan_to_num(np.maximum(0.0, 1 - (chance / steps) ** 2))
        return np.asarray(moves + steps * sure)

    def _update(self, rows: slice, start: int, risen: FloatArray, error: FloatArray) -> None:
        """One step for all sensors: the block's level against the level before the change, `risen` (d,) in wanders,
        with the variance `error` (d,) of that."""
        moved = self.x[rows].mean(axis=0) - self.x[start - 1]
        ordinary = (self.inside[rows].mean(axis=0) - self.inside[start - 1]) @ self.slopes
        spread = self.covariance @ moved  # (d, k)
        gain = spread / (spread @ moved + error)[:, None]
        self.weights += gain * (risen - ordinary - self.weights @ moved)[:, None]
        self.covariance -= gain[:, :, None] * spread[:, None, :]
        limit = CLIP * self.deviation
        self.weights = np.clip(self.weights, self.mean - limit, self.mean + limit)

    def _free(self, rows: slice, start: int, odd: FloatArray, may: BoolArray) -> None:
        """While alarms wait, the mean of the last rows stays as near its place as it does by itself."""
        window = slice(max(start, rows.start - self.usual.learning), rows.stop)
        target = self.usual.middle + (self.place[window] @ self.slopes + odd) * self.usual.wander
        explained = (self._explained(window) + self.remainder) * self.usual.wander
        away = filled(self.usual.values[window] - explained - target, np.zeros(len(odd)))
        total = np.concatenate([np.zeros((1, away.shape[1])), np.cumsum(away, axis=0)])
        last = np.arange(rows.start - window.start + 1, len(away) + 1)
        begin = np.maximum(last - self.usual.learning, 0)
        tracked = (total[last] - total[begin]) / (last - begin)[:, None]
        free = explained[rows.start - window.start :] + _beyond(tracked, QUIET * self.usual.noise)
        self.offset[rows] = np.where(may, free, self.offset[rows])

    def _middle(self, values: FloatArray) -> FloatArray:
        middle = median_and_sigma(values)[0]
        return np.where(np.isfinite(middle), middle, self.usual.middle)


def _beyond(values: FloatArray, quiet: FloatArray | float) -> FloatArray:
    """What is left of `values` when `quiet` is taken off their size."""
    return np.asarray(np.sign(values) * np.maximum(np.abs(values) - quiet, 0.0))


def _level(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean of each column of `values` (m, d), and whether more than half of it was read."""
    read = np.isfinite(values)
    return np.where(read, values, 0.0).sum(axis=0) / np.maximum(read.sum(axis=0), 1), read.mean(axis=0) > 0.5


def _positions(usual: Usual, setpoints: Sequence[str]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Where the setpoints are, (n, k) each: clipped to their range; the way that is taken back while they are beyond
    it, from the edge to the middle, at most RECENTRE times as far as they are beyond; and what is left of their place
    in the range."""
    values, part = held(usual.frame, setpoints), slice(usual.reference.start, usual.reference.end)
    ranges = np.array([usual.range(column) for column in setpoints]).reshape(-1, 2)
    inside = np.clip(values, ranges[:, 0], ranges[:, 1])
    place = inside - np.median(values[part], axis=0)
    beyond = values - inside
    beyond[: usual.reference.end] = 0.0
    back = np.sign(beyond) * np.minimum(RECENTRE * np.abs(beyond), np.abs(place))
    for k in range(back.shape[1]):
        back[:, k] = lagged(back[:, k], usual.settle / FAST)
    return inside, back, place - back

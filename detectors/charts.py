"""Control charts of innovations: how much energy they carry, and whether their mean has shifted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np

from detectors.innovations import ORDER, SLOW, Innovations
from detectors.smoothing import ewma, moving_mean
from detectors.types import BoolArray, FloatArray

View = Literal["own", "relation", "lagged"]

SHIFT_SPAN = 4.0  # strides of the exponential mean of innovations
LEVEL_SPAN = 16.0
GROWTH = 4.0
GPOW = 1.0
LONG = 16.0
STAT = -2.86
EXCL = 99.
SETTLED = 300
CLIP = 3.0  # innovations beyond this count as this much in the mean, so one spike is not a shift
RIDGE, SHORTAGE = 0.05, 0.2  # penalty of the relations, and more of it per sensor and reference row
COLUMNS = 48  # sensors at a time, which bounds memory on wide files


@dataclass(frozen=True)
class Statistics:
    """Energy and shift of each sensor's innovations: squares (n, c) of the sensors `columns`."""

    columns: slice
    squares: tuple[FloatArray, ...]


class Chart:
    """Innovations of one view of the sensors at one stride.

    View "own": each sensor as it is. View "relation": what is left of each sensor after all the others in the same
    row have been taken into account (ridge, all from one inverse), learnt on high-passed readings so that common
    wandering is not mistaken for a relation. At stride B both are taken of moving means over B rows.
    """

    def __init__(self, view: View = "own", stride: int = 1) -> None:
        self.view, self.stride = view, stride

    @property
    def memory(self) -> int:
        """Rows before a row that its statistics look back at, in the main."""
        return int(3 * SLOW + ORDER + 1) * self.stride

    def fit(self, x: FloatArray, floor: FloatArray | float = 0.0, like=None) -> Self:
        """Fit on normal rows `x` (n, a); `floor` (a,) bounds the spread of the innovations from below."""
        means = moving_mean(x, self.stride)
        self.relations = relations(means, self.stride) if self.view == "relation" else None
        self.models: list[tuple[slice, Innovations, Level]] = []
        self.n0 = len(x) if like is None else like.n0
        for k, columns in enumerate(blocks(x.shape[1])):
            low = floor if np.ndim(floor) == 0 else np.asarray(floor)[columns]
            u = self._look(means, columns)
            wanders = None if like is None else like.models[k][1].wanders
            inn_ = Innovations(self.stride).fit(u, low, wanders)
            if like is not None:
                inn_.df = like.models[k][1].df
            if self.stride > 1 and self.n0 < SETTLED * self.stride:
                inn_.spread[inn_.df > EXCL] = 1e9
            lev = Level(self.stride).fit(u, low)
            lev.spread[inn_.df > STAT] = 1e9
            self.models.append((columns, inn_, lev))
        return self

    @property
    def spread(self) -> FloatArray:
        """Reference spread of the innovations (a,)."""
        return np.concatenate([model.spread for _, model, _ in self.models])

    def statistics(self, x: FloatArray, present: BoolArray) -> Iterator[Statistics]:
        """Statistics of rows `x` (n, a), some sensors at a time; 0 where a reading or its recent past is missing."""
        means = moving_mean(x, self.stride)
        usable = recently(present, ORDER) if not present.all() else None
        for columns, model, lev in self.models:
            u = self._look(means, columns)
            error = model.apply(u)
            level = lev.apply(u)
            if usable is not None:
                error[~usable[:, columns]] = 0.0
            shift = ewma(np.clip(error, -CLIP, CLIP), SHIFT_SPAN * self.stride)
            if usable is not None: level[~present[:, columns]] = 0.0
            long = ewma(np.clip(error, -CLIP, CLIP), LONG * self.stride)
            yield Statistics(columns, (np.square(error, out=error), np.square(shift, out=shift), np.square(level), np.square(long)))

    def _look(self, means: FloatArray, columns: slice) -> FloatArray:
        return means[:, columns] if self.relations is None else means @ self.relations[:, columns]


class Level:
    """Recent mean less the reference mean, in units of how far it goes when the reference is continued."""
    def __init__(self, stride: int) -> None:
        self.stride = stride
    def fit(self, u, floor):
        n = len(u)
        self.mean = u.mean(axis=0)
        m = ewma(u, LEVEL_SPAN * self.stride, u[0])
        step = max(1, n // 100)
        count = np.arange(1, n + 1)[:, None]
        past = np.cumsum(u, axis=0) / count
        # deviation of the recent mean from the mean of all rows before a gap of a quarter
        gap = n // 4
        at = np.arange(n // 2, n, step)
        d2 = (m[at] - past[at - gap]) ** 2
        early = d2[: len(at) // 2].mean(axis=0)
        late = d2[len(at) // 2 :].mean(axis=0)
        whole = ((m - self.mean) ** 2).mean(axis=0)
        base = np.maximum(d2.mean(axis=0), whole)
        growth = np.clip(late / np.maximum(early, 1e-12), 1.0, GROWTH)
        self.spread = np.sqrt(np.maximum(base * growth**GPOW, 1e-12))
        self.spread = np.maximum(self.spread, floor)
        return self
    def apply(self, u):
        m = ewma(u, LEVEL_SPAN * self.stride, self.mean)
        return np.clip((m - self.mean) / self.spread, -1e4, 1e4)


def relations(x: FloatArray, stride: int) -> FloatArray:
    """Weights (a, a) that turn rows into residuals of each sensor given all others; the diagonal is 1.

    The residual of sensor j is (P x)_j / P_jj with P the inverse of the ridged covariance of high-passed readings.
    """
    quick = (x - ewma(x, SLOW * stride, x[0]))[:: max(1, stride // 2)]
    covariance = quick.T @ quick / len(quick)
    sensors = len(covariance)
    size = max(float(np.trace(covariance)) / sensors, 1e-12)
    covariance.flat[:: sensors + 1] += (RIDGE + SHORTAGE * sensors / len(quick)) * size
    precision = np.linalg.inv(covariance)
    return np.asarray(precision / np.diag(precision))


def recently(present: BoolArray, rows: int) -> BoolArray:
    """Was a reading there in this row and in the `rows` rows before?"""
    missing = np.cumsum(np.vstack([np.zeros((rows + 1, present.shape[1]), dtype=np.int64), ~present]), axis=0)
    return np.asarray(missing[rows + 1 :] == missing[: -(rows + 1)])


def blocks(sensors: int) -> list[slice]:
    """Slices of at most COLUMNS sensors."""
    return [slice(at, min(at + COLUMNS, sensors)) for at in range(0, sensors, COLUMNS)]

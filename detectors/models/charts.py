"""Control charts of innovations: how much energy they carry, and whether their mean has shifted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np

from detectors.models.innovations import ORDER, SLOW, Innovations
from detectors.models.smoothing import ewma, moving_mean
from detectors.types import BoolArray, FloatArray

View = Literal["own", "relation"]

SHIFT_SPAN = 4.0  # strides of the exponential mean of innovations
CLIP = 3.0  # innovations beyond this count as this much in the mean, so one spike is not a shift
RIDGE, SHORTAGE = 0.05, 0.2  # penalty of the relations, and more of it per sensor and independent row
CELLS = 4_000_000  # rows x sensors at a time: bounds memory on wide and on long files
COLUMNS = 48


@dataclass(frozen=True)
class Statistics:
    """Squared innovations and squared shift (n, c) of the sensors `columns`."""

    columns: slice
    energy: FloatArray
    shift: FloatArray


class Chart:
    """Innovations of one view of the sensors at one stride.

    View "own": each sensor as it is. View "relation": what is left of each sensor after all the others in the same
    row have been taken into account (ridge, all from one inverse), learnt on high-passed readings so that common
    wandering is not mistaken for a relation. At stride B both are taken of moving means over B rows. The shift is an
    exponentially weighted mean of innovations (Lowry et al. 1992, MEWMA, each sensor by itself).
    """

    def __init__(self, view: View = "own", stride: int = 1) -> None:
        self.view, self.stride = view, stride

    @property
    def memory(self) -> int:
        """Rows before a row that its statistics look back at, in the main."""
        return int(3 * SLOW + ORDER + 1) * self.stride

    def fit(self, x: FloatArray, floor: FloatArray | float = 0.0) -> Self:
        """Fit on normal rows `x` (n, a); `floor` (a,) bounds the spread of the innovations from below."""
        means = moving_mean(x, self.stride)
        self.relations = relations(means, self.stride) if self.view == "relation" else None
        low = np.broadcast_to(np.asarray(floor, dtype=float), (x.shape[1],))
        self.models = [
            (columns, Innovations(self.stride).fit(self._look(means, columns), low[columns]))
            for columns in groups(*x.shape)
        ]
        return self

    @property
    def spread(self) -> FloatArray:
        """Reference spread of the innovations (a,)."""
        return np.concatenate([model.spread for _, model in self.models])

    def statistics(self, x: FloatArray, present: BoolArray) -> Iterator[Statistics]:
        """Statistics of rows `x` (n, a), some sensors at a time; 0 where a reading or its recent past is missing."""
        means = moving_mean(x, self.stride)
        usable = recently(present, ORDER) if not present.all() else None
        for columns, model in self._regrouped(*x.shape):
            error = model.apply(self._look(means, columns))
            if usable is not None:
                error[~usable[:, columns]] = 0.0
            shift = ewma(np.clip(error, -CLIP, CLIP), SHIFT_SPAN * self.stride)
            yield Statistics(columns, np.square(error, out=error), np.square(shift, out=shift))

    def _look(self, means: FloatArray, columns: slice) -> FloatArray:
        return means[:, columns] if self.relations is None else means @ self.relations[:, columns]

    def _regrouped(self, rows: int, sensors: int) -> Iterator[tuple[slice, Innovations]]:
        """The models, cut into fewer sensors at a time when there are many rows."""
        for columns, model in self.models:
            for part in groups(rows, columns.stop - columns.start):
                yield slice(columns.start + part.start, columns.start + part.stop), model.only(part)


def relations(x: FloatArray, stride: int) -> FloatArray:
    """Weights (a, a) that turn rows into residuals of each sensor given all others; the diagonal is 1.

    The residual of sensor j is (P x)_j / P_jj with P the inverse of the ridged covariance of high-passed readings.
    """
    quick = (x - ewma(x, SLOW * stride, x[0]))[:: max(1, stride // 2)]
    covariance = quick.T @ quick / len(quick)
    sensors = len(covariance)
    size = max(float(np.trace(covariance)) / sensors, 1e-12)
    covariance.flat[:: sensors + 1] += (RIDGE + SHORTAGE * sensors * stride / len(x)) * size
    precision = np.linalg.inv(covariance)
    return np.asarray(precision / np.diag(precision))


def recently(present: BoolArray, rows: int) -> BoolArray:
    """Was a reading there in this row and in the `rows` rows before?"""
    missing = np.cumsum(np.vstack([np.zeros((rows + 1, present.shape[1]), dtype=np.int64), ~present]), axis=0)
    return np.asarray(missing[rows + 1 :] == missing[: -(rows + 1)])


def groups(rows: int, sensors: int) -> list[slice]:
    """Slices of so few sensors that `rows` of them are at most CELLS values."""
    many = int(np.clip(CELLS // max(rows, 1), 1, COLUMNS))
    return [slice(at, min(at + many, sensors)) for at in range(0, sensors, many)]

"""One time scale of the ensemble: four charts, calibrated on rows they were not fitted on, averaged and smoothed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from detectors.models.calibration import Calibration, Series, calibrate, folds, logs
from detectors.models.charts import SHIFT_SPAN, Chart, View
from detectors.models.smoothing import Array, block_means, ewma, held
from detectors.types import BoolArray, FloatArray

VIEWS: tuple[View, ...] = ("own", "relation")
MEMBERS = ("ar_residual", "residual_shift", "relation_residual", "relation_shift")
CHI2_99 = 6.635  # q99 of a squared standard normal value
EXPECTED = np.array([CHI2_99, CHI2_99 / SHIFT_SPAN] * 2)  # q99 of each member's squares if the model were exact
ALLOW = 0.2  # least spread of a sensor's innovations in a fold, as a share of the whole reference's
SAMPLE = 4000  # held-out rows from which a sensor's q99 is read
LARGEST = 1e3  # times a sensor's q99; more says nothing more


@dataclass(frozen=True)
class Pace:
    """A time scale: charts at `stride` blocks of `block` rows, smoothed over `span` blocks."""

    block: int
    stride: int
    span: float

    @property
    def rows(self) -> int:
        """Rows of one stride."""
        return self.block * self.stride

    @property
    def memory(self) -> int:
        """Rows that a score looks back at, in the main."""
        return self.block * (Chart("own", self.stride).memory + int(4 * self.span))


class Scale:
    """Charts of both views at one pace.

    Each sensor's squares are divided by the geometric mean of their q99 on held-out rows and of what theory expects:
    few rows know each sensor's own tail only roughly. A member's raw total is the root mean square over the sensors,
    so that one loud sensor among many quiet ones counts. The members' calibrated log totals are averaged, the quiet
    ones counting 0.
    """

    def __init__(self, pace: Pace) -> None:
        self.pace = pace

    def fit(self, x: FloatArray, present: BoolArray) -> Self:
        """Fit on normal rows `x` (n, a)."""
        x, present = self._coarse(x, present)
        self.charts = [Chart(view, self.pace.stride).fit(x) for view in VIEWS]
        squares = [self._held_out(x, present, fitted, end) for fitted, end in folds(len(x))]
        self.usual = usual(np.concatenate(squares, axis=1))
        totals = [
            np.stack([rms(np.minimum(s / u, LARGEST)) for s, u in zip(f, self.usual, strict=True)]) for f in squares
        ]
        self.members: list[Calibration] = [calibrate(row) for row in logs(np.concatenate(totals, axis=1))]
        memory = SHIFT_SPAN * self.pace.stride
        self.series = Series(self.pace.span, memory, quick=self.pace.rows == 1).fit([self._mean(t) for t in totals])
        return self

    @property
    def held_out(self) -> FloatArray:
        """Calibrated series of the held-out normal rows."""
        return np.repeat(self.series.held_out, self.pace.block)

    def score(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, Array]:
        """Calibrated series (n,) and sensors' parts (n, a) of rows `x`: those of the last complete block, causal."""
        rows = len(x)
        x, present = self._coarse(x, present)
        totals = np.zeros((len(MEMBERS), len(x)))
        parts: Array = np.zeros(x.shape, dtype=np.float32)
        for member, columns, values in measure(self.charts, x, present):
            values /= self.usual[member, columns]
            np.minimum(values, LARGEST, out=values)
            totals[member] += np.einsum("ij,ij->i", values, values)
            parts[:, columns] += values
        series = self.series.apply(self._mean(np.sqrt(totals / x.shape[1]))) if len(x) else np.zeros(0)
        parts = ewma(parts, self.pace.span)
        return held(series, self.pace.block, rows), held(parts, self.pace.block, rows)

    def _held_out(self, x: FloatArray, present: BoolArray, fitted: int, end: int) -> Array:
        """Squares (members, rows, a) of the rows fitted..end-1 by charts fitted on the rows before."""
        charts = [Chart(c.view, c.stride).fit(x[:fitted], ALLOW * c.spread) for c in self.charts]
        start = fitted if fitted < end else 0
        context = max(0, start - charts[0].memory)
        squares = np.zeros((len(MEMBERS), end - start, x.shape[1]), dtype=np.float32)
        for member, columns, values in measure(charts, x[context:end], present[context:end]):
            squares[member][:, columns] = values[start - context :]
        return squares

    def _mean(self, totals: FloatArray) -> FloatArray:
        """Mean of the members' calibrated log totals (members, n), the quiet ones counting 0."""
        calibrated = [np.maximum(c.apply(row), 0.0) for c, row in zip(self.members, logs(totals), strict=True)]
        return np.asarray(np.mean(calibrated, axis=0))

    def _coarse(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, BoolArray]:
        if self.pace.block == 1:
            return x, present
        return block_means(x, self.pace.block), block_means(present, self.pace.block) > 0.5


def measure(charts: Sequence[Chart], x: FloatArray, present: BoolArray) -> Iterator[tuple[int, slice, FloatArray]]:
    """Squares (n, c) of each member for some sensors at a time: (member, sensors, squares)."""
    for at, chart in enumerate(charts):
        for piece in chart.statistics(x, present):
            yield 2 * at, piece.columns, piece.energy
            yield 2 * at + 1, piece.columns, piece.shift


def usual(squares: Array) -> FloatArray:
    """What each sensor's held-out squares (members, n, a) are divided by, (members, a)."""
    step = max(1, squares.shape[1] // SAMPLE)
    own = np.quantile(squares[:, ::step], 0.99, axis=1)
    expected = EXPECTED[:, None]
    return np.asarray(np.sqrt(np.maximum(own, expected) * expected))


def rms(values: Array) -> FloatArray:
    """Root mean square over the sensors, (n,)."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", values, values, dtype=np.float64) / values.shape[1]))

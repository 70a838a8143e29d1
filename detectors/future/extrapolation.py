"""Ways in which one series may go on: it stays, its trend goes on or fades, it accelerates, it repeats its cycle.

Every model maps origins (m,) and rows ahead (k,) to levels (m, k) and knows nothing of what comes after an origin, so
that all can be judged by what they would have said in the past. `first` is the earliest origin that a model can speak
from. Curves are least squares over blocks of the last `span` rows: a line, a parabola, or a constant with an
exponential whose time constant is the one of a few that fits best.

Fails: ridge and cycle with fewer than a few windows or cycles of history; they are then not offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import pandas as pd

from detectors.types import FloatArray, IntArray

LAGS = (1, 2, 4, 8, 16)  # in units of a smoothing window
RIDGE = 1e-2
LEAST_WINDOWS = 8  # horizons of history without which no ridge is fitted
DAMPING = 0.9
BLOCKS = 24  # block means that a curve is laid through
TIMES = (0.2, 0.3, 0.45, 0.7, 1.1)  # time constants of a growth, in spans
LEAST_CYCLES = 2.5  # whole cycles in the file, without which no period is believed
EVIDENT = 0.5  # autocorrelation a period apart
NEARLY = 0.9  # of the highest autocorrelation: the shortest such period is the one, not its double
CYCLES = 3  # cycles that are averaged at most
PROFILE = 120  # a cycle is smoothed over this part of it

Shape = Literal["line", "parabola", "growth"]


class Model(Protocol):
    """One way to go on."""

    @property
    def first(self) -> int:
        """The earliest origin."""

    def __call__(self, origins: IntArray, ahead: FloatArray) -> FloatArray:
        """(m, k) levels `ahead` (k,) rows after each of `origins` (m,)."""


class Series:
    """One gap-free series (n,) with its running sums."""

    def __init__(self, values: FloatArray, smooth: int) -> None:
        self.values, self.smooth = values, smooth
        self.total = np.concatenate(([0.0], np.cumsum(values - values[0])))
        self.mean = self.running(smooth)
        self._medians: dict[int, FloatArray] = {}

    def running(self, rows: int) -> FloatArray:
        """The mean of the last `rows` readings at each row, (n,); of fewer at the beginning."""
        end = np.arange(1, len(self.values) + 1)
        begin = np.maximum(end - rows, 0)
        return np.asarray((self.total[end] - self.total[begin]) / (end - begin) + self.values[0])

    def median(self, rows: int) -> FloatArray:
        """The median of the last `rows` readings at each row, (n,): it keeps the edges of a cycle."""
        if rows not in self._medians:
            self._medians[rows] = pd.Series(self.values).rolling(rows, min_periods=1).median().to_numpy()
        return self._medians[rows]

    def blocks(self, origins: IntArray, span: int) -> tuple[FloatArray, FloatArray]:
        """Means (m, b) of the last `span` rows in blocks, and the blocks' middles (b,) in rows from the origin."""
        edges = np.unique(np.linspace(-span, 0, min(BLOCKS, span) + 1).round().astype(np.int64))
        at = self.total[origins[:, None] + 1 + edges[None, :]]
        return np.diff(at, axis=1) / np.diff(edges) + self.values[0], (edges[:-1] + edges[1:] + 1.0) / 2 - 1.0


@dataclass(frozen=True)
class Held:
    """The mean of the last `rows` readings stays."""

    series: Series
    rows: int

    @property
    def first(self) -> int:
        """Any row."""
        return 0

    def __call__(self, origins: IntArray, ahead: FloatArray) -> FloatArray:
        """See Model."""
        return np.repeat(self.series.running(self.rows)[origins][:, None], len(ahead), axis=1)


@dataclass(frozen=True)
class Faded:
    """The slope over the last `span` rows goes on and fades: its sum is damped by DAMPING each tenth of the span."""

    series: Series
    span: int

    @property
    def first(self) -> int:
        """Any row: a shorter past is taken as it is."""
        return 1

    def __call__(self, origins: IntArray, ahead: FloatArray) -> FloatArray:
        """See Model."""
        back = np.maximum(origins - self.span, 0)
        mean = self.series.mean
        slope = (mean[origins] - mean[back]) / np.maximum(origins - back, 1)
        unit = max(1.0, self.span / 10)
        faded = unit * DAMPING * (1 - DAMPING ** (ahead / unit)) / (1 - DAMPING)
        return np.asarray(mean[origins][:, None] + slope[:, None] * faded[None, :])


@dataclass(frozen=True)
class Curve:
    """What fits the last `span` rows goes on. `anchored`: from where the level is, not from where the curve is."""

    series: Series
    span: int
    shape: Shape
    anchored: bool = False

    @property
    def first(self) -> int:
        """A span must lie behind the origin."""
        return self.span - 1

    def __call__(self, origins: IntArray, ahead: FloatArray) -> FloatArray:
        """See Model."""
        blocks, middles = self.series.blocks(origins, self.span)
        best, least = np.zeros((len(origins), len(ahead))), np.full(len(origins), np.inf)
        here = -(self.series.smooth - 1) / 2  # where the smoothed level stands
        times = np.concatenate([ahead, [here]])
        for time in TIMES if self.shape == "growth" else (1.0,):
            known = self._basis(middles / self.span, time)
            weights = blocks @ np.linalg.pinv(known).T
            left = ((weights @ known.T - blocks) ** 2).sum(axis=1)
            path = weights @ self._basis(times / self.span, time).T
            if self.anchored:
                path = path + (self.series.mean[origins] - path[:, -1])[:, None]
            better = left < least
            best[better], least[better] = path[better, :-1], left[better]
        return best

    def _basis(self, at: FloatArray, time: float) -> FloatArray:
        if self.shape == "growth":
            return np.column_stack([np.ones(len(at)), np.exp(at / time)])
        return np.column_stack([at**power for power in range(2 if self.shape == "line" else 3)])


@dataclass(frozen=True)
class Cycle:
    """What was a period ago comes again, as the mean of up to CYCLES cycles; `anchored`: on today's level."""

    series: Series
    period: int
    anchored: bool

    @property
    def first(self) -> int:
        """A cycle and its smoothing must lie behind the origin."""
        return self.period + self.period // PROFILE

    def __call__(self, origins: IntArray, ahead: FloatArray) -> FloatArray:
        """See Model."""
        half = self.period // PROFILE // 2
        smooth = self.series.median(2 * half + 1)
        found, weight = np.zeros((len(origins), len(ahead))), np.zeros((len(origins), len(ahead)))
        late = (self.series.smooth - 1) / 2 if self.anchored else 0.0
        level = np.zeros((len(origins), 1))
        for cycle in range(1, CYCLES + 1):
            back = cycle * self.period + self.period * np.floor((ahead - 1) / self.period)
            rows = origins[:, None] + np.round(ahead - back).astype(np.int64)[None, :]
            seen = (rows >= half) & (rows + half <= origins[:, None])
            found += np.where(seen, smooth[np.clip(rows + half, 0, len(smooth) - 1)], 0.0)
            weight += seen
            if cycle == 1:
                level = smooth[np.clip(origins - round(late) - self.period + half, 0, len(smooth) - 1)][:, None]
        path = found / np.maximum(weight, 1.0)
        # A row whose cycle before is only half smoothed yet is foretold by the reading itself.
        last = np.clip(
            origins[:, None] + np.round(ahead - self.period * np.ceil(ahead / self.period)).astype(int), 0, None
        )
        path = np.where(weight > 0, path, self.series.values[last])
        return path + (self.series.mean[origins][:, None] - level) if self.anchored else path


class Ridge:
    """Direct autoregression, one regression for each of the rows `ahead`, fitted on targets before row `until`."""

    def __init__(self, series: Series, ahead: IntArray, until: int, lags: IntArray) -> None:
        self.series, self.ahead, self.lags = series, ahead, lags
        self.first = int(lags[-1])
        self.typical = float(np.median(series.values[:until]))
        rows = np.arange(self.first, until - int(ahead[-1]))
        rows = rows[:: max(1, len(rows) // 4000)]
        x = self._inputs(rows)
        y = series.values[rows[:, None] + ahead[None, :]] - series.mean[rows][:, None]
        gram = x.T @ x
        gram += RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram)) + 1e-12 * np.eye(len(gram))
        self.weights = np.linalg.solve(gram, x.T @ y)

    @classmethod
    def fitted(cls, series: Series, ahead: IntArray, until: int) -> Ridge | None:
        """None when too few rows are left."""
        lags = np.array([lag * series.smooth for lag in LAGS if lag * series.smooth < until // 4], dtype=np.int64)
        stop = until - int(ahead[-1])
        if not len(lags) or stop - int(lags[-1]) < max(10 * (len(lags) + 2), LEAST_WINDOWS * int(ahead[-1])):
            return None
        return cls(series, ahead, until, lags)

    def _inputs(self, rows: IntArray) -> FloatArray:
        here = self.series.mean[rows]
        steps = here[:, None] - self.series.mean[np.maximum(rows[:, None] - self.lags[None, :], 0)]
        return np.column_stack([self.series.values[rows] - here, here - self.typical, steps])

    def __call__(self, origins: IntArray, ahead: FloatArray) -> FloatArray:
        """See Model; beyond the rows that it was fitted for, the last of them stays."""
        paths = self.series.mean[origins][:, None] + self._inputs(origins) @ self.weights
        place = np.interp(ahead, self.ahead, np.arange(len(self.ahead)))
        low = np.floor(place).astype(np.int64)
        high = np.minimum(low + 1, len(self.ahead) - 1)
        return np.asarray(paths[:, low] + (paths[:, high] - paths[:, low]) * (place - low))


def period(values: FloatArray) -> int | None:
    """The period in rows that the autocorrelation of `values` (n,) shows beyond doubt, None where it shows none."""
    count = len(values)
    time = np.arange(count) - (count - 1) / 2
    rest = values - values.mean()
    rest = rest - time * float(time @ rest) / max(float(time @ time), 1.0)
    power = float(rest @ rest)
    longest = int(count / LEAST_CYCLES)
    if power <= 0 or longest < 8:
        return None
    size = 1 << (2 * count - 1).bit_length()
    raw = np.fft.irfft(np.abs(np.fft.rfft(rest, size)) ** 2, size)[: longest + 1]
    squares = np.concatenate(([0.0], np.cumsum(rest**2)))
    lags = np.arange(longest + 1)
    scale = np.sqrt(squares[count - lags] * (squares[count] - squares[lags]))
    alike = raw / np.maximum(scale, 1e-12)
    apart = np.flatnonzero(alike < 0)
    if not len(apart):
        return None
    start = int(apart[0])
    top = float(alike[start:].max(initial=0.0))
    if top < EVIDENT:
        return None
    near = start + np.flatnonzero(alike[start:] >= NEARLY * top)
    run = near[: int(np.argmax(np.append(np.diff(near) > 1, True))) + 1]
    found = int(run[np.argmax(alike[run])])
    return found if found < longest and found >= 4 else None

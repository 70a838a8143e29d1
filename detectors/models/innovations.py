"""What a sensor does that its own past did not announce: autoregression that knows wandering levels from fixed ones."""

from __future__ import annotations

from copy import copy
from itertools import combinations_with_replacement
from typing import Self

import numpy as np

from detectors.models.scaling import resolution
from detectors.models.smoothing import block_means, ewma
from detectors.types import BoolArray, FloatArray

ORDER = 5
ROWS_PER_LAG = 25  # reference strides for each lag
SLOW = 50.0  # strides: memory of the level that a wandering sensor is compared with
BLOCKS = 50  # block means that the unit-root test looks at: row noise would hide a wandering level (Schwert 1989)
WANDERS = -1.3  # Dickey-Fuller statistic; above it a wandering level is likelier than a fixed one
PENALTY = 1e-4
ROUNDING = 0.3  # spread of the rounding error in steps, 1 / sqrt(12)
LARGEST = 1e4


class Innovations:
    """Error-correction autoregression of each column by itself, at a stride of rows.

    With D the difference over one stride: D x(t) = c + r (x - m)(t-1) + g1 D x(t-1) + ... + g4 D x(t-4) + e(t), where
    m is 0 for a sensor whose reference level is fixed, and the slow exponential mean of its past (and c = 0) where
    the Dickey-Fuller test on block means speaks for a unit root. So a lasting shift of a sensor with a fixed level
    stays visible as long as it lasts, and a sensor that wanders by itself is judged by how it moves.
    Sources: Dickey and Fuller 1979; Alwan and Roberts 1988 (control charts of residuals).
    """

    def __init__(self, stride: int = 1) -> None:
        self.stride = stride

    def fit(self, x: FloatArray, floor: FloatArray | float = 0.0) -> Self:
        """Fit on normal rows `x` (n, a). `floor` (a,) bounds the innovations' spread from below."""
        self.order = int(np.clip(len(x) // (ROWS_PER_LAG * self.stride), 1, ORDER))
        self.wanders: BoolArray = dickey_fuller(x) > WANDERS
        rows = slice(self.order * self.stride, None, max(1, self.stride // 2))  # overlapping strides say little new
        inputs = [np.ascontiguousarray(column[rows]) for column in self._inputs(x)]
        error = self._change(x)[rows]
        self.weights: FloatArray = _least_squares(inputs, error)
        for weight, column in zip(self.weights, inputs, strict=True):
            error = error - weight * column
        spread = np.sqrt((error**2).mean(axis=0)) if len(error) else np.ones(x.shape[1])
        rounding = ROUNDING / self.stride * np.array([resolution(column) for column in x.T])
        self.spread: FloatArray = np.maximum(np.maximum(spread, rounding), np.maximum(floor, 1e-6))
        return self

    def apply(self, x: FloatArray) -> FloatArray:
        """Innovations of rows `x` (n, a) in units of their reference spread; 0 in the first rows."""
        error = self._change(x)
        for weight, column in zip(self.weights, self._inputs(x), strict=True):
            error -= weight * column
        error /= self.spread
        error[: self.order * self.stride] = 0.0
        return np.clip(error, -LARGEST, LARGEST, out=error)

    def only(self, part: slice) -> Innovations:
        """The same model of the columns `part` alone."""
        if part.stop - part.start == len(self.spread):
            return self
        fewer = copy(self)
        fewer.wanders, fewer.spread, fewer.weights = self.wanders[part], self.spread[part], self.weights[:, part]
        return fewer

    def _change(self, x: FloatArray, back: int = 0) -> FloatArray:
        """Change over one stride, `back` strides ago (n, a)."""
        shift = back * self.stride
        padded = np.concatenate([np.repeat(x[:1], shift + self.stride, axis=0), x])
        return padded[self.stride :][: len(x)] - padded[: len(x)]

    def _inputs(self, x: FloatArray) -> list[FloatArray]:
        """The regressors, each (n, a): constant, deviation of the last level, earlier changes."""
        constant = np.broadcast_to(np.where(self.wanders, 0.0, 1.0), x.shape)
        level = np.concatenate([np.repeat(x[:1], self.stride, axis=0), x])[: len(x)]
        if self.wanders.any() and len(x):
            own = x[:, self.wanders]
            slow = ewma(own, SLOW * self.stride, own[0])
            level[:, self.wanders] -= np.concatenate([np.repeat(own[:1], self.stride, axis=0), slow])[: len(x)]
        return [constant, level, *(self._change(x, back) for back in range(1, self.order))]


def _least_squares(inputs: list[FloatArray], target: FloatArray) -> FloatArray:
    """Weights (k, a) of the k inputs (n, a) for each column by itself, with a small ridge."""
    count = len(inputs)
    gram = np.empty((target.shape[1], count, count))
    for i, j in combinations_with_replacement(range(count), 2):
        gram[:, i, j] = gram[:, j, i] = np.einsum("na,na->a", inputs[i], inputs[j])
    size = np.maximum(np.trace(gram, axis1=1, axis2=2), 1e-12)[:, None, None]
    gram += np.eye(count) * (PENALTY / count) * size
    right = np.stack([np.einsum("na,na->a", column, target) for column in inputs], axis=1)
    return np.asarray(np.linalg.solve(gram, right[:, :, None])[:, :, 0].T)


def dickey_fuller(x: FloatArray) -> FloatArray:
    """Augmented Dickey-Fuller statistic (constant, one lag) of block means of each column, (a,).

    0, which speaks for a unit root, when there are too few rows to tell.
    """
    means = block_means(x, max(1, len(x) // BLOCKS))
    change = np.diff(means, axis=0)
    target = change[1:]
    if len(target) < 6:
        return np.zeros(x.shape[1])
    inputs = np.stack([np.ones_like(target), means[1:-1], change[:-1]], axis=2).transpose(1, 0, 2)  # (a, n, 3)
    gram = inputs.transpose(0, 2, 1) @ inputs + 1e-12 * np.eye(3)
    weights = np.linalg.solve(gram, inputs.transpose(0, 2, 1) @ target.T[:, :, None])
    error = target.T - (inputs @ weights)[:, :, 0]
    variance = (error**2).sum(axis=1) / max(len(target) - 3, 1)
    deviation = np.sqrt(np.maximum(variance * np.linalg.inv(gram)[:, 1, 1], 1e-30))
    return np.asarray(weights[:, 1, 0] / deviation)

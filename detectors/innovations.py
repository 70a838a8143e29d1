"""What one sensor does that its own past did not announce: autoregression that knows a wandering level from a fixed one."""

from __future__ import annotations

from typing import Self

import numpy as np

from detectors.smoothing import block_means, ewma
from detectors.types import BoolArray, FloatArray

ORDER = 5
SLOW = 50.0  # strides: memory of the level that a wandering sensor is compared with
BLOCKS = 50  # block means that the unit-root test looks at: row noise would hide a wandering level (Schwert 1989)
WANDERS = -2.57  # Dickey-Fuller statistic with a constant, 10 % level; above it the level is taken to wander
PENALTY = 1e-4
QUANTISED = 0.3  # spread of the rounding error, in steps (1 / sqrt(12))


class Innovations:
    """Error-correction autoregression of each column by itself, at a stride of rows.

    With D the difference over one stride: D x(t) = c + r (x - m)(t-1) + g1 D x(t-1) + ... + g4 D x(t-4) + e(t), where
    m is 0 for a sensor whose reference level is fixed, and the slow exponential mean of its past (without c) where
    the Dickey-Fuller test on block means does not reject a unit root. So a lasting shift of a sensor with a fixed
    level stays visible as long as it lasts, and a sensor that wanders by itself is judged by how it moves.
    Sources: Dickey and Fuller 1979; Alwan and Roberts 1988 (control charts of residuals).
    """

    def __init__(self, stride: int = 1) -> None:
        self.stride = stride

    def fit(self, x: FloatArray, floor: FloatArray | float = 0.0, wanders: BoolArray | None = None) -> Self:
        """Fit on normal rows `x` (n, a). `floor` (a,) bounds the innovations' spread from below."""
        self.order = int(np.clip(len(x) // (25 * self.stride), 1, ORDER))
        self.df = dickey_fuller(x) if wanders is None else None
        self.wanders: BoolArray = self.df > WANDERS if wanders is None else wanders
        inputs, change = self._design(x)
        inputs, change = inputs[:, self.order * self.stride :], change[self.order * self.stride :]
        columns = inputs.transpose(2, 1, 0)  # (a, n, k)
        gram = columns.transpose(0, 2, 1) @ columns
        size = np.maximum(np.trace(gram, axis1=1, axis2=2), 1e-12)[:, None, None]
        gram += np.eye(gram.shape[1]) * (PENALTY / gram.shape[1]) * size
        right = columns.transpose(0, 2, 1) @ change.T[:, :, None]
        self.weights: FloatArray = np.linalg.solve(gram, right)[:, :, 0].T  # (k, a)
        error = change - np.einsum("kna,ka->na", inputs, self.weights)
        steps = np.abs(np.diff(x, axis=0))
        rounding = np.array([np.quantile(s[s > 0], 0.05) if (s > 0).any() else 0.0 for s in steps.T])
        spread = np.sqrt((error**2).mean(axis=0)) if len(error) else np.ones(x.shape[1])
        self.spread: FloatArray = np.maximum(np.maximum(spread, QUANTISED * rounding / self.stride), np.maximum(floor, 1e-6))
        return self

    def apply(self, x: FloatArray) -> FloatArray:
        """Innovations of rows `x` (n, a) in units of their reference spread; 0 in the first rows."""
        inputs, change = self._design(x)
        error = change
        for weight, column in zip(self.weights, inputs, strict=True):
            error -= weight * column
        error /= self.spread
        error[: self.order * self.stride] = 0.0
        return error

    def _design(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the regressors (k, n, a) and the change over the last stride (n, a)."""
        n, order, stride = len(x), self.order, self.stride
        padded = np.concatenate([np.repeat(x[:1], (order + 1) * stride, axis=0), x])
        past = [padded[(order + 1 - k) * stride :][:n] for k in range(order + 2)]
        level, constant = past[1].copy(), np.ones_like(x)
        if self.wanders.any() and n:
            own = x[:, self.wanders]
            slow = ewma(own, SLOW * stride, own[0])
            level[:, self.wanders] -= np.concatenate([np.repeat(own[:1], stride, axis=0), slow])[:n]
            constant[:, self.wanders] = 0.0
        changes = [past[k] - past[k + 1] for k in range(1, order)]
        return np.stack([constant, level, *changes]), past[0] - past[1]


def dickey_fuller(x: FloatArray) -> FloatArray:
    """Augmented Dickey-Fuller statistic (constant, one lag) of block means of each column, (a,)."""
    means = block_means(x, max(1, len(x) // BLOCKS))
    change = np.diff(means, axis=0)
    target = change[1:]
    if len(target) < 6:
        return np.zeros(x.shape[1])  # too short to tell: taken to wander
    inputs = np.stack([np.ones_like(target), means[1:-1], change[:-1]], axis=2).transpose(1, 0, 2)  # (a, n, 3)
    gram = inputs.transpose(0, 2, 1) @ inputs + 1e-12 * np.eye(3)
    weights = np.linalg.solve(gram, inputs.transpose(0, 2, 1) @ target.T[:, :, None])
    error = target.T - (inputs @ weights)[:, :, 0]
    variance = (error**2).sum(axis=1) / max(len(target) - 3, 1)
    deviation = np.sqrt(np.maximum(variance * np.linalg.inv(gram)[:, 1, 1], 1e-30))
    return np.asarray(weights[:, 1, 0] / deviation)

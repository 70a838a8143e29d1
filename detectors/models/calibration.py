"""Forward-chained calibration inside the reference period: what scores look like on normal rows not fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import stats

from detectors.models.smoothing import ewma
from detectors.types import FloatArray

TINY = 1e-9
Q99 = 2.3263  # standard normal quantile
LEAST_SPREAD = 0.1  # of log scores; a smaller one comes from few rows, not from a quiet plant
CONFIDENCE = 0.75
SHORT = 40  # rows; a shorter reference is not split any further


@dataclass(frozen=True)
class Calibration:
    """Median and q99 of something measured on held-out normal rows."""

    middle: float
    upper: float

    def apply(self, values: FloatArray) -> FloatArray:
        """Calibrated values: 0 at the median, 1 at q99, signed."""
        return np.asarray((values - self.middle) / (self.upper - self.middle))


def calibrate(held_out: FloatArray, independent: float | None = None) -> Calibration:
    """Calibration on held-out values (n,).

    With `independent`, the number of values that count as independent, q99 is widened to its upper confidence limit
    at CONFIDENCE under a normal distribution (one-sided tolerance factor, Hahn and Meeker 1991): a short reference
    knows its own tail badly, a long one does not need the allowance.
    """
    middle, upper = np.quantile(held_out, [0.5, 0.99])
    spread = max(float(upper - middle), LEAST_SPREAD)
    if independent is not None:
        spread *= tolerance(independent)
    return Calibration(float(middle), float(middle) + spread)


def tolerance(independent: float) -> float:
    """Upper confidence limit of q99 - mean over its estimate, from so many independent values; at least 1."""
    count = max(independent, 4.0)
    root = np.sqrt(count)
    limit = float(stats.nct.ppf(CONFIDENCE, count - 1, Q99 * root)) / root if count < 2000 else Q99
    return max(limit / Q99, 1.0)


def logs(score: FloatArray) -> FloatArray:
    """Logarithm of raw scores, bounded below."""
    return np.asarray(np.log(np.maximum(score, TINY)))


def folds(rows: int) -> list[tuple[int, int]]:
    """Forward chaining: (rows to fit on, end of the rows to score) for the third and for the last quarter.

    Below SHORT rows nothing can be spared: the only fold scores what it was fitted on.
    """
    if rows < SHORT:
        return [(rows, rows)]
    return [(rows // 2, 3 * rows // 4), (3 * rows // 4, rows)]


class Series:
    """A calibrated series as it is and smoothed: a burst shows in the first, a fault that lasts in the second."""

    def __init__(self, span: float, memory: float, quick: bool = True) -> None:
        self.span, self.memory, self.quick = span, memory, quick

    def fit(self, held_out: Sequence[FloatArray]) -> Self:
        """Fit on the folds' held-out values; `memory` is the number of rows over which they depend on each other."""
        whole = np.concatenate(held_out)
        self.fast = calibrate(whole, len(whole) / (2.0 * self.memory))
        slow = np.concatenate([ewma(fold, self.span, float(np.median(fold))) for fold in held_out])
        self.slow = calibrate(slow, len(slow) / (2.0 * max(self.span, self.memory)))
        self.held_out = self._larger(whole, slow)
        return self

    def apply(self, values: FloatArray) -> FloatArray:
        """The larger of the two calibrated series (n,), signed, causal."""
        return self._larger(values, ewma(values, self.span, self.slow.middle))

    def _larger(self, values: FloatArray, smooth: FloatArray) -> FloatArray:
        slow = self.slow.apply(smooth)
        return np.maximum(slow, self.fast.apply(values)) if self.quick else slow

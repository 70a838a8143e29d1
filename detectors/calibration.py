"""Forward-chained calibration inside the reference period: what scores look like on normal rows not fitted on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from detectors.types import FloatArray

TINY = 1e-9
Q99 = 2.3263  # standard normal quantile
LEAST_SPREAD = 0.1  # of log scores; a smaller one comes from few rows, not from a quiet plant
CONFIDENCE = 0.75
SHORT = 40  # rows; a shorter reference is not split any further


@dataclass(frozen=True)
class Calibration:
    """Median and q99 of something measured on held-out normal rows. `apply` maps the median to 0, q99 to 1."""

    middle: float
    upper: float

    def apply(self, values: FloatArray) -> FloatArray:
        """Calibrated values, signed."""
        return np.asarray((values - self.middle) / (self.upper - self.middle))


def calibrate(held_out: FloatArray, least: float = LEAST_SPREAD, independent: float | None = None) -> Calibration:
    """Calibration on held-out values (n,).

    With `independent`, the number of values that count as independent, q99 is widened to its upper confidence limit
    at CONFIDENCE under a normal distribution (one-sided tolerance factor, Hahn and Meeker 1991): a short reference
    knows its own tail badly, a long one does not need the allowance.
    """
    middle, upper = np.quantile(held_out, [0.5, 0.99])
    spread = max(float(upper - middle), least)
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

"""One-step prediction from the last rows of every sensor; the score is the energy of what was not predicted."""

from __future__ import annotations

import numpy as np

from detectors.models.matrix import MatrixDetector, ridge
from detectors.types import BoolArray, FloatArray

INPUTS = 250  # regressors at most: lags are cut for wide files


class VarResidual(MatrixDetector):
    """Ridge vector autoregression; mean squared one-step residual in units of the reference residual.

    Follows slow drift of the operating point. Fails where the reference is short for the number of sensors: the many
    weights then carry later wandering of one sensor into the residuals of all. (Luetkepohl 2005, New Introduction to
    Multiple Time Series Analysis.)
    """

    name = "var_residual"

    def __init__(self, lags: int = 5, strength: float = 0.01) -> None:
        self.lags, self.strength = lags, strength

    def learn(self, x: FloatArray) -> None:
        """Fit on the normal rows `x` (n, a); lags are cut until there are at most INPUTS regressors, and n / 3."""
        self.order = int(np.clip(min(INPUTS, len(x) // 3) // x.shape[1], 1, self.lags))
        self.weights = ridge(lagged(x, self.order), x, self.strength)
        residual = x - lagged(x, self.order) @ self.weights
        self.noise = np.maximum(residual.std(axis=0), 1e-3)

    def rate(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Squared residuals in units of the normal ones (n, a), 0 without a reading; the score is their mean."""
        parts = ((x - lagged(x, self.order) @ self.weights) / self.noise) ** 2
        parts[~present] = 0.0
        return parts.mean(axis=1), parts


def lagged(x: FloatArray, order: int) -> FloatArray:
    """The `order` rows before each row side by side: (n, order * a). Before the first row its own value is repeated."""
    padded = np.vstack([np.repeat(x[:1], order, axis=0), x])
    return np.hstack([padded[order - k : len(padded) - k] for k in range(1, order + 1)])

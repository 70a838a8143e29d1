"""Each sensor estimated from all others in the same row; the score is what they do not agree on."""

from __future__ import annotations

import numpy as np

from detectors.models.matrix import MatrixDetector, ridged_inverse
from detectors.types import BoolArray, FloatArray


class CrossChannel(MatrixDetector):
    """Leave-one-sensor-out ridge regression; mean squared residual in units of the reference residual.

    All regressions come from one inverse of the covariance: the residual of sensor j given the others is
    (P x)_j / P_jj with P the precision matrix. Strong on a sensor that leaves its usual relation to the others; fails
    where sensors are unrelated, and alarms falsely where levels wander after the reference period.
    """

    name = "cross_channel"

    def __init__(self, strength: float = 0.01) -> None:
        self.strength = strength

    def learn(self, x: FloatArray) -> None:
        """Regressions of each sensor on all others, and how well they do on the normal rows `x` (n, a)."""
        self.middle = x.mean(axis=0)
        centred = x - self.middle
        precision = ridged_inverse(centred, self.strength)
        self.weights = precision / np.diag(precision)
        self.noise = np.maximum((centred @ self.weights).std(axis=0), 1e-3)

    def rate(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Squared residuals in units of the normal ones (n, a), 0 without a reading; the score is their mean."""
        parts = (((x - self.middle) @ self.weights) / self.noise) ** 2
        parts[~present] = 0.0
        return parts.mean(axis=1), parts

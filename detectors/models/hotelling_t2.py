"""Hotelling's T2: the distance of a row from the reference mean, in the metric of the reference covariance."""

from __future__ import annotations

import numpy as np

from detectors.models.matrix import MatrixDetector, ridged_inverse
from detectors.types import BoolArray, FloatArray


class HotellingT2(MatrixDetector):
    """Mahalanobis distance with a shrunk covariance (Hotelling 1947; Ledoit and Wolf 2004 on why to shrink).

    Strong on lasting shifts of the operating point; alarms falsely where levels wander after the reference period.
    """

    name = "hotelling_t2"

    def __init__(self, strength: float = 0.02) -> None:
        self.strength = strength

    def learn(self, x: FloatArray) -> None:
        """Mean and shrunk precision of the normal rows `x` (n, a)."""
        self.middle = x.mean(axis=0)
        self.precision = ridged_inverse(x - self.middle, self.strength)

    def rate(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
        """T2 divided by the number of sensors, about 1 on normal rows (n,); parts are its terms, negative ones as 0."""
        centred = x - self.middle
        terms = centred * (centred @ self.precision)
        return np.maximum(terms.sum(axis=1), 0.0) / x.shape[1], np.maximum(terms, 0.0)

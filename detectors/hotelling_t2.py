"""Hotelling's T2: the distance of a row from the reference mean, in the metric of the reference covariance."""

from __future__ import annotations

import numpy as np

from detectors.matrix import MatrixDetector
from detectors.types import BoolArray, FloatArray


class HotellingT2(MatrixDetector):
    """Mahalanobis distance with a shrunk covariance (Hotelling 1947; Ledoit and Wolf 2004).

    Strong on lasting shifts of the operating point; false alarms where levels wander after the reference period.
    """

    name = "hotelling_t2"

    def __init__(self, floor: float = 0.02) -> None:
        self.floor = floor

    def learn(self, x: FloatArray) -> None:
        self.middle = x.mean(axis=0)
        centred = x - self.middle
        cov = centred.T @ centred / len(x)
        cov.flat[:: len(cov) + 1] += self.floor + x.shape[1] / len(x) * 0.1
        self.precision = np.linalg.inv(cov)

    def rate(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
        centred = x - self.middle
        parts = np.maximum(centred * (centred @ self.precision), 0.0)
        total = np.einsum("ij,ij->i", centred @ self.precision, centred)
        return np.maximum(total, 0.0) / x.shape[1], parts

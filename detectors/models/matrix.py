"""Base of the detectors that work on a matrix of standardised readings."""

from __future__ import annotations

from abc import abstractmethod
from typing import Self

import numpy as np
import pandas as pd

from detectors.models.base import Detector
from detectors.models.scaling import Scaling
from detectors.types import BoolArray, FloatArray, Scores


class MatrixDetector(Detector):
    """A detector whose method is two functions of a matrix of standardised readings (n rows, a active sensors).

    `learn(x)` fits on normal rows; `rate(x, present)` returns each row's score (n,) and the part of it that each
    sensor carries (n, a), both >= 0. Gaps, scaling and constant columns are handled here, once.
    """

    scaling: Scaling

    @abstractmethod
    def learn(self, x: FloatArray) -> None:
        """Fit on the normal rows `x`."""

    @abstractmethod
    def rate(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Return score (n,) and parts (n, a) of rows `x`, causally; `present` is False where a reading is missing."""

    def fit(self, frame: pd.DataFrame) -> Self:
        """See Detector.fit. Without a sensor that moves there is nothing to learn, and every score will be 0."""
        self.scaling = Scaling(frame)
        x, _ = self.scaling.apply(frame)
        if x.shape[1]:
            self.learn(x)
        return self

    def score(self, frame: pd.DataFrame) -> Scores:
        """See Detector.score. A sensor without a reading carries no part of its row."""
        x, present = self.scaling.apply(frame)
        if not x.size:
            return Scores(np.zeros(len(x)), np.zeros((len(x), len(self.scaling.columns))))
        total, parts = self.rate(x, present)
        parts = np.where(present, parts, 0.0)
        return Scores(np.asarray(total, dtype=float), self.scaling.expand(parts))


def ridge(inputs: FloatArray, targets: FloatArray, strength: float) -> FloatArray:
    """Least squares with a penalty of `strength` x rows on the squared coefficients; (p, q) coefficients.

    Rows are divided by their number first, so `strength` is relative to a unit variance of the inputs.
    """
    rows = max(len(inputs), 1)
    gram = inputs.T @ inputs / rows
    gram.flat[:: len(gram) + 1] += strength
    return np.asarray(np.linalg.solve(gram, inputs.T @ targets / rows), dtype=np.float64)


def ridged_inverse(centred: FloatArray, strength: float) -> FloatArray:
    """Inverse of the covariance of `centred` (n, a), with a ridge that grows as rows become few for the sensors."""
    covariance = centred.T @ centred / len(centred)
    covariance.flat[:: len(covariance) + 1] += strength + 0.1 * centred.shape[1] / len(centred)
    return np.asarray(np.linalg.inv(covariance))

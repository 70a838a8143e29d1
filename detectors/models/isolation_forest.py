"""Isolation forest on single rows: the usual baseline."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import IsolationForest as Forest

from detectors.models.matrix import MatrixDetector
from detectors.types import BoolArray, FloatArray

ROWS = 20_000  # rows scored at a time


class IsolationForest(MatrixDetector):
    """How few random cuts isolate a row (Liu, Ting and Zhou 2008).

    Knows neither time nor relations that are not parallel to an axis; weak on slow and small faults. Parts are the
    squared deviations from the reference mean, since the forest itself names no sensor.
    """

    name = "isolation_forest"

    def __init__(self, trees: int = 100, seed: int = 0) -> None:
        self.trees, self.seed = trees, seed

    def learn(self, x: FloatArray) -> None:
        """Grow the trees on the normal rows `x` (n, a); the seed makes them the same each time."""
        self.forest = Forest(n_estimators=self.trees, random_state=self.seed).fit(x)

    def rate(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Anomaly score of the forest, 0 to 1 (n,); parts are squared deviations in standard units."""
        pieces = [self.forest.score_samples(x[at : at + ROWS]) for at in range(0, len(x), ROWS)]
        return np.maximum(-np.concatenate(pieces), 0.0), x**2

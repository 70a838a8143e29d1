"""Principal components with the two statistics of process monitoring: T2 inside the model, Q outside it."""

from __future__ import annotations

import numpy as np

from detectors.types import FloatArray


class Components:
    """Principal components of rows (n, p) that explain the share `explained` of their variance.

    T2 is the mean square of the scores in units of their spread, Q the squared rest in units of its reference mean
    (Jackson and Mudholkar 1979).
    """

    def __init__(self, rows: FloatArray, explained: float) -> None:
        self.middle = rows.mean(axis=0)
        centred = rows - self.middle
        values, vectors = np.linalg.eigh(centred.T @ centred / len(rows))
        values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
        kept = int(np.searchsorted(np.cumsum(values) / max(values.sum(), 1e-12), explained)) + 1
        self.axes, self.variance = vectors[:, :kept], values[:kept] + 1e-3
        rest = centred - centred @ self.axes @ self.axes.T
        self.noise = max(float((rest**2).sum(axis=1).mean()), 1e-3)

    def rate(self, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
        """T2 + Q (n,) and the part of each input (n, p), both >= 0."""
        centred = rows - self.middle
        scores = centred @ self.axes
        rest = centred - scores @ self.axes.T
        count = len(self.variance)
        inside = (scores / self.variance) @ self.axes.T * centred / count
        total = (scores**2 / self.variance).sum(axis=1) / count + (rest**2).sum(axis=1) / self.noise
        return total, np.maximum(inside, 0.0) + rest**2 / self.noise

"""Principal components of a short window of rows: T2 inside the model plus Q outside it."""

from __future__ import annotations

import numpy as np

from detectors.matrix import MatrixDetector
from detectors.types import BoolArray, FloatArray
from detectors.var_residual import lagged

INPUTS = 250


class WindowedPca(MatrixDetector):
    """Dynamic PCA on lagged rows with T2 and Q (Ku, Storer and Georgakis 1995).

    Sees changed dynamics as well as changed levels. Needs several times more reference rows than sensors x lags.
    """

    name = "windowed_pca"

    def __init__(self, lags: int = 5, explained: float = 0.9) -> None:
        self.lags, self.explained = lags, explained

    def learn(self, x: FloatArray) -> None:
        self.order = int(np.clip(min(INPUTS, len(x) // 3) // x.shape[1], 1, self.lags + 1)) - 1
        window = self._window(x)
        self.middle = window.mean(axis=0)
        cov = np.cov(window - self.middle, rowvar=False).reshape(window.shape[1], -1)
        values, vectors = np.linalg.eigh(cov)
        values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
        kept = int(np.searchsorted(np.cumsum(values) / values.sum(), self.explained)) + 1
        self.axes, self.variance = vectors[:, :kept], values[:kept] + 1e-3
        rest = window - self.middle
        rest = rest - (rest @ self.axes) @ self.axes.T
        self.noise = max(float((rest**2).sum(axis=1).mean()), 1e-3)

    def rate(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
        centred = self._window(x) - self.middle
        inside = centred @ self.axes
        rest = centred - inside @ self.axes.T
        t2 = (inside**2 / self.variance).sum(axis=1) / len(self.variance)
        moved = (inside / self.variance) @ self.axes.T * centred / len(self.variance)
        parts = np.maximum(moved, 0.0) + rest**2 / self.noise
        total = t2 + (rest**2).sum(axis=1) / self.noise
        return total, parts.reshape(len(x), self.order + 1, -1).sum(axis=1)

    def _window(self, x: FloatArray) -> FloatArray:
        return np.hstack([x, lagged(x, self.order)]) if self.order else x

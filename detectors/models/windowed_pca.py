"""Principal components of a short window of rows."""

from __future__ import annotations

import numpy as np

from detectors.models.components import Components
from detectors.models.matrix import MatrixDetector
from detectors.models.var_residual import INPUTS, lagged
from detectors.types import BoolArray, FloatArray


class WindowedPca(MatrixDetector):
    """Dynamic PCA on lagged rows with T2 + Q (Ku, Storer and Georgakis 1995).

    Sees changed dynamics as well as changed levels. Needs several times more reference rows than sensors x lags, and
    alarms falsely where levels wander after the reference period.
    """

    name = "windowed_pca"

    def __init__(self, lags: int = 5, explained: float = 0.9) -> None:
        self.lags, self.explained = lags, explained

    def learn(self, x: FloatArray) -> None:
        """Components of windows of the normal rows `x` (n, a); lags are cut until a window has few enough columns."""
        self.order = int(np.clip(min(INPUTS, len(x) // 3) // x.shape[1], 1, self.lags + 1)) - 1
        self.components = Components(self._window(x), self.explained)

    def rate(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
        """T2 + Q of the window that ends in each row (n,); parts (n, a) are summed over a sensor's lags."""
        total, parts = self.components.rate(self._window(x))
        return total, parts.reshape(len(x), self.order + 1, -1).sum(axis=1)

    def _window(self, x: FloatArray) -> FloatArray:
        return np.hstack([x, lagged(x, self.order)]) if self.order else x

"""Principal components of single rows."""

from __future__ import annotations

from detectors.models.components import Components
from detectors.models.matrix import MatrixDetector
from detectors.types import BoolArray, FloatArray


class Pca(MatrixDetector):
    """T2 + Q of the sensors in one row: the textbook monitor (Kourti and MacGregor 1995).

    Blind to time; alarms falsely where levels wander after the reference period.
    """

    name = "pca"

    def __init__(self, explained: float = 0.9) -> None:
        self.explained = explained

    def learn(self, x: FloatArray) -> None:
        """Components that explain this share of the variance of the normal rows `x` (n, a)."""
        self.components = Components(x, self.explained)

    def rate(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
        """T2 + Q of each row (n,) and the parts of the sensors (n, a)."""
        return self.components.rate(x)

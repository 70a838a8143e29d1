"""One chart as a detector by itself."""

from __future__ import annotations

import numpy as np

from detectors.models.charts import Chart, View
from detectors.models.matrix import MatrixDetector
from detectors.types import BoolArray, FloatArray


class ChartDetector(MatrixDetector):
    """Root mean square over the sensors of one statistic of one view (see detectors/models/charts.py)."""

    view: View = "own"
    statistic: str = "energy"  # or "shift"

    def learn(self, x: FloatArray) -> None:
        """Fit the chart of this view on the normal rows `x` (n, a)."""
        self.chart = Chart(self.view).fit(x)
        self.lags = self.chart.memory

    def rate(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Root mean square of the statistic over the chart's sensors (n,); parts are the statistic itself."""
        parts = np.concatenate([getattr(s, self.statistic) for s in self.chart.statistics(x, present)], axis=1)
        return np.sqrt((parts**2).mean(axis=1)), parts

"""A lasting shift of what each sensor's own past did not announce."""

from __future__ import annotations

from detectors.models.chart_detector import ChartDetector


class ResidualShift(ChartDetector):
    """Exponentially weighted mean of clipped innovations of each sensor (Lowry et al. 1992).

    Sees small shifts that last; slower than the energy on bursts. Fails on a slow change of a sensor that wanders
    by itself.
    """

    name = "residual_shift"
    statistic = "shift"

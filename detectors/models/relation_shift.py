"""A lasting shift of a sensor against the others."""

from __future__ import annotations

from detectors.models.chart_detector import ChartDetector


class RelationShift(ChartDetector):
    """Exponentially weighted mean of the clipped innovations of each sensor's residual given all others.

    Sees a sensor drift from its usual company. Fails as the relation residual does.
    """

    name = "relation_shift"
    view = "relation"
    statistic = "shift"

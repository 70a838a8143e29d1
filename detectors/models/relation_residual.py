"""Energy of what neither the other sensors nor its own past say about a sensor."""

from __future__ import annotations

from detectors.models.chart_detector import ChartDetector


class RelationResidual(ChartDetector):
    """Residual of each sensor given all others (ridge), then autoregression of that residual; squared innovations.

    Sees one sensor leave its usual company while the plant moves. Fails where sensors are unrelated, and a fault
    that moves all along their usual relations is invisible to it.
    """

    name = "relation_residual"
    view = "relation"

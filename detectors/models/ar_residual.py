"""Energy of what each sensor's own past did not announce."""

from __future__ import annotations

from detectors.models.chart_detector import ChartDetector


class ArResidual(ChartDetector):
    """Autoregression of each sensor by itself; squared innovations.

    Sees bursts, changed dynamics and steps; needs few rows, fits wide files. Fails on a fault that keeps every sensor
    in its own usual motion and breaks only the relation between them. (Alwan and Roberts 1988.)
    """

    name = "ar_residual"

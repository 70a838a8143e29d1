"""Any single detector made ready for alarms: smoothed, and calibrated on the reference period as the ensemble is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Self

import numpy as np
import pandas as pd

from detectors import catalogue
from detectors.models.base import Detector
from detectors.models.calibration import Series, folds, logs
from detectors.models.ensemble import MARGIN, shared
from detectors.models.short import widening
from detectors.models.smoothing import ewma
from detectors.types import Scores

SPAN = 12.0  # rows, as the ensemble's finest scale
MEMORY = 4.0


class Calibrated(Detector):
    """`make()` behind forward-chained calibration: 1.0 is the q99 of the reference period, `threshold` the alarm."""

    def __init__(self, make: Callable[[], Detector], threshold: float = MARGIN, *, widened: bool = True) -> None:
        self.make, self.threshold, self.widened = make, threshold, widened
        self.detector = make()
        self.name = self.detector.name
        self.lags = self.detector.lags + int(4 * SPAN)

    def fit(self, frame: pd.DataFrame) -> Self:
        """Learn from `frame`, and from rows held out of it what scores are usual."""
        held_out = []
        for fitted, end in folds(len(frame)):
            total = self.make().fit(frame.iloc[:fitted]).score(frame.iloc[:end]).total
            held_out.append(logs(total[fitted if fitted < end else 0 :]))
        self.series = Series(SPAN, MEMORY).fit(held_out)
        self.detector = self.make().fit(frame)
        self.unit = 1.0
        if self.widened:
            self.unit = widening(lambda: Calibrated(self.make, widened=False), frame, MARGIN)
        return self

    def score(self, frame: pd.DataFrame) -> Scores:
        """Rate each row in multiples of the reference period's q99."""
        raw = self.detector.score(frame)
        total = np.maximum(self.series.apply(logs(raw.total)), 0.0) / self.unit
        return Scores(total, shared(total, ewma(raw.by_sensor, SPAN)))


def load(name: str, threshold: float | None = None) -> Detector:
    """The detector `name` of the catalogue, unfitted, with a calibrated total and a `threshold`, its own where None is
    given.

    Raises DetectorError("failure_model_unknown") that lists the names.
    """
    detector = catalogue.load(name)
    if not hasattr(detector, "threshold"):
        return Calibrated(partial(catalogue.load, name), MARGIN if threshold is None else threshold)
    if threshold is not None:
        detector.threshold = threshold
    return detector

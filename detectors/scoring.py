"""The model at work on one frame: fitted on the reference rows, scoring every row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from detectors import alarms
from detectors.events import Evidence
from detectors.models import calibrated
from detectors.models.base import Detector
from detectors.reconstruction import reconstructed
from detectors.signs.channels import ChannelFinding
from detectors.types import BoolArray, FloatArray, Reference, Scores

CLEAR, LASTING = 1.25, 8  # times the threshold; rows
LEAST_READINGS = 10  # in the reference period, for a sensor to be scored


class Scorer:
    """Calibrated scores of the n rows of `plain` (d sensors): `total` (n,) and `by_sensor` (n, d).

    Readings are judged as they are and again with `offset` (n, d), what planned operation explains, taken off.
    A reading that a channel finding has condemned is replaced by what the others say of it, from the row at which that
    was known.
    Sensors that never moved in the reference period are left to the channel findings.
    """

    def __init__(
        self,
        plain: pd.DataFrame,
        offset: FloatArray | None,
        reference: Reference,
        found: Sequence[ChannelFinding],
        model: str,
        threshold: float | None = None,
    ) -> None:
        self.names = tuple(str(name) for name in plain.columns)
        self.reference = reference
        values = reconstructed(plain.to_numpy(dtype=np.float64), self.names, reference, found)
        part = values[reference.start : reference.end]
        self.usable = np.flatnonzero((np.isfinite(part).sum(axis=0) >= LEAST_READINGS) & (_range(part) > 0))
        self.total, self.by_sensor = np.zeros(len(plain)), np.zeros((len(plain), len(self.names)))
        self.unexplained = self.total  # before planned operation was taken off
        self.detector: Detector = calibrated.load(model, threshold)
        self.threshold = float(getattr(self.detector, "threshold", 1.0))
        if not len(self.usable):
            return
        table = pd.DataFrame(values[:, self.usable], index=plain.index, columns=plain.columns[self.usable])
        self.detector.fit(table.iloc[reference.start : reference.end])
        scores = self.detector.score(table)
        self.total, self.by_sensor[:, self.usable] = scores.total, scores.by_sensor
        self.unexplained = self.total
        if offset is not None:
            self._agree(self.detector.score(table - offset[:, self.usable]))

    def _agree(self, other: Scores) -> None:
        """Keep the lower of two views: the readings as they are, and with what planned operation explains taken off.

        A fault is abnormal in both. A planned change alone is abnormal in the first; what an explanation of something
        ordinary leaves over is abnormal in the second.
        """
        lower = other.total < self.total
        self.total = np.where(lower, other.total, self.total)
        self.by_sensor[np.ix_(lower, self.usable)] = other.by_sensor[lower]

    @property
    def loud(self) -> BoolArray:
        """Rows (n,) whose score is at the threshold or above it."""
        return np.asarray(self.total >= self.threshold)

    def alarmed(self, waiting: BoolArray) -> BoolArray:
        """Rows (n,) that alarm: well above the threshold at once, just above it when it lasts; none in `waiting`."""
        total = np.where(waiting, 0.0, self.total)
        alarmed = alarms.flags(total, self.threshold).astype(bool)
        clear = alarms.flags(total, CLEAR * self.threshold).astype(bool)
        lasting = np.concatenate(([0], np.cumsum(alarmed)))
        lasts = np.zeros(len(alarmed), dtype=bool)
        lasts[LASTING - 1 :] = lasting[LASTING:] - lasting[:-LASTING] == LASTING
        return alarmed & (clear | lasts)

    @property
    def members(self) -> tuple[str, ...]:
        """Names of the fitted members, none when no sensor was usable."""
        if not len(self.usable):
            return ()
        return tuple(m.name for m in getattr(self.detector, "members", ())) or (self.detector.name,)

    def evidence(self) -> Evidence:
        """The scores as events are made of."""
        part = slice(self.reference.start, self.reference.end)
        return Evidence(
            score=self.total,
            usual=float(np.median(self.total[part])),
            threshold=self.threshold,
            by_sensor=self.by_sensor,
            typical=np.median(self.by_sensor[part], axis=0),
            names=self.names,
            floor=self.reference.end if self.reference.start == 0 else 0,
        )


def _range(values: FloatArray) -> FloatArray:
    """Largest minus smallest reading of each column; 0 where there is none."""
    low = np.where(np.isfinite(values), values, np.inf).min(axis=0)
    high = np.where(np.isfinite(values), values, -np.inf).max(axis=0)
    return np.maximum(high - low, 0.0)

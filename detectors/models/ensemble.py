"""The default detector: control charts of innovations in two views at several time scales, calibrated and combined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from detectors.models.base import Detector
from detectors.models.innovations import dickey_fuller
from detectors.models.scale import MEMBERS, Pace, Scale
from detectors.models.scaling import Scaling
from detectors.models.short import widening
from detectors.models.smoothing import Array
from detectors.types import FloatArray, Scores

MARGIN = 1.75
# Strides of 1, 8 and 64 rows. A fourth, of 512 rows, joined on 50 reference rows for each row of a stride and alarmed
# on three of fifteen ordinary simulated days: so slow a scale needs a longer reference than one day has.
PACES = (Pace(1, 1, 12.0), Pace(1, 8, 32.0), Pace(8, 8, 32.0))
ROWS_PER_STRIDE = 400  # reference rows for each row of a stride, so that slow wandering has been seen often enough
ROWS_WHEN_SETTLED = 50  # the same where the levels of the reference period do not wander at all
SETTLED = 0.9  # share of the sensors whose level must be fixed for that
FIXED = -2.86  # Dickey-Fuller statistic at 5 %
REFERENCE_CELLS = 1_500_000  # rows x sensors to fit on; of a longer reference the last rows count


@dataclass(frozen=True)
class Member:
    """One member at one time scale; `margin` is the ratio of q99 to the median of its held-out normal scores."""

    name: str
    margin: float


class Ensemble(Detector):
    """Four members at up to four time scales; 1.0 is the q99 of the reference period, `threshold` the alarm.

    Members: energy and shift of the innovations of each sensor given its own past, and of each sensor given the
    others. Coarse scales join where the reference is long enough for them. The total is the largest scale's calibrated
    score, calibrated again. Fails on a fault that is there in the whole reference period, on one that moves sensors
    along their usual relations no faster than they wander by themselves, and alarms on normal states of the plant
    that the reference period does not show.
    """

    name = "ensemble"

    def __init__(self, threshold: float = MARGIN, paces: tuple[Pace, ...] = PACES, *, widened: bool = True) -> None:
        self.threshold, self.paces, self.widened = threshold, paces, widened
        self.scales: list[Scale] = []

    def fit(self, frame: pd.DataFrame) -> Self:
        """Learn from the last rows of `frame`, as many as REFERENCE_CELLS allows, 1000 at least."""
        most = max(1000, REFERENCE_CELLS // max(1, frame.shape[1]))
        frame = frame.iloc[-most:]
        self.scaling = Scaling(frame)
        x, present = self.scaling.apply(frame)
        if not x.shape[1]:
            return self
        settled = float(np.mean(dickey_fuller(x) < FIXED)) >= SETTLED
        needed = max(ROWS_WHEN_SETTLED if settled else ROWS_PER_STRIDE, x.shape[1])  # relations need that many rows
        paces = [pace for pace in self.paces if pace.rows == 1 or len(x) >= needed * pace.rows]
        self.scales = [Scale(pace).fit(x, present) for pace in paces]
        self.lags = max(pace.memory for pace in paces)
        rows = min(len(scale.held_out) for scale in self.scales)
        best = np.max([scale.held_out[-rows:] for scale in self.scales], axis=0)
        self.unit = max(float(np.quantile(best, 0.99)), 0.5)
        if self.widened:
            self.unit *= widening(lambda: Ensemble(paces=self.paces, widened=False), frame, MARGIN)
        return self

    def score(self, frame: pd.DataFrame) -> Scores:
        """Rate each row in multiples of the reference period's q99; 0 where no sensor ever moved."""
        x, present = self.scaling.apply(frame)
        total, parts = np.zeros(len(x)), np.zeros(x.shape, dtype=np.float32)
        for scale in self.scales if len(x) else ():
            series, carried = scale.score(x, present)
            series = np.maximum(series, 0.0) / self.unit
            total = np.maximum(total, series)
            carried *= series[:, None]
            parts += carried
        parts[~present] = 0.0
        return Scores(total, self.scaling.expand(shared(total, parts)))

    @property
    def members(self) -> tuple[Member, ...]:
        """The fitted members."""
        return tuple(
            Member(f"{name}@{scale.pace.rows}", float(np.exp(calibration.upper - calibration.middle)))
            for scale in self.scales
            for name, calibration in zip(MEMBERS, scale.members, strict=True)
        )

    def describe(self) -> list[tuple[str, float]]:
        """Name and margin of each member, for the receipt."""
        return [(member.name, member.margin) for member in self.members]


def shared(total: FloatArray, parts: Array) -> FloatArray:
    """`total` (n,) divided among the sensors in proportion to their parts (n, a)."""
    whole = np.maximum(parts.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(parts / whole * total[:, None])

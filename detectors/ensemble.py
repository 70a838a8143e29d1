"""The default detector: control charts of innovations in two views at several time scales, calibrated and combined."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd

from detectors.base import Detector
from detectors.calibration import Q99
from detectors.scale import MEMBERS, Rated, Scale
from detectors.scaling import Scaling
from detectors.types import FloatArray, Scores

MARGIN = 1.5
SCALES = ((1, 1, 24.0), (1, 8, 64.0), (8, 8, 64.0), (64, 8, 64.0))  # rows of a block, stride and span in blocks
ROWS_PER_STRIDE = 250  # reference rows for each row of stride, so that the scale can be calibrated


class Ensemble(Detector):
    def __init__(self, threshold: float = MARGIN) -> None:
        self.threshold = threshold

    name = "ensemble"

    def fit(self, frame: pd.DataFrame) -> Self:
        self.scaling = Scaling(frame)
        x, present = self.scaling.apply(frame)
        usable = [s for s in SCALES if s[0] == s[1] == 1 or len(x) >= ROWS_PER_STRIDE * s[0] * s[1]]
        self.scales = [Scale(*s).fit(x, present) for s in usable] if x.size else []
        self.lags = max((s.memory for s in self.scales), default=0)
        self.unit = self._joint([s.held_out for s in self.scales]) if self.scales else 1.0
        return self

    def score(self, frame: pd.DataFrame) -> Scores:
        x, present = self.scaling.apply(frame)
        n = len(x)
        total = np.zeros(n); parts = np.zeros(x.shape)
        if x.size and self.scales:
            for i, s in enumerate(self.scales):
                r = s.score(x, present)
                series = np.maximum(r.slow, r.fast) if i == 0 else r.slow
                series = np.maximum(series, 0.0)
                total = np.maximum(total, series)
                parts += series[:, None] * r.parts
        total = total / self.unit
        parts = np.where(present, parts, 0.0)
        share = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1e-12)
        return Scores(total, self.scaling.expand(share * total[:, None]))

    def _joint(self, pairs: list[tuple[FloatArray, FloatArray]]) -> float:
        rows = min(len(p[0]) for p in pairs)
        best = np.maximum(pairs[0][0], pairs[0][1])[-rows:]
        for slow, _ in pairs[1:]:
            best = np.maximum(best, slow[-rows:])
        return float(max(np.quantile(best, 0.99), 0.5))

    @property
    def members(self): return ()
    def describe(self): return []

"""One time scale of the ensemble: four charts, calibrated on rows they were not fitted on, averaged and smoothed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from detectors.calibration import Calibration, calibrate, folds, logs, tolerance
from detectors.charts import SHIFT_SPAN, Chart
from detectors.smoothing import block_means, ewma, held, moving_mean
from detectors.types import BoolArray, FloatArray

MEMBERS = ("ar_residual", "residual_shift", "relation_residual", "relation_shift")
ALLOW = 0.2  # least spread of a sensor's innovations in a fold, as a share of the whole reference's
TYPICAL_ROWS = 4000
VIEWS=("own","relation")
class VarChart:
    def __init__(self, stride): self.stride=stride; self.view="lagged"; self.memory=Chart("own",stride).memory
    def fit(self, x, floor=0.0):
        from detectors.var_residual import VarResidual, lagged
        from detectors.matrix import ridge
        B=self.stride; n,d=x.shape
        self.m=VarResidual(strength=VST); self.order=int(np.clip(min(250,n//3)//d,1,5))
        u=moving_mean(x,B); Z=self.lag(u); self.w=ridge(Z,u,VST); e=u-Z@self.w
        G=Z.T@Z/n; dof=np.trace(np.linalg.solve(G+VST*np.eye(len(G)),G)) if DOF else 0
        self.spread=np.maximum(np.sqrt((e**2).mean(0)*n/max(n-dof,.1*n)),np.maximum(floor,1e-3)); return self
    def lag(self,u):
        B=self.stride; p=self.order; up=np.concatenate([np.repeat(u[:1],p*B,axis=0),u]); n=len(u)
        return np.hstack([up[(p-k)*B:][:n] for k in range(1,p+1)])
    def statistics(self, x, present):
        u=moving_mean(x,self.stride); e=(u-self.lag(u)@self.w)/self.spread
        sh=ewma(np.clip(e,-3,3),4.0*self.stride)
        from detectors.charts import Statistics
        yield Statistics(slice(0,x.shape[1]),(e**2,sh**2))
VST=.01; DOF=True
def make(v,stride): return VarChart(stride) if v=="lagged" else Chart(v,stride)
LONG_=16.
POWER = 1.0
TOL = 8.0
def least(): return np.array([[6.63, 1.66, 6.63, 6.63/LONG_][i] for i in ([w for _,w in PAIRS] if PAIRS else list(STATS)*len(VIEWS))])
LARGEST = 1e3  # a sensor's part, in units of its q99


@dataclass
class Rated:
    """Calibrated series of rows: `slow` and `fast` (n,), and the sensors' parts (n, a), relative to their q99."""

    slow: FloatArray
    fast: FloatArray
    parts: FloatArray


class Scale:
    """Charts of both views at `block` x `stride` rows. `span` blocks is the memory of the smoothed series."""

    def __init__(self, block: int, stride: int, span: float) -> None:
        self.block, self.stride, self.span = block, stride, span

    @property
    def memory(self) -> int:
        """Rows that a score looks back at, in the main."""
        return self.block * (Chart("own", self.stride).memory + int(4 * self.span))

    def fit(self, x: FloatArray, present: BoolArray) -> Self:
        """Fit on normal rows `x` (n, a)."""
        x, present = self._coarse(x, present)
        self.charts = [make(v, self.stride).fit(x) for v in VIEWS]
        floors = [ALLOW * chart.spread for chart in self.charts]
        parts: list[FloatArray] = []
        for fitted, end in folds(len(x)):
            charts = [make(c.view, self.stride).fit(x[:fitted], f, c) for c, f in zip(self.charts, floors, strict=True)]
            start = fitted if fitted < end else 0
            context = max(0, start - charts[0].memory)
            parts.append(measure(charts, x[context:end], present[context:end])[:, start - context :])
        step = max(1, sum(p.shape[1] for p in parts) // TYPICAL_ROWS)
        sample = np.concatenate(parts, axis=1)[:, ::step]
        self.typical: FloatArray = np.maximum(np.quantile(sample, 0.99, axis=1), least()[:, None])**POWER * least()[:,None]**(1-POWER)  # (4, a)
        self.typical *= tolerance(sample.shape[1] * step / (TOL * self.stride)) ** 2
        totals = [rms(np.minimum(p / self.typical[:, None, :], LARGEST)) for p in parts]
        everything = logs(np.concatenate(totals, axis=1))
        self.members: list[Calibration] = [calibrate(row) for row in everything]
        raw = [self._average(total) for total in totals]
        count = len(everything[0])
        self.fast = calibrate(np.concatenate(raw), independent=count / (2 * SHIFT_SPAN * self.stride))
        slow = np.concatenate([ewma(r, self.span, float(np.median(r))) for r in raw])
        self.slow = calibrate(slow, independent=count / (2 * max(self.span, SHIFT_SPAN * self.stride)))
        self.held_out = np.repeat(self.slow.apply(slow), self.block), np.repeat(
            self.fast.apply(np.concatenate(raw)), self.block
        )
        return self

    def score(self, x: FloatArray, present: BoolArray) -> Rated:
        """Rate rows `x` (n, a), causally; a row has the score of the last complete block."""
        n = len(x)
        x, present = self._coarse(x, present)
        if not len(x):
            return Rated(np.zeros(n), np.zeros(n), np.zeros((n, x.shape[1])))
        parts = measure(self.charts, x, present)
        parts = np.minimum(parts / self.typical[:, None, :].astype(np.float32), LARGEST)
        raw = self._average(rms(parts))
        slow = ewma(raw, self.span, self.slow.middle)
        series = (self.slow.apply(slow), self.fast.apply(raw), ewma(parts.sum(axis=0), self.span))
        return Rated(*(held(each, self.block, n) for each in series))

    def _average(self, total: FloatArray) -> FloatArray:
        """Mean of the members' calibrated log scores, the quiet ones counting 0, (n,)."""
        calibrated = [np.maximum(m.apply(row), 0.0) for m, row in zip(self.members, logs(total), strict=True)]
        return np.asarray(np.mean(calibrated, axis=0))

    def _coarse(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, BoolArray]:
        if self.block == 1:
            return x, present
        return block_means(x, self.block), block_means(present, self.block) > 0.5


STATS = (0, 1, 2)
PAIRS = None
def measure(charts, x, present):
    pairs = PAIRS or [(i, w) for i in range(len(charts)) for w in STATS]
    parts = np.zeros((len(pairs), *x.shape), dtype=np.float32)
    for at, chart in enumerate(charts):
        for piece in chart.statistics(x, present):
            for i, (c, w) in enumerate(pairs):
                if c == at:
                    parts[i][:, piece.columns] = piece.squares[w]
    return parts


Q = 2.0
def rms(parts: FloatArray) -> FloatArray:
    if Q == 1.0: return parts.mean(axis=2, dtype=np.float64)
    if Q == 0: 
        k = max(1, int(np.ceil(parts.shape[2] ** .5)))
        return np.sort(parts, axis=2)[:, :, -k:].mean(axis=2, dtype=np.float64)
    return ((parts.astype(np.float64) ** Q).mean(axis=2)) ** (1 / Q)

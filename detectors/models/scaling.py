"""Readings to standard units: missing values bridged causally, each sensor centred and divided by a floored spread."""

from __future__ import annotations

import numpy as np
import pandas as pd

from detectors.errors import DetectorError
from detectors.types import BoolArray, FloatArray

LIMIT = 1e4  # standard units; a reading further out says nothing more and would spoil sums
MIN_ROWS = 10  # fewer normal rows say nothing about a spread
GAP_STEPS = 5.0  # usual steps without a row after which the next row's past counts as missing


class Scaling:
    """Centre and spread of each sensor in the reference rows.

    The spread is floored at half the sensor's resolution, so that a nearly constant, rounded channel does not turn
    its next rounding step into dozens of standard deviations. Sensors that never change in the reference have no
    spread: they are left out here (`active` False) and watched by the channel checks instead.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        if len(frame) < MIN_ROWS:
            raise DetectorError("failure_reference_short", rows=len(frame), needed=MIN_ROWS)
        self.columns = list(frame.columns)
        values = frame.to_numpy(dtype=float, copy=True)
        finite = np.isfinite(values)
        count = finite.sum(axis=0)
        some = np.maximum(count, 1)
        self.centre: FloatArray = np.where(finite, values, 0.0).sum(axis=0) / some
        spread = np.sqrt((np.where(finite, values - self.centre, 0.0) ** 2).sum(axis=0) / some)
        tiny = 1e-9 * np.maximum(np.abs(self.centre), 1e-9)
        self.active: BoolArray = (count >= MIN_ROWS) & (spread > tiny)
        floor = np.array([0.5 * resolution(values[:, j]) for j in range(values.shape[1])])
        self.spread: FloatArray = np.where(self.active, np.maximum(spread, floor), 1.0)
        self.step = float(np.median(np.diff(_seconds(frame)))) if _has_time(frame) else None

    def apply(self, frame: pd.DataFrame) -> tuple[FloatArray, BoolArray]:
        """Return the active sensors in standard units (n, a) and where a reading was there (n, a).

        A missing reading keeps the last value and is marked; the first row after a gap in time is marked too. A row
        of the result depends on that row and earlier ones only.
        """
        values = frame[self.columns].to_numpy(dtype=float)[:, self.active]
        scaled = (values - self.centre[self.active]) / self.spread[self.active]
        present = np.isfinite(scaled)
        if not present.all():
            scaled[~present] = np.nan
            scaled = pd.DataFrame(scaled).ffill().fillna(0.0).to_numpy(copy=True)
        if self.step and _has_time(frame):
            present[1:][np.diff(_seconds(frame)) > GAP_STEPS * self.step] = False
        return np.clip(scaled, -LIMIT, LIMIT, out=scaled), present

    def expand(self, parts: FloatArray) -> FloatArray:
        """Spread (n, a) values of the active sensors over all d columns, 0 elsewhere."""
        out = np.zeros((len(parts), len(self.columns)))
        out[:, self.active] = parts
        return out


def resolution(values: FloatArray) -> float:
    """The smallest usual step between neighbouring readings that differ; 0 when nothing changes."""
    steps = np.abs(np.diff(values[np.isfinite(values)]))
    steps = steps[steps > 0]
    return float(np.quantile(steps, 0.05)) if len(steps) else 0.0


def _has_time(frame: pd.DataFrame) -> bool:
    return isinstance(frame.index, pd.DatetimeIndex) and len(frame) > 1


def _seconds(frame: pd.DataFrame) -> FloatArray:
    """Time of each row in seconds since its first."""
    index = frame.index
    assert isinstance(index, pd.DatetimeIndex)
    return np.asarray((index - index[0]).total_seconds(), dtype=float)

"""Readings on a regular time grid, as lag regression needs them: standardised, 0 where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from detectors.types import FloatArray, IntArray

HOLD_ROWS = 5  # a missing reading repeats the last one for this long, as a historian does
GAP_ROWS = 300  # a longer gap in time is cut to this: no lag that we look for reaches across it
JITTER = 0.6  # of a step: written times are rounded, and a row that comes early or late is still the next row
MOST_STRETCH = 3.0  # a grid longer than this many times the rows means that the step is not regular at all
DRIFT = 0.02  # by which steps counted one by one may differ from the time that passed
FINER = 2.0  # grid rows for each reading where the steps are very uneven; they are held for as much longer
GAP_PASSES = 4


@dataclass(frozen=True)
class Grid:
    """`values` (m, d) has mean 0 and variance 1 in every column; `rows` are the grid rows with readings.

    `step_s` is the time between grid rows in seconds; `regular` is False where that is the mean of very uneven steps.
    """

    values: FloatArray
    names: tuple[str, ...]
    step_s: float
    rows: int
    regular: bool = True


def step_seconds(index: pd.Index) -> float:
    """Typical step of a time index in seconds; rows count as seconds where there is no time."""
    if not isinstance(index, pd.DatetimeIndex) or len(index) < 2:
        return 1.0
    step = float(np.median(np.diff(index.as_unit("ns").asi8))) / 1e9
    return step if step > 0 else 1.0


def positions(index: pd.Index, step_s: float) -> tuple[IntArray, float, bool]:
    """Grid row (n,) of each row with gaps cut to GAP_ROWS, the step of the grid in seconds, whether steps are even.

    Steps that vary a little are one grid row each. Where that would leave the grid shorter or longer than the time
    that passed, rows are placed by their time; where most steps are much shorter than the time between readings (a
    logger that writes in bursts), on a grid of half the mean step. Rows counted as equal steps
    would shorten every lag.
    """
    rows = np.arange(len(index), dtype=np.int64)
    if not isinstance(index, pd.DatetimeIndex) or len(index) < 2:
        return rows, step_s, True
    steps = np.diff(index.as_unit("ns").asi8) / 1e9
    ratio = np.minimum(steps / step_s, GAP_ROWS)
    counted = np.where(np.abs(ratio - 1.0) <= JITTER, 1.0, np.rint(ratio))
    even = counted.sum() + 1 <= MOST_STRETCH * len(index)
    if even and abs(counted.sum() - ratio.sum()) <= DRIFT * ratio.sum():
        return _from_first(counted), step_s, True
    if not even:
        for _ in range(GAP_PASSES):  # the mean of the steps, gaps cut to so many of them
            step_s = float(np.minimum(steps, GAP_ROWS * step_s).mean()) / FINER
        ratio = np.minimum(steps / step_s, GAP_ROWS)
    return _from_first(ratio), step_s, even


def _from_first(steps: FloatArray) -> IntArray:
    """Grid row (n,) of each row, from the steps (n - 1,) between them in grid rows."""
    return np.rint(np.concatenate([[0.0], np.cumsum(steps)])).astype(np.int64)


def build(frame: pd.DataFrame, names: Sequence[str]) -> Grid:
    """The columns `names` of `frame` on a regular grid.

    Several readings in one step are averaged. A missing reading repeats the last one for HOLD_ROWS rows (never
    interpolated: that would let a sensor know its future) and is the mean, 0, beyond.
    """
    place, step_s, regular = positions(frame.index, step_seconds(frame.index))
    size = int(place[-1]) + 1
    values = np.zeros((size, len(names)))
    for column, name in enumerate(names):
        readings = frame[name].to_numpy(dtype=np.float64, copy=True)
        readings[~np.isfinite(readings)] = np.nan
        held = _hold(_place(readings, place, size), HOLD_ROWS if regular else int(FINER * HOLD_ROWS))
        spread = np.nanstd(held)
        if spread > 0:
            values[:, column] = np.nan_to_num((held - np.nanmean(held)) / spread)
    return Grid(values, tuple(names), step_s, len(np.unique(place)), regular)


def _place(readings: FloatArray, place: IntArray, size: int) -> FloatArray:
    """Mean of the readings (n,) that fall into each grid row, (size,); NaN where there is none."""
    if size == len(readings):
        return readings
    known = np.isfinite(readings)
    count = np.bincount(place[known], minlength=size)
    total = np.bincount(place[known], weights=readings[known], minlength=size)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _hold(values: FloatArray, rows: int) -> FloatArray:
    """`values` (m,) with gaps of up to `rows` filled by the last reading before them."""
    known = np.isfinite(values)
    if known.all():
        return values
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), -1))
    near = (last >= 0) & (np.arange(len(values)) - last <= rows)
    return np.where(near, values[np.maximum(last, 0)], np.nan)


def blocks(values: FloatArray, size: int) -> FloatArray:
    """Means of `size` rows each, (m // size, d), standardised again; a column that is flat stays 0."""
    if size > 1:
        whole = len(values) // size * size
        values = values[:whole].reshape(-1, size, values.shape[1]).mean(axis=1)
    spread = values.std(axis=0)
    flat = spread <= 1e-12
    return np.asarray(np.where(flat, 0.0, (values - values.mean(axis=0)) / np.where(flat, 1.0, spread)))

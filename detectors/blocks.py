"""Robust statistics of all sensors by blocks of rows, from one sort.

Everything that looks at a file as a whole (the proposed reference, findings about channels, symptoms) reads these
instead of rows, so its cost does not grow with what it asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from detectors.types import FloatArray, IntArray

SIGMA_PER_IQR = 1 / 1.349  # of a normal distribution
SIGMA_PER_MAD = 1.4826
CELLS = 4_000_000  # readings that are sorted at a time, which bounds memory on wide files


@dataclass(frozen=True)
class Blocks:
    """B consecutive blocks of `size` rows over d sensors; every array is (B, d) and NaN where no reading is.

    `level` is the median and `spread` the interquartile range as a standard deviation, both in the sensor's unit;
    `distinct` counts different values, `valid` readings; `step` is the smallest difference between two values.
    """

    size: int
    level: FloatArray
    spread: FloatArray
    low: FloatArray
    high: FloatArray
    step: FloatArray
    distinct: IntArray
    valid: IntArray


def medians(values: FloatArray) -> FloatArray:
    """Median (d,) of each column of `values` (n, d), NaN where there is no reading."""
    known = np.isfinite(values).any(axis=0) if len(values) else np.zeros(values.shape[1], dtype=bool)
    middle = np.full(values.shape[1], np.nan)
    middle[known] = np.nanmedian(values[:, known], axis=0)
    return middle


def summarise(values: FloatArray, size: int) -> Blocks:
    """Blocks of `values` (n, d). The last block may be shorter: its missing rows count as no reading."""
    wide = max(1, CELLS // max(1, len(values)))
    parts = [_summarise(values[:, at : at + wide], size) for at in range(0, max(1, values.shape[1]), wide)]
    if len(parts) == 1:
        return parts[0]
    joined = {
        f.name: np.concatenate([getattr(p, f.name) for p in parts], axis=1) for f in fields(Blocks) if f.name != "size"
    }
    return Blocks(size=size, **joined)


def _summarise(values: FloatArray, size: int) -> Blocks:
    rows, sensors = values.shape
    count = max(1, -(-rows // size))
    padded = np.full((count * size, sensors), np.nan)
    padded[:rows] = values
    cube = np.ascontiguousarray(padded.reshape(count, size, sensors).transpose(0, 2, 1))
    cube.sort(axis=2)  # NaN to the end
    valid = np.isfinite(cube).sum(axis=2)
    gaps = np.diff(cube, axis=2)
    low = _quantile(cube, valid, 0.0, np.floor)
    high = _quantile(cube, valid, 1.0, np.floor)
    positive = gaps > 1e-9 * (high - low)[:, :, None]  # less is arithmetic, not a reading
    steps = np.where(positive, gaps, np.inf).min(axis=2, initial=np.inf)
    return Blocks(
        size=size,
        level=(_quantile(cube, valid, 0.5, np.floor) + _quantile(cube, valid, 0.5, np.ceil)) / 2,
        spread=(_quantile(cube, valid, 0.75, np.round) - _quantile(cube, valid, 0.25, np.round)) * SIGMA_PER_IQR,
        low=low,
        high=high,
        step=np.where(np.isfinite(steps), steps, np.nan),
        distinct=positive.sum(axis=2) + (valid > 0),
        valid=valid,
    )


def _quantile(
    cube: FloatArray, valid: IntArray, share: float, rounding: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    """The `share` quantile over the last, sorted axis, of the first `valid` entries; NaN where there are none."""
    at = rounding(np.maximum(valid - 1, 0) * share).astype(np.int64)
    return np.take_along_axis(cube, at[:, :, None], axis=2)[:, :, 0]


def median_and_sigma(values: FloatArray, most: int = 20_000) -> tuple[FloatArray, FloatArray]:
    """Median and robust standard deviation (1.4826 MAD) of each column of `values` (n, d).

    A column that repeats one value more than half of the time has MAD 0; its plain standard deviation stands in,
    so that only a constant column has sigma 0. Columns without a reading give NaN. Long input is thinned evenly.
    """
    thin = values[:: max(1, values.shape[0] // most)]
    ordered = np.sort(thin, axis=0)[None].transpose(0, 2, 1)
    valid = np.isfinite(ordered).sum(axis=2)
    middle = _quantile(ordered, valid, 0.5, np.round)[0]
    off = np.sort(np.abs(thin - middle), axis=0)[None].transpose(0, 2, 1)
    sigma = SIGMA_PER_MAD * _quantile(off, valid, 0.5, np.round)[0]
    flat = sigma <= 1e-12 * np.maximum(np.abs(middle), 1e-300)
    if flat.any():
        counted = np.maximum(valid[0], 1)
        spare = np.sqrt(np.nansum((thin - middle) ** 2, axis=0) / counted)
        sigma = np.where(flat, np.where(spare > 1e-12 * np.abs(middle), spare, 0.0), sigma)
    return middle, sigma

"""What the reference period shows by itself over windows of any length: levels, spreads, spectrum.

A change is judged against windows as long as the event, so a sensor that wanders by itself is not called a drift and
a hunting loop is not called a swing. Window lengths are powers of two and kept, so many events cost little.
"""

from __future__ import annotations

import numpy as np

from detectors.blocks import SIGMA_PER_MAD, median_and_sigma
from detectors.models.scaling import resolution
from detectors.types import BoolArray, FloatArray

SHORTEST = 8  # rows of the shortest window
MOST_WINDOWS = 64  # of one length
GRAIN_ROWS = 20_000  # from which the resolution of a sensor is read
GAPPY = 0.1  # share of missing readings from which held values would make a sensor look calm


class Usual:
    """Statistics of the reference rows `values` (n, d; NaN allowed). Everything returned is (d,) or (w, d).

    `grain` (d,) is half the resolution of each sensor: no spread is told to be smaller, else a reading that stood still
    would later swing a million times as wide.
    """

    def __init__(self, values: FloatArray, grain: FloatArray | None = None) -> None:
        self.rows, self.sensors = values.shape
        self.median, self.sigma = median_and_sigma(values)
        self.filled = filled(values, self.median)
        self.closed = closed_up(self.filled, ~np.isfinite(values))
        self.grain = np.zeros(self.sensors) if grain is None else grain
        self._level: dict[int, FloatArray] = {}
        self._spread: dict[int, tuple[FloatArray, FloatArray]] = {}
        self._power: dict[int, FloatArray] = {}

    def length(self, rows: int, least_windows: int = 8) -> int:
        """The longest power of two <= `rows` of which the reference holds `least_windows` windows, or the shortest."""
        most = max(SHORTEST, min(rows, self.rows // least_windows))
        return int(2 ** np.floor(np.log2(most)))

    def level_sigma(self, length: int) -> FloatArray:
        """Robust standard deviation of window medians around the reference median."""
        if length not in self._level:
            medians = np.median(windows(self.filled, length), axis=1)
            self._level[length] = SIGMA_PER_MAD * np.median(np.abs(medians - self.median), axis=0)
        return self._level[length]

    def spread(self, length: int) -> tuple[FloatArray, FloatArray]:
        """Median of the log spread of detrended windows and its robust standard deviation."""
        if length not in self._spread:
            logs = log_spread(windows(self.closed, length), self.grain)
            middle = np.median(logs, axis=0)
            self._spread[length] = middle, SIGMA_PER_MAD * np.median(np.abs(logs - middle), axis=0)
        return self._spread[length]

    def power(self, length: int) -> FloatArray:
        """Mean power spectrum (length // 2 + 1, d) of detrended Hann windows."""
        if length not in self._power:
            self._power[length] = periodogram(windows(self.closed, length)).mean(axis=0)
        return self._power[length]


def filled(values: FloatArray, middle: FloatArray) -> FloatArray:
    """`values` (n, d) with missing readings replaced by the last one before, or by `middle` at the start."""
    missing = ~np.isfinite(values)
    if not missing.any():
        return values
    rows = np.where(missing, 0, np.arange(len(values))[:, None])
    held = np.take_along_axis(values, np.maximum.accumulate(rows, axis=0), axis=0)
    return np.where(np.isfinite(held), held, np.nan_to_num(middle))


def closed_up(values: FloatArray, missing: BoolArray) -> FloatArray:
    """`values` (n, d) in which the readings of sensors with many `missing` ones (n, d) stand side by side, again and
    again to the last row: how they vary is to be seen there, and not what was put between them."""
    out = values
    for at in np.flatnonzero(missing.mean(axis=0) > GAPPY):
        seen = values[~missing[:, at], at]
        if len(seen):
            out = values.copy() if out is values else out
            out[:, at] = np.resize(seen, len(values))
    return out


def windows(values: FloatArray, length: int) -> FloatArray:
    """Consecutive windows (w, length, d) of `values`, at most MOST_WINDOWS evenly spread; shorter input is one."""
    if len(values) < length:
        return values[None]
    count = len(values) // length
    cube = values[: count * length].reshape(count, length, values.shape[1])
    return cube[np.linspace(0, count - 1, min(count, MOST_WINDOWS)).astype(int)]


def detrended(cube: FloatArray) -> FloatArray:
    """Windows (w, length, d) minus the straight line fitted to each."""
    t = np.arange(cube.shape[1]) - (cube.shape[1] - 1) / 2
    slope = np.einsum("t,wtd->wd", t, cube) / max(float(t @ t), 1.0)
    return cube - cube.mean(axis=1, keepdims=True) - t[None, :, None] * slope[:, None, :]


def log_spread(cube: FloatArray, grain: FloatArray) -> FloatArray:
    """Log standard deviation (w, d) of detrended windows, at least `grain` (d,)."""
    return np.log(np.maximum(detrended(cube).std(axis=1), np.maximum(grain, 1e-12)))


def grains(values: FloatArray) -> FloatArray:
    """Half the resolution (d,) of the readings `values` (n, d), as their first and last rows show it."""
    part = values if len(values) <= GRAIN_ROWS else values[np.r_[: GRAIN_ROWS // 2, -GRAIN_ROWS // 2 : 0]]
    return np.array([0.5 * resolution(part[:, at]) for at in range(values.shape[1])])


def periodogram(cube: FloatArray) -> FloatArray:
    """Power (w, length // 2 + 1, d) of detrended windows under a Hann taper, in squared units."""
    length = cube.shape[1]
    taper = np.hanning(length)[None, :, None]
    return np.abs(np.fft.rfft(detrended(cube) * taper, axis=1)) ** 2 / float((taper**2).sum()) / length * 2

"""What several sensors share because of the clock or of a stop, not because one drives another.

Two tanks that both fill every four hours, two temperatures that both follow the day, and everything at once when the
plant stands still look as if one drove the other: the past of either tells where both are in the cycle. Such parts are
found here and taken off, so that an edge can be tested without them (detectors/causal/discovery.py): a course over the
whole file (a trend, a day's wave in two days of data), a cycle that repeats for the whole file, and stops in which
several sensors lie far outside at once.

A fault that oscillates for a while, or a loop that hunts with a wandering phase, is no such part: its line in the
spectrum is wide. An influence that shows in nothing but a shared part cannot be told from none; that is the price.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from detectors.causal.grid import blocks
from detectors.runs import runs
from detectors.types import BoolArray, FloatArray

SHARE = 0.5  # of a sensor's variance that a trend or cycle explains, so that it is what the sensor mostly does
COARSE = 5_000  # rows to which a longer file is first averaged: what it does not show there it hardly shares
CYCLES = 3  # whole cycles in the file, at least
ROWS_PER_PHASE = 20  # rows of the file for each part of a cycle whose mean is taken
TRIED, REFINED = (
    21,
    2,
)  # periods around a line of the spectrum, of which the best folds the file; how often narrowed down
FAR = 5.0  # robust standard deviations from the median
LEAST_STOP, MOST_STOP = 10, 0.3  # rows, and share of the file
MARGIN = 0.25  # of a stop's length, for which the way into it and back is left out too


@dataclass(frozen=True)
class Shared:
    """`sensors` (columns) that share a part of `kind`; `period` in rows of a cycle, 0 else."""

    kind: Literal["trend", "cycle", "stop"]
    sensors: tuple[int, ...]
    period: float = 0.0


def taken_off(values: FloatArray) -> tuple[FloatArray, tuple[Shared, ...]]:
    """`values` (m, d), standardised, without their shared parts, and what these are: () where there are none."""
    coarse = len(values) // COARSE
    if coarse > 1 and not taken_off(blocks(values, coarse))[1]:
        return values, ()
    found: list[Shared] = []
    stops, sensors = _stops(values)
    kept = values.copy()
    if sensors:
        found.append(Shared("stop", sensors))
        kept[stops] = 0.0
        middle, spread = values[~stops].mean(axis=0), values[~stops].std(axis=0)
        kept[~stops] = (values[~stops] - middle) / np.where(spread > 1e-12, spread, 1.0)
    trend = _slow(len(values))
    if len(trending := _mostly(kept, trend, ~stops)) > 1:
        found.append(Shared("trend", trending))
        kept = _without(kept, trend, trending, ~stops)
    cycle, period = _cycle(kept)
    cycling = tuple(np.flatnonzero(cycle[~stops].var(axis=0) >= SHARE * kept[~stops].var(axis=0)).tolist())
    if period and len(cycling) > 1:
        found.append(Shared("cycle", cycling, period))
        columns = list(cycling)
        rest = kept[:, columns] - cycle[:, columns]
        kept[:, columns] = rest / np.maximum(rest[~stops].std(axis=0), 1e-12)
        kept[stops] = 0.0
    return kept, tuple(found)


def _stops(values: FloatArray) -> tuple[BoolArray, tuple[int, ...]]:
    """Rows (m,) in which two sensors or more lie far outside at once, with the ways there and back, and which do."""
    middle = np.median(values, axis=0)
    spread = 1.4826 * np.median(np.abs(values - middle), axis=0)
    far = np.abs(values - middle) > FAR * np.maximum(spread, 1e-9)
    far &= far.mean(axis=0) <= MOST_STOP  # a sensor with two levels is not standing still
    together = far.sum(axis=1) > 1
    stops = np.zeros(len(values), dtype=bool)
    for first, stop in runs(together).tolist():
        if stop - first >= LEAST_STOP:
            margin = int(MARGIN * (stop - first))
            stops[max(0, first - margin) : stop + margin] = True
    if not stops.any() or stops.mean() > MOST_STOP:
        return np.zeros(len(values), dtype=bool), ()
    inside = far[stops & together].mean(axis=0) >= SHARE
    return stops, tuple(np.flatnonzero(inside).tolist())


def _mostly(values: FloatArray, basis: FloatArray, rows: BoolArray) -> tuple[int, ...]:
    """The sensors of which `basis` (m, k) explains most."""
    y, x = values[rows] - values[rows].mean(axis=0), basis[rows] - basis[rows].mean(axis=0)
    whole = (y**2).sum(axis=0)
    rest = ((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2).sum(axis=0)
    share = 1.0 - rest / np.where(whole > 1e-9, whole, np.inf)
    return tuple(np.flatnonzero((share >= SHARE) & (whole > 1e-9)).tolist())


def _without(values: FloatArray, basis: FloatArray, sensors: tuple[int, ...], rows: BoolArray) -> FloatArray:
    """`values` with `basis` taken off `sensors`, standardised again."""
    kept, columns = values.copy(), np.asarray(sensors, dtype=np.int64)
    middle = basis[rows].mean(axis=0)
    y = values[np.ix_(rows, columns)]
    rest = y - (basis[rows] - middle) @ np.linalg.lstsq(basis[rows] - middle, y, rcond=None)[0]
    spread = rest.std(axis=0)
    kept[np.ix_(rows, columns)] = (rest - rest.mean(axis=0)) / np.where(spread > 1e-12, spread, 1.0)
    return kept


def _cycle(values: FloatArray) -> tuple[FloatArray, float]:
    """The cycle (m, d) that the sensors share most of, and its period in rows: the mean of all rows in the same part of
    the cycle (epoch folding, any shape). The period is that around the highest line of the spectrum which explains
    most; 0 where there is no line."""
    size = len(values)
    power = np.abs(np.fft.rfft(values - values.mean(axis=0), axis=0)) ** 2
    power[: CYCLES + 1] = 0.0  # fewer cycles than that are a course
    total = power.sum(axis=0)
    lines = power / np.where(total > 1e-9, total, np.inf)
    near = lines + np.roll(lines, 1, axis=0) + np.roll(lines, -1, axis=0)
    best = int(np.argmax(np.sort(near, axis=1)[:, -2:].sum(axis=1)))
    if best <= CYCLES:
        return np.zeros_like(values), 0.0
    line, width = float(best), 0.5
    for _ in range(REFINED):
        tried = line + width * np.linspace(-1.0, 1.0, TRIED)
        line = float(max(tried, key=lambda each: _explained(values, size / each)))
        width /= TRIED // 2
    period = max((size / line, float(round(size / line))), key=lambda each: _explained(values, each))
    return _folded(values, period), period


def _explained(values: FloatArray, period: float) -> float:
    """Variance that a cycle of this period explains of the two sensors that it explains most of."""
    return float(np.sort(_folded(values, period).var(axis=0))[-2:].sum())


def _folded(values: FloatArray, period: float) -> FloatArray:
    """The mean (m, d) of the rows in the same part of a cycle of `period` rows."""
    size = len(values)
    parts = max(2, min(round(period), size // ROWS_PER_PHASE))
    part = np.minimum((np.arange(size) % period / period * parts).astype(np.int64), parts - 1)
    count = np.bincount(part, minlength=parts)
    means = np.column_stack([np.bincount(part, weights=column, minlength=parts) for column in values.T])
    return np.asarray((means / np.maximum(count, 1)[:, None])[part])


def _slow(rows: int) -> FloatArray:
    """A parabola and waves that fit into the file fewer than CYCLES + 1 times (rows, k)."""
    time = np.linspace(-1.0, 1.0, rows)
    angles = np.pi * np.outer(time, np.arange(1, CYCLES + 1))
    return np.column_stack([time, time**2, np.cos(angles), np.sin(angles)])

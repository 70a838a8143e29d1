"""Is a period that somebody calls normal calm itself? The largest step or trend of a level inside it.

Who says "the first 3000 rows are normal" may be wrong: a change inside that period makes every detector take both
states for normal. Each sensor's block levels are fitted by two constants and by a straight line; the change counts in
units of what either leaves over (or of the readings' spread within blocks, where that is more). A level that wanders
leaves as much over as it moves.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from detectors.blocks import SIGMA_PER_MAD, summarise
from detectors.normal.reference import LEAST_ROWS, without
from detectors.normal.usual import filled
from detectors.types import FloatArray

BLOCKS, LEAST_BLOCKS = 60, 12
EDGE = 0.1  # share of the period that either side of a step must hold
# Of a step and of a trend: ordinary simulated operation (seeds 100 to 111, three lengths) reaches 4.4 and 3.0.
LARGE = {"step": 6.0, "trend": 10.0}
USABLE = 0.3  # share of the period that the part before a step must hold to be learnt from


@dataclass(frozen=True)
class Unrest:
    """The level of `sensor` went from `before` to `after`: by a step at `row`, or by a trend over the whole period.

    `size` counts limits (1 = just LARGE); `usable` are the rows (first, last + 1) that can be learnt from instead:
    those before a step where they are enough, else those after it; none for a trend.
    """

    sensor: str
    kind: Literal["step", "trend"]
    row: int
    before: float
    after: float
    size: float
    usable: tuple[int, int] | None


def unrest(frame: pd.DataFrame, normal: tuple[int, int], setpoints: Sequence[str] = ()) -> Unrest | None:
    """The largest change inside rows `normal` of `frame` (n rows), None when none is LARGE.

    What the moves of `setpoints` (columns of `frame`) explain is taken off first.
    """
    start, end = normal
    part = frame.iloc[start:end]
    size = max(LEAST_ROWS // 2, len(part) // BLOCKS)
    inputs = [name for name in setpoints if name in frame.columns]
    sensors = part.drop(columns=inputs)
    if len(part) < LEAST_BLOCKS * size or not len(sensors.columns):
        return None
    level, noise = _summary(part, sensors, inputs, size)
    steps, at = _steps(level, noise)
    limits = np.stack([steps / LARGE["step"], _trends(level, noise) / LARGE["trend"]])
    worst = int(np.argmax(limits.max(axis=0)))
    if limits[:, worst].max() < 1.0:
        return None
    name, size_of = str(sensors.columns[worst]), float(limits[:, worst].max())
    if limits[1, worst] > limits[0, worst]:
        ends = max(1, len(level) // 6)
        sides = float(np.median(level[:ends, worst])), float(np.median(level[-ends:, worst]))
        return Unrest(name, "trend", start, *sides, size_of, None)
    split = int(at[worst])
    sides = float(np.median(level[:split, worst])), float(np.median(level[split:, worst]))
    row = start + split * size
    usable = (start, row) if row - start >= max(LEAST_ROWS, USABLE * (end - start)) else (row, end)
    return Unrest(name, "step", row, *sides, size_of, usable)


def _summary(
    part: pd.DataFrame, sensors: pd.DataFrame, inputs: Sequence[str], size: int
) -> tuple[FloatArray, FloatArray]:
    """Block levels (b, d) without what the moves of `inputs` explain, and the usual spread in a block (d,)."""
    whole = slice(0, len(part) // size * size)
    blocks = summarise(sensors.to_numpy(dtype=np.float64)[whole], size)
    moves = summarise(part[list(inputs)].to_numpy(dtype=np.float64)[whole], size).level
    level = without(blocks.level, moves)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a sensor without a reading
        middle, noise = np.nanmedian(level, axis=0), np.nanmedian(blocks.spread, axis=0)
    return filled(level, np.nan_to_num(middle)), np.nan_to_num(noise)


def _steps(level: FloatArray, noise: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Size of the best step of each sensor (d,), and the block at which the new level begins."""
    count, sensors = level.shape
    edge = max(2, int(EDGE * count))
    best, at = np.zeros(sensors), np.full(sensors, edge)
    left = np.full(sensors, np.inf)
    for split in range(edge, count - edge + 1):
        low, high = level[:split].mean(axis=0), level[split:].mean(axis=0)
        rest = np.concatenate([level[:split] - low, level[split:] - high])
        error = (rest**2).sum(axis=0)
        better = error < left
        size = np.abs(high - low) / _scale(rest, noise)
        left, best, at = np.where(better, error, left), np.where(better, size, best), np.where(better, split, at)
    return best, at


def _trends(level: FloatArray, noise: FloatArray) -> FloatArray:
    """How far a straight line through the levels of each sensor goes, (d,)."""
    t = np.linspace(-0.5, 0.5, len(level))
    slope = t @ (level - level.mean(axis=0)) / float(t @ t)
    rest = level - level.mean(axis=0) - t[:, None] * slope
    return np.asarray(np.abs(slope) / _scale(rest, noise))


def _scale(rest: FloatArray, noise: FloatArray) -> FloatArray:
    """What is left over, as a standard deviation, at least that of the readings; infinite for a constant sensor."""
    scale = np.maximum(SIGMA_PER_MAD * np.median(np.abs(rest), axis=0), noise)
    scale = np.maximum(scale, 0.5 * rest.std(axis=0))
    return np.where(scale > 0, scale, np.inf)

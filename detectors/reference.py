"""A proposed normal period when nobody named one: a long stretch, early rather than late, that agrees with itself.

Label-free: a stretch is calm when levels and spreads of each of its quarters are where those of the others are, for
every sensor. A fault that begins inside a stretch, or drifts through it, breaks that; a fault that is there from the
first row to the last cannot be told from normal by any method without labels, so the proposal is stated in the
answer and can be changed. The proposal never covers more than MOST of the file.

Early counts, since people send files because of how they end. But a file that begins with an abnormal state and is
then something else for more than MAJORITY of its time has that for its normal state, and the early one is told.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from detectors.blocks import SIGMA_PER_MAD, Blocks, summarise
from detectors.types import FloatArray, Reference
from detectors.usual import filled

BLOCKS = 120
LEAST_ROWS = 10
LENGTHS = (0.4, 0.3, 0.2, 0.15, 0.1)  # shares of the file
MOST = LENGTHS[0]
LATEST_END = 0.7  # share of the file: people send files because of how they end
EARLY = 1.0  # a start this much of the file later must be paid for by as much more length
STEP = 0.05  # share of the file between candidate starts
PIECES = 20  # of a file, each of which is in the state of a stretch or is not
MAJORITY = 0.75  # share of the pieces whose state is the normal one, however the file begins
CALM = 4.0  # quarters may differ by so many of their own block-to-block deviations
SLACK = 1.5  # or by this much more than the calmest stretch of the file


def propose(frame: pd.DataFrame, setpoints: Sequence[str] = ()) -> Reference:
    """The normal period of `frame` (n rows, at least LEAST_ROWS + 1).

    Levels are compared after what the moves of `setpoints` (columns of `frame`) explain of them is taken off.
    `reason` is "calm" when a stretch agrees with itself, "calmest" when none does and one of the best is taken,
    "typical" when the file begins otherwise but most of it is in the state of the stretch, "short" when the file is
    too short to compare stretches. Rows are `start`..`end` - 1.
    """
    rows, size = len(frame), max(4, len(frame) // BLOCKS)
    shortest = min(max(LEAST_ROWS, int(MOST * rows)), rows - 1)
    inputs = [name for name in setpoints if name in frame.columns]
    sensors = frame.drop(columns=inputs)
    if rows < 10 * size or not len(sensors.columns):
        return Reference(0, shortest, "proposed", "short")
    blocks = summarise(sensors.to_numpy(dtype=np.float64), size)
    features = _features(blocks, without(blocks.level, summarise(frame[inputs].to_numpy(dtype=np.float64), size).level))
    tried = [
        (_instability(features[first : first + length]), first, length) for first, length in _stretches(len(features))
    ]
    limit = max(CALM, SLACK * min(tried)[0])
    calm = [(first, length) for unrest, first, length in tried if unrest <= limit]
    (first, length), typical = _typical(features, calm, limit)
    end = max(first * size + LEAST_ROWS, min((first + length) * size, rows - 1))
    reason = "typical" if typical else "calm" if limit <= CALM else "calmest"
    return Reference(first * size, end, "proposed", reason)


def _typical(features: FloatArray, calm: Sequence[tuple[int, int]], limit: float) -> tuple[tuple[int, int], bool]:
    """The first of the `calm` stretches; when most of the file is in the state of another, the first such, and True."""
    if _agreeing(features, *calm[0], limit) >= 1 - MAJORITY:
        return calm[0], False
    other = next((each for each in calm[1:] if _agreeing(features, *each, limit) > MAJORITY), None)
    if other is None:
        return calm[0], False
    first, length = other
    odd = _away(features[first : first + length // 4], features[first : first + length]) > 2 * limit
    late = int(np.flatnonzero(odd)[-1]) + 1 if odd.any() else 0  # the last of what the file began with
    return (first + late, length - late), True


def _agreeing(features: FloatArray, first: int, length: int, limit: float) -> float:
    """Share of the file's pieces whose median is within `limit` deviations of that of a stretch, for every feature."""
    pieces = np.stack([_median(piece) for piece in np.array_split(features, min(PIECES, len(features)))])
    return float(np.mean(_away(pieces, features[first : first + length]) <= limit))


def _away(blocks: FloatArray, part: FloatArray) -> FloatArray:
    """The largest distance of each of `blocks` (b, f) from the median of `part`, in deviations of its blocks, (b,)."""
    middle = _median(part)
    scale = np.maximum(SIGMA_PER_MAD * _median(np.abs(part - middle)), 1.0)
    return np.asarray(np.nan_to_num(np.abs(blocks - middle) / scale).max(axis=1))


def _stretches(count: int) -> list[tuple[int, int]]:
    """Candidates (first block, length), the most wanted first: long and early."""
    found = []
    for share in LENGTHS:
        length = max(8, int(share * count))
        for first in range(0, max(0, int(LATEST_END * count) - length) + 1, max(1, int(STEP * count))):
            found.append((length - EARLY * first, first, length))
    return [(first, length) for _, first, length in sorted(found, key=lambda each: (-each[0], each[1]))]


def without(level: FloatArray, inputs: FloatArray) -> FloatArray:
    """Block levels (B, d) minus what a line on the setpoints' block levels (B, k), now and one before, fits."""
    if inputs.shape[1] == 0:
        return level
    held = filled(inputs, np.zeros(inputs.shape[1]))
    basis = np.column_stack([held, np.concatenate([held[:1], held[:-1]]), np.ones(len(held))])
    known = np.where(np.isfinite(level), level, _median(level))
    weights = np.linalg.lstsq(basis, np.nan_to_num(known), rcond=None)[0]
    return level - basis @ weights


def _features(blocks: Blocks, levels: FloatArray) -> FloatArray:
    """What may not change between blocks, (B, 3 d): level in usual spreads, log spread, share of readings."""
    typical = _median(np.where(blocks.valid > 0, blocks.spread, np.nan))
    whole = np.where(blocks.valid > 0, blocks.high, -np.inf).max(axis=0)
    whole = np.nan_to_num(whole - np.where(blocks.valid > 0, blocks.low, np.inf).min(axis=0), neginf=0.0)
    typical = np.where(typical > 0, typical, np.where(whole > 0, whole, 1.0))
    level = levels / (0.25 * typical)
    spread = np.log(np.maximum(blocks.spread / typical, 1e-3)) / 0.1
    share = blocks.valid / blocks.size / 0.02
    return np.concatenate([level, spread, share], axis=1)


def _instability(part: FloatArray) -> float:
    """Largest distance of a quarter's median of `part` (b, f) from that of the others, in deviations of its blocks.

    The deviation is that of blocks around their own quarter, at least 1.
    """
    quarters = np.array_split(part, 4)
    middles = np.stack([_median(quarter) for quarter in quarters])
    around = np.concatenate([quarter - middle for quarter, middle in zip(quarters, middles, strict=True)])
    scale = np.maximum(SIGMA_PER_MAD * _median(np.abs(around)), 1.0)
    unrest = np.abs(middles - _median(middles)) / scale
    return float(np.nanmax(unrest)) if np.isfinite(unrest).any() else 0.0


def _median(values: FloatArray) -> FloatArray:
    """Column medians without NaN; NaN where a column has no number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmedian(values, axis=0))

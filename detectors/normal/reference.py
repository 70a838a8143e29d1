"""A proposed normal period when nobody named one: a long stretch, early rather than late, that agrees with itself.

Label-free: a stretch is calm when levels and spreads of each of its quarters are where those of the others are, for
every sensor. A fault that begins inside a stretch, or drifts through it, breaks that; a fault that is there from the
first row to the last cannot be told from normal by any method without labels, so the proposal is stated in the
answer and can be changed. The proposal never covers more than MOST of the file.

A fault that begins in the last part of a stretch moves no quarter's median. So a stretch ends before blocks that are
far from its earlier ones and go on after it: every detector would take the onset for normal, and the fault with it.

A break or a trip that is shorter than half a quarter moves no median either: a stretch is cut down to its longest part
without one (strays.py). A stretch in which a sensor stands still that moves elsewhere says nothing of it, and
is taken only where there is no other. Rows without any reading count for nothing.

Early counts, since people send files because of how they end. But a file that begins with an abnormal state and is
then something else for more than MAJORITY of its time has that for its normal state, and the early one is told. So has
a file that begins and ends in one state and is in it for more than half of its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from detectors.blocks import SIGMA_PER_MAD, Blocks, medians, summarise
from detectors.normal.strays import clear_part
from detectors.normal.usual import filled
from detectors.types import BoolArray, FloatArray, Reference

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
FAR = 2.0  # limits, beyond which a block is in another state than a stretch
CLEAR = 5.0  # limits between two states of which one is told to be no normal one
FROZEN, MOVING = 0.75, 0.25  # share of a stretch's blocks at one value, of a sensor that moves in so many of the file's
ELSEWHERE = 30.0  # a straight trend through a stretch reaches 8, a random walk rarely 15
AFTER = 3  # blocks after a stretch that a change at its end must last for


def propose(frame: pd.DataFrame, setpoints: Sequence[str] = ()) -> Reference:
    """The normal period of `frame` (n rows, at least LEAST_ROWS + 1).

    Levels are compared after what the moves of `setpoints` (columns of `frame`) explain of them is taken off.
    `reason` is "calm" when a stretch agrees with itself, "calmest" when none does and one of the best is taken,
    "typical" when the file begins otherwise but most of it is in the state of the stretch, "around" when a longer
    calm stretch is another state between two parts in the state of this one, "short" when the file is too short to
    compare stretches. Rows are `start`..`end` - 1.
    """
    rows = np.flatnonzero(frame.notna().to_numpy().any(axis=1))
    if len(rows) == len(frame) or len(rows) <= LEAST_ROWS + 1:
        return _proposed(frame, setpoints)
    found = _proposed(frame.iloc[rows], setpoints, pieced=True)
    return replace(found, start=int(rows[found.start]), end=int(rows[found.end - 1]) + 1)


def _proposed(frame: pd.DataFrame, setpoints: Sequence[str], pieced: bool = False) -> Reference:
    """The normal period of `frame` (n rows), each of which has a reading; `pieced` together from parts of a file, its
    stretches may run over a seam from one state into another."""
    rows, size = len(frame), max(4, len(frame) // BLOCKS)
    shortest = min(max(LEAST_ROWS, int(MOST * rows)), rows - 1)
    inputs = [name for name in setpoints if name in frame.columns]
    sensors = frame.drop(columns=inputs)
    if rows < 10 * size or not len(sensors.columns):
        return Reference(0, shortest, "proposed", "short")
    values = sensors.to_numpy(dtype=np.float64)
    blocks = summarise(values, size)
    features = _features(blocks, without(blocks.level, summarise(frame[inputs].to_numpy(dtype=np.float64), size).level))
    tried = [
        (_instability(features[first : first + length]), first, length) for first, length in _stretches(len(features))
    ]
    tried = _with_moving_sensors(blocks, tried)
    if pieced:
        tried = _even(features[:, : values.shape[1]], tried)
    limit = max(CALM, SLACK * min(tried)[0])
    calm = [(first, length) for unrest, first, length in tried if unrest <= limit]
    chosen, reason = _state(features, calm, limit)
    wanted = [chosen, *(calm if reason == "calm" else ())]
    spans = []
    for first, length in wanted:
        length = _before_a_change(features, first, length, limit)
        spans.append((first * size, max(first * size + LEAST_ROWS, min((first + length) * size, rows - 1))))
    return Reference(
        *_clear(values, spans, size), "proposed", reason if limit <= CALM or reason != "calm" else "calmest"
    )


def _clear(values: FloatArray, spans: Sequence[tuple[int, int]], size: int) -> tuple[int, int]:
    """The part without a stray of the first of `spans` (first row, row after the last) that has one of the shortest
    length wanted. Where none has, strays are everywhere, and the first span is taken as it is."""
    least = max(LEAST_ROWS, LENGTHS[-1] * len(values) - size)
    for start, end in spans:
        first, stop = clear_part(values, start, end, size)
        if (first, stop) == (start, end) or stop - first >= least:
            return first, stop
    return spans[0]


def _with_moving_sensors(blocks: Blocks, tried: list[tuple[float, int, int]]) -> list[tuple[float, int, int]]:
    """The stretches `tried` (unrest, first block, length) in which no sensor stands still that moves elsewhere; all of
    them where there is none."""
    moving = (blocks.distinct > 2).mean(axis=0) >= MOVING
    still = (blocks.distinct == 1) & moving
    kept = [
        (unrest, first, length) for unrest, first, length in tried
        if not (still[first : first + length].mean(axis=0) >= FROZEN).any()
    ]  # fmt: skip
    return kept or tried


def _even(levels: FloatArray, tried: list[tuple[float, int, int]]) -> list[tuple[float, int, int]]:
    """The stretches `tried` (unrest, first block, length) without a quarter that lies ELSEWHERE by the deviations of
    the calmest one; all of them where there is none.

    Parts of a file that were put together may ramp there and back at a seam: that widens the deviations within the
    quarters that it runs through, and so hides from them.
    """
    kept = []
    for unrest, first, length in tried:
        quarters = np.array_split(levels[first : first + length], 4)
        middles = np.stack([medians(quarter) for quarter in quarters])
        own = np.stack([medians(np.abs(part - middle)) for part, middle in zip(quarters, middles, strict=True)])
        known = np.where(np.isfinite(own), own, np.inf)
        at = known.argmin(axis=0)
        calmest = np.maximum(SIGMA_PER_MAD * known.min(axis=0), 1.0)
        away = np.abs(middles - middles[at, np.arange(levels.shape[1])]) / calmest
        if not (away > ELSEWHERE).any():
            kept.append((unrest, first, length))
    return kept or tried


def _before_a_change(features: FloatArray, first: int, length: int, limit: float) -> int:
    """The length of a stretch without the blocks at its end in which a change begins that goes on after it.

    A feature changes there when the blocks after the stretch are all beyond `limit` on one side, and FAR limits at
    last; the change began with the run of such blocks that leads to them, or in the block before it.
    """
    early, most = features[first : first + length - length // 4], length // 4
    after = features[first + length : first + length + AFTER]
    if len(after) < AFTER or most == 0:
        return length
    middle = medians(early)
    scale = np.maximum(SIGMA_PER_MAD * medians(np.abs(early - middle)), 1.0)
    side = np.sign(after[-1] - middle)
    tail = side * (features[first + length - most : first + length] - middle) / scale
    beyond = side * (after - middle) / scale
    changed = (beyond > limit).all(axis=0) & (beyond[-1] > FAR * limit)
    if not changed.any():
        return length
    run = int(np.cumprod(tail[::-1, changed] > limit, axis=0).sum(axis=0).max())
    return length - min(run + 1, most)


def _state(features: FloatArray, calm: Sequence[tuple[int, int]], limit: float) -> tuple[tuple[int, int], str]:
    """The first of the `calm` stretches, "calm"; when another is what most of the file is like, or what is before and
    after the first one, such a one, and "typical" or "around"."""
    own = _agreeing(features, *calm[0], limit)
    around = [each for each in calm[1:] if not own[[0, -1]].any() and _surrounds(features, each, calm[0], limit)]
    if own.mean() < 1 - MAJORITY:
        other = next((each for each in calm[1:] if _agreeing(features, *each, limit).mean() > MAJORITY), None)
        if other is not None:
            return _without_the_first_state(features, *other, limit), "typical"
    if not around:
        return calm[0], "calm"
    return _without_the_first_state(features, *max(around, key=lambda each: each[1]), limit), "around"


def _surrounds(features: FloatArray, stretch: tuple[int, int], inner: tuple[int, int], limit: float) -> bool:
    """Is the file in the state of a stretch at its beginning, at its end and for more than half of its time, and the
    state of the `inner` stretch so far from it that no wandering leads there?"""
    agreeing, (first, length) = _agreeing(features, *stretch, limit), stretch
    if not agreeing[[0, -1]].all() or agreeing.mean() <= 0.5:
        return False
    middle = medians(features[inner[0] : sum(inner)])[None]
    return bool(_away(middle, features[first : first + length])[0] > CLEAR * limit)


def _without_the_first_state(features: FloatArray, first: int, length: int, limit: float) -> tuple[int, int]:
    """A stretch without blocks at its start that still are in the state before it."""
    odd = _away(features[first : first + length // 4], features[first : first + length]) > FAR * limit
    late = int(np.flatnonzero(odd)[-1]) + 1 if odd.any() else 0
    return first + late, length - late


def _agreeing(features: FloatArray, first: int, length: int, limit: float) -> BoolArray:
    """Which of the file's pieces have a median within `limit` deviations of that of a stretch, for every feature."""
    pieces = np.stack([medians(piece) for piece in np.array_split(features, min(PIECES, len(features)))])
    return _away(pieces, features[first : first + length]) <= limit


def _away(blocks: FloatArray, part: FloatArray) -> FloatArray:
    """The largest distance of each of `blocks` (b, f) from the median of `part`, in deviations of its blocks, (b,)."""
    middle = medians(part)
    scale = np.maximum(SIGMA_PER_MAD * medians(np.abs(part - middle)), 1.0)
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
    known = np.where(np.isfinite(level), level, medians(level))
    weights = np.linalg.lstsq(basis, np.nan_to_num(known), rcond=None)[0]
    return level - basis @ weights


def _features(blocks: Blocks, levels: FloatArray) -> FloatArray:
    """What may not change between blocks, (B, 3 d): level in usual spreads, log spread, share of readings."""
    typical = medians(np.where(blocks.valid > 0, blocks.spread, np.nan))
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
    middles = np.stack([medians(quarter) for quarter in quarters])
    around = np.concatenate([quarter - middle for quarter, middle in zip(quarters, middles, strict=True)])
    scale = np.maximum(SIGMA_PER_MAD * medians(np.abs(around)), 1.0)
    unrest = np.abs(middles - medians(middles)) / scale
    return float(np.nanmax(unrest)) if np.isfinite(unrest).any() else 0.0

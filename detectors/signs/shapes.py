"""The shape of one stretch of a series: where it changes, whether by a step or a ramp, how steeply."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np

from detectors.types import FloatArray, IntArray

LIKELY = 8.0  # twice the 95 % point of chi-square with one degree of freedom


def change_points(evidence: FloatArray) -> IntArray:
    """For each column the row after which the cumulative evidence climbs to its highest rise."""
    total = np.concatenate([np.zeros((1, evidence.shape[1])), np.cumsum(evidence, axis=0)])
    lowest = np.minimum.accumulate(total, axis=0)
    top = np.argmax(total - lowest, axis=0)
    rows = np.arange(len(total))[:, None]
    return np.argmin(np.where(rows <= top, total, np.inf), axis=0).clip(0, len(evidence) - 1)


def piecewise(values: FloatArray, pieces: int) -> FloatArray:
    """Medians of consecutive pieces of `values` (rows, d): (pieces or fewer, d)."""
    bounds = np.linspace(0, len(values), min(pieces, len(values)) + 1).astype(int)
    return np.stack([np.median(values[a:b], axis=0) for a, b in pairwise(bounds.tolist())])


def is_gradual(levels: FloatArray) -> bool:
    """Does a ramp from some point on fit `levels` (k,) better than a step at some point?"""
    count = len(levels)
    if count < 6:
        return False
    t = np.arange(count, dtype=np.float64)
    ramp, step = np.inf, np.inf
    for at in range(count - 2):
        for kind, shape in (("ramp", np.maximum(t - at, 0.0)), ("step", (t > at).astype(np.float64))):
            centred = shape - shape.mean()
            left = levels - levels.mean() - centred * float(centred @ levels) / float(centred @ centred)
            error = float(left @ left)
            if kind == "ramp":
                ramp = min(ramp, error)
            else:
                step = min(step, error)
    return ramp < step


@cache
def _ramps(count: int) -> tuple[IntArray, FloatArray]:
    """Ramps from piece a to piece b of `count` pieces (k, 2), flat before and after, and their shapes (k, count), each
    centred and of length 1."""
    a, b = np.triu_indices(count, k=1)
    t = np.arange(count, dtype=np.float64)
    shapes = np.clip((t[None] - a[:, None]) / (b - a)[:, None], 0.0, 1.0)
    shapes -= shapes.mean(axis=1, keepdims=True)
    return np.stack([a, b], axis=1).astype(np.int64), shapes / np.linalg.norm(shapes, axis=1, keepdims=True)


def ramp(levels: FloatArray) -> tuple[int, int, int]:
    """First and last piece of the ramp that fits `levels` (k,) best, and by how many pieces its beginning is unsure.

    Unsure are the beginnings of all ramps that fit nearly as well: their squared error is within LIKELY of the best,
    per degree of freedom (what a likelihood ratio allows, widened since neighbouring levels are not independent).
    """
    ends, shapes = _ramps(len(levels))
    centred = levels - levels.mean()
    error = np.maximum(float(centred @ centred) - (shapes @ centred) ** 2, 1e-12)
    best = int(np.argmin(error))
    alike = error <= error[best] * (1.0 + LIKELY / max(1, len(levels) - 4))
    steps = np.flatnonzero(alike & (ends[:, 1] - ends[:, 0] == 1))
    if len(steps):  # a step fits nearly as well, and is the simpler account
        best = int(steps[np.argmin(error[steps])])
    near = ends[alike, 0]
    unsure = max(int(near.max()) - int(ends[best, 0]), int(ends[best, 0]) - int(near.min()))
    return int(ends[best, 0]), int(ends[best, 1]), unsure


def slope(levels: FloatArray) -> float:
    """Theil-Sen slope of `levels` (k,) per piece: the median over all pairs."""
    i, j = np.triu_indices(len(levels), k=1)
    return float(np.median((levels[j] - levels[i]) / (j - i))) if len(i) else 0.0


def high_pass(values: FloatArray, length: int) -> FloatArray:
    """`values` (n,) minus their running mean over `length` rows, centred."""
    padded = np.pad(values, (length // 2, length - length // 2), mode="edge")
    total = np.concatenate(([0.0], np.cumsum(padded - values.mean())))
    return values - values.mean() - ((total[length:] - total[:-length]) / length)[: len(values)]

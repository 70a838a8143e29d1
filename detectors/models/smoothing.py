"""Causal averages along the rows: exponential, moving, and block means held until the next block is complete."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from detectors.types import FloatArray

Array = npt.NDArray[Any]  # of floats of any precision, which is kept, or of booleans


def ewma(values: Array, span: float, start: Array | float = 0.0) -> Array:
    """Exponentially weighted mean of `values` (n, ...) with weight 2 / (span + 1), from the state `start`."""
    weight = 2.0 / (span + 1.0)
    state = (1.0 - weight) * np.broadcast_to(np.asarray(start, dtype=values.dtype), values.shape[1:])
    out, _ = lfilter([weight], [1.0, weight - 1.0], values, axis=0, zi=state[None])
    return np.asarray(out, dtype=values.dtype)


def moving_mean(values: FloatArray, rows: int) -> FloatArray:
    """Mean of the last `rows` rows (n, a); before the first row its own value is repeated."""
    if rows == 1 or not len(values):
        return values
    start = values[0]
    total = np.cumsum(np.vstack([np.zeros((rows, values.shape[1])), values - start]), axis=0)
    return np.asarray((total[rows:] - total[:-rows]) / rows + start)


def block_means(values: Array, rows: int) -> Array:
    """Means of consecutive blocks of `rows` rows, (n // rows, a); an unfinished last block is left out."""
    if rows == 1:
        return values
    whole = len(values) // rows
    return np.asarray(values[: whole * rows].reshape(whole, rows, *values.shape[1:]).mean(axis=1))


def held(blocks: Array, rows: int, n: int) -> Array:
    """Give each of `n` rows the value of the last block of `rows` rows that ended at or before it, 0 before that."""
    if rows == 1:
        return blocks
    shifted = np.concatenate([np.zeros((1, *blocks.shape[1:]), dtype=blocks.dtype), blocks])
    return np.asarray(shifted[(np.arange(n) + 1) // rows])

"""From a calibrated score to flagged rows, row by row."""

from __future__ import annotations

import numpy as np

from detectors.types import FloatArray, IntArray

RELEASE = 1.0  # an alarm ends when the score is back below the q99 of the reference period


def flags(total: FloatArray, threshold: float, release: float = RELEASE) -> IntArray:
    """0/1 for each row of a calibrated score (n,): on at `threshold`, off again below `release`, causal."""
    on = np.asarray(total >= threshold)
    off = np.asarray(total < min(release, threshold))
    last = np.maximum.accumulate(np.where(on | off, np.arange(1, len(total) + 1), 0))
    known = np.concatenate([[False], on])
    return known[last].astype(np.int64)

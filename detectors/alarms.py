"""From a calibrated score to flagged rows, row by row."""

from __future__ import annotations

import numpy as np

from detectors.types import FloatArray, IntArray

RELEASE = 0.8  # an alarm ends below this share of the threshold


def flags(total: FloatArray, threshold: float, release: float = RELEASE) -> IntArray:
    """0/1 for each row: on at `threshold`, off again below `release` x threshold (hysteresis), causal."""
    on = np.asarray(total >= threshold)
    off = np.asarray(total < release * threshold)
    last = np.maximum.accumulate(np.where(on | off, np.arange(1, len(total) + 1), 0))
    known = np.concatenate([[False], on])
    return known[last].astype(np.int64)

"""Runs of rows: where a condition holds without a break."""

from __future__ import annotations

import numpy as np

from detectors.types import BoolArray, FloatArray, IntArray


def runs(mask: BoolArray) -> IntArray:
    """Each run of True in `mask` (n,) as a row (first, last + 1): an array (k, 2) in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return edges.reshape(-1, 2).astype(np.int64)


def bridge(spans: IntArray, gap: int) -> IntArray:
    """Spans (k, 2) with neighbours joined where fewer than `gap` rows lie between them."""
    if len(spans) < 2:
        return spans
    apart = spans[1:, 0] - spans[:-1, 1] >= gap
    first = spans[np.concatenate(([True], apart)), 0]
    last = spans[np.concatenate((apart, [True])), 1]
    return np.stack([first, last], axis=1)


def equal(values: FloatArray) -> IntArray:
    """Where runs of one value begin in `values` (n,), single rows too, then n: (k + 1,); NaN equals nothing."""
    return np.concatenate(([0], np.flatnonzero(values[1:] != values[:-1]) + 1, [len(values)])).astype(np.int64)


def repeats(values: FloatArray) -> IntArray:
    """Runs of one identical finite value in `values` (n,), as (first, last + 1) spans of two rows or more."""
    same = values[1:] == values[:-1]  # NaN equals nothing
    spans = runs(same)
    spans[:, 1] += 1
    return spans

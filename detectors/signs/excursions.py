"""Short excursions: a sensor jumps or dips for a few rows and comes back, as a bad reading or a brief stop does.

Without them such an event would be told as a swing as long as the windows that measure spread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.blocks import SIGMA_PER_MAD
from detectors.normal.usual import Usual
from detectors.runs import runs
from detectors.types import BoolArray, FloatArray

FAR = 8.0  # reference standard deviations; and farther out than the reference ever was
MOST_SHARE, MOST_RUNS = 0.5, 3  # of the event's rows (in more of them it is its level), and runs of such rows
ORDINARY = 1.5  # times the usual spread that the other rows may have


@dataclass(frozen=True)
class Excursion:
    """Rows first..last of the stretch in which sensor `at` went farthest, to `extreme`; `times` such stretches."""

    at: int
    first: int
    last: int
    extreme: float
    times: int


def excursions(values: FloatArray, first: int, usual: Usual) -> tuple[list[Excursion], BoolArray]:
    """Excursions within rows `first`.. of `values` (n, d), and their cells (n, d)."""
    away = values - usual.median
    low, high = usual.filled.min(axis=0) - usual.median, usual.filled.max(axis=0) - usual.median
    far = (np.abs(away) > FAR * usual.sigma) & ((away > high) | (away < low)) & (usual.sigma > 0)
    far[:first] = False
    count = far.sum(axis=0)
    found, cells = [], np.zeros(values.shape, dtype=bool)
    for at in np.flatnonzero((count > 0) & (count <= MOST_SHARE * (len(values) - first))).tolist():
        spans = runs(far[:, at])
        rest = away[first:, at][~far[first:, at]]
        ordinary = SIGMA_PER_MAD * float(np.median(np.abs(rest))) <= ORDINARY * float(usual.sigma[at])
        if len(spans) > MOST_RUNS or not ordinary or far[-1, at]:
            continue
        cells[:, at] = far[:, at]
        worst = int(np.argmax(np.where(far[:, at], np.abs(away[:, at]), 0.0)))
        begin, stop = next((int(a), int(b)) for a, b in spans if a <= worst < b)
        found.append(Excursion(at, begin, stop - 1, float(values[worst, at]), len(spans)))
    return found, cells

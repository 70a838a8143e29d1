"""The greatest rise or fall of one sensor over a whole file, and when it came: a step's row, a slow change's beginning.

It compares nothing with a reference period and takes off nothing that planned operation explains: it is for "when did
it rise?", not for alarms. A level must stay for LEAST pieces on either side; single readings and short excursions turn
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from detectors.blocks import SIGMA_PER_MAD
from detectors.normal.usual import filled
from detectors.runs import runs
from detectors.signs.onsets import LEAST_RAMP, PIECES
from detectors.signs.shapes import change_points, piecewise, ramp
from detectors.types import FloatArray

LEAST_ROWS = 48
LEAST = 2  # pieces
BEGUN = 0.1  # of the way, from which a quick change is on its way
CLEAR = 4.0  # times the scatter from one piece to the next


@dataclass(frozen=True)
class Turn:
    """The level went from `before` to `after` (medians); `row` is when it began, give or take `within` rows, and 0
    rows for a step."""

    row: int
    before: float
    after: float
    within: int

    @property
    def change(self) -> float:
        """How far the level went, with its sign."""
        return self.after - self.before


def greatest(values: FloatArray, *, up: bool) -> Turn | None:
    """The greatest rise (`up`) or fall in `values` (n,), NaN for no reading; None when none stands out."""
    if len(values) < LEAST_ROWS or not np.isfinite(values).any():
        return None
    side = 1.0 if up else -1.0
    held = side * filled(values[:, None], np.array([np.nanmedian(values)]))[:, 0]
    levels = piecewise(held[:, None], PIECES)[:, 0]
    found = _stretches(levels)
    if found is None:
        return None
    low, begin, end = found
    before, after = float(np.median(levels[low:begin])), float(np.median(levels[begin:end]))
    scatter = SIGMA_PER_MAD * float(np.median(np.abs(np.diff(levels)))) + 1e-9 * abs(before) + 1e-12
    if after - before < CLEAR * scatter:
        return None
    size = len(held) / len(levels)
    first, last = int(low * size), min(len(held), int(end * size))
    row, within = _began(held[first:last], before, after)
    before = float(np.median(held[first : first + max(1, row)]))  # what lies between the levels belongs to neither
    return Turn(first + row, side * before, side * float(np.median(levels[begin + (end - begin) // 2 : end])), within)


def _stretches(levels: FloatArray) -> tuple[int, int, int] | None:
    """Pieces at which the low stretch begins, the high one after it begins, and that ends: those farthest apart.

    A level between a third and two thirds of the way belongs to the stretch before it.
    """
    bottom, top = np.quantile(levels, 0.02), np.quantile(levels, 0.98)
    state = pd.Series(np.where(levels > bottom + (top - bottom) * 2 / 3, 1.0, np.nan))
    state[levels < bottom + (top - bottom) / 3] = 0.0
    high = state.ffill().bfill().to_numpy() > 0.5
    low, best, most = runs(~high), None, 0.0
    for begin, end in runs(high).tolist():
        leading = [int(first) for first, stop in low.tolist() if stop == begin and stop - first >= LEAST]
        weight = float((levels[begin:end] - (bottom + top) / 2).sum())
        if leading and end - begin >= LEAST and weight > most:
            best, most = (leading[0], int(begin), int(end)), weight
    return best


def _began(part: FloatArray, before: float, after: float) -> tuple[int, int]:
    """Row of `part` (m,) at which its level began to climb from `before` to `after`, and by how many rows that is
    unsure: of a change shorter than LEAST_RAMP pieces none."""
    levels = piecewise(part[:, None], min(PIECES, len(part)))[:, 0]
    first, last, unsure = ramp(levels)
    size = len(part) / len(levels)
    if last - first >= LEAST_RAMP:
        return int((first + 0.5) * size), int((unsure + 0.5) * size)
    row = int(change_points((part - (before + after) / 2)[:, None])[0])
    start, width = max(0, row - int(3 * size)), max(1, int(size) // 8)
    smooth = pd.Series(part[start : row + 1]).rolling(width, min_periods=1).median().to_numpy()
    calm = np.flatnonzero(smooth <= before + BEGUN * (after - before))
    return (min(row, start + int(calm[-1]) + 1) if len(calm) else row), 0

"""Short stretches inside a candidate for the normal period that are no part of it: a break, a trip, a stop.

A quarter's median does not see what is shorter than half of the quarter, so such a stretch would be learnt as normal
and never told. What several sensors show at once far outside the bulk of their readings, or one sensor by standing at
one value there, is kept out. What a sensor shows in every fifth of the file (a pump that goes on and off, a wash every
shift) is its way of running and no stray.
"""

from __future__ import annotations

import numpy as np

from detectors.runs import bridge, repeats, runs
from detectors.types import BoolArray, FloatArray, IntArray

BULK = 1 / 8  # of the readings on either side are no part of the bulk: half of a quarter, which its median sees
FAR = 3.0  # widths of the bulk beyond it; of a normal distribution eight standard deviations
SENSORS = 2  # that are far at once
LEAST_ROWS, HELD_ROWS = 3, 5  # rows of a stray; rows at one value when no other sensor is far
PARTS = 5  # of the file, each of which shows what is a habit
MOST_ROWS = 20_000  # from which the bulk is read


def clear_part(values: FloatArray, start: int, end: int, size: int) -> tuple[int, int]:
    """The longest part of rows `start`..`end` - 1 of `values` (n, d) that holds no stray, the earlier of equal ones.

    Around a stray as many rows as it has, and a block of `size` rows, are left out too: what led to it and what it
    left behind.
    """
    bounds = [start]
    for first, stop in strays(values, start, end, size).tolist():
        margin = size + stop - first
        after = 0 if first == start else margin  # what the stretch begins with is the end of an earlier state
        bounds += [max(start, first - margin), min(end, stop + after)]
    bounds.append(end)
    free = [(bounds[at], bounds[at + 1]) for at in range(0, len(bounds), 2)]
    return max(free, key=lambda part: part[1] - part[0])


def strays(values: FloatArray, start: int, end: int, size: int) -> IntArray:
    """Stretches (k, 2), first row and the row after the last, in which readings are far from the bulk of those in rows
    `start`..`end` - 1; neighbours less than `size` rows apart are one."""
    count, held = np.zeros(end - start, dtype=np.int64), np.zeros(end - start, dtype=bool)
    for at in range(values.shape[1]):
        far = _far(values[:, at], start, end)
        if far.any() and not _is_habit(far):
            inside = far[start:end]
            count += inside
            held |= _standing(values[start:end, at], inside)
    odd = (count >= SENSORS) | held
    spans = [span for span in bridge(runs(odd), size).tolist() if odd[span[0] : span[1]].sum() >= LEAST_ROWS]
    return np.array(spans, dtype=np.int64).reshape(-1, 2) + start


def _far(channel: FloatArray, start: int, end: int) -> BoolArray:
    """Which readings (n,) of one sensor lie far outside the bulk of those in rows `start`..`end` - 1."""
    part = channel[start:end]
    part = part[np.isfinite(part)][:: max(1, (end - start) // MOST_ROWS)]
    if not len(part):
        return np.zeros(len(channel), dtype=bool)
    low, high = np.quantile(part, [BULK, 1 - BULK])
    reach = FAR * (high - low)
    if reach <= 0:  # it hardly moves: what is far cannot be told
        return np.zeros(len(channel), dtype=bool)
    return np.asarray((channel < low - reach) | (channel > high + reach))


def _is_habit(far: BoolArray) -> bool:
    """Does every part of the file show it?"""
    return all(part.any() for part in np.array_split(far, PARTS))


def _standing(part: FloatArray, far: BoolArray) -> BoolArray:
    """Rows (m,) in which a sensor stands at one `far` value."""
    rows = np.zeros(len(part), dtype=bool)
    for first, stop in repeats(part).tolist():
        if stop - first >= HELD_ROWS and far[first]:
            rows[first:stop] = True
    return rows

"""Machines that are switched on and off: a turn like those that the reference period shows is no alarm by itself.

Every sensor of a machine jumps when it starts or stops, and so few rows of the reference period are turns that the
score of an ordinary one lies far beyond all that is usual of other rows. So alarms wait for some rows after a turn
while the score stays near what turns of the same machine in the same direction reached in the reference period. What
begins with a start and goes on is an alarm a little later; a start unlike the others is one at once. Causal.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from detectors.types import BoolArray, FloatArray, IntArray, Reference

NOTHING, WORK = 0.05, 0.3  # of the machine's usual work: up to it a reading is off, from there on it is on
BETWEEN = 0.01  # share of the readings that may lie between the two
BEFORE = 2  # rows: a sensor that is quicker than the switch moves before it
MORE, FEW = 0.03, 0.2  # beyond what turns of the reference period reached; more, divided by how many they were
FREQUENT = 0.02  # share of rows that are turns from which they are ordinary rows


def waits(values: FloatArray, total: FloatArray, reference: Reference, settle: int, threshold: float) -> BoolArray:
    """Rows (n,) in which alarms wait because a sensor of `values` (n, d) turns on or off as it usually does.

    `total` (n,) is the score, `settle` the rows for which a turn is waited for.
    """
    waiting = np.zeros(len(total), dtype=bool)
    for turns in _turns(values, reference):
        known = turns[(turns >= reference.start + BEFORE) & (turns < reference.end - settle)]
        later = turns[turns >= reference.end]
        if not len(known) or not len(later):
            continue
        reached = max(float(total[row - BEFORE : row + settle].max()) for row in known.tolist())
        most = (1.0 + MORE + FEW / len(known)) * max(threshold, reached)
        for row in later.tolist():
            rows = slice(row - BEFORE, row + settle)
            waiting[rows] |= total[rows] <= most
    return waiting


def _turns(values: FloatArray, reference: Reference) -> Iterator[IntArray]:
    """The rows at which each sensor that has two states starts, and those at which it stops."""
    for column in values.T:
        on = states(column, slice(reference.start, reference.end))
        if on is not None:
            turned = np.flatnonzero(on[1:] != on[:-1]) + 1
            if len(turned) <= FREQUENT * len(on):
                yield turned[on[turned]]
                yield turned[~on[turned]]


def states(column: FloatArray, part: slice = slice(None)) -> BoolArray | None:
    """Where a machine is on (n,), by one sensor of it that has two states in rows `part`, one of them next to nothing;
    None for other sensors. What lies between the states, or is missing, goes on as before."""
    size = np.abs(column)
    seen = size[part][np.isfinite(size[part])]
    if not len(seen) or (seen <= 0).all():
        return None
    usual = float(np.median(seen[seen > NOTHING * seen.max()]))
    off, on = size <= NOTHING * usual, size >= WORK * usual
    known = off | on
    if not off.any() or not on.any() or np.mean(~known[np.isfinite(size)]) > BETWEEN:
        return None
    last = np.maximum.accumulate(np.where(known, np.arange(len(size)), 0))
    return np.asarray(on[last])

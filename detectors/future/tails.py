"""Where the readings of one sensor end: on a value that it only repeats, or before the others do.

Neither can be forecast from as if it were fresh. A run of one value counts only where the sensor moves otherwise, and
not at an end of its range that it comes to often: a valve that is often fully open is not stuck there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.normal.usual import filled
from detectors.runs import equal
from detectors.types import FloatArray

STUCK_ROWS = 30
STUCK_FACTOR = 20.0  # times the run that only one in a hundred is longer than, and the mean run
STUCK_RUNS = 30  # runs of one value that a sensor needs before it counts as moving
OFTEN_ROWS = 10  # rows of another run at the same end of the range
SILENT_ROWS = 10
SILENT_FACTOR = 3.0  # times the gap between readings that only one in a hundred is longer than


@dataclass(frozen=True)
class Tail:
    """`readings` (m,) up to the last one, gaps filled; `silent`: rows after it, 0 where they are no more than usual.
    `stuck`: the row from which only one value came, None where the sensor moves or never did."""

    readings: FloatArray
    silent: int
    stuck: int | None

    @property
    def last(self) -> int:
        """The row of the last reading."""
        return len(self.readings) - 1


def tail(values: FloatArray) -> Tail:
    """The end of `values` (n,), NaN for no reading; at least one must be there."""
    good = np.flatnonzero(np.isfinite(values))
    last = int(good[-1])
    gaps = np.diff(good)
    usual = float(np.quantile(gaps, 0.99)) if len(gaps) else 1.0
    silent = len(values) - 1 - last
    if silent <= max(SILENT_ROWS, SILENT_FACTOR * usual):
        silent, last = 0, len(values) - 1
    readings = filled(values[: last + 1, None], np.array([np.median(values[good])]))[:, 0]
    run = _stuck(values[good])
    return Tail(readings, silent, None if run is None else int(good[run]))


def _stuck(values: FloatArray) -> int | None:
    """The first of the equal readings at the end, where their number is out of the ordinary."""
    bounds = equal(values)
    lengths = np.diff(bounds)
    if len(lengths) < STUCK_RUNS:
        return None
    others = lengths[:-1]
    usual = max(float(np.quantile(others, 0.99)), float(others.mean()))
    if lengths[-1] < max(STUCK_ROWS, STUCK_FACTOR * usual):
        return None
    same = (values[bounds[:-2]] == values[-1]) & (others >= OFTEN_ROWS)
    if values[-1] in (values.min(), values.max()) and same.any():
        return None
    return int(bounds[-2])

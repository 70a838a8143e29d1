"""When the level of a sensor began to move slowly, and by how much that is unsure.

A cumulative sum says when a step came; of a slow change it says when there was enough of it. Here the ramp that fits
the levels of the event and of what was before it best is followed back to where the level left what is usual.
"""

from __future__ import annotations

import numpy as np

from detectors.normal.usual import Usual
from detectors.planned.operating import SETTLE_S, SLOW
from detectors.signs.shapes import piecewise, ramp
from detectors.types import FloatArray

PIECES, LEAST_RAMP = 64, 6  # an event with what was before it is cut in pieces; so many of them a slow change lasts
OUTSIDE = 2.0  # standard deviations of usual levels, beyond which a level is on its way


def began(
    plain: FloatArray, raw: FloatArray | None, usual: Usual, at: int, *, up: bool, step_s: float
) -> tuple[int | None, int]:
    """The row at which sensor `at` began to climb (`up`) or sink slowly, and by how many rows that is unsure; None for
    a step and where the slow change is there from the first row.

    `plain` (n, d) is without what planned operation explains, `raw` as read. What it explains is learnt for SLOW times
    SETTLE_S after a change, and takes a slow fault for part of the answer: the fault may then have begun as early as
    `raw` says.
    """
    begun, unsure = _climb(plain[:, at], usual, at, up)
    if begun is None or raw is None:
        return begun, unsure
    earlier, _ = _climb(raw[:, at], usual, at, up)
    if earlier is not None and 0 < (begun - earlier) * step_s <= SLOW * SETTLE_S:
        return earlier, unsure + begun - earlier
    return begun, unsure


def _climb(values: FloatArray, usual: Usual, at: int, up: bool) -> tuple[int | None, int]:
    """The same for one view of one sensor, `values` (n,). A slow change often begins slower than it goes on."""
    levels = piecewise(values[:, None], min(PIECES, len(values)))[:, 0]
    first, last, unsure = ramp(levels)
    if last - first < LEAST_RAMP:
        return None, 0
    size = len(values) / len(levels)
    away = (levels - usual.median[at]) * (1 if up else -1)
    ordinary = away <= OUTSIDE * float(usual.level_sigma(usual.length(int(size)))[at])
    begin = int(np.flatnonzero(ordinary[:first])[-1]) + 1 if ordinary[:first].any() else 0
    if begin == 0:
        return None, 0
    return int((begin + 0.5) * size), int((max(unsure, (first - begin) / 2) + 0.5) * size)

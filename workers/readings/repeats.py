"""Times written too coarsely: a minute for each of sixty readings, or hours with two decimals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from detectors.types import FloatArray, IntArray
from workers.readings.clock import Clock
from workers.readings.timestamps import NO_TIME

MOST = 2 / 3  # share of rows that repeat the time above them where no row proves the true step
SOME = 0.05  # the same, where rows with a time of their own do prove it
PACE = 0.3  # how far the pace of the repeated rows may be from the step of the others
SINGLES = 20  # rows with a time of their own that prove a step


def spread_repeats(clock: Clock) -> tuple[Clock, bool]:
    """`clock` with rows of one written time spread evenly up to the next; and whether that was needed.

    Rows that share a time are either duplicates or readings whose time lost its last digits. They are the latter when
    k rows of one time are followed by the next time k usual steps later (a file written twice moves on by one step),
    or, where every time is shared, when three or more rows share most of them. Time must never run back.
    """
    known = np.flatnonzero(clock.utc != NO_TIME)
    times = clock.utc[known]
    steps = np.diff(times)
    if len(steps) < 2 or (steps < 0).any() or not (steps == 0).any() or not (steps > 0).any():
        return clock, False
    starts = np.concatenate(([0], np.flatnonzero(steps > 0) + 1))
    counts = np.diff(np.concatenate((starts, [len(times)])))
    if not _lost_digits(counts[:-1], np.diff(times[starts]), float(np.mean(steps == 0))):
        return clock, False
    utc = clock.utc.copy()
    utc[known] = times + np.round(_offsets(times[starts], counts)).astype(np.int64)
    return replace(clock, utc=utc), True


def _lost_digits(counts: IntArray, widths: IntArray, share: float) -> bool:
    """Whether runs of `counts` rows that last `widths` microseconds are readings with shortened times."""
    single, shared = counts == 1, counts > 1
    if not shared.any():
        return False
    if np.count_nonzero(single) < SINGLES:
        return share >= MOST
    step = float(np.median(widths[single]))
    pace = float(np.median(widths[shared] / counts[shared]))
    return share >= SOME and abs(pace - step) <= PACE * step


def _offsets(starts: IntArray, counts: IntArray) -> FloatArray:
    """How far each row lies behind its written time, in microseconds: evenly within its run.

    A run before a hole, and the cut runs at both ends, keep the pace of the other runs of their size.
    """
    widths = np.append(np.diff(starts), 0).astype(np.float64)
    pace = widths / counts
    usual = float(np.median(pace[:-1]))
    odd = (pace > 2 * usual) | (counts < np.median(counts) / 2)
    odd[[0, -1]] = True
    pace[odd] = np.minimum(usual, np.where(widths[odd] > 0, pace[odd], usual))
    inside = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    offset = np.repeat(pace, counts) * inside
    if len(counts) > 1 and counts[0] < counts[1] and pace[0] < widths[0] / counts[0]:
        offset[: counts[0]] += widths[0] - counts[0] * pace[0]  # the file begins in the middle of its first minute
    return offset

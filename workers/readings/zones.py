"""Wall clocks to UTC, daylight saving included: the hour that is skipped and the hour that comes twice."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from detectors.types import BoolArray, IntArray
from workers.readings.timepatterns import NO_ZONE
from workers.readings.timestamps import NO_TIME

MINUTE_US = 60_000_000
DAY_US = 86_400_000_000
HALF_HOUR_US = 1_800_000_000


@dataclass(frozen=True)
class Instants:
    """n readings as UTC: microseconds since 1970 (n,), NO_TIME where unknown.

    `zoned` of them named their own zone; `twice` lay in an hour that the clock repeats, `skipped` in one that it skips.
    """

    utc: IntArray
    zoned: int
    twice: int = 0
    skipped: int = 0


def to_utc(wall: IntArray, offset: IntArray, zone: ZoneInfo) -> Instants:
    """Wall clocks (n,) in microseconds to UTC: by their own offset in minutes where given, else as `zone`."""
    known = wall != NO_TIME
    own = known & (offset != NO_ZONE)
    utc = wall.copy()
    utc[own] = wall[own] - offset[own] * MINUTE_US
    rest = np.flatnonzero(known & ~own)
    if not len(rest) or zone.key == "UTC":
        return Instants(utc, int(own.sum()))
    utc[rest], twice, skipped = _localise(wall[rest], zone)
    return Instants(utc, int(own.sum()), twice, skipped)


def _localise(wall: IntArray, zone: ZoneInfo) -> tuple[IntArray, int, int]:
    """UTC of wall clocks in `zone`, how many came twice, how many were skipped.

    Two readings of each clock are tried: with the offset of the day before and of the day after. Away from a change
    they agree. In autumn both hold and the order of the rows decides; in spring neither does, and the earlier offset
    moves the reading behind the gap, as a logger that missed the change would.
    """
    before = wall - _offset(wall - DAY_US, zone)
    after = wall - _offset(wall + DAY_US, zone)
    if np.array_equal(before, after):
        return before, 0, 0
    ok_before = before + _offset(before, zone) == wall
    ok_after = after + _offset(after, zone) == wall
    utc = np.where(ok_before | ~ok_after, before, after)
    twice = ok_before & ok_after & (before != after)
    if twice.any():
        utc[twice] = _second_pass(wall, before, after, twice, utc)[twice]
    return utc, int(twice.sum()), int((~ok_before & ~ok_after).sum())


def _offset(instant: IntArray, zone: ZoneInfo) -> IntArray:
    """Offset of `zone` from UTC at each instant (n,), in microseconds."""
    index = pd.DatetimeIndex(instant.view("datetime64[us]"), tz="UTC")
    local = index.tz_convert(zone).tz_localize(None).as_unit("us").asi8
    return np.asarray(local - instant, dtype=np.int64)


def _second_pass(wall: IntArray, before: IntArray, after: IntArray, twice: BoolArray, utc: IntArray) -> IntArray:
    """`utc` with each run of repeated clocks settled: behind a jump back, the run is in its second hour."""
    newest_first = np.count_nonzero(np.diff(wall) < 0) > len(wall) / 2
    turn = slice(None, None, -1 if newest_first else 1)
    wall, before, after, twice, utc = wall[turn], before[turn], after[turn], twice[turn], utc[turn].copy()
    edges = np.flatnonzero(np.diff(np.concatenate(([False], twice, [False])).astype(np.int8))).reshape(-1, 2)
    for start, stop in edges:
        steps = np.diff(wall[start:stop])
        slow = (steps == 0) & (np.abs(steps).max(initial=0) == 0) & (stop - start == 2) & _hourly(wall)
        back = np.flatnonzero((steps < 0) | slow)
        if len(back):
            first = start + int(back[0]) + 1
            utc[start:first], utc[first:stop] = before[start:first], after[first:stop]
            continue
        # No jump inside: only one of the two hours was recorded, the one that joins its neighbours better.
        lead = before[start] - utc[start - 1] if start else np.inf
        trail = utc[stop] - after[stop - 1] if stop < len(utc) else np.inf
        utc[start:stop] = after[start:stop] if trail < lead else before[start:stop]
    return utc[turn]


def _hourly(wall: IntArray) -> bool:
    """True for readings so far apart that one hour holds one or two, so a repeated clock is no duplicate."""
    return bool(np.median(np.abs(np.diff(wall))) >= HALF_HOUR_US)

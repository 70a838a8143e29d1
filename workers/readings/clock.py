"""Each row's instant: from the time column in whatever form it has, or from the row's number."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors.types import FloatArray, IntArray
from workers.readings.cells import NumberStyle, numbers
from workers.readings.dates import DateOrder
from workers.readings.timecolumn import MIDNIGHT, TimeColumn
from workers.readings.timepatterns import NO_ZONE, zone_offset
from workers.readings.timestamps import DAY_US, NO_TIME, parse, parse_clock
from workers.readings.zones import Instants, to_utc

SECOND_US = 1_000_000
UNIX_DAY = 25569  # 1970-01-01 as a spreadsheet's day number
LIMIT_S = 7.25e9  # the year 2199; larger values are no times
ZONE_SUFFIX = re.compile(r"(?:Z|z|UTC|GMT|CES?T|MES?Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)(?=\s*(?:\[[^\]]*\])?\s*$)")
How = Literal["in the file", "assumed", "no time column"]


@dataclass(frozen=True)
class Clock:
    """Instants of n rows: `utc` in microseconds since 1970 (n,), NO_TIME where the text was no time.

    `texts` are the rows' own time texts; `how` and `zone` go to the receipt; `order` says how numeric dates were read.
    """

    utc: IntArray
    texts: Any
    how: How
    zone: str
    order: DateOrder | None = None
    instants: Instants = field(default_factory=lambda: Instants(np.empty(0, np.int64), 0))


def read_clock(columns: list[Any], rows: int, time: TimeColumn, style: NumberStyle, zone: ZoneInfo) -> Clock:
    """The instants of `rows` rows. `columns` are the time columns as Arrow string arrays (none, one, or two)."""
    if time.kind == "none":
        number = np.arange(rows, dtype=np.int64)
        return Clock(number * SECOND_US, pc.cast(pa.array(number + 1), pa.string()), "no time column", "UTC")
    texts = _joined(columns) if time.kind == "split" else columns[0]
    if time.kind in ("text", "split"):
        return _from_text(texts, time, zone)
    if time.kind == "clock":
        return Clock(_rolled_over(parse_clock(texts)), texts, "no time column", "UTC")
    values = numbers(texts, style).values
    if time.kind == "serial":
        wall = _micros((values - UNIX_DAY) * time.scale)
        # Spreadsheets keep 15 digits of a day number, a few microseconds: whole milliseconds are meant.
        wall = np.where(wall == NO_TIME, NO_TIME, (wall + 500) // 1000 * 1000)
        found = to_utc(wall, _offsets(wall, time), time.zone or zone)
        return Clock(found.utc, texts, _how(found, time), _zone_name(found, texts, time, zone), None, found)
    utc = _micros(values * time.scale)
    return Clock(utc, texts, "in the file" if time.kind == "epoch" else "no time column", "UTC")


def _from_text(texts: Any, time: TimeColumn, zone: ZoneInfo) -> Clock:
    stamps = parse(texts)
    offset = np.where(stamps.offset == NO_ZONE, _offsets(stamps.wall, time), stamps.offset)
    found = to_utc(stamps.wall, offset, time.zone or zone)
    return Clock(found.utc, texts, _how(found, time), _zone_name(found, texts, time, zone), stamps.order, found)


def _offsets(wall: IntArray, time: TimeColumn) -> IntArray:
    """The offset that the header names, for every row."""
    return np.full(len(wall), NO_ZONE if time.offset is None else time.offset, dtype=np.int64)


def _how(found: Instants, time: TimeColumn) -> How:
    """In the file when the header names the zone, or most rows do."""
    known = int(np.count_nonzero(found.utc != NO_TIME))
    return "in the file" if time.zone or (found.zoned and 2 * found.zoned >= known) else "assumed"


def _zone_name(found: Instants, texts: Any, time: TimeColumn, zone: ZoneInfo) -> str:
    """What the receipt calls the zone: the file's own when its texts agree on one, else plant time."""
    if time.zone or not found.zoned:
        return str((time.zone or zone).key)
    known = np.flatnonzero(found.utc != NO_TIME)
    ends = [_suffix(str(texts[int(i)].as_py()), time) for i in (known[0], known[-1])]
    return utc_name(ends[0]) if ends[0] == ends[1] and ends[0] != NO_ZONE else str(zone.key)


def _suffix(text: str, time: TimeColumn) -> int:
    """The offset in minutes at the end of a time text, else that of the header."""
    match = ZONE_SUFFIX.search(text)
    own = zone_offset(match[0].strip()) if match else int(NO_ZONE)
    return own if own != NO_ZONE or time.offset is None else time.offset


def utc_name(minutes: int) -> str:
    """An offset as people write it: UTC, UTC+08:00."""
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}" if minutes else "UTC"


def _micros(seconds: FloatArray) -> IntArray:
    """Seconds as whole microseconds, NO_TIME where there is no number or an absurd one."""
    good = np.isfinite(seconds) & (np.abs(seconds) < LIMIT_S)
    safe = np.where(good, seconds, 0.0)
    whole = np.floor(safe)
    micro = whole.astype(np.int64) * SECOND_US + np.rint((safe - whole) * SECOND_US).astype(np.int64)
    return np.where(good, micro, NO_TIME)


def _joined(columns: list[Any]) -> Any:
    """A date and a clock in two columns as one text; missing when either is."""
    day = pc.replace_substring_regex(columns[0], MIDNIGHT.pattern, "")
    day = pc.replace_substring_regex(day, r"^((?:19|20)\d\d)([01]\d)([0-3]\d)$", r"\1-\2-\3")
    clock = pc.utf8_trim_whitespace(columns[1])
    return pc.binary_join_element_wise(pc.utf8_trim_whitespace(day), clock, " ")


def _rolled_over(clock: IntArray) -> IntArray:
    """Times of day as instants from 1970 on: a jump back of more than half a day is a midnight."""
    known = np.flatnonzero(clock != NO_TIME)
    steps = np.diff(clock[known], prepend=clock[known][:1])
    days = np.cumsum((steps < -DAY_US // 2).astype(np.int64) - (steps > DAY_US // 2))
    result = clock.copy()
    result[known] += (days - min(int(days.min(initial=0)), 0)) * DAY_US
    return result

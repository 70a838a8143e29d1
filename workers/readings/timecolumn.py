"""Which column holds the time, and in which of the many ways."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pyarrow as pa

import workers.readings.cells as cells
from workers.readings.cells import NumberStyle
from workers.readings.timepatterns import NO_ZONE, is_clock, is_date, zone_offset

TimeKind = Literal["text", "split", "clock", "epoch", "serial", "elapsed", "none"]
# Better names come first; a name alone never makes a column of numbers a time ("oscillation_time").
NAMES = (
    r"^(?:date[\s_/-]*time|time[\s_-]*stamp|timestamp|zeitstempel|datum[\s_/-]*(?:uhr)?zeit|horodatage|fecha[\s_-]*hora"
    r"|时间戳|日期时间|采集时间|采样时间|记录时间|数据时间|时间)$",
    r"^(?:time|zeit|uhrzeit|date|datum|ts|t|clock|heure|hora|时刻|日期|utc|epoch|unix[\s_-]*time)$",
    r"time|date|zeit|datum|时间|日期|stamp",
)
NUMERIC_NAMES = re.compile(
    r"^(?:time|timestamp|time[\s_-]*stamp|ts|t|epoch|unix[\s_-]*time(?:stamp)?|date[\s_-]*time|zeit|zeitstempel|elapsed"
    r"(?:[\s_-]*time)?|seconds|utc|时间|时间戳|运行时间)(?:[\s_-]*(?:s|sec|ms|us|ns|min|h|hours?|days?|d|utc|unix|epoch))?$",
    re.IGNORECASE,
)
SCALES = {"s": 1.0, "sec": 1.0, "seconds": 1.0, "秒": 1.0, "ms": 1e-3, "毫秒": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9,
          "min": 60.0, "分钟": 60.0, "分": 60.0, "h": 3600.0, "hr": 3600.0, "hours": 3600.0, "小时": 3600.0,
          "d": 86400.0, "day": 86400.0, "days": 86400.0, "天": 86400.0}  # fmt: skip
# Magnitudes of seconds since 1970 between 1990 and 2100, and their multiples.
EPOCHS = ((6.3e8, 4.2e9, 1.0), (6.3e11, 4.2e12, 1e-3), (6.3e14, 4.2e15, 1e-6), (6.3e17, 4.2e18, 1e-9))
SERIAL = (32874.0, 73051.0)  # days since 1899-12-30 (spreadsheets), the same years
MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?$")  # what a spreadsheet adds to a date
SHARE = 0.8  # of the cells that say something


@dataclass(frozen=True)
class TimeColumn:
    """How to find each row's time.

    `columns` are positions in the table (two for "split": date, clock). `scale` is the length in seconds of one unit
    of "epoch" and "elapsed". `offset` in minutes and `zone` come from the header ("Time (UTC+8)"), when it names one.
    """

    kind: TimeKind
    columns: tuple[int, ...] = ()
    scale: float = 1.0
    offset: int | None = None
    zone: ZoneInfo | None = None


def find_time(raw: Sequence[str], columns: Sequence[Sequence[str]], style: NumberStyle) -> TimeColumn:
    """The time of a table with headers `raw` (as written) and the sampled cells of each column."""
    numeric = _first_numeric(raw, columns, style)
    dates = [i for i, cells_ in enumerate(columns) if _share(cells_, is_date) >= SHARE]
    clocks = [i for i, cells_ in enumerate(columns) if _share(cells_, is_clock) >= SHARE]
    if dates:
        best = min(dates, key=lambda i: (_rank(raw[i]), i))
        if numeric and numeric.kind == "epoch" and _rank(raw[numeric.columns[0]]) < _rank(raw[best]):
            return numeric  # "time" in seconds beside the date of something else
        if clocks and not any(re.search("[:时]", MIDNIGHT.sub("", cell)) for cell in columns[best]):
            clock = min(clocks, key=lambda i: (abs(i - best), i))
            return _zoned(TimeColumn("split", (best, clock)), f"{raw[best]} {raw[clock]}")
        return _zoned(TimeColumn("text", (best,)), raw[best])
    clocks = [i for i in clocks if i == 0 or _rank(raw[i]) < len(NAMES)]  # a duration is no time
    if clocks:
        return _split_compact(columns, clocks[0]) or TimeColumn("clock", (clocks[0],))
    return numeric or TimeColumn("none")


def _first_numeric(raw: Sequence[str], columns: Sequence[Sequence[str]], style: NumberStyle) -> TimeColumn | None:
    """The numeric time with the best name."""
    for i in sorted(range(len(raw)), key=lambda i: (_rank(raw[i]), i)):
        found = _numeric(raw[i], columns[i], i, style)
        if found:
            return _zoned(found, raw[i])
    return None


def _share(column: Sequence[str], test: object) -> float:
    said = [cell for cell in column if not cells.is_missing(cell)]
    return sum(test(cell.strip()) for cell in said) / len(said) if said else 0.0  # type: ignore[operator]


def _rank(header: str) -> int:
    name = _bare(header)
    return next((r for r, pattern in enumerate(NAMES) if re.search(pattern, name, re.IGNORECASE)), len(NAMES))


def _bare(header: str) -> str:
    """A header without brackets and what stands in them."""
    return re.sub(r"\s*[\[(（【].*$", "", header).strip()


def _split_compact(columns: Sequence[Sequence[str]], clock: int) -> TimeColumn | None:
    """A clock beside dates written 20240305."""
    for i, column in enumerate(columns):
        if _share(column, lambda cell: bool(re.fullmatch(r"20\d\d[01]\d[0-3]\d", cell))) >= SHARE:
            return TimeColumn("split", (i, clock))
    return None


def _numeric(header: str, column: Sequence[str], place: int, style: NumberStyle) -> TimeColumn | None:
    """A column of numbers as time: its name must say so, or its values must be an epoch; it must not fall."""
    said = [cell.strip() for cell in column if not cells.is_missing(cell)]
    good = [cell for cell in said if cells.is_number(cell, style)]
    if len(good) < max(2, SHARE * len(said)):
        return None
    values = cells.numbers(pa.array(good), style).values
    values = values[~np.isnan(values)]
    named = bool(NUMERIC_NAMES.match(_bare(header)))
    if len(values) < 2 or values.max() == values.min():
        return None
    middle = float(np.median(values))
    orderly = np.mean(np.diff(values) >= 0) >= SHARE or np.mean(np.diff(values) <= 0) >= SHARE
    for low, high, scale in EPOCHS:
        if low <= middle <= high and (named or (orderly and (place == 0 or _rank(header) < len(NAMES)))):
            return TimeColumn("epoch", (place,), scale)
    if not named or not orderly:
        return None
    if SERIAL[0] <= middle <= SERIAL[1] and np.diff(values).max() <= 1.0:
        return TimeColumn("serial", (place,), 86400.0)
    return TimeColumn("elapsed", (place,), _scale(header))


def _scale(header: str) -> float:
    """Seconds in one unit of a header like "t_h", "time [ms]", "Zeit (min)"; 1.0 when it names none."""
    words = re.split(r"[\s_\[\](（）)【】,]+", header.strip().lower())
    return next((SCALES[word] for word in reversed(words) if word in SCALES), 1.0)


def _zoned(found: TimeColumn, header: str) -> TimeColumn:
    """`found` with the zone that its header names: UTC, UTC+8, an IANA name, Beijing time."""
    match = re.search(r"\b(UTC|GMT)\s*([+-]\s*\d{1,2}(?::?\d{2})?)?", header.replace("_", " "), re.IGNORECASE)
    if match:
        offset = zone_offset(f"UTC{match[2].replace(' ', '')}" if match[2] else "UTC")
        return TimeColumn(found.kind, found.columns, found.scale, None if offset == NO_ZONE else offset)
    if "北京时间" in header:
        return TimeColumn(found.kind, found.columns, found.scale, 480)
    named = re.search(r"\b([A-Z][a-z]+/[A-Z][A-Za-z_]+)\b", header)
    if named:
        try:
            return TimeColumn(found.kind, found.columns, found.scale, None, ZoneInfo(named[1]))
        except (ZoneInfoNotFoundError, ValueError):
            return found
    return found

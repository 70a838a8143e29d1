"""What a log's cells say: durations in minutes, counts, dates. What cannot be read is None, never a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

MISSING = {"", "-", "--", "n/a", "na", "nan", "null", "none", "/", "无", "—"}
NUMBER = re.compile(r"^[+-]?\d[\d  '']*(?:[.,]\d+)*$")
CLOCK = re.compile(r"^(\d{1,3}):([0-5]\d)(?::([0-5]\d))?$")
SPOKEN = re.compile(
    r"^(?:(?P<d>\d+(?:[.,]\d+)?)\s*(?:d|days?|天))?\s*(?:(?P<h>\d+(?:[.,]\d+)?)\s*(?:h|hr|hrs|hours?|小时|时))?"
    r"\s*(?:(?P<m>\d+(?:[.,]\d+)?)\s*(?:m|min|mins|minutes?|'|分钟?))?\s*(?:(?P<s>\d+(?:[.,]\d+)?)\s*(?:s|sec|seconds?|秒))?$",
    re.IGNORECASE,
)
UNITS = (  # of a heading: minutes in one
    (re.compile(r"\b(?:h|hrs?|hours?|std|stunden?)\b|小时", re.IGNORECASE | re.ASCII), 60.0),  # 停机h, too
    (re.compile(r"\b(?:s|secs?|seconds?|sekunden?)\b|秒", re.IGNORECASE | re.ASCII), 1 / 60),
    (re.compile(r"\b(?:d|days?|tage?)\b|天", re.IGNORECASE | re.ASCII), 1440.0),
)
WRITTEN = re.compile(
    r"(\d{1,4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,4})日?"
    r"(?:[T\s]+(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?)?"
)
ONLY_CLOCK = re.compile(r"^(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?$")
MONTHS = {name: i for i, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}  # fmt: skip
NAMED = re.compile(r"^(\d{1,2})[\s.-]+([A-Za-z]{3})[a-z]*[\s.,-]+(\d{2,4})(?:\s+(\d{1,2}):(\d{2}))?")


def missing(cell: str) -> bool:
    """Does a cell say nothing?"""
    return cell.strip().lower() in MISSING


def number(cell: str) -> float | None:
    """A count or an amount; "1,250" and "1.250,5" as people write them."""
    text = cell.strip().rstrip("%").strip()
    if not NUMBER.match(text):
        return None
    text = re.sub(r"[\s  '']", "", text)
    if re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    elif re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+", text) or (text.count(",") == 1 and "." not in text):
        text = text.replace(".", "").replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None


def scale_of(heading: str) -> float:
    """Minutes in one unit of a heading such as "Duration (h)"; 1 when it names none."""
    return next((size for pattern, size in UNITS if pattern.search(heading)), 1.0)


def minutes(cell: str, scale: float = 1.0) -> float | None:
    """A duration in minutes: 90, "1:30", "1 h 20 min", "45分钟"; a bare number counts `scale` minutes."""
    text = cell.strip()
    if missing(text):
        return None
    bare = number(text)
    if bare is not None:
        return bare * scale if bare >= 0 else None
    clock = CLOCK.match(text)
    if clock is not None:
        return int(clock[1]) * 60 + int(clock[2]) + int(clock[3] or 0) / 60
    spoken = SPOKEN.match(text)
    if spoken is None or not any(spoken.groups()):
        return None
    parts = {key: float((value or "0").replace(",", ".")) for key, value in spoken.groupdict().items()}
    return parts["d"] * 1440 + parts["h"] * 60 + parts["m"] + parts["s"] / 60


def day_first(cells: Sequence[str]) -> bool:
    """Are dates like 03/05/2025 day first? Told by the column: a first number above 12 proves it, a second one
    refutes it; else the slash is American, the dot and the dash European."""
    found = [m for cell in cells if (m := WRITTEN.match(cell.strip())) and len(m[1]) <= 2]
    if any(int(m[1]) > 12 for m in found):
        return True
    if any(int(m[2]) > 12 for m in found):
        return False
    return not any("/" in cell for cell in cells)


def moment(cell: str, *, day_leads: bool = True) -> datetime | None:
    """A date with or without a time of day; None for anything else."""
    text = cell.strip()
    named = NAMED.match(text)
    if named is not None and named[2].lower() in MONTHS:
        return _made(int(named[3]), MONTHS[named[2].lower()], int(named[1]), named[4], named[5])
    found = WRITTEN.match(text)
    if found is None:
        return None
    first, second, third = int(found[1]), int(found[2]), int(found[3])
    if len(found[1]) == 4:
        return _made(first, second, third, found[4], found[5])
    day, month = (first, second) if day_leads else (second, first)
    return _made(third, month, day, found[4], found[5])


def _made(year: int, month: int, day: int, hour: str | None, minute: str | None) -> datetime | None:
    try:
        return datetime(year + 2000 if year < 100 else year, month, day, int(hour or 0), int(minute or 0))
    except ValueError:
        return None


def between(start: str, end: str, on: datetime | None, *, day_leads: bool = True) -> float | None:
    """Minutes from a start cell to an end cell; clocks alone belong to the day `on`, an end before its start to the
    next day."""
    first, last = _at(start, on, day_leads), _at(end, on, day_leads)
    if first is None or last is None:
        return None
    if last < first and ONLY_CLOCK.match(end.strip()):
        last += timedelta(days=1)
    return (last - first).total_seconds() / 60 if last >= first else None


def clocked(cell: str, on: datetime | None, *, day_leads: bool = True) -> datetime | None:
    """The moment of a cell with a time of day, a clock alone on the day `on`; None without a time or a day."""
    if ONLY_CLOCK.match(cell.strip()):
        return _at(cell, on, day_leads) if on is not None else None
    return moment(cell, day_leads=day_leads) if re.search(r"\d[:：]\d", cell) else None


def _at(cell: str, on: datetime | None, day_leads: bool) -> datetime | None:
    clock = ONLY_CLOCK.match(cell.strip())
    if clock is None:
        return moment(cell, day_leads=day_leads)
    day = on.date() if on is not None else date(2000, 1, 1)
    try:
        return datetime.combine(day, time(int(clock[1]), int(clock[2])))
    except ValueError:
        return None

"""What a log's cells say: durations in minutes, counts, dates. What cannot be read is None, never a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from roles.timewords import MONTHS, PART, hour_of

MISSING = {"", "-", "--", "n/a", "na", "nan", "null", "none", "/", "无", "—"}
NUMBER = re.compile(r"^[+-]?\d[\d  '']*(?:[.,]\d+)*$")
CLOCK = re.compile(r"^(\d{1,3}):([0-5]\d)(?::([0-5]\d))?$")
SPOKEN = re.compile(
    r"^(?:(?P<d>\d+(?:[.,]\d+)?)\s*(?:d|days?|天))?\s*(?:(?P<h>\d+(?:[.,]\d+)?)\s*(?:h|hr|hrs|hours?|小时|时))?"
    r"\s*(?:(?P<m>\d+(?:[.,]\d+)?)\s*(?:m|min|mins|minutes?|'|分钟?))?\s*(?:(?P<s>\d+(?:[.,]\d+)?)\s*(?:s|sec|seconds?|秒))?$",
    re.IGNORECASE,
)
WRITTEN = re.compile(
    r"(\d{1,4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,4})日?"
    r"(?:[T\s]+(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?)?"
)
ONLY_CLOCK = re.compile(r"^(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?$")
MONTH_NUMBERS = {name: i for i, name in enumerate(MONTHS, start=1)}
NAMED = re.compile(
    r"^(?:[A-Za-z]{3,9}\.?,?\s+)?(?:(\d{1,2})[\s.-]+([A-Za-z]{3})[a-z]*|([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}))"
    r"[\s.,-]+(\d{4}|\d{2}(?!:))(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
HALF_EN = re.compile(r"(?<=\d)\s*([ap]\.?\s?m)\.?(?![A-Za-z])", re.IGNORECASE)  # 11:50 PM, 9:05 a.m.
HALF_ZH = re.compile(rf"\s*({PART})\s*(?=\d{{1,2}}[:：])")  # 下午2:30


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
    text, half = _halved(cell)
    named = NAMED.match(text)
    if named is not None and (month := MONTH_NUMBERS.get((named[2] or named[3]).lower())) is not None:
        return _made((int(named[5]), month, int(named[1] or named[4])), named.groups()[5:8], half)
    found = WRITTEN.match(text)
    if found is None:
        return None
    first, second, third = int(found[1]), int(found[2]), int(found[3])
    if len(found[1]) == 4:
        return _made((first, second, third), found.groups()[3:6], half)
    day, month = (first, second) if day_leads else (second, first)
    return _made((third, month, day), found.groups()[3:6], half)


def _halved(cell: str) -> tuple[str, str]:
    """A cell without the word for the part of the day, and that word ("pm", 下午), "" where there is none."""
    text = cell.strip()
    for pattern, gap in ((HALF_EN, ""), (HALF_ZH, " ")):
        found = pattern.search(text)
        if found is not None:
            return (text[: found.start()] + gap + text[found.end() :]).strip(), found[1]
    return text, ""


def _clock(clock: Sequence[str | None], part: str) -> time:
    """Hour, minute and second as written, in the part of the day that stands beside them. Raises ValueError."""
    hour, minute, second = (int(each or 0) for each in clock)
    return time(hour_of(hour, part), minute, second)


def _made(day: tuple[int, int, int], clock: Sequence[str | None], half: str) -> datetime | None:
    year, month, of_month = day
    try:
        return datetime.combine(date(year + 2000 if year < 100 else year, month, of_month), _clock(clock, half))
    except ValueError:
        return None


def between(start: str, end: str, on: datetime | None, *, day_leads: bool = True) -> float | None:
    """Minutes from a start cell to an end cell; clocks alone belong to the day `on`, an end before its start to the
    next day."""
    first, last = _at(start, on, day_leads), _at(end, on, day_leads)
    if first is None or last is None:
        return None
    if last < first and _only_clock(end):
        last += timedelta(days=1)
    return (last - first).total_seconds() / 60 if last >= first else None


def clocked(cell: str, on: datetime | None, *, day_leads: bool = True) -> datetime | None:
    """The moment of a cell with a time of day, a clock alone on the day `on`; None without a time or a day."""
    if _only_clock(cell):
        return _at(cell, on, day_leads) if on is not None else None
    return moment(cell, day_leads=day_leads) if re.search(r"\d[:：]\d", cell) else None


def _at(cell: str, on: datetime | None, day_leads: bool) -> datetime | None:
    clock = _only_clock(cell)
    if clock is None:
        return moment(cell, day_leads=day_leads)
    day = on.date() if on is not None else date(2000, 1, 1)
    try:
        return datetime.combine(day, _clock(clock.groups(), _halved(cell)[1]))
    except ValueError:
        return None


def _only_clock(cell: str) -> re.Match[str] | None:
    """A cell that is a time of day and nothing else."""
    return ONLY_CLOCK.match(_halved(cell)[0])

"""Calendar dates: days since 1970, month names, and which of day and month comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from detectors.types import BoolArray, IntArray
from roles.timewords import MONTHS

NO_DAY = np.iinfo(np.int64).min
YEARS = (1900, 2199)
PIVOT = 70  # two digits: 70..99 are the 1900s, as in POSIX strptime up to a year
OTHER_MONTHS = {"mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12, "fév": 2, "avr": 4, "aoû": 8, "déc": 12}
OTHER_MONTHS |= {"juin": 6, "juil": 7, "ene": 1, "abr": 4, "ago": 8, "dic": 12}

FIELDS: dict[str, tuple[str, str, str]] = {"dmy": ("c", "b", "a"), "mdy": ("c", "a", "b"), "ymd": ("a", "b", "c")}


@dataclass(frozen=True)
class DateOrder:
    """How dates like 03/05/24 were read: `name` dmy, mdy or ymd; `how` it was decided.

    "values": a number above 12 proves it; "moves": the day moves faster than the month; "convention": nothing in the
    file decides, so the separator does (the slash is American, the dot and the dash are European).
    """

    name: Literal["dmy", "mdy", "ymd"]
    how: Literal["values", "moves", "convention"]

    @property
    def fields(self) -> tuple[str, str, str]:
        """Which of the three written numbers a, b, c is year, month, day."""
        return FIELDS[self.name]


def choose_order(a: IntArray, b: IntArray, c: IntArray, separator: str) -> DateOrder:
    """Decide by the whole column: `a`, `b`, `c` are the three numbers of each date as written."""
    fits = {
        "dmy": _share(between(a, 31) & between(b, 12)),
        "mdy": _share(between(a, 12) & between(b, 31)),
        "ymd": _share(between(c, 31) & between(b, 12)) if len(c) and c.max() < 100 else 0.0,
    }
    if fits["ymd"] > max(fits["dmy"], fits["mdy"]):
        return DateOrder("ymd", "values")
    if fits["ymd"] == fits["dmy"] and _moves(c) > _moves(a):  # 24/03/05, 24/03/06: the last number is the day
        return DateOrder("ymd", "moves")
    if fits["dmy"] != fits["mdy"]:
        return DateOrder("dmy" if fits["dmy"] > fits["mdy"] else "mdy", "values")
    if _moves(a) != _moves(b):
        return DateOrder("dmy" if _moves(a) > _moves(b) else "mdy", "moves")
    return DateOrder("mdy" if separator == "/" else "dmy", "convention")


def between(number: IntArray, high: int) -> BoolArray:
    """True where 1 <= number <= high."""
    return (number >= 1) & (number <= high)


def _share(mask: BoolArray) -> float:
    return float(mask.mean()) if len(mask) else 0.0


def _moves(number: IntArray) -> int:
    return int(np.count_nonzero(np.diff(number)))


def days_since_epoch(year: IntArray, month: IntArray, day: IntArray) -> IntArray:
    """Days since 1970-01-01 (n,); NO_DAY where there is no such date. Years below 100 have two digits."""
    year = np.where(year < 100, year + np.where(year < PIVOT, 2000, 1900), year)
    good = between(month, 12) & between(day, 31) & (year >= YEARS[0]) & (year <= YEARS[1])
    months = np.where(good, (year - 1970) * 12 + month - 1, 0)
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    good &= day <= following - first
    return np.where(good, first + day - 1, NO_DAY)


def month_number(name: str) -> int:
    """1..12 for the name of a month or its first letters (English, German, French, Spanish), else 0."""
    word = name.lower()
    for length in (4, 3):
        if word[:length] in OTHER_MONTHS:
            return OTHER_MONTHS[word[:length]]
    return MONTHS.index(word[:3]) + 1 if word[:3] in MONTHS else 0

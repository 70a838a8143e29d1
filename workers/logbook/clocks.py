"""Hours of the day that a question names: "between 02:00 and 03:00", "after 22:00", 凌晨2点到3点."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

import pandas as pd

AT = (
    r"(?:(?P<{0}part>凌晨|早上|上午|中午|下午|晚上|夜里|半夜)?(?P<{0}hour>[01]?\d|2[0-4])"
    r"(?:[:：](?P<{0}minute>[0-5]\d)|\s*[点时](?P<{0}half>半)?)(?!\d)|(?P<{0}spoken>1[0-2]|0?[1-9])\s*(?P<{0}m>[ap]m)\b)"
)
SPAN = re.compile(
    rf"(?:\b(?:between|from)\s+|从|在)?{AT.format('a')}\s*(?:and|to|until|till|-|–|~|到|至|和)\s*{AT.format('b')}(?:之间)?",
    re.IGNORECASE | re.ASCII,
)
FROM = re.compile(
    rf"\b(?:after|since|from)\s+{AT.format('a')}|{AT.format('b')}\s*(?:以后|之后|起|后)", re.IGNORECASE | re.ASCII
)
TO = re.compile(
    rf"\b(?:before|until|till|up to)\s+{AT.format('a')}|{AT.format('b')}\s*(?:以前|之前|前)", re.IGNORECASE | re.ASCII
)
LATE = ("下午", "晚上")


@dataclass(frozen=True)
class Clock:
    """From `first` up to `last`, over midnight where that is the earlier one."""

    first: time
    last: time

    def holds(self, moments: pd.Series) -> pd.Series:
        """Which moments are in it; none without a time."""
        at = moments.dt.hour * 60 + moments.dt.minute
        first, last = (60 * each.hour + each.minute for each in (self.first, self.last))
        inside = (at >= first) & (at <= last) if first <= last else (at >= first) | (at <= last)
        return inside & moments.notna()


def clock_of(text: str) -> tuple[Clock | None, str]:
    """The hours that a text names, and the text without them."""
    for pattern, made in (
        (SPAN, lambda m: Clock(_time(m, "a"), _time(m, "b"))),
        (FROM, lambda m: Clock(_time(m, "a" if _has(m, "a") else "b"), time(23, 59))),
        (TO, lambda m: Clock(time(0, 0), _time(m, "a" if _has(m, "a") else "b"))),
    ):
        match = pattern.search(text)
        if match is not None:
            return made(match), text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return None, text


def _has(match: re.Match[str], which: str) -> bool:
    return match[f"{which}hour"] is not None or match[f"{which}spoken"] is not None


def _time(match: re.Match[str], which: str) -> time:
    spoken = match[f"{which}spoken"]
    if spoken is not None:
        return time(int(spoken) % 12 + (12 if match[f"{which}m"].lower() == "pm" else 0))
    hour, minute = int(match[f"{which}hour"]), int(match[f"{which}minute"] or 0)
    if match[f"{which}part"] in LATE and hour < 12:
        hour += 12
    return time(hour % 24, 30 if match[f"{which}half"] else minute)

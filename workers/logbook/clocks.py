"""Hours of the day that a question names: "between 02:00 and 03:00", "after 22:00", 凌晨2点到3点."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

import pandas as pd

from roles.numerals import number_of
from roles.timewords import HOUR_ZH, MINUTE_ZH, PART, beside, hour_of, minutes_past

HALF = r"[ap]\.?m\b\.?"
AT = (
    rf"(?:(?P<{{0}}part>{PART})?\s?(?:(?P<{{0}}hour>(?<!\d)(?:[01]?\d|2[0-4]))"
    rf"(?:[:：](?P<{{0}}minute>[0-5]\d)(?:\s*(?P<{{0}}m>{HALF}))?"
    rf"|\s*(?P<{{0}}o>[点时])(?!间|段|候)(?P<{{0}}past>{MINUTE_ZH})?)(?!\d)"
    rf"|(?P<{{0}}zh>{HOUR_ZH})[点时](?!间|段|候)(?P<{{0}}zhpast>{MINUTE_ZH})?)"
    rf"|(?P<{{0}}spoken>1[0-2]|0?[1-9])\s*(?P<{{0}}half>{HALF}))"
)
BARE = r"(?:(?P<ahour>1[0-2]|0?[1-9])(?::(?P<aminute>[0-5]\d))?)"  # the "2" of "between 2 and 4 pm"
TO = r"\s*(?:and|to|until|till|-|–|~|到|至|和)\s*"
SPAN = re.compile(
    rf"(?:\b(?:between|from)\s+|从|在)?{AT.format('a')}{TO}{AT.format('b')}(?:之间)?", re.IGNORECASE | re.ASCII
)
HALVED = re.compile(
    rf"(?:\b(?:between|from)\s+|(?<![\w.:/-])){BARE}{TO}(?P<bspoken>1[0-2]|0?[1-9])(?::(?P<bminute>[0-5]\d))?"
    rf"\s*(?P<bhalf>{HALF})",
    re.IGNORECASE | re.ASCII,
)
OPENED = re.compile(  # "from 2 pm to 4"
    rf"\b(?:between|from)\s+(?P<aspoken>1[0-2]|0?[1-9])(?::(?P<aminute>[0-5]\d))?\s*(?P<ahalf>{HALF}){TO}"
    r"(?P<bhour>1[0-2]|0?[1-9])(?!\d|[:.]\d|\s*(?:h|hours?|mins?|minutes?)\b)",
    re.IGNORECASE | re.ASCII,
)
ONWARDS = re.compile(
    rf"\b(?:after|since|from)\s+{AT.format('a')}|{AT.format('b')}\s*(?:以后|之后|起|后)", re.IGNORECASE | re.ASCII
)
UP_TO = re.compile(
    rf"\b(?:before|until|till|up to)\s+{AT.format('a')}|{AT.format('b')}\s*(?:以前|之前|前)", re.IGNORECASE | re.ASCII
)


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
        (SPAN, _span),
        (HALVED, _span),
        (OPENED, _span),
        (ONWARDS, lambda m: Clock(_time(m, "a" if _has(m, "a") else "b")[0], time(23, 59))),
        (UP_TO, lambda m: Clock(time(0, 0), _time(m, "a" if _has(m, "a") else "b")[0])),
    ):
        match = pattern.search(text)
        if match is not None:
            return made(match), text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return None, text


def _span(match: re.Match[str]) -> Clock:
    """From one time to another; what is said of the half or the part of the day beside one of them holds for both."""
    (first, part), (last, other) = _time(match, "a"), _time(match, "b")
    if part and not other:
        return Clock(first, beside(last, first))
    if other and not part and other.isascii():  # "2 to 4 pm"
        return Clock(beside(first, last, after=False), last)
    return Clock(first, last)


def _has(match: re.Match[str], which: str) -> bool:
    return any(match[f"{which}{form}"] is not None for form in ("hour", "zh", "spoken"))


def _time(match: re.Match[str], which: str) -> tuple[time, str]:
    """A time of day and the word for its part of the day, "" where there is none."""
    said = {name.removeprefix(which): value or "" for name, value in match.groupdict().items() if name[0] == which}
    part = next((said[name] for name in ("part", "m", "half") if said.get(name)), "")
    hour = hour_of(number_of(next(said[name] for name in ("hour", "zh", "spoken") if said.get(name))) or 0, part)
    past = next((said[name] for name in ("minute", "past", "zhpast") if said.get(name)), "")
    return time(hour % 24, minutes_past(past)), part

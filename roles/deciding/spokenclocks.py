"""Times of day in words ("twenty past six", "half past two", 六点二十一分, 3点半) as a clock shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from roles.numerals import ENGLISH, number_of
from roles.timewords import CLOCK_ZH, hour_of, minutes_past

HOURS = "|".join(sorted((w for w, n in ENGLISH.items() if n <= 12), key=len, reverse=True))
HOUR = rf"(?P<hour>{HOURS}|1[0-2]|0?[1-9])"
MINUTES = {"five": 5, "ten": 10, "quarter": 15, "twenty": 20, "twenty-five": 25, "half": 30}
PAST = re.compile(
    rf"\b(?:a )?(?P<minutes>twenty-five|quarter|twenty|five|half|ten)(?: minutes)? (?P<side>past|to) {HOUR}\b(?![:.\d])"
    rf"|\b{HOUR.replace('hour', 'whole')} o'?clock\b"
    rf"|(?<=\bjust before )(?P<near>{HOURS})\b|(?<=\bshortly before )(?P<soon>{HOURS})\b"
    rf"|(?<=\bjust after )(?P<past>{HOURS})\b|(?<=\bshortly after )(?P<late>{HOURS})\b",
    re.IGNORECASE,
)
EXACT_ZH = re.compile(r"整|钟|左右|前后|起|许|多|开始|之?前|之?后")
DAY, HALF, NEAR = 24 * 60, 12 * 60, 30  # minutes


def as_shown(text: str, known: Iterable[str]) -> str:
    """`text` with its spoken times as HH:MM; without a part of the day, the half that is near one of `known`."""
    times = [int(m[1]) * 60 + int(m[2]) for clock in known for m in re.finditer(r"(\d{1,2}):(\d{2})", clock)]
    return CLOCK_ZH.sub(lambda m: _chinese(m, text, times), PAST.sub(lambda m: _english(m, times), text))


def _english(found: re.Match[str], times: list[int]) -> str:
    if found["minutes"] is None:
        word = next(found[key] for key in ("whole", "near", "soon", "past", "late") if found[key])
        return _shown((number_of(word) or 0) * 60, times)
    minutes = MINUTES[found["minutes"].lower()]
    hour = (number_of(found["hour"].lower()) or 0) * 60
    return _shown(hour + minutes if found["side"].lower() == "past" else hour - minutes, times)


def _chinese(found: re.Match[str], text: str, times: list[int]) -> str:
    past, part = found["past"], found["part"]
    if found["minute"] is not None or (past is None and part is None and not EXACT_ZH.match(text[found.end() :])):
        return found[0]  # a clock already; 两点 may be two points
    hour = hour_of(number_of(found["digits"] or found["zh"]) or 0, part or "")
    minute = hour * 60 + minutes_past(past or "")
    return _shown(minute, times if part is None else [minute])


def _shown(minute: int, times: list[int]) -> str:
    halves = [minute % DAY, (minute + HALF) % DAY]
    near = next((half for half in halves if any(abs(half - t) <= NEAR for t in times)), halves[0])
    return f"{near // 60:02d}:{near % 60:02d}"

"""Durations said in two parts, as one: "an hour and a half" is 1.5 hours, "1小时30分" 90 minutes."""

from __future__ import annotations

import re

from roles.numerals import ENGLISH, IN_ENGLISH

_UNITS = r"(?P<unit>hour|minute|day|week|month)"
# "hour and a half", "2 hours and a half"; "one and a half hours"
_AND_HALF = re.compile(rf"\b(?:(?P<count>\d{{1,4}}|an?|{IN_ENGLISH}) )?{_UNITS}s? and (?:a )?half\b")
_HALF_OF = re.compile(rf"\b(?P<count>\d{{1,4}}|an?|{IN_ENGLISH}) and (?:a )?half {_UNITS}s?\b")
_AND = r"\s?(?:,\s?|and\s)?"
_TWO = (
    (rf"(?P<a>\d{{1,3}})\s?(?:h|hrs?|hours?){_AND}(?P<b>\d{{1,2}})\s?(?:m|mins?|minutes?)(?![a-z/])", " minutes"),
    (rf"(?P<a>\d{{1,3}})\s?(?:m|mins?|minutes?){_AND}(?P<b>\d{{1,2}})\s?(?:s|secs?|seconds?)(?![a-z/])", " seconds"),
    (r"(?P<a>\d{1,3})\s?个?(?:小时|钟头)零?\s?(?P<b>\d{1,2})\s?分钟?", "分钟"),
    (r"(?P<a>\d{1,3})\s?分钟?零?\s?(?P<b>\d{1,2})\s?秒钟?", "秒"),
)
_PARTS = [(re.compile(rf"(?<![\w.:])(?<!\bat ){pattern}", re.ASCII), unit) for pattern, unit in _TWO]


def added(text: str) -> str:
    """`text`, in lower case, with every duration of two parts as one number of one unit."""
    text = _HALF_OF.sub(_halved, _AND_HALF.sub(_halved, text))
    for pattern, unit in _PARTS:
        text = pattern.sub(lambda m, unit=unit: f"{60 * int(m['a']) + int(m['b'])}{unit}", text)  # type: ignore[misc]
    return text


def _halved(match: re.Match[str]) -> str:
    count = match["count"] or "1"
    whole = int(count) if count.isdecimal() else ENGLISH.get(count, 1)
    return f"{whole}.5 {match['unit']}s"

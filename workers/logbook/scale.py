"""The unit of a column of durations, as its heading names it: "Duration (h)", "停机时间(分钟)"."""

from __future__ import annotations

import re

BRACKETS = re.compile(r"[(（\[【]\s*(?:in\s+|单位[:：]?\s*)?([^)）\]】]*?)[\s.]*[)）\]】]", re.IGNORECASE)
PER = re.compile(  # what minutes are counted per, not what they are counted in
    r"\b(?:per|each|every|pro|je)\s+(?:\d+\s*)?[a-z]+|[/／]\s*(?:[a-z]+|小时|[天日班周月])|每\s*个?(?:小时|分钟|[天日班周月年次台])",
    re.IGNORECASE | re.ASCII,
)
BEHIND_SLASH = re.compile(
    r"[/／]\s*(h|hrs?|s|小时|秒)\s*$", re.IGNORECASE
)  # as physicists write a quantity: 停机时间/h
UNITS = (  # minutes in one; as a whole in brackets, and as a word of a heading
    (1.0, r"min(?:ute)?s?|minuten?|分钟?", r"\b(?:mins?|minutes?|minuten?)\b|分钟"),
    (60.0, r"h|hrs?|hours?|std|stunden?|小时|时", r"(?<![\d.])(?<!\d )\b(?:h|hrs?|hours?|std|stunden?)\b|(?<!\d)小时"),
    (1 / 60, r"s|secs?|seconds?|sekunden?|秒", r"(?<!['’])\b(?:s|secs?|seconds?|sekunden?)\b|秒"),
    (1440.0, r"d|days?|tage?|天", r"\b(?:d|days|tage)\b|(?<![白每当今昨明前后夏冬雨晴])天(?=数|\s|$)"),
)
WHOLE = tuple((size, re.compile(whole, re.IGNORECASE | re.ASCII)) for size, whole, _ in UNITS)
WORDS = tuple((size, re.compile(word, re.IGNORECASE | re.ASCII)) for size, _, word in UNITS)


def scale_of(heading: str) -> float:
    """Minutes in one unit of a heading; 1 when it names none. The unit in brackets counts first, and one that something
    is counted per ("per day", 每天) is none.

    >>> scale_of("Duration (h)"), scale_of("Downtime per day (min)"), scale_of("白天停机时间(分钟)")
    (60.0, 1.0, 1.0)
    """
    heading = heading.replace("_", " ").strip()
    inside = [PER.sub("", text).strip() for text in BRACKETS.findall(heading)]
    outside = PER.sub(" ", BRACKETS.sub(" ", heading))
    named = _last(outside)
    whole = [(text, size) for text in inside for size, unit in WHOLE if unit.fullmatch(text)]
    if whole and not (named and whole[0][0].lower() in ("day", "tag")):  # "Minutes (day)" are those of the day shift
        return whole[0][1]
    slashed = BEHIND_SLASH.search(heading)
    behind = next((size for size, unit in WHOLE if slashed and unit.fullmatch(slashed[1])), None)
    return named or next((size for text in inside if (size := _last(text))), None) or behind or 1.0


def _last(text: str) -> float | None:
    """The unit that a text names last."""
    found = [(match.start(), size) for size, word in WORDS for match in word.finditer(text)]
    return max(found)[1] if found else None

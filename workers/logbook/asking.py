"""What is asked of a log: which causes, how many, first-time quality, by what, for which days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from workers.logbook.values import moment

CAUSES = re.compile(
    r"\b(?:down ?time|stoppages?|stops?|standstill|lost time|outages?|causes?|reasons?|pareto|breakdowns?|failures?)\b"
    r"|停机|停产|停浇|原因|帕累托|柏拉图|故障",
    re.IGNORECASE,
)
QUALITY = re.compile(
    r"\b(?:first[- ]?(?:time|pass)|ftq|fpy|rty|yield|quality|rework(?:ed)?|scrap(?:ped)?|good (?:pieces|parts))\b"
    r"|一次合格|一次交验|一次通过|合格率|质量|返修|返工|报废|废品",
    re.IGNORECASE,
)
ONLY_LOGS = re.compile(
    r"\bdown ?time\b|\bstoppages?\b|\bpareto\b|first[- ](?:time|pass)|\bftq\b|\bfpy\b"
    r"|停机(?:原因|时间)|停产|一次合格|帕累托",
    re.IGNORECASE,
)
TOP = re.compile(r"\b(?:top|first|biggest|worst|main)\s*-?(\d{1,2})\b|\b(\d{1,2})\s+(?:biggest|main|top|worst)\b"
                 r"|(?:前|头)\s*(\d{1,2}|[一二三四五六七八九十])"
                 r"|\btop\s+(three|five|ten)\b", re.IGNORECASE)  # fmt: skip
SPOKEN = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
          "three": 3, "five": 5, "ten": 10}  # fmt: skip
BY = {
    "line": r"(?:by|per|each|for each|every)\s+(?:line|strand|caster)|(?:按|各|每)(?:条|个)?(?:产线|生产线|流|铸机|线)",
    "shift": r"(?:by|per|each|for each|every)\s+(?:shift|crew|team)|(?:按|各|每)(?:个)?(?:班次|班组|班)",
    "product": r"(?:by|per|each|for each|every)\s+(?:product|grade|steel)"
    r"|(?:按|各|每)(?:个|种)?(?:产品|钢种|牌号|规格)",
    "asset": r"(?:by|per|each|for each|every)\s+(?:asset|machine|equipment|unit)|(?:按|各|每)(?:台|个)?(?:设备|机台)",
}  # fmt: skip
DAY = r"\d{4}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}日?"
SPAN = re.compile(rf"({DAY})\s*(?:to|until|till|-|–|~|至|到)\s*({DAY})")
SINCE = re.compile(rf"(?:since|from|after|自|从)\s*({DAY})")
ON = re.compile(rf"({DAY})")
LAST = re.compile(r"\b(?:last|past)\s+(\d{1,3})\s+days?\b|(?:最近|近|过去)\s*(\d{1,3})\s*天", re.IGNORECASE)
RELATIVE = {
    "yesterday": r"\byesterday\b|昨天|昨日", "today": r"\btoday\b|今天|今日",
    "last_week": r"\b(?:last|previous|past) week\b|上周|上星期", "this_week": r"\bthis week\b|本周|这周",
    "last_month": r"\b(?:last|previous|past) month\b|上个?月", "this_month": r"\bthis month\b|本月|这个?月",
}  # fmt: skip
USUAL, MOST = 3, 20


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both in it. `relative`: the words meant the end of the log, not the calendar."""

    first: date
    last: date
    relative: bool = False


@dataclass(frozen=True)
class Wish:
    """What is asked. `causes`, `quality`: which of the two, both when nothing is said. `top` causes; `by` a column."""

    causes: bool
    quality: bool
    top: int = USUAL
    by: str | None = None


def wish(text: str) -> Wish:
    """What a question asks of a log."""
    causes, quality = bool(CAUSES.search(text)), bool(QUALITY.search(text))
    by = next((role for role, words in BY.items() if re.search(words, text, re.IGNORECASE)), None)
    if not causes and not quality:
        causes = quality = True
    return Wish(causes, quality, _top(text), by)


def is_about_logs(text: str) -> bool:
    """Does a question ask what only a log can tell?"""
    return bool(ONLY_LOGS.search(text))


def _top(text: str) -> int:
    found = TOP.search(text)
    said = next((group for group in found.groups() if group), "") if found else ""
    count = SPOKEN.get(said.lower(), int(said) if said.isdigit() else USUAL)
    return max(1, min(count, MOST))


def period(text: str, first: date, last: date, today: date) -> Period | None:
    """The days that a question names; None for the whole log (from `first` to `last`). Words such as "last week" mean
    the calendar's where the log reaches there, else the days before the log's end."""
    span = SPAN.search(text)
    if span is not None:
        days = [found.date() for group in span.groups() if (found := moment(group)) is not None]
        return Period(min(days), max(days)) if len(days) == 2 else None
    since = SINCE.search(text)
    if since is not None and (found := moment(since[1])) is not None:
        return Period(found.date(), last)
    on = ON.search(text)
    if on is not None and (found := moment(on[1])) is not None:
        return Period(found.date(), found.date())
    ago = LAST.search(text)
    if ago is not None:
        return Period(last - timedelta(days=int(ago[1] or ago[2]) - 1), last, relative=True)
    word = next((name for name, words in RELATIVE.items() if re.search(words, text, re.IGNORECASE)), None)
    if word is None:
        return None
    meant = _calendar(word, today)
    if meant.first <= last and meant.last >= first:
        return meant
    meant = {"yesterday": Period(last, last), "today": Period(last, last)}.get(word, _calendar_end(word, last))
    return Period(meant.first, meant.last, relative=True)


def _calendar(word: str, today: date) -> Period:
    """The calendar's yesterday, week (Monday to Sunday) or month, seen from `today`."""
    monday, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    return {
        "yesterday": Period(today - timedelta(days=1), today - timedelta(days=1)),
        "today": Period(today, today),
        "last_week": Period(monday - timedelta(days=7), monday - timedelta(days=1)),
        "this_week": Period(monday, today),
        "last_month": Period(before, month - timedelta(days=1)),
        "this_month": Period(month, today),
    }[word]


def _calendar_end(word: str, last: date) -> Period:
    """The seven or thirty days to the end of the log."""
    days = 7 if word.endswith("week") else 30
    return Period(last - timedelta(days=days - 1), last)

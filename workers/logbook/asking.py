"""What is asked of a log: which causes, how many, first-time quality, by what, for which days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from workers.logbook.values import moment

CAUSES = re.compile(
    r"\b(?:down ?time|stoppages?|stops?|standstill|lost time|outages?|causes?|reasons?|pareto|breakdowns?|failures?)\b"
    r"|\bmtbf\b|\bmttr\b|停机|停产|停浇|原因|帕累托|柏拉图|故障",
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
GROUP = {  # what rows can be put together by, as people call it
    "line": (r"lines?|strands?|casters?", r"(?:条|个)?(?:产线|生产线|流|铸机|线)"),
    "shift": (r"shifts?|crews?|teams?", r"(?:个)?(?:班次|班组|班)"),
    "product": (r"products?|grades?", r"(?:个|种)?(?:产品|钢种|牌号|规格)"),
    "asset": (r"assets?|machines?|equipment|units?", r"(?:台|个)?(?:设备|机台)"),
    "weekday": (r"weekdays?|days? of the week", r"(?:个)?(?:星期几|周几)"),
    "day": (r"days?|dates?", r"(?:一)?(?:天|日)"),
}
MOST_WORDS = r"worst|best|most|highest|lowest|longest|shortest|least|fewest|bad|weakest"
BEST = re.compile(r"\b(?:best|lowest|shortest|least|fewest)\b|最好|最少|最低|最短", re.IGNORECASE)
COMPARES = re.compile(
    r"\b(?:compare[ds]?|comparison|versus|vs\.?|against)\b|对比|比较|相比|跟.{1,8}比|和.{1,8}比", re.IGNORECASE
)
TREND = re.compile(
    r"\b(?:getting (?:worse|better|more|less)|worsening|improv(?:e|es|ed|ing)|deteriorat\w+|trend(?:s|ing)?"
    r"|over time)\b"
    r"|越来越|趋势|变差|恶化|好转|改善|变好|变多|变少",
    re.IGNORECASE,
)  # fmt: skip
RELIABILITY = re.compile(
    r"\b(?:mtbf|mttr|mean time (?:between|to)|time between (?:stops|failures))\b"
    r"|平均(?:故障|停机|无故障)?(?:间隔|修复|维修|恢复)",
    re.IGNORECASE,
)  # fmt: skip
BY_COUNT = re.compile(
    r"\bby (?:the )?(?:number|count|frequency)\b|\bmost (?:often|frequent(?:ly)?|common)\b|\bhow often\b|\bmost stops\b"
    r"|按(?:停机)?次数|次数(?:最多|排)|最频繁|最常|频次",
    re.IGNORECASE,
)  # fmt: skip
HOW_MANY = re.compile(r"\bhow many (?!minutes|hours)|\bnumber of\b|\bcount of\b|多少次|几次|次数", re.IGNORECASE)
CAUSES_PLAINLY = re.compile(r"\b(?:causes?|reasons?|pareto)\b|原因|帕累托|柏拉图", re.IGNORECASE)
OTHER_WORDS = re.compile(  # of a question to a log that asks for nothing else
    r"\b(?:logs?|both|together|files?|summar\w+|overview|statistics|count(?:ed|s)?|analy[sz]\w*|charts?|plots?|draw|graphs?|show"
    r"|list|table|lost|minutes|hours|total|sum|how (?:much|long)|why|how come|report|result|jams?|trips?|stops?)\b"
    r"|日志|记录|统计|汇总|分析|图|合计|总共|多少|多久|多长|为什么|为何|一起|两份|损失|报告|表",
    re.IGNORECASE,
)  # fmt: skip
WEEKDAYS = (  # Monday first
    r"\bmon(?:day)?s?\b|(?:星期|周|礼拜)一", r"\btue(?:s(?:day)?)?s?\b|(?:星期|周|礼拜)二",
    r"\bwed(?:nesday)?s?\b|(?:星期|周|礼拜)三", r"\bthu(?:rs(?:day)?)?s?\b|(?:星期|周|礼拜)四",
    r"\bfri(?:day)?s?\b|(?:星期|周|礼拜)五", r"\bsaturdays?\b|(?:星期|周|礼拜)六",
    r"\bsundays?\b|(?:星期|周|礼拜)[日天]",
)  # fmt: skip
BY = {
    "line": r"(?:by|per|each|for each|every)\s+(?:line|strand|caster)|(?:按|各|每)(?:条|个)?(?:产线|生产线|流|铸机|线)",
    "shift": r"(?:by|per|each|for each|every)\s+(?:shift|crew|team)|(?:按|各|每)(?:个)?(?:班次|班组|班)",
    "product": r"(?:by|per|each|for each|every)\s+(?:product|grade|steel)"
    r"|(?:按|各|每)(?:个|种)?(?:产品|钢种|牌号|规格)",
    "asset": r"(?:by|per|each|for each|every)\s+(?:asset|machine|equipment|unit)|(?:按|各|每)(?:台|个)?(?:设备|机台)",
    "weekday": r"(?:by|per|each|for each|every)\s+weekday|(?:按|各|每个?)(?:星期几|周几)",
    "day": r"(?:by|per|each|for each|every|a)\s+day\b|\bdaily\b|day by day|(?:按|各|每|逐)(?:一)?[天日]",
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
    """What is asked. `causes`, `quality`: which of the two, both when nothing is said. `top` causes; `by` a column.

    `count`: ranked by the number of stops, not by minutes. `form`: "worst" (which group; `best`: which is the best),
    "compare" (groups that are named), "trend" (better or worse by the day), "reliability" (MTBF, MTTR), "how_many"
    stops; None for the causes. `plainly`: the causes are asked for by that word.
    """

    causes: bool
    quality: bool
    top: int = USUAL
    by: str | None = None
    count: bool = False
    form: str | None = None
    best: bool = False
    plainly: bool = False


def wish(text: str) -> Wish:
    """What a question asks of a log."""
    causes, quality = bool(CAUSES.search(text)), bool(QUALITY.search(text))
    by = next((role for role, words in BY.items() if re.search(words, text, re.IGNORECASE)), None)
    if not causes and not quality:
        causes = quality = True
    worst, form = _worst(text), None
    if RELIABILITY.search(text):
        form = "reliability"
    elif TREND.search(text):
        form = "trend"
    elif worst:
        form, by = "worst", worst
    elif COMPARES.search(text):
        form = "compare"
    elif HOW_MANY.search(text) and not BY_COUNT.search(text):
        form = "how_many"
    return Wish(
        causes, quality, _top(text), by, count=BY_COUNT.search(text) is not None, form=form,
        best=BEST.search(text) is not None, plainly=CAUSES_PLAINLY.search(text) is not None,
    )  # fmt: skip


def _worst(text: str) -> str | None:
    """Of which groups the worst or best is asked for: "which line is worst?", "哪个班次停机最多"."""
    for role, (english, chinese) in GROUP.items():
        asked = rf"\b(?:which|what)\s+(?:\w+\s+){{0,2}}?(?:{english})\b.{{0,60}}\b(?:{MOST_WORDS})\b"
        named = rf"\b(?:worst|best)\s+(?:{english})\b|\b(?:which|what)\s+(?:{english})\s+(?:lost|stopped)\b"
        spoken = rf"哪(?:一)?{chinese}.{{0,16}}(?:最|差|多|少|严重|长|高|低)|(?:最差|最好|停机最[多长])的?{chinese}"
        if re.search(f"{asked}|{named}|{spoken}", text, re.IGNORECASE):
            return role
    return None


def understood(text: str) -> bool:
    """Does a question hold any word by which a log is asked?"""
    asked = wish(text)
    patterns = (CAUSES, QUALITY, TOP, OTHER_WORDS, SPAN, SINCE, ON, LAST, BY_COUNT)
    words = any(pattern.search(text) for pattern in patterns)
    relative = any(re.search(pattern, text, re.IGNORECASE) for pattern in RELATIVE.values())
    return not text.strip() or words or relative or asked.by is not None or asked.form is not None


def weekdays(text: str) -> list[int]:
    """The days of the week that a text names, 0 for Monday."""
    return [day for day, words in enumerate(WEEKDAYS) if re.search(words, text, re.IGNORECASE)]


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

"""What is asked of a log: which causes, how many, first-time quality, by what, which stop (`times`: for which days)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from workers.logbook.calendar import FLAGS, NUMERAL, SPOKEN, WEEKDAY_RANGE, number_of, weekday_of

CAUSES = re.compile(
    r"\b(?:down ?time|stoppages?|stops?|standstill|lost time|outages?|causes?|reasons?|pareto|breakdowns?|failures?)\b"
    r"|\bmtbf\b|\bmttr\b|\bavailability\b|停机|停产|停浇|原因|帕累托|柏拉图|故障|无故障|可用率|可动率|开动率",
    FLAGS,
)
QUALITY = re.compile(
    r"\b(?:first[- ]?(?:time|pass)|ftq|fpy|rty|yield|quality|rework(?:ed)?|scrap(?:ped)?|good (?:pieces|parts))\b"
    r"|一次合格|一次交验|一次通过|合格率|质量|返修|返工|报废|废品",
    FLAGS,
)
ONLY_LOGS = re.compile(
    r"\bdown ?time\b|\bstoppages?\b|\bpareto\b|first[- ](?:time|pass)|\bftq\b|\bfpy\b"
    r"|停机(?:原因|时间)|停产|一次合格|帕累托",
    FLAGS,
)
TOP = re.compile(r"\b(?:top|first|biggest|worst|main)\s*-?(\d{1,2})\b|\b(\d{1,2})\s+(?:biggest|main|top|worst)\b"
                 rf"|(?:前|头)\s*(\d{{1,2}}|{NUMERAL})(?!\d|[一二三四五六七八九十]|\s*个?(?:天|日|周|星期|礼拜|月|年|小时|分钟))"
                 rf"|\btop\s+({SPOKEN})\b", FLAGS)  # fmt: skip
GROUP = {  # what rows can be put together by, as people call it
    "line": (r"lines?|strands?|casters?", r"(?:条|个)?(?:产线|生产线|流|铸机|线)"),
    "shift": (r"shifts?|crews?|teams?", r"(?:个)?(?:班次|班组|班)"),
    "product": (r"products?|grades?", r"(?:个|种)?(?:产品|钢种|牌号|规格)"),
    "asset": (r"assets?|machines?|equipment|units?", r"(?:台|个)?(?:设备|机台|机器)|台"),
    "person": (r"persons?|people|fitters?|technicians?|mechanics?", r"(?:个|位)?(?:人|师傅|维修工|检修人)"),
    "weekday": (r"weekdays?|days? of the week", r"(?:个)?(?:星期几|周几)"),
    "day": (r"days?|dates?", r"(?:一)?(?:天|日)"),
    "week": (r"weeks?", r"(?:个|一)?(?:周|星期)(?!几)"),
    "month": (r"months?", r"(?:个)?月(?:份)?"),
    "quarter": (r"quarters?", r"(?:个)?季度"),
    "year": (r"years?", r"(?:一)?年(?:份)?"),
}
MOST_WORDS = r"worst|best|most|highest|lowest|longest|shortest|least|fewest|bad|weakest"
MOST_ZH = r"最(?:[多少长短高低差大好]|严重|频繁|厉害)"
WHO_MOST = re.compile(
    rf"\b(?:who|whose)\b.{{0,40}}\b(?:{MOST_WORDS})\b|(?:{MOST_ZH})(?:的|次数)?(?:是|为)?谁|谁.{{0,10}}{MOST_ZH}", FLAGS
)
ANOTHER_NOUN = r"原因|故障现象|一次|哪次"  # the most of these is no group's
REPAIRS = re.compile(r"\b(?:repair|fix|mend|work)\w*\b|修|处理|检修", FLAGS)
BEST = re.compile(r"\b(?:best|lowest|shortest|least|fewest)\b|最好|最少|最低|最短", FLAGS)
COMPARES = re.compile(
    r"\b(?:compare[ds]?|comparison|versus|vs\.?|against)(?!\w)|对比|比较|相比|跟.{1,8}比|和.{1,8}比", FLAGS
)
TREND = re.compile(
    r"\b(?:gett?in(?:g|'|)\s+(?:\w+\s+)?(?:worse|better|more|less)|gets? (?:worse|better)|worse than|worsening"
    r"|improv(?:e|es|ed|ing)|deteriorat\w+|trend(?:s|ing)?|over time)\b"
    r"|越来越|趋势|变差|恶化|好转|改善|变好|变多|变少",
    FLAGS,
)  # fmt: skip
RELIABILITY = re.compile(
    r"\b(?:mtbf|mttr|mean time (?:between|to)|time between (?:stops|failures)|average (?:repair|stop) (?:time|duration)"
    r"|how long (?:is|was|does) (?:a|an|the) (?:average|typical|mean) (?:stop|repair))\b"
    r"|平均(?:故障|停机|无故障)?(?:间隔|修复|维修|恢复)|平均无故障|平均(?:每次)?(?:停机|维修|修理|修复)(?:时间|时长|多)"
    r"|平均(?:多久|多长时间|几天|多少天)|(?:多久|多长时间|几天)坏一次",
    FLAGS,
)  # fmt: skip
AVAILABILITY = re.compile(r"\bavailabilit(?:y|ies)\b|\bup ?time\b|可用率|可用度|可动率|开动率|运转率|开机率", FLAGS)
LONGEST = re.compile(
    r"\b(?:longest|biggest|worst)\s+(?:single\s+|individual\s+|ever\s+)?(?:down ?time event|event"
    r"|stop(?:page)?s?|outages?|breakdowns?"
    r"|standstills?|failures?)\b(?! (?:causes?|reasons?))|\b(?:which|what) (?:single )?(?:stop(?:page)?|outage"
    r"|breakdown) (?:was|is|lasted) (?:the )?"
    r"(?:longest|worst)|\blongest single\b"
    r"|最长的?(?:那|哪|的)?(?:一次|哪次|一回|停机(?:记录)?$)|(?:哪|那)一?次.{0,8}最长|单次(?:停机)?(?:时间)?最长|最长(?:的)?(?:一次|单次)?停机(?:是|有|多|记录)",
    FLAGS,
)  # fmt: skip
NEWEST = re.compile(
    r"\blast (?:time|stops?|stopped|failures?|failed|breakdown|outage|fail|broke)\b|\bwhen did\b.{1,60}\blast\b"
    r"|\bmost recent\b"
    r"|\blatest (?:stop|failure|breakdown|outage)\b|\bwhen was (?:the|its) last\b"
    r"|最近(?:的)?一次|上(?:一)?次|上一?回|最后一次|最近(?:是)?什么时候|最近一回",
    FLAGS,
)  # fmt: skip
SIDES = {  # an amount of time, its groups named by where it stands
    side: rf"(?P<{side}n>\d{{1,7}}(?:\.\d{{1,4}})?|{NUMERAL}|半|half an|an?|one|two|three|four|five)\s*"
    rf"(?P<{side}unit>min(?:ute)?s?|h(?:ou)?rs?|h|days?|个?小时|个?钟头|分钟?|天)"
    for side in "ab"
}
OVER = re.compile(
    rf"(?:\b(?:over|more than|longer than|above|exceeding|exceeded|at least)|>=?|≥|超过|大于|多于|长于|高于"
    rf"|不低于|至少)\s*{SIDES['a']}(?![a-z])"
    rf"|{SIDES['b']}(?:的?以上|及以上|\s+(?:or more|or longer|and more)\b|\+)",
    FLAGS,
)  # fmt: skip
UNDER = re.compile(
    rf"(?:\b(?:under|less than|shorter than|below|at most|up to)|<=?|≤|少于|小于|短于|低于|不到|不超过"
    rf"|至多)\s*{SIDES['a']}(?![a-z])"
    rf"|{SIDES['b']}(?:的?以下|以内|之内|\s+or (?:less|shorter)\b)",
    FLAGS,
)  # fmt: skip
STRICT = re.compile(
    r"over|more|longer|above|exceed|under|less|shorter|below|[<>](?!=)|超过|[大多长高小少短低]于|不到", FLAGS
)
LISTS = re.compile(r"\b(?:list|which|what|show)\b|哪些|哪几|列出|列一下|有哪|明细|清单", FLAGS)
BY_COUNT = re.compile(
    r"\bby (?:the )?(?:number|count|frequency)\b|\bmost (?:often|frequent(?:ly)?|common)\b|\bhow often\b"
    r"|\b(?:most|fewest) (?:stops|failures|breakdowns|stoppages|times)\b|按(?:停机)?次数|次数(?:最|排)|最频繁"
    r"|最常|频次",
    FLAGS,
)  # fmt: skip
HOW_MANY = re.compile(
    r"\bhow many (?!minutes|hours)|\bnumber of\b|\bcount of\b|多少次|几次|多少回|几回|次数|\bhow often\b", FLAGS
)
HOW_MUCH = re.compile(
    r"\bhow (?:many (?:minutes|hours|days)|much|long)\b|多少(?:分钟|小时|时间|天)|多久|多长|总时间|总时长|总计"
    r"|合计|一共",
    FLAGS,
)
BY_RANK = re.compile(
    r"\bby (?:the )?(?:number|count|frequency)\b|\bmost (?:often|frequent(?:ly)?|common)\b|按(?:停机)?次数|次数排",
    FLAGS,
)
CAUSES_PLAINLY = re.compile(r"\b(?:causes?|reasons?|pareto)\b|原因|帕累托|柏拉图", FLAGS)
OTHER_WORDS = re.compile(  # of a question to a log that asks for nothing else
    r"\b(?:logs?|both|together|files?|summar\w+|overview|statistics|count(?:ed|s)?|analy[sz]\w*|charts?|plots?|draw|graphs?|show"
    r"|list|table|alarms?|machines?|repairs?|first|last|average|busiest|lost|minutes|hours|total|sum"
    r"|how (?:much|long)|why|how come|report|result|jams?|trips?|stops?)\b"
    r"|日志|记录|统计|汇总|分析|图|合计|总共|多少|多久|多长|为什么|为何|一起|两份|损失|报告|表",
    FLAGS,
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
    "asset": r"(?:by|per|each|for each|every)\s+(?:asset|machine|equipment|unit)|(?:按|各|每)(?:台|个)?(?:设备"
    r"|机台|机器)",
    "person": r"(?:by|per|each|for each|every)\s+(?:person|fitter|technician|mechanic)|(?:按|各|每)(?:个"
    r"|位)?(?:人员?|维修人|检修人|维修工)",
    "weekday": r"(?:by|per|each|for each|every)\s+weekday|(?:按|各|每个?)(?:星期几|周几)",
    "day": r"(?:by|per|each|for each|every|a)\s+day\b|\bdaily\b|day by day|(?:按|各|每|逐)(?:一)?[天日]",
    "week": r"(?:by|per|each|for each|every|a)\s+week\b|\bweekly\b|week by week|(?:按|各|每|逐)(?:个|一)?(?:周"
    r"|星期)(?!几)",
    "month": r"(?:by|per|each|for each|every|a)\s+month\b|\bmonthly\b|month by month|(?:按|各|每|逐)(?:个)?月",
    "quarter": r"(?:by|per|each|for each|every)\s+quarter\b|\bquarterly\b|(?:按|各|每|逐)(?:个)?季度?",
    "year": r"(?:by|per|each|for each|every|a)\s+year\b|\b(?:yearly|annually)\b|(?:按|各|每|逐)年",
}  # fmt: skip
USUAL, MOST = 3, 20


@dataclass(frozen=True)
class Limit:
    """Minutes; `strict`: more (or less) than these, else these are in it."""

    minutes: float
    strict: bool


@dataclass(frozen=True)
class Wish:
    """What is asked. `causes`, `quality`: which of the two, both when nothing is said. `top` causes; `by` a column.

    `count`: ranked by the number of stops, not by minutes. `form`: "worst" (which group; `best`: which is the best),
    "compare" (groups or periods that are named), "trend" (better or worse), "reliability" (MTBF, MTTR), "availability",
    "longest" and "newest" (single stops), "list" (single stops, of a length), "how_many" stops; None for the causes.
    `plainly`: the causes are asked for by that word. `over`, `under`: minutes that a stop has at least, at most.
    """

    causes: bool
    quality: bool
    top: int = USUAL
    by: str | None = None
    count: bool = False
    form: str | None = None
    best: bool = False
    plainly: bool = False
    over: Limit | None = None
    under: Limit | None = None
    topped: bool = False


def wish(text: str) -> Wish:
    """What a question asks of a log."""
    causes, quality = bool(CAUSES.search(text)), bool(QUALITY.search(text))
    by = next((role for role, words in BY.items() if re.search(words, text, FLAGS)), None)
    if not causes and not quality:
        causes = quality = True
    worst = None if by is not None else _worst(text)
    over, under = _limit(OVER, text), _limit(UNDER, text)
    form = _form(text, worst, limited=over is not None or under is not None)
    return Wish(
        causes, quality, _top(text), worst if form == "worst" else by, count=BY_COUNT.search(text) is not None,
        form=form, best=BEST.search(text) is not None, plainly=CAUSES_PLAINLY.search(text) is not None, over=over,
        under=under, topped=TOP.search(text) is not None,
    )  # fmt: skip


def _form(text: str, worst: str | None, *, limited: bool) -> str | None:
    """Which kind of answer; the more special one first."""
    how_many = HOW_MANY.search(text) is not None and not re.search(MOST_ZH, text) and not BY_RANK.search(text)
    asked = (
        ("availability", AVAILABILITY.search(text)), ("reliability", RELIABILITY.search(text)),
        ("newest", NEWEST.search(text)), ("longest", LONGEST.search(text)), ("trend", TREND.search(text)),
        ("worst", worst), ("compare", COMPARES.search(text)), ("how_many", how_many),
        ("list", limited and not CAUSES_PLAINLY.search(text) and (LISTS.search(text) or not HOW_MUCH.search(text))),
    )  # fmt: skip
    return next((name for name, found in asked if found), None)


@cache
def _most_of(role: str) -> re.Pattern[str]:
    """How the worst or the best of a role's groups is asked for."""
    english, chinese = GROUP[role]
    noun = rf"(?:{english})\b(?!\s*(?:no\.?|#)?\s*\d)"
    some = r"(?:[一二两三四五六七八九十]|\d{1,2})?"
    ways = (
        rf"\b(?:which|what)\s+(?:\w+\s+){{0,2}}?{noun}.{{0,60}}\b(?:{MOST_WORDS})\b",
        rf"\b(?:{MOST_WORDS})(?:\s+(?:stopped|affected))?\s+{noun}",
        rf"\b(?:which|what)\s+(?:{english})\s+(?:lost|stopped)\b",
        rf"\b{noun}\s+(?:with|that|which|who)\b.{{0,40}}\b(?:{MOST_WORDS})\b",
        rf"\b(?:{MOST_WORDS})\b.{{0,40}}\b(?:which|what)\s+{noun}",
        rf"哪(?:一)?(?:{chinese}).{{0,16}}(?:{MOST_ZH}|差|严重)",
        rf"(?:{MOST_ZH})的?(?:是哪)?{some}(?:{chinese})(?!份?停机)",
        rf"{MOST_ZH}.{{0,8}}(?:哪|什么)一?(?:{chinese})",
        rf"(?:{chinese}).{{0,6}}(?:排名|排行|排序)",
    )
    return re.compile("|".join(ways), FLAGS)


def _worst(text: str) -> str | None:
    """Of which groups the worst or best is asked for, in any order of the words: "which line is worst?", "the machine
    with the longest downtime", "停机最多的是哪台设备"; "who", "谁" is a machine, or who mends it."""
    found = next((role for role in GROUP if _most_of(role).search(text)), None)
    if found is None and WHO_MOST.search(text) and not re.search(ANOTHER_NOUN, text):
        return "person" if REPAIRS.search(text) else "asset"
    return found


def _limit(pattern: re.Pattern[str], text: str) -> Limit | None:
    """The minutes of "over 3 h", "3小时以上"."""
    match = pattern.search(text)
    if match is None:
        return None
    said, unit = (next(match[f"{side}{what}"] for side in "ab" if match[f"{side}{what}"]) for what in ("n", "unit"))
    amount = 0.5 if said in ("半", "half an") else 1.0 if said.lower() == "an" else None
    if amount is None:
        amount = float(said) if said[0].isdigit() else float(number_of(said))
    unit = unit.removeprefix("个").lower()
    size = 60.0 if unit[0] in "h小钟" else 1440.0 if unit[0] in "d天" else 1.0
    return Limit(amount * size, STRICT.match(match[0]) is not None)


def understood(text: str) -> bool:
    """Does a question hold any word by which a log is asked?"""
    asked = wish(text)
    words = any(pattern.search(text) for pattern in (CAUSES, QUALITY, TOP, OTHER_WORDS, BY_COUNT))
    return not text.strip() or words or asked.by is not None or asked.form is not None


def weekdays(text: str) -> list[int]:
    """The days of the week that a text names, one by one or from one to another, 0 for Monday."""
    found = {day for day, words in enumerate(WEEKDAYS) if re.search(words, text, FLAGS)}
    compared = COMPARES.search(text) is not None
    for match in WEEKDAY_RANGE.finditer(text):
        if compared and re.match(r"(?!from)[a-z]+\s+to\b", match[0], FLAGS):
            continue  # "compare Monday to Wednesday"
        first, last = (weekday_of(value) for value in match.groups() if value)
        found |= {(first + i) % 7 for i in range((last - first) % 7 + 1)}
    return sorted(found | ({5, 6} if re.search(r"\bweekends?\b|周末", text, FLAGS) else set()))


def is_about_logs(text: str) -> bool:
    """Does a question ask what only a log can tell?"""
    return bool(ONLY_LOGS.search(text))


def _top(text: str) -> int:
    found = TOP.search(text)
    said = next((group for group in found.groups() if group), "") if found else ""
    return max(1, min(number_of(said) or USUAL, MOST))

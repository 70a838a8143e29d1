"""Numbers in a request: limits ("S8 > 45 A"), time steps, horizons, rows that are normal. None is ever invented."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from roles.numerals import EXPONENT, FIGURE, value_of
from roles.planning.when.times import COUNT, LONGEST_S, UNIT, WEEK, seconds
from roles.planning.words import either, methods, mixed, pattern, words

DURATION = re.compile(
    r"\d+(?:\.\d+)?[ -]?(?:s|secs?|seconds?|mins?|minutes?|hrs?|hours?|h|days?|weeks?|wks?|months?)\b"
    rf"|\d+(?:\.\d+)?\s*(?:秒|分钟|个?小时|天|{WEEK}|个月)"
    rf"|下(?:个?小时|{WEEK}|个月)",  # no lower roll
    re.ASCII,
)
# What a number counts that is no limit of a reading: spreads of the readings themselves, their quantiles, an order.
SPREADS = (
    r"(?:(?:robust|standard|个|倍|稳健)\s*){0,2}"
    r"(?:sigmas?\b|σ|标准差|standard deviations?\b|std(?:ev)?s?\b|mads?\b|iqrs?\b|西格玛)"
)
RANKS = r"(?:st|nd|rd|th)\b|percentiles?\b|quantiles?\b|个?百?分位"
# "over 2 hours", "under 10 rows", "beyond 4 sigma", "above the 95th percentile", "above 2 of the 3" are no limits.
LASTING = r"s\b|sec|mins?\b|minutes?|h\b|hours?|hrs?|秒|分钟|个?小时"  # limits of what is itself a time
COUNTED = (
    r"days?|d\b|weeks?\b|wks?\b|months?\b|times\b|rows\b|points\b|天|周|个?星期|个?礼拜|个月|次(?!/)|行|点"
    rf"|of (?:the|its|our|these)\b|{SPREADS}|{RANKS}"
)
REST = rf"[\d.,]*(?:{EXPONENT})?\s*"  # of a number that is not read to its end
NUMBER = rf"(?P<number>{FIGURE})(?!{REST}(?:{LASTING}|{COUNTED}))"
NUMBER_OF_TIME = rf"(?P<number>{FIGURE})(?!{REST}(?:{COUNTED}))"
# "at least 3 plots" is no limit of a reading.
THINGS = (
    r"(?!\s*(?:(?:more|other|different) )?(?:plots?|charts?|graphs?|pictures?|sensors?|columns?|signals?|models?"
    r"|causes?|reasons?|examples?|events?|anomal(?:y|ies)|alarms?|samples?|readings?|values?|digits?|decimals?)\b"
    r"|\s*[个张条种台幅项名位人遍组])"
)
UNITS = {  # as they are said, in lower case -> as they are written; "°" are degrees of whatever a sensor has
    "a": "A", "amp": "A", "amps": "A", "ampere": "A", "amperes": "A", "安": "A", "安培": "A", "ka": "kA", "ma": "mA",
    "毫安": "mA", "千安": "kA", "bar": "bar", "mbar": "mbar", "巴": "bar", "pa": "Pa", "kpa": "kPa", "千帕": "kPa",
    "mpa": "MPa", "兆帕": "MPa", "hpa": "hPa", "psi": "psi", "kg/cm2": "kg/cm2", "mm": "mm", "毫米": "mm", "cm": "cm",
    "厘米": "cm", "m": "m", "米": "m", "um": "um", "μm": "um", "微米": "um", "m/min": "m/min", "米/分": "m/min",
    "米/分钟": "m/min", "m/s": "m/s", "米/秒": "m/s", "mm/s": "mm/s", "毫米/秒": "mm/s", "mm/min": "mm/min",
    "cm/s": "cm/s", "m/h": "m/h", "l/min": "L/min", "升/分": "L/min", "升/分钟": "L/min", "l/h": "L/h",
    "升/小时": "L/h",
    "l/s": "L/s", "升/秒": "L/s", "m3/h": "m3/h", "立方米/小时": "m3/h", "方/小时": "m3/h", "m3/min": "m3/min",
    "nm3/h": "Nm3/h", "°": "°", "deg": "°", "degrees": "°", "度": "°", "°c": "C", "c": "C", "celsius": "C",
    "deg c": "C", "degrees c": "C", "degrees celsius": "C", "摄氏度": "C", "°f": "F", "f": "F", "deg f": "F",
    "degrees f": "F", "fahrenheit": "F", "degrees fahrenheit": "F", "华氏度": "F", "k": "K", "kelvin": "K", "hz": "Hz",
    "赫": "Hz", "赫兹": "Hz", "khz": "kHz", "rpm": "rpm", "转": "rpm", "转/分": "rpm", "转/分钟": "rpm", "r/min": "rpm",
    "%": "%", "percent": "%", "‰": "‰", "ppm": "ppm", "v": "V", "伏": "V", "伏特": "V", "mv": "mV", "毫伏": "mV",
    "kv": "kV", "千伏": "kV", "w": "W", "瓦": "W", "kw": "kW", "千瓦": "kW", "mw": "MW", "兆瓦": "MW", "n": "N",
    "牛": "N",
    "kn": "kN", "千牛": "kN", "kg": "kg", "公斤": "kg", "千克": "kg", "t": "t", "吨": "t", "kg/h": "kg/h", "t/h": "t/h",
    "吨/小时": "t/h", "g": "g", "1/min": "1/min", "次/分": "1/min", "次/分钟": "1/min",
}  # fmt: skip
TIMES = {
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "秒": "s", "秒钟": "s", "ms": "ms", "毫秒": "ms",
    "min": "min", "mins": "min", "minute": "min", "minutes": "min", "分钟": "min", "h": "h", "hr": "h", "hrs": "h",
    "hour": "h", "hours": "h", "小时": "h", "个小时": "h",
}  # fmt: skip
UNITS |= TIMES
NAMED = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
MEASURE = rf"\s*(?P<measure>(?:{NAMED})(?![a-z/]|(?<=[a-z])\d))?"
HIGH = rf"(?P<high>{FIGURE})" + MEASURE.replace("measure", "measure2")
BAND = rf"{MEASURE}\s*(?:to|and|-|–|~|到|至|和)\s*{HIGH}"
HORIZON = [
    rf"(?:next|coming|following|upcoming)\s+{COUNT}?[ -]?{UNIT}(?![a-z])",
    rf"{COUNT}[ -]?{UNIT}(?: ahead| in advance| into the future| from now|内|之内|后的?)(?![a-z])",
    rf"(?:未来|接下来|今后|往后|后续|下|以后|之后)的?{COUNT}?\s*{UNIT}",
    rf"(?:forecast|predict|will)\b.{{0,40}}?\b(?:for|by|over|within|in|up to)\s+{COUNT}[ -]?{UNIT}(?![a-z])",
    rf"(?:forecast|predict|extrapolate) {COUNT}[ -]?{UNIT}(?![a-z])",
    rf"(?:预测|预报|外推).{{0,16}}?(?<!\d){COUNT}\s*{UNIT}",
]
STEP = [
    rf"{COUNT}[ -]?{UNIT}(?:[ -](?:step|grid|interval|average|mean|median|max|min)|级|间隔|步长|平均|均值|一个点)",
    rf"(?:sampl|aggregat)\w*\D{{0,40}}?\b(?:to|at|every|with|by|per|into|over)\s+{COUNT}?[ -]?{UNIT}(?![a-z])",
    rf"(?:采样|聚合|重采)\D{{0,6}}?{COUNT}\s*{UNIT}",
    rf"(?:per|every|each)\s+{COUNT}?[ -]?{UNIT}(?![a-z])",
    rf"[按以每]{COUNT}?\s*{UNIT}",
]
EVERY = [
    (re.compile(r"\bhourly\b|按小时|小时平均|小时均值"), 3600.0),
    (re.compile(r"\bdaily\b|按天|按日"), 86_400.0),
    (re.compile(r"\bweekly\b|按周(?!期)"), 604_800.0),
    (re.compile(r"\bmonthly\b|按月"), 2_592_000.0),
    (re.compile(r"\bminute(?:ly)?[- ](?:averages?|means?|medians?|values)|按分钟|分钟平均|分钟均值"), 60.0),
]
# "the first 800 rows are normal", "rows up to 800 are normal", "800行之前是正常的"
TRAIN = re.compile(
    r"(?:(?:first|前)\s*(?P<first>\d{1,9})\s*(?:rows?|lines?|行|个点)"
    r"|\b(?:rows?|lines?)\s+(?:up to|before|until|till|through)\s+(?P<rows>\d{1,9})\b"
    r"|\b(?:up to|before|until|till|through)\s+(?:rows?|lines?)\s+(?P<up>\d{1,9})\b"
    r"|\b(?:up to|before|until|till|through)\s+(?P<many>\d{1,9})\s+(?:rows|lines)\b"
    r"|(?:第\s*)?(?P<zh>\d{1,9})\s*行\s*(?:之前|以前|以内|为止|前)"
    r"|(?:直?到|至)\s*第?\s*(?P<until>\d{1,9})\s*行(?:为止)?)"
    r"[^.;。；]{0,40}?(?:(?<!ab)normal|reference|train|healthy|good|正常|没问题|基准|训练|参考)"
)
DENIED = re.compile(r"\b(?:not|never|no)\b|n't\b|不|非|异常|故障")
ASKED_BEHIND = re.compile(
    r"\s*(?:[?？]|吗|么|不(?=[?？。\s]|$)|or not\b|,? (?:right|correct|isn't it|aren't they)\s*\?)"
)
ASKED_BEFORE = re.compile(
    r"(?:\b(?:is|are|was|were|do|does|did|why|if|whether|check that|do you think|not|never|nor)\b|n't\b"
    r"|是否|是不是|为什么|为何|检查一?下?|不要|别|不能)[^,.;?!，。；？！]{0,12}$"
)


OPPOSITE = {"above": "below", "below": "above", "inside": "outside"}


@dataclass(frozen=True)
class Limit:
    """A limit as written: `values` for the subtask, `span` in the normalised text. "no more than 45" and "不超过45" are
    {"limit": 45.0, "side": "below", "or_equal": True} until meant.py says what is meant; so is "never outside 30-40",
    with "side": "inside"."""

    values: dict[str, Any]
    span: tuple[int, int]


@cache
def _sides(number: str) -> list[tuple[str, re.Pattern[str]]]:
    table = words()["limits"]
    sides = []
    for side in ("above", "below"):
        symbols = [e for e in table[side] if e[0] in "<>=≤≥"]
        spoken = mixed([e for e in table[side] if e not in symbols]).pattern
        filler = r"\s*(?:the |a |its )?(?:limit |threshold |value |alarm )?(?:of |at |to |为|了|到|限值|阈值)?\s*"
        sides.append((side, re.compile(rf"(?:{'|'.join(symbols)}|{spoken}){filler}{number}{MEASURE}", re.ASCII)))
    for side in ("above", "below"):
        named = mixed(table[f"named_{side}"]).pattern
        sides.append((side, re.compile(rf"(?:{named})\s*{number}{MEASURE}", re.ASCII)))
    for side in ("not_above", "not_below"):
        denied = mixed(table[side]).pattern
        sides.append((side, re.compile(rf"(?:{denied})\s*(?:of |to )?{number}{THINGS}{MEASURE}", re.ASCII)))
    outside, denied = mixed(table["outside"]).pattern, mixed(table["denied"]).pattern
    behind = rf"{number}{BAND}\s*(?:这个|的)?\s*(?:范围)?(?:之外|以外)"
    for side, before in (("outside", ""), ("not_outside", rf"(?:{denied})\s*")):
        sides.append((side, re.compile(rf"{before}(?:{outside})\s*{number}{BAND}", re.ASCII)))
        sides.append((side, re.compile(rf"{before}{behind}", re.ASCII)))
    return sides


def limits(text: str, *, of_time: bool = False) -> list[Limit]:
    """Every limit in normalised `text`, in order; `of_time`: a sensor of it is itself a time ("cycle time > 2 min")."""
    sides = _sides(NUMBER_OF_TIME if of_time else NUMBER)
    found = [_limit(side, match) for side, pattern in sides for match in pattern.finditer(text)]
    kept: list[Limit] = []
    for limit in sorted(found, key=lambda x: (x.span[0] - x.span[1], x.span[0])):
        if all(limit.span[1] <= other.span[0] or other.span[1] <= limit.span[0] for other in kept):
            kept.append(limit)
    return sorted(kept, key=lambda x: x.span)


TARGET = re.compile(
    rf"(?:\b(?:at|to|be|is|equals?|show|read)\b(?: (?:about|around|only|just))?|到|至|为|=)\s*{NUMBER}{MEASURE}",
    re.ASCII,
)


def target(text: str) -> Limit | None:
    """The reading that a question after a time names: "when will it be at 30 mm", "什么时候到60A". The data say from
    which side it is come to."""
    match = TARGET.search(text)
    if match is None:
        return None
    values = {"limit": value_of(match["number"]), "side": "toward"}
    if match["measure"]:
        values["unit"] = UNITS.get(match["measure"], match["measure"])
    return Limit(values, match.span())


COME_TO = re.compile(r"(?:reach(?:es|ed)?|hits?)\b|达到|到达")
BEYOND = re.compile(r"(?:pass|cross|exceed|beyond|超过|超出|越过)")


def ahead(text: str, limit: Limit) -> Limit:
    """A limit of a forecast: one that is hit or reached, and a negative one that is passed ("exceeds -55 kPa"), is
    come to from either side."""
    said, value = text[slice(*limit.span)], limit.values.get("limit")
    neutral = COME_TO.match(said) or (value is not None and value < 0 and BEYOND.match(said))
    return Limit(limit.values | {"side": "toward"}, limit.span) if neutral and value is not None else limit


def by_name(text: str) -> bool:
    """Does a text give a limit by its name ("limit 45", "上限50A"), not by what passes it ("above 45")?"""
    table = words()["limits"]
    return any(mixed(table[f"named_{side}"]).search(text) for side in ("above", "below"))


def _limit(side: str, match: re.Match[str]) -> Limit:
    values: dict[str, Any]
    if side.endswith("outside"):  # a band that is not left is kept to, with its ends
        values = {"low": value_of(match["number"]), "high": value_of(match["high"])}
        values |= {"side": "outside"} if side == "outside" else {"side": "inside", "or_equal": True}
        measure = match["measure2"] or match["measure"]
    elif side.startswith("not_"):
        values, measure = {"limit": value_of(match["number"])}, match["measure"]
        values |= {"side": OPPOSITE[side.removeprefix("not_")], "or_equal": True}
    else:
        values, measure = {"limit": value_of(match["number"]), "side": side}, match["measure"]
    if measure:
        values["unit"] = UNITS.get(measure, measure)
    return Limit(values, match.span())


def horizon(text: str) -> float | None:
    """How far ahead to look, s."""
    return _first(HORIZON, text)


def step(text: str) -> float | None:
    """The time step to resample to, s."""
    direct = _first(STEP[:3], text)
    return direct or next((s for pattern, s in EVERY if pattern.search(text)), None) or _first(STEP[3:], text)


def _first(entries: list[str], text: str) -> float | None:
    for entry in entries:
        if match := re.search(entry, text, re.ASCII):
            found = seconds(match["count"], match["unit"])
            return found if 0 < found <= LONGEST_S else None
    return None


def train_rows(text: str) -> int | None:
    """How many rows at the start the person calls normal; None where that is only asked, or denied."""
    match = TRAIN.search(text)
    while match is not None and not (is_said(text, match) and DENIED.search(match[0]) is None):
        match = TRAIN.search(text, match.start() + 1)
    return int(next(filter(None, match.groups()))) if match else None


def is_said(text: str, match: re.Match[str]) -> bool:
    """Is what `match` finds in `text` a statement or a wish: not "are the first 800 rows normal?", "前800行正常吗"?"""
    return not ASKED_BEHIND.match(text, match.end()) and not ASKED_BEFORE.search(text[: match.start()])


def how(text: str) -> list[str]:
    """Which statistics the person names: mean, median, max, min, std ("1 min" is a duration)."""
    text = DURATION.sub(" ", text)
    return [name for name, entries in words()["how"].items() if any(_meant(m) for m in mixed(entries).finditer(text))]


def _meant(match: re.Match[str]) -> bool:
    """Is a statistic wanted, not ruled out: "the maximum, not the mean"?"""
    before = match.string[max(0, match.start() - 30) : match.start()]
    return re.search(rf"(?:{pattern('sub', 'instead').pattern})\s*(?:the |an? |取|用|求|按)?\s*$", before) is None


@cache
def _wanted() -> re.Pattern[str]:
    english = [r"(?:use|using|with|run|try)(?: the| a)? (?P<en>[\w -]{2,40}?) (?:model|detector|algorithm)"]
    chinese = [
        r"(?:用|使用|采用|换成|试试)\s*(?P<zh>.{1,16}?)\s*(?:模型|算法|检测器)",
        r"用\s*(?P<any>[a-z][a-z0-9 _-]{1,30}?)\s*来?检测",
    ]
    return either(english, chinese)


def wanted(text: str) -> str | None:
    """The model that the person asks for by name, or asks what to set of."""
    if pattern("sub", "tune").search(text) and (tuned := re.search(rf"{methods('zh')}|\bpca\b", text)):
        return tuned[0]
    if method := pattern("sub", "method").search(text):
        return method["method_en"] or method["method_zh"]
    match = _wanted().search(text)
    name = (match["en"] or match["zh"] or match["any"]).strip() if match else ""
    unnamed = re.search(
        r"\b(?:best|right|suitable|good|which|what|my|our|own|trained|new)\b"
        r"|哪|什么|合适|最好|我|咱|自己|训练|新的", name
    )  # fmt: skip
    return name if name and not unnamed else None

"""Times in a request: clock times, days, "last hour", "凌晨2点到4点", resolved against the file's period.

A clock time means its occurrence inside the file; when there are several, the latest. Plant time is the zone of the
file's first reading; durations are real time, so a change to summer time costs nobody an hour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from roles.timewords import MONTH, MONTHS, PART, beside, hour_of

AROUND = timedelta(minutes=30)
NIGHT, NIGHT_ENDS = timedelta(hours=12), time(6)  # "last night": 18:00 to 06:00
FAR_YEARS = 200  # a date further away is a slip of the keys, and near the ends of the calendar
LONGEST_FILE_DAYS = 400  # a clock time is looked for in the last so many days
_MONTH = rf"(?:{MONTH})\b"
DATE = (
    r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?|\d{1,2}月\d{1,2}[日号]"
    r"|(?<![\d.:-])\d{1,2}-\d{1,2}(?=\s\d{1,2}:\d{2})"  # as times are told here: "03-03 12:00"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?"
    r"|(?:the )?day before yesterday|(?<!than )(?<!like )yesterday|today|前天|昨天|昨日|今天|今日"
    r"|昨(?=[晚夜][里上间]?(?:夜?班)?\s?\d)|今(?=[晚早夜]上?\s?\d))"
)
HALF = r"\s?(?:a\.?m\b\.?|p\.?m\b\.?)"
PART_OF_DAY = rf"(?:{PART}|[早晚夜])"
# "高于1550时": the number is a limit, and 时 says when it is passed.
NO_LIMIT = r"(?<![\d.])" + "".join(f"(?<!{word})" for word in ("高于", "大于", "低于", "小于", "超过", "达到", "等于"))
PLAIN = (
    rf"(?:{PART_OF_DAY}?\s?\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:{HALF})?(?!\d)"
    rf"|\d{{1,2}}(?:{HALF}|\s?o'?clock)"
    rf"|{PART_OF_DAY}?\s?{NO_LIMIT}(?:[01]?\d|2[0-4])(?:点钟?|时(?!间|段|候))(?:半|整|\d{{1,2}}分?|[一三]刻)?(?!左右的)"
    r"|noon|midnight|正午|午夜)"
)
LOOSE = rf"(?:{PLAIN}|(?<![\d.])\d{{4}}(?![\d.])|(?<![\d.:])\d{{1,2}}h?(?![\d.:]))"  # only between two connectors
DAY = r"(?:\s*(?:,|at|t|的|(?:night|day|early|late|morning) shift(?:,| at)?)?\s*)"
POINT = rf"(?:(?:on )?{DATE}{DAY}{PLAIN}|{PLAIN}(?: on)? {DATE}|{PLAIN}|{DATE})"
LOOSE_POINT = rf"(?:(?:on )?{DATE}{DAY}{LOOSE}|{LOOSE}|{DATE})"
TO = r"\s*(?:to|until|till|and|up to|through|-|–|—|~|到|至|和)\s*"
# A bare number is a clock time only when no unit follows ("between 2 and 4 bar" is a limit).
NO_UNIT = (
    r"(?!\d|\.\d|:\d|\s*(?:[%°分秒行个安度毫米天周星月]|(?!(?:and|on|in|at|for|then|please|to|of|with|o'clock|yesterday|today|plot"
    r"|show|draw|what|did|was|is|why)\b)[a-z]))"
)
# "周期" is a cycle and "周三" a day, no weeks; "3月" is March, "3个月" three months.
WEEK = r"(?:周(?![期围边一二三四五六日末])|个?(?:星期|礼拜)(?![一二三四五六日天]))"
UNIT = (
    r"(?P<unit>s|secs?|seconds?|秒钟?|mins?|minutes?|分钟?|m|hrs?|hours?|h|个?小时|个?钟头|days?|d|天|日"
    rf"|weeks?|wks?|{WEEK}|months?|个月)"
)
COUNT = r"(?P<count>(?<![\d.])\d+(?:\.\d+)?)"

RANGES = [
    (re.compile(pattern, re.ASCII), kind)
    for pattern, kind in (
        (rf"(?:between|from|在|从|自)\s*(?P<a>{LOOSE_POINT}){TO}(?P<b>{LOOSE_POINT}){NO_UNIT}", "range"),
        (rf"(?P<a>{POINT}){TO}(?P<b>{POINT}|{LOOSE_POINT}{NO_UNIT})", "range"),
        (rf"(?P<a>(?<![\d.:])\d{{1,2}}){TO}(?P<b>\d{{1,2}}{HALF})", "range"),
        (rf"(?:last|past|previous|final|recent|latest) {COUNT}?[ -]?{UNIT}(?![a-z])", "last"),
        (rf"(?:最近|过去|近|最后|刚才|刚刚)的?{COUNT}?\s*{UNIT}(?![a-z])", "last"),
        (rf"(?<![早晚])上(?P<count>1)?(?P<unit>{WEEK}|个月)", "last"),
        (rf"first {COUNT}?[ -]?{UNIT}(?![a-z])", "first"),
        (rf"(?:最初|最开始|开头|开始|头|前)的?{COUNT}\s*{UNIT}(?![a-z])", "first"),
        (r"yesterday(?:'s)? night(?: shift)?(?! at)|昨[天日]的?(?:晚?夜班|晚班|晚上|夜里|夜间|夜晚)(?!\s?\d)", "night"),
        (rf"(?:since|after|starting(?: at| from)?|from)\s+(?:about |around )?(?P<a>{POINT})", "since"),
        (rf"(?:自从?|从|打)\s*(?P<a>{POINT})\s*(?:起|开始|以来|以后|之后|后)?", "since"),
        (rf"(?P<a>{POINT})\s*(?:onwards?|以后|之后|以来|后|起|开始)", "since"),
        (rf"(?:before|until|till|up to|by)\s+(?P<b>{POINT})", "until"),
        (rf"(?:到|截至|直到)?\s*(?P<b>{POINT})\s*(?:之前|以前|为止|前)", "until"),
        (rf"(?:around|about|near|at)\s+(?P<a>{POINT})", "around"),
        (rf"(?P<a>{POINT})\s*(?:左右|前后|附近)?", "around"),
        (r"last night(?! shift)|昨晚|昨夜", "night"),
    )
]
CERTAIN = re.compile(POINT, re.ASCII)
SECONDS = {  # by the beginning of a unit, after "个"; a month is 30 days
    "mo": 2_592_000, "月": 2_592_000, "w": 604_800, "周": 604_800, "星": 604_800, "礼": 604_800,
    "d": 86_400, "天": 86_400, "日": 86_400, "h": 3600, "小": 3600, "钟": 3600, "m": 60, "分": 60, "s": 1, "秒": 1,
}  # fmt: skip
LONGEST_S = 100 * 365 * 86_400.0  # a longer duration is a slip of the keys


@dataclass(frozen=True)
class Period:
    """A period that the person named. None: open. `outside`: the file has no reading in it. `window`: both ends were
    named, and they are as far apart as those around a single time."""

    start: datetime | None = None
    end: datetime | None = None
    outside: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    window: bool = False

    def __bool__(self) -> bool:
        return self.start is not None or self.end is not None


def seconds(count: str | None, unit: str) -> float:
    """A duration in s: "10", "min" -> 600. No count means one."""
    unit = unit.removeprefix("个")
    return float(count or 1) * next(length for begin, length in SECONDS.items() if unit.startswith(begin))


def find(text: str, first: datetime | None, last: datetime | None) -> Period:
    """The first period named in normalised `text`, resolved against the file's first and last reading."""
    if first is None or last is None:
        return Period()
    for pattern, kind in RANGES:
        for match in pattern.finditer(text):
            found = _resolve(kind, match, first, last)
            if found is not None:
                found = _own_day(match[0], found, first, last)
                hour = kind != "around" and None not in found and found[1] - found[0] == 2 * AROUND  # type: ignore[operator]
                return Period(*found, _outside(*found, first, last), (match.span(),), hour)
    return Period()


def _own_day(said: str, found: Ends, first: datetime, last: datetime) -> Ends:
    """ "Yesterday", said of a file that has but one day, is that day, not the one before it."""
    begin, end = (None if moment is None else moment + timedelta(days=1) for moment in found)
    means = re.search("yesterday|昨[天日]", said) and _outside(*found, first, last)
    return (begin, end) if means and not _outside(begin, end, first, last) else found


def named(text: str) -> tuple[tuple[int, int], ...]:
    """Where `text` names times, without resolving them."""
    return tuple(m.span() for pattern, _ in RANGES for m in pattern.finditer(text))


Ends = tuple[datetime | None, datetime | None]


def _resolve(kind: str, match: re.Match[str], first: datetime, last: datetime) -> Ends | None:
    if kind in ("last", "first"):
        asked = seconds(match["count"], match["unit"])
        if not 0 < asked <= LONGEST_S:
            return None
        length = min(timedelta(seconds=asked), last - first + timedelta(days=365))  # more than the file is the file
        return (_plus(last, -length), last) if kind == "last" else (first, _plus(first, length))
    if kind == "night":
        end = _Point(NIGHT_ENDS, None).on(first, last.date())
        night = (_plus(end, -NIGHT), _plus(end, -timedelta(seconds=1)))  # a file of that night is meant as a whole
        return None if 2 * _overlap(*night, first, last) > (last - first).total_seconds() else night
    a = _Point.read(match["a"], last) if "a" in match.re.groupindex else None
    b = _Point.read(match["b"], last) if "b" in match.re.groupindex else None
    if kind == "range" and a is not None and b is not None:
        return _between(a, b, first, last)
    if kind == "range":  # one end is no time (25:99); the other counts only where it is surely one ("from 2 to 99")
        side = "b" if a is None else "a"
        if not CERTAIN.fullmatch(match[side].strip()):
            return None
        kind = "until" if a is None else "since"
    point = a or b
    if point is None:
        return None
    if point.clock is None:  # a whole day
        begin, after = point.on(first, point.day), point.on(first, (point.day or last.date()) + timedelta(days=1))
        return {"since": (begin, None), "until": (None, begin), "around": (begin, after)}[kind]
    moment = min(point.moments(first, last), key=lambda t: (_away(t, first, last), -t.timestamp()))
    around = (_plus(moment, -AROUND), _plus(moment, AROUND))
    return {"since": (moment, None), "until": (None, moment), "around": around}[kind]


@dataclass(frozen=True)
class _Point:
    """A point as written: a day, a clock time, or both. `part` is the part of the day it was said with."""

    clock: time | None
    day: date | None
    part: str = ""

    @classmethod
    def read(cls, text: str, last: datetime) -> _Point | None:
        """The point in `text`; None when it is no time (25:99)."""
        day_text = re.search(DATE, text)
        day = _day(day_text[0], last) if day_text else None
        if day_text and day is None:
            return None
        rest = text.replace(day_text[0], " ", 1) if day_text else text
        if not re.search(r"\d|noon|midnight|正午|午夜", rest):
            return cls(None, day)
        return cls._clock(rest, day)

    @classmethod
    def _clock(cls, text: str, day: date | None) -> _Point | None:
        numbers = [int(n) for n in re.findall(r"\d+", text)]
        if not numbers:
            return cls(time(12 if re.search("noon|正午", text) else 0), day)
        if len(numbers) == 1 and numbers[0] >= 100:
            numbers = [numbers[0] // 100, numbers[0] % 100]
        hour, minute = numbers[0], numbers[1] if len(numbers) > 1 else 0
        for word, minutes in (("半", 30), ("一刻", 15), ("三刻", 45)):
            minute = minutes if re.search(rf"[点时]钟?{word}", text) else minute
        part = re.search(rf"[ap]\.?m|{PART_OF_DAY}", text)
        hour = hour_of(hour, part[0]) if part else hour
        if hour == 24 and minute == 0:
            hour = 0
        return cls(time(hour, minute), day, part[0] if part else "") if hour <= 23 and minute <= 59 else None

    def near(self, other: _Point, *, after: bool) -> _Point:
        """The same point without its part of the day, said beside an `other` that has one ("下午2点到4点")."""
        if self.part or self.clock is None or other.clock is None or self.day not in (None, other.day):
            return self
        return _Point(beside(self.clock, other.clock, after=after), self.day)

    def on(self, like: datetime, day: date | None) -> datetime:
        """The point on `day` in the zone of `like`; a time that the clocks skip moves forward."""
        local = datetime.combine(day or like.date(), self.clock or time(0), tzinfo=like.tzinfo)
        return local.astimezone(UTC).astimezone(like.tzinfo)

    def moments(self, first: datetime, last: datetime) -> list[datetime]:
        """Every occurrence from the day before the file to the day after it."""
        if self.day is not None:
            return [self.on(first, self.day)]
        begin = max(first.date() - timedelta(days=1), last.date() - timedelta(days=LONGEST_FILE_DAYS))
        return [self.on(first, begin + timedelta(days=i)) for i in range((last.date() - begin).days + 2)]


def _between(a: _Point, b: _Point, first: datetime, last: datetime) -> Ends:
    """The stretch from a to b that lies most inside the file, the latest of equals; b follows a over midnight."""
    if a.part:
        b = b.near(a, after=True)
    elif b.part.isascii() and b.part:  # "2 to 4 pm"
        a = a.near(b, after=False)
    if a.clock is None and b.clock is None and b.day is not None:
        b = _Point(None, b.day + timedelta(days=1))
    stretches = []
    for begin in a.moments(first, last):
        ends = [b.on(first, b.day)] if b.day else [b.on(first, begin.date() + timedelta(days=i)) for i in (0, 1)]
        later = [end for end in ends if end > begin]
        if later:
            stretches.append((begin, later[0]))
    if not stretches:
        return (a.on(first, a.day or first.date()), None)
    return max(
        stretches, key=lambda s: (_overlap(s[0], s[1], first, last), -_away(s[0], first, last), s[0].timestamp())
    )


def _overlap(begin: datetime, end: datetime, first: datetime, last: datetime) -> float:
    return max(0.0, min(end, last).timestamp() - max(begin, first).timestamp())


def _away(moment: datetime, first: datetime, last: datetime) -> float:
    """How far outside the file a moment lies, s."""
    return max(0.0, first.timestamp() - moment.timestamp(), moment.timestamp() - last.timestamp())


def _outside(begin: datetime | None, end: datetime | None, first: datetime, last: datetime) -> bool:
    return (begin is not None and begin.timestamp() > last.timestamp()) or (
        end is not None and end.timestamp() < first.timestamp()
    )


def _plus(moment: datetime, length: timedelta) -> datetime:
    """Real time, not wall-clock time, even where the clocks change."""
    return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)


def _day(text: str, last: datetime) -> date | None:
    """A calendar day; without a year the year of the file's end."""
    back = {"today": 0, "今": 0, "yesterday": 1, "昨": 1, "day before yesterday": 2, "前": 2}
    for word, days in sorted(back.items(), key=lambda item: -len(item[0])):
        if word in text:
            return last.date() - timedelta(days=days)
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    month = next((i for i, m in enumerate(MONTHS, start=1) if re.search(rf"\b{m}", text)), None)
    if month is not None:
        numbers = [last.year, month, numbers[0]]
    elif len(numbers) == 2:
        numbers = [last.year, *numbers]
    try:
        day = date(*numbers)
    except ValueError:
        return None
    return day if abs(day.year - last.year) <= FAR_YEARS else None

"""Times in a request: clock times, days, "last hour", "凌晨2点到4点", resolved against the file's period.

A clock time means its occurrence inside the file; when there are several, the latest. Plant time is the zone of the
file's first reading; durations are real time, so a change to summer time costs nobody an hour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from roles.planning.when.points import DATE, DAY, HALF, LOOSE_POINT, PART_OF_DAY, POINT, Point, day_named
from roles.timewords import PART

AROUND = timedelta(minutes=30)
NIGHT, NIGHT_ENDS = timedelta(hours=12), time(6)  # "last night": 18:00 to 06:00
NEXT_DAY = r"(?:(?:on )?(?:the )?(?:next|following) (?:day|morning)|(?:次日|第二天|翌日|隔天)的?)"
TO = rf"\s*(?:to|until|till|and|up to|through|-|–|—|~|到|至|和)\s*(?:{NEXT_DAY}(?: at)?\s*)?"
# A bare number is a clock time only when no unit follows ("between 2 and 4 bar" is a limit).
NO_UNIT = (
    r"(?!\d|\.\d|:\d|\s*(?:[%°分秒行个安度毫米天周星月]|(?!(?:and|on|in|at|for|then|please|to|of|with|o'clock|yesterday|today|plot"
    r"|show|draw|what|did|was|is|why|this)\b)[a-z]))"
)
# "周期" is a cycle and "周三" a day, no weeks; "3月" is March, "3个月" three months.
WEEK = r"(?:周(?![期围边一二三四五六日末])|个?(?:星期|礼拜)(?![一二三四五六日天]))"
UNIT = (
    r"(?P<unit>s|secs?|seconds?|秒钟?|mins?|minutes?|分钟?|m|hrs?|hours?|h|个?小时|个?钟头|days?|d|天|日"
    rf"|weeks?|wks?|{WEEK}|months?|个月)"
)
COUNT = r"(?P<count>(?<![\d.])\d+(?:\.\d+)?)"

# Parts of the day as windows, from hour to hour. A day's "night" is that of `NIGHT`.
PART_WINDOWS = {
    "凌晨": (0, 6), "morning": (6, 12), "上午": (6, 12), "早上": (6, 12), "早晨": (6, 12), "早": (6, 12),
    "中午": (11, 13), "afternoon": (12, 18), "下午": (12, 18), "午后": (12, 18), "傍晚": (17, 20), "evening": (18, 24),
    "晚上": (18, 24),
}  # fmt: skip
PARTS = "|".join(sorted(PART_WINDOWS, key=len, reverse=True))
NO_HOUR = r"(?![\s,，从在]*(?:\d|from\b|between\b|at\b|since\b|after\b|before\b|until\b|[早晚夜]班|shift))"
# Said apart from hours on a dial of twelve, a part of the day is theirs: "yesterday afternoon between 2 and 4".
APART = re.compile(rf"(?<!good )(?<![a-z])(?:morning|afternoon|evening)(?![a-z])|{PART}")
RANGES = [
    (re.compile(pattern, re.ASCII), kind)
    for pattern, kind in (
        (rf"(?:between|from|在|从|自)\s*(?P<a>{LOOSE_POINT}){TO}(?P<b>{LOOSE_POINT}){NO_UNIT}", "range"),
        (rf"(?P<a>{POINT}){TO}(?P<b>{POINT}|{LOOSE_POINT}{NO_UNIT})", "range"),
        (rf"(?P<a>(?<![\d.:])\d{{1,2}}){TO}(?P<b>\d{{1,2}}{HALF})", "range"),
        (
            rf"(?P<a>(?:{DATE}{DAY})?(?:{PART_OF_DAY}\s?)?(?<![a-z\d.:_-])\d{{1,2}})\s*[-–—~到至]\s*"
            rf"(?P<b>{PART_OF_DAY}?\s?\d{{1,2}}点(?:钟|半|整|\d{{1,2}}分?)?)",
            "range",
        ),
        (rf"(?:last|past|previous|final|recent|latest) {COUNT}?[ -]?{UNIT}(?![a-z])", "last"),
        (rf"(?:最近|过去|近|最后|刚才|刚刚)的?{COUNT}?\s*{UNIT}(?![a-z])", "last"),
        (rf"(?<![早晚])上(?P<count>1)?(?P<unit>{WEEK}|个月)", "last"),
        (rf"first {COUNT}?[ -]?{UNIT}(?![a-z])", "first"),
        (rf"(?:最初|最开始|开头|开始|头|前)的?{COUNT}\s*{UNIT}(?![a-z])", "first"),
        (r"yesterday(?:'s)? night(?: shift)?(?! at)|昨[天日]的?(?:晚?夜班|晚班|晚上|夜里|夜间|夜晚)(?!\s?\d)", "night"),
        (
            rf"(?P<day>(?:on )?{DATE}|\bthis|今)(?:'s)?[\s的,]*(?:in the )?(?P<part>{PARTS}){NO_HOUR}"
            rf"|(?<!good )\b(?:in )?the (?P<part2>{PARTS}) of (?P<day2>{DATE})",
            "part",
        ),
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
CLOCKS = ("range", "since", "until", "around")  # kinds of a period that are named by points in time
# A day that something is only held against is not the day of the hours beside it.
HELD_AGAINST = re.compile(r"(?:\b(?:than|like|as|versus|vs\.?|against)(?: on)?|[比像跟]|[和与](?=昨|前))\s*$")
LONGEST_NEXT_DAY = 24  # characters behind a range that may say so
LONGEST_S = 100 * 365 * 86_400.0  # a longer duration is a slip of the keys


@dataclass(frozen=True)
class Period:
    """A period that the person named. None: open. `outside`: the file has no reading in it. `window`: both ends were
    named, and they are as far apart as those around a single time. `day` is the one that was named; `dayless`: hours
    were named and no day."""

    start: datetime | None = None
    end: datetime | None = None
    outside: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    window: bool = False
    day: date | None = None
    dayless: bool = False

    @property
    def around(self) -> bool:
        """Is a single time meant, with its surroundings?"""
        apart = self.end - self.start if self.start is not None and self.end is not None else None
        return apart == 2 * AROUND and not self.window

    def __bool__(self) -> bool:
        return self.start is not None or self.end is not None


def seconds(count: str | None, unit: str) -> float:
    """A duration in s: "10", "min" -> 600. No count means one."""
    unit = unit.removeprefix("个")
    return float(count or 1) * next(length for begin, length in SECONDS.items() if unit.startswith(begin))


def find(text: str, first: datetime | None, last: datetime | None, day: date | None = None) -> Period:
    """The first period named in normalised `text`, resolved against the file's first and last reading. Hours without a
    day are those of the one day that the text names apart from them, else of `day`."""
    if first is None or last is None:
        return Period()
    for pattern, kind in RANGES:
        for match in pattern.finditer(text):
            if (period := _period(kind, match, first, last, day)) is not None:
                return period
    return Period()


def _period(kind: str, match: re.Match[str], first: datetime, last: datetime, day: date | None) -> Period | None:
    """The period that a match of `kind` names; None where it names none."""
    text, spans = match.string, [match.span()]
    dayless = kind in CLOCKS and re.search(DATE, match[0], re.ASCII) is None
    if dayless and (apart := lone_day(text, match.span(), last)) is not None:
        day = apart[0]
        spans.append(apart[1])
    found = _resolve(kind, match, first, last, day if dayless else None)
    if found is None:
        return None
    start, end = found = _own_day(" ".join(text[slice(*span)] for span in spans), found, first, last)
    hour = kind != "around" and start is not None and end is not None and end - start == 2 * AROUND
    own = lone_day(match[0], (0, 0), last)
    named = day if dayless else own[0] if own is not None else None
    return Period(start, end, _outside(start, end, first, last), tuple(spans), hour, named, dayless and named is None)


def lone_day(text: str, hours: tuple[int, int], last: datetime) -> tuple[date, tuple[int, int]] | None:
    """The one day that `text` names outside of `hours`, and where; None for none or several. One that something is only
    held against ("than on 8 March", 比昨天) is none."""
    found = []
    for match in re.finditer(DATE, text, re.ASCII):
        apart = match.end() <= hours[0] or hours[1] <= match.start()
        if apart and not HELD_AGAINST.search(text[: match.start()]):
            found.append((day_named(match[0], last), match.span()))
    days = {day for day, _ in found}
    return (day, found[0][1]) if len(days) == 1 and (day := days.pop()) is not None else None


def _own_day(said: str, found: Ends, first: datetime, last: datetime) -> Ends:
    """ "Yesterday", said of a file that has but one day, is that day, not the one before it."""
    begin, end = (None if moment is None else moment + timedelta(days=1) for moment in found)
    means = re.search("yesterday|昨[天日]", said) and _outside(*found, first, last)
    return (begin, end) if means and not _outside(begin, end, first, last) else found


def named(text: str) -> tuple[tuple[int, int], ...]:
    """Where `text` names times, without resolving them."""
    return tuple(m.span() for pattern, _ in RANGES for m in pattern.finditer(text))


Ends = tuple[datetime | None, datetime | None]


def _resolve(kind: str, match: re.Match[str], first: datetime, last: datetime, day: date | None) -> Ends | None:
    """Both ends of what a pattern of this kind matched; `day` is that of its hours where it names none."""
    if kind in ("last", "first"):
        asked = seconds(match["count"], match["unit"])
        if not 0 < asked <= LONGEST_S:
            return None
        length = min(timedelta(seconds=asked), last - first + timedelta(days=365))  # more than the file is the file
        return (_plus(last, -length), last) if kind == "last" else (first, _plus(first, length))
    if kind == "part":
        return _part(match, first, last)
    if kind == "night":
        end = Point(NIGHT_ENDS, None).on(first, last.date())
        night = (_plus(end, -NIGHT), _plus(end, -timedelta(seconds=1)))  # a file of that night is meant as a whole
        return None if 2 * _overlap(*night, first, last) > (last - first).total_seconds() else night
    a, b = (Point.read(match[side], last) if side in match.re.groupindex else None for side in "ab")
    if not (a and a.part) and not (b and b.part) and (said := _part_apart(match)):
        a, b = (point and point.in_part(said) for point in (a, b))
    if kind == "range" and a is not None and b is not None:
        behind = match.string[match.start() : match.end() + LONGEST_NEXT_DAY]
        return _between(a.on_day(day), b, first, last, next_day=re.search(NEXT_DAY, behind) is not None)
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
    point = point.on_day(day)
    moment = min(point.moments(first, last), key=lambda t: (_away(t, first, last), -t.timestamp()))
    around = (_plus(moment, -AROUND), _plus(moment, AROUND))
    opens = closes = None
    if day is not None:
        opens, closes = (Point(None, d).on(first, d) for d in (day, day + timedelta(days=1)))
    return {"since": (moment, closes), "until": (opens, moment), "around": around}[kind]


def _part(match: re.Match[str], first: datetime, last: datetime) -> Ends | None:
    """A part of a day from end to end; "this morning" is of the file's last day."""
    said, part = match["day"] or match["day2"], match["part"] or match["part2"]
    day = last.date() if said.strip() in ("this", "今") else day_named(said, last)
    if day is None:
        return None
    begin, end = PART_WINDOWS[part]
    after = day + timedelta(days=end // 24)
    return Point(time(begin), day).on(first, day), Point(time(end % 24), after).on(first, after)


def _part_apart(match: re.Match[str]) -> str:
    """The one part of the day that the text names outside of a match; "" for none or several."""
    rest = f"{match.string[: match.start()]} {match.string[match.end() :]}"
    found = set(APART.findall(rest))
    return found.pop() if len(found) == 1 else ""


def _between(a: Point, b: Point, first: datetime, last: datetime, *, next_day: bool) -> Ends:
    """The stretch from a to b that lies most inside the file, the latest of equals; b follows a over midnight. A day
    that only b has ("14:00-16:00 on 9 March") is that of both, over midnight the one on which the stretch begins, or
    where the file has no such stretch, ends. `next_day`: b is on the day after a."""
    if a.part and not next_day:
        b = b.near(a, after=True)
    elif b.part.isascii() and b.part:  # "2 to 4 pm"
        a = a.near(b, after=False)
    if a.clock is None and b.clock is None and b.day is not None:
        b = Point(None, b.day + timedelta(days=1))
    if a.clock is not None and a.day is None and b.clock is not None and b.day is not None:
        over = next_day or a.clock >= b.clock
        begins = [a.on(first, b.day - timedelta(days=i)) for i in ((0, 1) if over else (0,))]
        b = replace(b, day=None)
    else:
        begins = a.moments(first, last)
    stretches = []
    for begin in begins:
        days = (1,) if next_day else (0, 1)
        ends = [b.on(first, b.day)] if b.day else [b.on(first, begin.date() + timedelta(days=i)) for i in days]
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

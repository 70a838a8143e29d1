"""Days that are named by their weekday ("on Monday", 周一) or written as a date of another form ("12.03.2025",
"20250312"): written as times.py reads them where the file tells which day is meant, else said to be unclear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from roles.planning.when.times import DATE
from roles.timewords import MONTHS

NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HAN = {sign: day for day, signs in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天")) for sign in signs}
MOST_DAYS = 800  # of a file that are looked through
ENGLISH = re.compile(
    rf"(?<![a-z])(?<!every )(?<!each )(?<!per )(?<!next )(?<!coming )(?:(?P<last>last|past|previous)|this)? ?"
    rf"(?<![a-z])(?P<day>{'|'.join(NAMES)})(?:'s)?(?![a-z])"
)
# "每周一" is every Monday, "一周三次" three times a week, "周1小时" (written so for 一) an hour of a week.
CHINESE = re.compile(
    r"(?<![0-9一二两三四五六七几每半下])(?:(?P<last>上一?个?)|这个?|本)?(?:周|星期|礼拜)"
    r"(?P<day>[一二三四五六日天]|[1-6](?!\d|\.|个?小时|个?钟头|分|秒))(?![次个期均])"
)
DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\d.])")
SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
# A date beside a weekday tells the day already: "Monday, 10 March", 3月10日（周一）.
_ANY = rf"(?:{DATE}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}|20\d{{6}})"
BEFORE = re.compile(rf"{_ANY}[\s,，、()（）]*$", re.ASCII)
BEHIND = re.compile(rf"[\s,，、()（）]*(?:the )?{_ANY}", re.ASCII)
ISO = re.compile(r"(?<![\d/.-])(20\d{2})-(\d{1,2})-(\d{1,2})(?![\d-])(?:t(?=\d))?")
RANGE = re.compile(r"(?:\b(?:to|until|till|and|through)|-|–|—|~|到|至|和)\s*$")
HAN_SIGN = re.compile("[一-鿿]")
COMPACT = re.compile(r"(?<![\d._-])(20\d{2})([01]\d)([0-3]\d)(?![\d._-]|\s*[a-z%°])")


@dataclass(frozen=True)
class Unclear:
    """A day that could not be told: how it was said, and which days of the file it may be. `weekday`: it is one."""

    said: str
    days: tuple[date, ...]
    weekday: bool


def dated(text: str, first: datetime | None, last: datetime | None) -> str:
    """Normalised `text` with such days as "2025/03/12"; a weekday that the file (from `first` to `last`) does not
    hold as the one before it, which lies outside."""
    return _read(text, first, last)[0]


def unclear(text: str, first: datetime | None, last: datetime | None) -> list[Unclear]:
    """The days named in normalised `text` of which the file holds none, or several that may be meant."""
    return _read(text, first, last)[1]


def _read(text: str, first: datetime | None, last: datetime | None) -> tuple[str, list[Unclear]]:
    if first is None or last is None:
        return text, []
    end = last.astimezone(first.tzinfo).date()
    days = [end - timedelta(days=i) for i in range(min((end - first.date()).days, MOST_DAYS), -1, -1)]
    lost: list[Unclear] = []
    for pattern in (ENGLISH, CHINESE):
        text = pattern.sub(lambda match: _weekday(match, days, lost), text)
    for pattern in (DOTTED, SLASHED, COMPACT):
        text = pattern.sub(lambda match: _date(match, days, lost), text)
    return ISO.sub(lambda match: _date(match, days, lost), text), lost


def _written(day: date, days: list[date], match: re.Match[str]) -> str:
    """A day as "2025/03/12"; as the end of a range with its month's name: "from 2025/03/11 to 2025/03/12" would read
    like one of clock times, until 20:25."""
    apart = match[0].endswith("t") or match.string[match.end() : match.end() + 1].isdigit()  # ...-12t01:00, 星期二1点
    behind = " " if apart else ""
    if not RANGE.search(match.string[: match.start()]) or day.year != days[-1].year:
        return f"{day:%Y/%m/%d}{behind}"
    if HAN_SIGN.search(match.string):
        return f"{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]}{behind}"


def _weekday(match: re.Match[str], days: list[date], lost: list[Unclear]) -> str:
    if BEFORE.search(match.string[: match.start()]) or BEHIND.match(match.string, match.end()):
        return match[0]
    name = match["day"]
    wanted = NAMES.index(name) if name in NAMES else HAN[name]
    there = [day for day in days if day.weekday() == wanted]
    if len(there) > 1 and not match["last"]:
        lost.append(Unclear(match[0].strip(), tuple(there), weekday=True))
        return match[0]
    if not there:
        lost.append(Unclear(match[0].strip(), (), weekday=True))
    day = there[-1] if there else days[0] - timedelta(days=(days[0].weekday() - wanted) % 7)
    return match[0][: len(match[0]) - len(match[0].lstrip())] + _written(day, days, match)


def _date(match: re.Match[str], days: list[date], lost: list[Unclear]) -> str:
    """A date whose order of day and month its form, its numbers or the file tells."""
    if match.re in (COMPACT, ISO):
        orders = [(match[1], match[2], match[3])]
    else:
        orders = [(match[3], match[2], match[1])] + ([(match[3], match[1], match[2])] if match.re is SLASHED else [])
    possible = list(dict.fromkeys(day for order in orders if (day := _day(*map(int, order))) is not None))
    meant = [day for day in possible if day in days] or possible
    if len(meant) == 1 and (match.re is not ISO or meant[0].year == days[-1].year):
        return _written(meant[0], days, match)
    if len(meant) > 1:
        lost.append(Unclear(match[0], tuple(meant), weekday=False))
    return match[0]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

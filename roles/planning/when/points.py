"""Points in time as people write them: days, clock times and parts of the day, as patterns and as values."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from roles.timewords import DIAL, MONTH, MONTHS, PART, beside, hour_of

FAR_YEARS = 200  # a date further away is a slip of the keys, and near the ends of the calendar
LONGEST_FILE_DAYS = 400  # a clock time is looked for in the last so many days
_MONTH = rf"(?:{MONTH})\b"
DATE = (
    r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?|\d{1,2}月\d{1,2}[日号]"
    r"|(?<![\d.:-])\d{1,2}-\d{1,2}(?=\s\d{1,2}:\d{2})"  # as times are told here: "03-03 12:00"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?"
    # A day of the month alone, with an hour behind it: 9号下午2点, "on the 9th from 2 pm"; 2号喷枪 is none.
    rf"|(?<![\d月])\d{{1,2}}[日号](?=(?:的|从|在|,|\s)*(?:{PART}|\d{{1,2}}\s?(?:[点:]|[-~到至]\s?\d{{1,2}}[点:])))"
    r"|(?<=on )the \d{1,2}(?:st|nd|rd|th)(?=\s*(?:$|[,.;?]|(?:from|between|at|since|after|before|until|around)\b))"
    r"|(?:the )?day before yesterday|(?<!than )(?<!like )yesterday|today|前天|昨天|昨日|今天|今日"
    r"|昨(?=[晚夜][里上间]?(?:夜?班)?\s?\d(?!\d?\s?[号#]))|今(?=[晚早夜]上?\s?\d(?!\d?\s?[号#])))"
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


@dataclass(frozen=True)
class Point:
    """A point as written: a day, a clock time, or both. `part` is the part of the day it was said with."""

    clock: time | None
    day: date | None
    part: str = ""

    @classmethod
    def read(cls, text: str, last: datetime) -> Point | None:
        """The point in `text`; None when it is no time (25:99)."""
        day_text = re.search(DATE, text)
        day = day_named(day_text[0], last) if day_text else None
        if day_text and day is None:
            return None
        rest = text.replace(day_text[0], " ", 1) if day_text else text
        if not re.search(r"\d|noon|midnight|正午|午夜", rest):
            return cls(None, day)
        return cls._clock(rest, day)

    @classmethod
    def _clock(cls, text: str, day: date | None) -> Point | None:
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

    def near(self, other: Point, *, after: bool) -> Point:
        """The same point without its part of the day, said beside an `other` that has one ("下午2点到4点")."""
        apart = None not in (self.day, other.day) and self.day != other.day
        if self.part or self.clock is None or other.clock is None or apart:
            return self
        return Point(beside(self.clock, other.clock, after=after), self.day)

    def in_part(self, part: str) -> Point:
        """The same hour in a part of the day, where it is one on a dial of twelve."""
        if self.clock is None or not 1 <= self.clock.hour <= DIAL:
            return self
        return replace(self, clock=self.clock.replace(hour=hour_of(self.clock.hour, part)), part=part)

    def on_day(self, day: date | None) -> Point:
        """The same point on `day`, where it is an hour without one of its own."""
        return self if day is None or self.clock is None or self.day is not None else replace(self, day=day)

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


def day_named(text: str, last: datetime) -> date | None:
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
    elif len(numbers) == 1:  # of the month: the latest such day up to the file's end
        month_end = last if numbers[0] <= last.day else last.replace(day=1) - timedelta(days=1)
        numbers = [month_end.year, month_end.month, *numbers]
    try:
        day = date(*numbers)
    except ValueError:
        return None
    return day if abs(day.year - last.year) <= FAR_YEARS else None

"""Words of clock and calendar, read alike wherever they stand: months, and the part of the day beside an hour."""

from __future__ import annotations

import re
from datetime import time

from roles.numerals import number_of

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
         r"|nov(?:ember)?|dec(?:ember)?")  # fmt: skip
# The hour at which a part of the day begins, as people use the word. An hour on the dial of twelve said with it is the
# first such hour from there on: 下午2点 14:00, 晚上12点 midnight, 夜里1点 01:00, 中午11点 11:00, 中午1点 13:00.
BEGINS = {
    word: hour
    for hour, words in (
        (0, "am morning 凌晨 清晨 清早 早晨 早上 上午 早"),  # 上午12:30 is what programs write for half past midnight
        (4, "早班"),
        (7, "白班 日班"),
        (10, "中午 正午 午间"),
        (12, "pm afternoon 下午 午后 傍晚"),
        (17, "evening 晚上 晚间 夜晚 晚班 晚"),
        (18, "night 夜里 夜间 深夜 半夜 午夜 夜班 晚夜班 夜"),
    )
    for word in words.split()
}
# As a pattern, the longer word first; those of one character mean more than a part of the day (最早, 不晚于).
PART = "|".join(sorted((w for w in BEGINS if not w.isascii() and len(w) > 1), key=len, reverse=True))
DIAL = 12
# 早一点 is "earlier"
HOUR_ZH = r"二十[一二三四]?|十[一二三四五六七八九]?|(?!(?<=[早晚快慢多少有差])一)[零一二两三四五六七八九]"
MINUTE_ZH = (  # behind 点: "十份" of 八点十份日报 is none
    r"半|[一三]刻|[0-5]\d分?|[二三四五]?十[一二三四五六七八九]分?|[二三四五]十分?|十分"
    r"|[零〇][一二三四五六七八九]分?|[一二三四五六七八九]分"
)
QUARTERS = {"": 0, "半": 30, "一刻": 15, "三刻": 45}
CLOCK_ZH = re.compile(
    rf"(?:(?P<part>{PART}|(?<=每)[早晚]|[早晚](?=\s*[\d二两三四五六七八九十]))\s*)?"
    rf"(?:(?<!\d)(?P<digits>\d{{1,2}})|(?P<zh>{HOUR_ZH}))"
    rf"(?:[点时](?!间|段|候)(?P<past>{MINUTE_ZH})?|(?(part)[:：](?P<minute>[0-5]\d)(?!\d)|(?!)))"
)


def hour_of(hour: int, part_of_day: str) -> int:
    """The hour 0..23 of an hour 0..12 that is said with a part of the day ("pm", "p.m.", 下午); any other hour, and one
    with a word that is no part of the day, as it is.

    >>> hour_of(2, "下午"), hour_of(12, "凌晨"), hour_of(12, "pm"), hour_of(14, "下午")
    (14, 0, 12, 14)
    """
    begins = BEGINS.get(re.sub(r"[\s.]", "", part_of_day).lower())
    if begins is None or not 0 <= hour <= DIAL:
        return hour
    return (begins + (hour - begins) % DIAL) % 24


SPOKEN_PART = re.compile(
    r"((?:\b(?:at|to|and|until|till|from|since|between|around|about|before|after|by)\s|[-–~])\s?)(\d{1,2})(:\d{2})?"
    r"(?: o'?clock)? (?:in the (morning|afternoon|evening)|at (night))\b"
)


def on_the_dial(text: str) -> str:
    """Lower-case `text` with the hours of a part of the day as programs write them: "2 in the afternoon" is "2 pm".

    >>> on_the_dial("from 2 to 4 in the afternoon"), on_the_dial("at 2:30 at night")
    ('from 2 to 4 pm', 'at 2:30 am')
    """

    def dialled(match: re.Match[str]) -> str:
        hour = int(match[2])
        if not 1 <= hour <= DIAL:
            return match[0]
        half = "pm" if hour_of(hour, match[4] or match[5]) >= DIAL else "am"
        return f"{match[1]}{hour}{match[3] or ''} {half}"

    return SPOKEN_PART.sub(dialled, text)


def minutes_past(words: str) -> int:
    """The minutes of what stands behind 点: 半, 一刻, 十五分, 20; 0 for "".

    >>> minutes_past("半"), minutes_past("十五分"), minutes_past("零五")
    (30, 15, 5)
    """
    return QUARTERS[words] if words in QUARTERS else number_of(words.removesuffix("分")) or 0


def chinese_clock(text: str) -> time | None:
    """The first time of day that a Chinese text names with 点 or behind a part of the day; None where there is none.

    >>> chinese_clock("每天晚上八点二十"), chinese_clock("7点半"), chinese_clock("6:30 pm")
    (datetime.time(20, 20), datetime.time(7, 30), None)
    """
    found = CLOCK_ZH.search(text)
    if found is None:
        return None
    hour = hour_of(number_of(found["digits"] or found["zh"]) or 0, found["part"] or "")
    if hour > 24:
        return None
    return time(hour % 24, int(found["minute"]) if found["minute"] else minutes_past(found["past"] or ""))


def beside(clock: time, other: time, *, after: bool = True) -> time:
    """A time of day without its part of the day, said as the end (`after`) or the beginning of a stretch whose `other`
    end has one: on a dial of twelve, the nearer of the two. 下午2点到4点 ends at 16:00, 晚上10点到2点 at 02:00."""
    if not 1 <= clock.hour <= DIAL:
        return clock

    def away(one: time) -> int:
        minutes = (one.hour - other.hour) * 60 + one.minute - other.minute
        return (minutes if after else -minutes) % (24 * 60) or 24 * 60

    return min((clock.replace(hour=clock.hour % DIAL + half) for half in (0, DIAL)), key=away)

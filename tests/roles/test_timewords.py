"""The part of the day beside an hour is read alike in requests, questions to logs, files, logs and wishes."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from bot.conversation.wishes import clock
from roles.planning.when.times import find
from roles.planning.words import normal
from roles.timewords import BEGINS, beside, hour_of
from workers.logbook.clocks import clock_of
from workers.logbook.values import moment
from workers.readings.timestamps import NO_TIME, parse

ZONE = ZoneInfo("Asia/Shanghai")
MORNING, EVENING = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (17, 18, 19, 20, 21, 22, 23)
HOURS = {  # of 12, 1, 2, ... 11 o'clock
    "凌晨": MORNING,
    "清晨": MORNING,
    "早上": MORNING,
    "早晨": MORNING,
    "上午": MORNING,
    "中午": (12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 10, 11),
    "下午": (12, 13, 14, 15, 16, *EVENING),
    "傍晚": (12, 13, 14, 15, 16, *EVENING),
    "晚上": (0, 1, 2, 3, 4, *EVENING),
    "夜里": (0, 1, 2, 3, 4, 5, *EVENING[1:]),
    "深夜": (0, 1, 2, 3, 4, 5, *EVENING[1:]),
    "半夜": (0, 1, 2, 3, 4, 5, *EVENING[1:]),
}
CASES = [(word, place or 12, hour) for word, hours in HOURS.items() for place, hour in enumerate(hours)]


def in_a_request(text):
    first = datetime(2024, 3, 9, tzinfo=ZONE)
    return (find(normal(f"{text}左右"), first, first + timedelta(days=2)).start + timedelta(minutes=30)).time()


@pytest.mark.parametrize(("word", "hour", "meant"), CASES, ids=[f"{word}{hour}" for word, hour, _ in CASES])
def test_an_hour_said_with_a_part_of_the_day_is_the_same_everywhere(word, hour, meant):
    assert hour_of(hour, word) == meant
    assert in_a_request(f"{word}{hour}点") == time(meant)
    assert clock_of(f"{word}{hour}点以后停了几次")[0].first == time(meant)
    assert moment(f"2024-03-05 {word}{hour}:30") == datetime(2024, 3, 5, meant, 30)
    stamp = parse(pa.array([f"2024年3月5日 {word}{hour}:30"])).wall[0]
    assert stamp == datetime(2024, 3, 5, meant, 30, tzinfo=ZoneInfo("UTC")).timestamp() * 1_000_000
    assert clock(f"每天{word}{hour}点发日报") == f"{meant:02d}:00"


@pytest.mark.parametrize("word", BEGINS)
def test_an_hour_beyond_twelve_is_as_it_is_written(word):
    assert [hour_of(hour, word) for hour in (13, 18, 23, 24, 99)] == [13, 18, 23, 24, 99]


@pytest.mark.parametrize(
    ("hour", "part", "meant"),
    [(12, "am", 0), (12, "pm", 12), (6, "P.M.", 18), (6, "a. m.", 6), (2, "白班", 14), (8, "白班", 8), (1, "早班", 13),
     (6, "夜班", 18), (2, "夜班", 2), (7, "", 7), (7, "somewhen", 7)],
)  # fmt: skip
def test_halves_of_the_day_and_shifts_are_parts_of_the_day_too(hour, part, meant):
    assert hour_of(hour, part) == meant


SPANS = [
    ("下午2点到4点", 14, 16),
    ("夜里11点到凌晨2点", 23, 2),
    ("晚上10点到2点", 22, 2),
    ("上午10点到2点", 10, 14),
    ("夜里十一点到凌晨两点", 23, 2),
    ("中午12点到1点", 12, 13),
    ("between 2 and 4 pm", 14, 16),
    ("from 10 pm to 6", 22, 6),
    ("from 10 pm to 6 am", 22, 6),
    ("from 2 pm to 4 on line 3", 14, 16),
    ("between 11 and 1 pm", 11, 13),
    ("14:00到4:00", 14, 4),
]


@pytest.mark.parametrize(("text", "first", "last"), SPANS, ids=[text for text, *_ in SPANS])
def test_the_part_of_the_day_holds_for_the_other_end_of_a_stretch_too(text, first, last):
    begin = datetime(2024, 3, 9, tzinfo=ZONE)
    period = find(normal(text), begin, begin + timedelta(days=3))
    assert (period.start.hour, period.end.hour) == (first, last)
    told = clock_of(text)[0]
    assert (told.first, told.last) == (time(first), time(last))


def test_the_nearer_of_two_hours_is_meant_to_the_minute():
    assert beside(time(2, 45), time(14, 30)) == time(14, 45)
    assert beside(time(2, 15), time(14, 30)) == time(2, 15)
    assert beside(time(16), time(14)) == time(16)
    assert beside(time(0), time(14)) == time(0)


def test_a_cell_that_is_no_time_stays_none():
    assert parse(pa.array(["2024-03-05 早3", "2024-03-05 下午25:00"])).wall.tolist() == [NO_TIME, NO_TIME]

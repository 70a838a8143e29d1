"""Days by their weekday or in other forms, and durations of two parts."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from roles.manager import MANAGER
from roles.planning.when.weekdays import dated, unclear
from roles.planning.words import normal
from roles.types import Sensor
from tests.roles.test_planning import request

ZONE = ZoneInfo("Asia/Shanghai")
START, END = datetime(2025, 3, 11, 22, tzinfo=ZONE), datetime(2025, 3, 12, 3, 59, tzinfo=ZONE)  # Tuesday, Wednesday
LATER = datetime(2025, 3, 27, 6, tzinfo=ZONE)
LEVEL = [Sensor(name="mould_level", unit="mm", aliases=["结晶器液位"])]


def period(text):
    plan = MANAGER.rules(request(text, sensors=LEVEL, start=START, end=END))
    task = next(task for task in plan.subtasks if task.kind in ("statistics", "plot"))
    times = "..".join(f"{t:%dT%H:%M}" if t else "" for t in (task.start, task.end))
    return times + (" outside" if task.values.get("outside") else "")


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("average mould level on Wednesday", "12T00:00..13T00:00"), ("周三的结晶器液位平均值", "12T00:00..13T00:00"),
        ("average mould level on Monday", "10T00:00..11T00:00 outside"),
        ("Tuesday's mean mould level", "11T00:00..12T00:00"),
        ("average mould level on Wednesday after 01:00", "12T01:00..13T00:00"),
        ("plot mould level from Tuesday to Wednesday", "11T00:00..13T00:00"),
        ("plot mould level from Tuesday 23:00 to Wednesday 01:00", "11T23:00..12T01:00"),
        ("星期三1点到2点结晶器液位平均值", "12T01:00..12T02:00"),
        ("从周二到周三的结晶器液位曲线", "11T00:00..13T00:00"),
        ("average mould level on Monday, 12 March", "12T00:00..13T00:00"),
        ("average mould level every Monday", ".."), ("每周一结晶器液位平均值", ".."),
        ("一周三次结晶器液位平均值", ".."),
        ("average mould level on 12.03.2025", "12T00:00..13T00:00"),
        ("mean mould level on 12/03/2025", "12T00:00..13T00:00"),
        ("average mould level on 20250312", "12T00:00..13T00:00"),
        ("plot mould level from 2025-03-11 to 2025-03-12", "11T00:00..13T00:00"),
        ("plot mould level from 2025-03-11T23:00 to 2025-03-12T01:00", "11T23:00..12T01:00"),
        ("从2025-03-11到2025-03-12的结晶器液位曲线", "11T00:00..13T00:00"),
    ],
)  # fmt: skip
def test_a_day_is_found_in_the_file(text, times):
    assert period(text) == times


def test_a_weekday_that_the_file_holds_never_or_often_is_unclear():
    assert [(day.said, len(day.days)) for day in unclear("level on monday", START, END)] == [("monday", 0)]
    assert [(day.said, len(day.days)) for day in unclear("level on monday", START, LATER)] == [("monday", 2)]
    assert dated("level on monday", START, LATER) == "level on monday"
    assert dated("level on last monday", START, LATER) == "level on 2025/03/24"
    assert unclear("level on wednesday", START, END) == []


def test_a_date_of_two_readings_is_unclear_where_the_file_does_not_tell():
    june = datetime(2025, 6, 30, tzinfo=ZONE)
    (day,) = unclear("level on 04/05/2025", START, june)
    assert (day.said, day.weekday, len(day.days)) == ("04/05/2025", False, 2)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("forecast the mould level for the next hour and a half", 5400.0),
        ("forecast the mould level for the next one and a half hours", 5400.0),
        ("forecast the mould level for the next 1 hour 30 minutes", 5400.0),
        ("预测未来1小时30分钟的结晶器液位", 5400.0), ("预测未来一个半小时的结晶器液位", 5400.0),
    ],
)  # fmt: skip
def test_a_duration_of_two_parts_is_read_as_a_whole(text, seconds):
    given = request(text, sensors=LEVEL, start=START, end=END)
    plan = MANAGER.rules(given)
    assert next(task.values["horizon_s"] for task in plan.subtasks if task.kind == "forecast") == seconds
    assert MANAGER.check(given, plan) == []


@pytest.mark.parametrize(
    ("text", "as_written"),
    [("at 14h 30 min", "at 14h 30 min"), ("1点30分", "1点30分"), ("2分30秒", "150秒"), ("half an hour", "0.5 hour"),
     ("two hours and a half", "2.5 hours"), ("3 m 2 s", "182 seconds")],
)  # fmt: skip
def test_durations_are_told_from_clock_times(text, as_written):
    assert normal(text) == as_written

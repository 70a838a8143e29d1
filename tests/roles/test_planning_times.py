"""Times in a request, resolved against the file's period in plant time."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from roles.planning.limits import numbers
from roles.planning.when import times
from roles.planning.when.times import find
from roles.planning.words import normal

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
START, END = datetime(2024, 3, 9, 22, 5, tzinfo=SHANGHAI), datetime(2024, 3, 10, 6, 0, tzinfo=SHANGHAI)


def told(text, first=START, last=END):
    """The period as "09T22:00..10T02:00"."""
    period = find(normal(text), first, last)
    return "..".join(f"{t:%dT%H:%M}" if t else "" for t in (period.start, period.end)) + (
        " outside" if period.outside else ""
    )


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("between 02:00 and 04:00", "10T02:00..10T04:00"),
        ("from 2 to 4", "10T02:00..10T04:00"),
        ("from 0200 to 0430", "10T02:00..10T04:30"),
        ("2-4 am", "10T02:00..10T04:00"),
        ("11 pm to 1 am", "09T23:00..10T01:00"),
        ("from 23:30 until 0:15", "09T23:30..10T00:15"),
        ("last hour", "10T05:00..10T06:00"),
        ("the past ninety minutes", "10T04:30..10T06:00"),
        ("the first half hour", "09T22:05..09T22:35"),
        ("first 20 min", "09T22:05..09T22:25"),
        ("since 03:00", "10T03:00.."),
        ("before 23:00", "..09T23:00"),
        ("around 3:15", "10T02:45..10T03:45"),
        ("at midnight", "09T23:30..10T00:30"),
        ("yesterday", "09T00:00..10T00:00"),
        ("yesterday at 23:00", "09T22:30..09T23:30"),
        ("2024-03-09 23:00 to 2024-03-10 01:00", "09T23:00..10T01:00"),
        ("on 9 March from 22:30 to 23:30", "09T22:30..09T23:30"),
        ("noon to 2 pm", "10T12:00..10T14:00 outside"),
        ("between 07:00 and 08:00", "10T07:00..10T08:00 outside"),
        ("凌晨2点到4点", "10T02:00..10T04:00"),
        ("凌晨两点半至三点一刻", "10T02:30..10T03:15"),
        ("晚上10点到2点", "09T22:00..10T02:00"),
        ("昨晚11点以后", "09T23:00.."),
        ("最近30分钟", "10T05:30..10T06:00"),
        ("过去一个半小时", "10T04:30..10T06:00"),
        ("自03:12起", "10T03:12.."),
        ("从3点开始", "10T03:00.."),
        ("5点之前", "..10T05:00"),
        ("3月10日1:00到2:00", "10T01:00..10T02:00"),
        ("3点左右", "10T02:30..10T03:30"),
        ("the last half hour", "10T05:30..10T06:00"),
        ("昨天夜班22点以后", "09T22:00.."),
        ("昨晚夜班11点", "09T22:30..09T23:30"),
        ("yesterday night shift at 23:00", "09T22:30..09T23:30"),
        ("23：30～0：30", "09T23:30..10T00:30"),
        ("S8 above 45 A", ".."),
        ("between 2 and 4 bar", ".."),
        ("the next 10 minutes", ".."),
        ("strand 2 level", ".."),
        ("有一点异常", ".."),
        ("25:70", ".."),
        ("1:00到25:99", "10T01:00.."),
        ("from 25:99 to 03:00", "..10T03:00"),
        ("between 27:00 and 31:00", ".."),
        ("from 2 to 99", ".."),
        ("31 February to 03:00", "..10T03:00"),
        ("on 9999-12-31", ".."),
        ("since 0001-01-01", ".."),
        ("last 99999999999999999 hours", ".."),
        ("last 0 hours", ".."),
        ("last 2 weeks", "25T06:00..10T06:00"),
        ("the past month", "09T06:00..10T06:00"),
        ("最近三周", "18T06:00..10T06:00"),
        ("最近两个星期", "25T06:00..10T06:00"),
        ("上周", "03T06:00..10T06:00"),
        ("过去一个月", "09T06:00..10T06:00"),
        ("周三", ".."),
        ("最近周期", ".."),
    ],
)  # fmt: skip
def test_period(text, period):
    assert told(text) == period


def test_of_several_days_the_latest_occurrence_is_meant():
    assert told("between 02:00 and 04:00", last=END + timedelta(days=3)) == "13T02:00..13T04:00"


def test_a_stretch_that_the_file_only_touches_is_kept_whole():
    assert told("between 05:00 and 07:00") == "10T05:00..10T07:00"


def test_an_hour_is_an_hour_when_the_clocks_change():
    last = datetime(2024, 3, 31, 3, 30, tzinfo=BERLIN)  # 02:00..03:00 did not exist that night
    period = find("last hour", last - timedelta(hours=9), last)
    assert period.start.astimezone(UTC) == last.astimezone(UTC) - timedelta(hours=1)
    assert f"{period.start:%H:%M}" == "01:30"


def test_a_time_that_the_clocks_skip_moves_forward():
    first, last = datetime(2024, 3, 30, 22, 0, tzinfo=BERLIN), datetime(2024, 3, 31, 8, 0, tzinfo=BERLIN)
    assert f"{find('since 02:30', first, last).start:%H:%M}" == "03:30"


def test_a_fixed_offset_is_a_zone_too():
    zone = timezone(timedelta(hours=8))
    period = find("since 03:00", START.astimezone(zone), END.astimezone(zone))
    assert period.start == datetime(2024, 3, 10, 3, 0, tzinfo=SHANGHAI)


def test_without_a_file_there_is_no_period():
    assert not find("between 02:00 and 04:00", None, None)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("碹顶温度低于1550时是什么时候", 1550.0),
        ("大于250时有多少行", 250.0),
        ("温度高于60时的平均值", 60.0),
        ("温度高于20时有多少行", 20.0),
    ],
)
def test_a_number_before_shi_is_a_limit_where_it_is_passed(text, limit):
    said = normal(text)
    assert times.named(said) == ()
    assert [found.values["limit"] for found in numbers.limits(said)] == [limit]
    assert times.named(normal("凌晨2时到4时")) != ()

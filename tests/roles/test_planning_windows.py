"""A window of a sentence holds for all of its operations, and hours are those of the day that is named beside them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from roles.manager import MANAGER
from roles.planning.when.times import find
from roles.planning.words import normal
from tests.roles.test_planning import request

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = datetime(2024, 3, 7, 6, tzinfo=ZONE), datetime(2024, 3, 10, 20, tzinfo=ZONE)


def windows(text):
    """The kinds of steps with the hours that each is about."""
    steps = MANAGER.rules(request(text)).subtasks
    return {s.kind: "-".join(f"{t:%H:%M}" for t in (s.start, s.end) if t is not None) for s in steps}


@pytest.mark.parametrize(
    "text",
    [
        "average S8 and plot it between 02:00 and 04:00", "average S8, plot it between 02:00 and 04:00",
        "plot S8 and give its maximum from 02:00 to 04:00", "average S8 between 02:00 and 04:00 and plot it",
        "average S8 and plot the mould level between 02:00 and 04:00", "average S8 between 02:00 and 04:00. Plot it.",
        "求液位平均值，并画出2点到4点的曲线", "统计液位，再画一下凌晨2点到4点的液位",
    ],
)  # fmt: skip
def test_a_window_said_once_holds_for_every_operation(text):
    assert windows(text) == {"statistics": "02:00-04:00", "plot": "02:00-04:00"}


@pytest.mark.parametrize(
    ("text", "statistics"),
    [
        ("average S8 between 00:00 and 01:00 and plot it between 02:00 and 04:00", "00:00-01:00"),
        ("average S8 over the whole file and plot it between 02:00 and 04:00", ""),
        ("average S8. Plot it between 02:00 and 04:00.", ""),
        ("算液位全程平均值，并画2点到4点的曲线", ""), ("算0点到1点液位平均值，并画2点到4点的曲线", "00:00-01:00"),
    ],
)  # fmt: skip
def test_an_operation_with_a_window_of_its_own_and_another_sentence_keep_theirs(text, statistics):
    assert windows(text) == {"statistics": statistics, "plot": "02:00-04:00"}


def test_the_surroundings_of_a_time_are_no_window_for_what_was_said_before():
    assert windows("average S8 and plot it around 03:00") == {"statistics": "", "plot": "02:30-03:30"}


@pytest.mark.parametrize(
    "text",
    [
        "on 8 March from 2 pm to 4", "between 2 and 4 pm on 8 March", "from 2 pm to 4 pm on March 8th",
        "8 March, 2 to 4 pm", "from 14:00 to 16:00 on 8 March", "14:00-16:00 on 2024-03-08", "2024/03/08 14:00-16:00",
        "on March 8 from 2 to 4 in the afternoon", "on the 8th from 2 pm to 4", "2-4 pm on 8 March",
        "3月8日下午2点到4点", "下午2点到4点，3月8日", "8号下午2点到4点", "3月8日液位在下午2点到4点之间的平均值",
        "3月8日14-16点", "3月8号14:00到16:00", "下午2到4点，3月8日",
    ],
)  # fmt: skip
def test_hours_are_of_the_day_named_beside_them_in_any_order(text):
    period = find(normal(text), FIRST, LAST)
    assert (f"{period.start:%dT%H:%M}", f"{period.end:%dT%H:%M}") == ("08T14:00", "08T16:00")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("on 8 March since 14:00", "08T14:00..09T00:00"),
        ("on 8 March before 06:00", "08T00:00..08T06:00"),
        ("from 22:00 to 02:00 on 8 March", "08T22:00..09T02:00"),
        ("3月8日晚上10点到次日2点", "08T22:00..09T02:00"),
        ("下午2点到次日4点，3月8日", "08T14:00..09T04:00"),
        ("from 2 pm to 4 am the next day on 8 March", "08T14:00..09T04:00"),
        ("higher than on 8 March between 14:00 and 16:00", "10T14:00..10T16:00"),  # only held against that day
        ("2号喷枪14:00到16:00", "10T14:00..10T16:00"),
    ],
)
def test_a_day_beside_hours_in_other_forms(text, told):
    period = find(normal(text), FIRST, LAST)
    assert f"{period.start:%dT%H:%M}..{period.end:%dT%H:%M}" == told


def test_hours_without_a_day_are_of_the_one_that_an_earlier_sentence_names():
    text = "on 9 March the mean of S8. Plot it between 22:30 and 23:00"
    steps = MANAGER.rules(request(text, start=FIRST, end=LAST.replace(hour=23))).subtasks
    assert [f"{step.start:%dT%H:%M}" for step in steps] == ["09T00:00", "09T22:30"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("yesterday afternoon", "09T12:00..09T18:00"),
        ("this morning", "10T06:00..10T12:00"),
        ("in the afternoon of 8 March", "08T12:00..08T18:00"),
        ("on 8 March in the evening", "08T18:00..09T00:00"),
        ("yesterday afternoon between 2 and 4", "09T14:00..09T16:00"),
        ("from 6 to 8 this morning", "10T06:00..10T08:00"),
        ("good afternoon, plot it from 2 to 4", "10T02:00..10T04:00"),
        ("昨天下午", "09T12:00..09T18:00"),
        ("今早", "10T06:00..10T12:00"),
        ("8号凌晨", "08T00:00..08T06:00"),
        ("昨天下午的液位，2点到4点", "09T14:00..09T16:00"),
    ],
)
def test_a_part_of_a_day_is_a_window_or_says_which_hours_are_meant(text, told):
    period = find(normal(text), FIRST, LAST)
    assert f"{period.start:%dT%H:%M}..{period.end:%dT%H:%M}" == told


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("which hour had the highest S8?", {"what": ["max"], "by": "hour", "top": "max"}),
        ("on which day was the mean mould level lowest?", {"what": ["mean"], "by": "day", "top": "min"}),
        ("哪个班液位平均最高", {"what": ["mean"], "by": "shift", "top": "max"}),
        ("哪个小时液位最低", {"what": ["min"], "by": "hour", "top": "min"}),
        ("what's the difference in mould level between day and night shift?", {"by": "shift"}),
    ],
)
def test_which_of_the_groups_is_asked_is_no_number_of_the_whole(text, values):
    (step,) = MANAGER.rules(request(text)).subtasks
    assert (step.kind, step.values) == ("statistics", values)

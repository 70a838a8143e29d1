"""Columns are found by any words of their names, and by the numbers beside them."""

import pytest

from roles.manager import MANAGER
from roles.types import Sensor
from tests.roles.test_planning import request

NAMES = (
    "Calender 1 line load", "Calender 2 line load", "Boiler header pressure", "Dryer zone 1 pressure",
    "Dryer zone 1 diff pressure", "Dryer zone 2 pressure", "Pulper consistency", "Fan pump vibration",
    "Roll moisture", "Sheet tension", "Suction vacuum press 1", "Press 2 vibration", "Brightness",
)  # fmt: skip
COLUMNS = [Sensor(name=name) for name in NAMES]


def planned(text):
    return MANAGER.rules(request(text, sensors=COLUMNS))


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("plot moisture", ["Roll moisture"]),
        ("plot the brightness", ["Brightness"]),
        ("forecast the vacuum for 6 h", ["Suction vacuum press 1"]),
        ("plot the pulper", ["Pulper consistency"]),
        ("plot line load", ["Calender 1 line load", "Calender 2 line load"]),
        ("plot calender 2 load", ["Calender 2 line load"]),
        ("plot zone 2 pressure", ["Dryer zone 2 pressure"]),
        ("will zone 1 pressure pass 300", ["Dryer zone 1 pressure"]),
        ("mean of zone 2 pressure per hour", ["Dryer zone 2 pressure"]),
        ("plot press2 vib", ["Press 2 vibration"]),
        ("plot press 1 vac", ["Suction vacuum press 1"]),
        ("画水分", ["Roll moisture"]),
        ("预测张力", ["Sheet tension"]),
        ("画一下浓度", ["Pulper consistency"]),
    ],
)
def test_a_word_of_a_name_finds_its_columns(text, columns):
    plan = planned(text)
    assert plan.subtasks[-1].sensors == columns
    assert plan.unknown == []


def test_pressure_is_no_press():
    columns = planned("plot the pressure").subtasks[-1].sensors
    assert columns == [name for name in NAMES if "pressure" in name]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [("plot zone 7 pressure", "zone 7 pressure"), ("plot calender 5", "calender 5"), ("plot press7", "press7")],
)
def test_another_number_is_another_thing(text, unknown):
    plan = planned(text)
    assert plan.subtasks[-1].sensors == []
    assert plan.unknown == [unknown]


@pytest.mark.parametrize(
    "text",
    ["was the fan belt changed", "why did the mixer pump fail", "plot the hydrogen tension", "show me everything"],
)
def test_a_word_that_only_says_which_other_thing_is_meant_finds_none(text):
    assert planned(text).subtasks[-1].sensors == []


@pytest.mark.parametrize("text", ["why did we lose vacuum", "poor vacuum, why", "why is the vacuum weak"])
def test_what_is_said_of_a_sensor_is_no_part_of_its_name(text):
    plan = planned(text)
    assert plan.subtasks[-1].sensors == ["Suction vacuum press 1"]
    assert plan.unknown == []


def test_of_a_sensor_that_is_asked_about_its_own_account_is_given():
    task = planned("is calender 2 load wandering?").subtasks[-1]
    assert (task.kind, task.sensors, task.values) == ("diagnose", ["Calender 2 line load"], {})
    assert planned("low vacuum, pump weak?").subtasks[-1].sensors == ["Fan pump vibration", "Suction vacuum press 1"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("when did moisture go above 8 and how long in all?", ["label"]),
        ("水分什么时候超过8.5的", ["label"]),
        ("水分什么时候会超过8.5", ["clean", "forecast"]),
        ("when will moisture go above 9", ["clean", "forecast"]),
        ("how long til moisture hits 9", ["clean", "forecast"]),
        ("what is the moisture now, min is 2.5", ["label", "statistics"]),
        ("how much did the moisture drop and since when", ["clean", "detect", "causes", "diagnose"]),
        ("水分降了多少", ["clean", "detect", "causes", "diagnose"]),
    ],
)
def test_the_past_of_a_limit_is_no_forecast_and_a_file_is_asked_before_the_knowledge_base(text, kinds):
    plan = planned(text)
    assert [task.kind for task in plan.subtasks] == kinds
    assert plan.subtasks[-1].sensors == ["Roll moisture"]
    if "min" in text:
        assert plan.subtasks[-1].values == {"now": True}
        assert plan.subtasks[0].values == {"limit": 2.5, "side": "below"}


def test_b4_is_before_unless_a_column_is_called_so():
    text = "sheet broke 02:30. what happend b4?"
    plan = planned(text)
    assert (plan.subtasks[-1].kind, plan.unknown) == ("diagnose", [])
    known = MANAGER.rules(request("plot b4", sensors=[*COLUMNS, Sensor(name="B4")]))
    assert known.subtasks[-1].sensors == ["B4"]


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("how long until suction vacuum hits -55", "toward"), ("when will the vacuum exceed -55 kPa", "toward"),
        ("when will moisture reach 9", "toward"), ("when will moisture go above 9", "above"),
        ("真空度什么时候达到-55", "toward"),
    ],
)  # fmt: skip
def test_what_is_reached_is_come_to_from_either_side(text, side):
    task = next(task for task in planned(text).subtasks if task.kind == "forecast")
    assert task.values["side"] == side


def test_short_words_within_a_name_stand_for_the_long_ones():
    turbine = [Sensor(name=name) for name in ("WindSpeed", "GenBearingTemp", "GearOilTemp", "RotorSpeed")]
    for text in ("is the generator bearing ok?", "plot the generator bearing temperature"):
        steps = MANAGER.rules(request(text, sensors=turbine)).subtasks
        assert ["GenBearingTemp"] in [task.sensors for task in steps], text


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("plot zone 1 and 2 pressure", ["Dryer zone 1 pressure", "Dryer zone 2 pressure"]),
        ("check calenders 1 and 2", ["Calender 1 line load", "Calender 2 line load"]),
        ("plot calender #2", ["Calender 2 line load"]),
    ],
)
def test_numbers_in_a_list_are_of_the_thing_before_them(text, columns):
    assert planned(text).subtasks[-1].sensors == columns


def test_a_number_in_a_list_that_nothing_bears_is_told():
    plan = planned("plot calenders 1 and 7")
    assert (plan.subtasks[-1].sensors, plan.unknown) == (["Calender 1 line load"], ["7"])

"""Limits that are not to be passed, powers of ten, and units that capitals tell apart."""

import pytest

from roles.manager import MANAGER
from roles.types import Sensor
from tests.roles.test_planning import request

SENSORS = [
    Sensor(name=name, unit=unit)
    for name, unit in (("casting_speed", "m/min"), ("mould_flow", "L/min"), ("vacuum", "mbar"), ("拉矫机电流", "A"))
]
AT_MOST, AT_LEAST = ("below", True, False), ("above", True, False)  # side, or_equal, denied
ABOVE, BELOW = ("above", False, False), ("below", False, False)


def label(text, sensors=SENSORS):
    given = request(text, sensors=sensors)
    plan = MANAGER.rules(given)
    assert MANAGER.check(given, plan) == []
    (task,) = [task for task in plan.subtasks if task.kind == "label"]
    return task.values


def read(text):
    values = label(text)
    return values["side"], bool(values.get("or_equal")), bool(values.get("denied"))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("casting speed no more than 1.15", AT_MOST), ("casting speed at most 1.15", AT_MOST),
        ("label the rows with a casting speed no more than 1.15", AT_MOST),
        ("the casting speed shall be no more than 1.15", AT_MOST),
        ("label rows where the mould flow is not above 31", AT_MOST),
        ("label rows where the mould flow does not exceed 31", AT_MOST),
        ("label rows where the mould flow is no less than 31", AT_LEAST), ("mould flow at least 31", AT_LEAST),
        ("label rows where mould flow never falls below 31", AT_LEAST), ("mould flow not below 31 L/min", AT_LEAST),
        ("标出拉矫机电流不超过45A的行", AT_MOST), ("标出拉矫机电流不高于45的行", AT_MOST),
        ("标出拉矫机电流没有超过45的行", AT_MOST), ("标出拉矫机电流至多45A的行", AT_MOST),
        ("标出拉矫机电流不低于45的行", AT_LEAST), ("标出拉矫机电流不小于45A的行", AT_LEAST),
        ("标出拉矫机电流至少45A的行", AT_LEAST),
    ],
)  # fmt: skip
def test_rows_that_keep_a_limit_are_on_the_side_of_the_words(text, meant):
    assert read(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mould flow must not exceed 45", ABOVE), ("mould flow must never be above 45", ABOVE),
        ("mould flow may not fall below 45", BELOW), ("拉矫机电流不得超过45A", ABOVE), ("拉矫机电流不能低于5A", BELOW),
        ("拉矫机电流超不超过45A", ABOVE), ("拉矫机电流有没有超过45A", ABOVE), ("is the mould flow above 45?", ABOVE),
    ],
)  # fmt: skip
def test_of_a_limit_that_must_be_kept_the_violations_are_meant(text, meant):
    assert read(text) == meant


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("is the mould flow not above 31?", "above"), ("was the mould flow never above 31?", "above"),
        ("is the mould flow at least 31?", "below"), ("did the mould flow not exceed 31?", "above"),
        ("拉矫机电流不超过45A吗", "above"), ("拉矫机电流是否从未超过45A", "above"),
        ("拉矫机电流是不是不低于45A", "below"),
    ],
)  # fmt: skip
def test_whether_a_limit_is_kept_turns_on_the_rows_that_pass_it(text, side):
    assert read(text) == (side, False, True)


def test_a_question_after_any_moment_is_no_question_after_all_of_them():
    assert read("was the mould flow ever at least 31?") == AT_LEAST


@pytest.mark.parametrize("text", ["plot at least 3 sensors", "show me at most 5 events", "画至少3个传感器"])
def test_a_number_of_things_is_no_limit(text):
    assert all("limit" not in task.values for task in MANAGER.rules(request(text, sensors=SENSORS)).subtasks)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("vacuum above 3e-4 mbar", 3e-4), ("真空度高于3e-4mbar", 3e-4), ("label vacuum > 1.2E-3 mbar", 1.2e-3),
        ("vacuum above 3x10^-4 mbar", 3e-4), ("mould flow above 1.2e2 L/min", 120.0),
    ],
)  # fmt: skip
def test_a_power_of_ten_is_read_to_its_end(text, limit):
    assert label(text)["limit"] == limit
    assert "unit" in label(text)


@pytest.mark.parametrize("text", ["mould flow above 3e2 s", "mould flow above 1.5e3 rows"])
def test_a_power_of_ten_of_a_time_is_no_limit_either(text):
    assert all("limit" not in task.values for task in MANAGER.rules(request(text, sensors=SENSORS)).subtasks)


@pytest.mark.parametrize(
    ("text", "column", "unit"),
    [
        ("power above 4 mW", "mW", "mW"), ("power above 4 MW", "mW", "MW"), ("power above 4 mw", "mW", "mW"),
        ("power above 4 mw", "MW", "MW"), ("power above 4 mW", "MW", "mW"), ("power above 4 mw", "kW", "MW"),
    ],
)  # fmt: skip
def test_capitals_tell_units_apart(text, column, unit):
    assert label(text, [Sensor(name="power", unit=column)])["unit"] == unit

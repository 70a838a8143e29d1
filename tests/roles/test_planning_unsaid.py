"""Conditions without a number, flags that are counted, and two limits at once."""

import pytest

from roles.manager import Request
from roles.planning import rules
from roles.planning.parts import worded
from roles.planning.words import normal
from roles.types import Sensor
from tests.roles.test_planning import request

PLANT = {
    "T1": "C", "P1": "bar", "Vibration": "mm/s", "Fan speed": "rpm", "Kiln speed": "rpm", "Fan vibration": "mm/s",
    "K3": "", "Burner on": "", "Blower 1 run": "", "Blower 1 current": "A", "Clamp force": "kN",
}  # fmt: skip
WERK = {"1号泵运行": "", "振动": "mm/s", "温度": "℃", "压力": "bar", "电流": "A", "篦冷机停机": "", "油泵运行": ""}


def steps(text, kind="statistics"):
    known = PLANT if text.isascii() else WERK
    base = request(normal(text), sensors=[Sensor(name=name, unit=unit or None) for name, unit in known.items()])
    said = worded.read(base.text, base)
    plan = rules.plan(Request(**{**base.model_dump(), "text": said.text}))
    return [task for task in worded.applied(plan, said).subtasks if task.kind == kind]


@pytest.mark.parametrize(
    ("text", "of", "sensor", "limit"),
    [
        ("mean T1 while the burner is off", "T1", "Burner on", {"state": "off"}),
        ("what was T1 when blower 1 was running?", "T1", "Blower 1 run", {"state": "on"}),
        ("mean T1 when vibration is high", "T1", "Vibration", {"level": "high"}),
        ("average T1 at low fan speed", "T1", "Fan speed", {"level": "low"}),
        ("fan vibration when speed is high", "Fan vibration", "Fan speed", {"level": "high"}),
        ("T1 when clamp force above 1510", "T1", "Clamp force", {"limit": 1510.0, "side": "above"}),
        ("avg T1 when clamp force above 1510", "T1", "Clamp force", {"limit": 1510.0, "side": "above"}),
        ("振动高的时候电流是多少", "电流", "振动", {"level": "high"}),
        ("1号泵停的时候压力平均多少", "压力", "1号泵运行", {"state": "off"}),
        ("篦冷机停机的时候电流多少", "电流", "篦冷机停机", {"state": "off"}),
    ],
)
def test_a_condition_without_a_number_is_none_of_everything(text, of, sensor, limit):
    (told,) = steps(text)
    assert told.sensors == [of]
    assert told.values["where"] == {"all": [{"sensor": sensor, **limit}]}
    assert "level" not in limit or told.values["against"] == "rest"  # both halves are told


@pytest.mark.parametrize(
    ("text", "sensor", "starts"),
    [
        ("how often did K3 load and unload?", "K3", True),
        ("how many times did K3 start?", "K3", True),
        ("when was blower 1 off", "Blower 1 run", False),
        ("how often did blower 1 start and stop", "Blower 1 run", True),
        ("1号泵运行了多少次", "1号泵运行", True),
        ("1号泵启动了几次", "1号泵运行", True),
        ("油泵停了几次", "油泵运行", False),
        ("篦冷机停了几次", "篦冷机停机", False),
    ],
)
def test_the_switchings_of_a_flag_are_counted(text, sensor, starts):
    (told,) = steps(text)
    assert (told.sensors, told.values.get("stops"), told.values.get("starts", False)) == ([sensor], True, starts)


@pytest.mark.parametrize(
    "text", ["how long was T1 above 80 and P1 below 3?", "温度超过80且压力低于3多久", "温度超80且压力低于3的时间有多长"]
)
def test_two_limits_of_one_question_hold_at_once(text):
    (label,) = steps(text, "label")
    assert [(part["limit"], part["side"]) for part in label.values["all"]] == [(80.0, "above"), (3.0, "below")]
    assert label.values["lasting"]
    assert len(steps("label T1 above 80 and P1 below 3", "label")) == 2


def test_what_a_condition_is_of_and_no_column_measures_is_said():
    base = request("负荷高的时候温度平均多少", sensors=[Sensor(name="温度", unit="℃"), Sensor(name="电流", unit="A")])
    said = worded.read(base.text, base)
    assert worded.applied(rules.plan(base), said).unknown == ["负荷"]

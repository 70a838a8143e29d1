"""Sensors that a request leaves out: by name, by number, before or behind the verb, or as "it"."""

import pytest

from roles.planning.columns.numbered import bearing
from roles.planning.parts.ignoring import left_out
from roles.planning.rules import plan
from roles.planning.types import Request
from roles.planning.words import normal
from roles.types import Sensor

PRESS = [Sensor(name=name) for name in ("S1", "S2", "S3", "S4", "pump_current", "plain")]


def sensors(*names):
    return [Sensor(name=name) for name in names]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ignore sensor 3", ["S3"]),
        ("exclude sensor no. 3 and look again", ["S3"]),
        ("leave sensor three out", ["S3"]),
        ("without S3", ["S3"]),
        ("S3 is broken, leave it out", ["S3"]),
        ("S3 and S4 are both faulty. Leave them out, what is wrong?", ["S3", "S4"]),
        ("S3 should be ignored", ["S3"]),
        ("exclude the pump current", ["pump_current"]),
        ("skip S1 and S2", ["S1", "S2"]),
        ("忽略3号测点", ["S3"]),
        ("忽略测点3，重新分析", ["S3"]),
        ("别管S3", ["S3"]),
        ("不看S3和S4", ["S3", "S4"]),
        ("三号传感器坏了，不要看它", ["S3"]),
        ("S3坏了，别管，看看其他的", ["S3"]),
        ("S3不用看，其他有问题吗", ["S3"]),
    ],
)
def test_sensors_are_left_out_however_it_is_said(text, names):
    found = left_out(normal(text), PRESS)
    assert (found.names, found.unclear) == (names, {})


@pytest.mark.parametrize(
    "text",
    [
        "do not ignore S3",
        "should I ignore S3?",
        "why did you ignore S3?",
        "不要忽略S3",
        "为什么忽略S3",
        "S3 jumped, why? leave it to me",
        "why does S3 not follow S4?",
        "S3和S4的关系",
    ],
)
def test_what_stays_in_stays_in(text):
    found = left_out(normal(text), PRESS)
    assert (found.names, found.unclear, found.text) == ([], {}, normal(text))


@pytest.mark.parametrize(
    ("text", "unclear"),
    [
        ("ignore sensor 9", {"sensor 9": []}),
        ("忽略9号测点", {"9号测点": []}),
        ("ignore S99 and check", {"S99": []}),
        ("exclude the argon flow", {"argon flow": []}),
        ("without the argon flow", {"argon flow": []}),
    ],
)
def test_what_no_sensor_is_called_is_kept_for_a_sentence(text, unclear):
    found = left_out(normal(text), PRESS)
    assert (found.names, found.unclear) == ([], unclear)


def test_a_number_that_several_bear_leaves_none_out():
    both = sensors("S3", "TC3", "S4")
    assert left_out(normal("ignore sensor 3"), both).unclear == {"sensor 3": ["S3", "TC3"]}
    assert left_out(normal("忽略3号测点"), both).unclear == {"3号测点": ["S3", "TC3"]}


def test_all_sensors_are_never_left_out():
    found = left_out(normal("ignore S3 and S4"), sensors("S3", "S4"))
    assert (found.names, found.unclear) == ([], {"": ["S3", "S4"]})


@pytest.mark.parametrize(
    ("names", "number", "found"),
    [
        (["S03", "S13"], 3, ["S03"]),
        (["测点3", "测点13"], 3, ["测点3"]),
        (["sensor_3", "pump_3_speed"], 3, ["sensor_3"]),
        (["L2_S1", "L2_S2", "L2_S3"], 2, ["L2_S2"]),
        (["三号烘缸压力", "四号烘缸压力"], 3, ["三号烘缸压力"]),
        (["S3_upper", "S3_lower"], 3, ["S3_upper", "S3_lower"]),
        (["valve_0.3", "S1"], 3, []),
    ],
)
def test_a_column_bears_its_own_number(names, number, found):
    assert bearing(number, sensors(*names)) == found


@pytest.mark.parametrize(("text", "lang"), [("plot sensor 3", "en"), ("画出3号测点", "zh")])
def test_a_sensor_is_plotted_by_its_number(text, lang):
    (task,) = plan(Request(text=text, lang=lang, sensors=PRESS)).subtasks
    assert (task.kind, task.sensors) == ("plot", ["S3"])


def test_a_number_that_none_or_several_bear_is_said_to_be_unknown():
    assert plan(Request(text="plot sensor 9", lang="en", sensors=PRESS)).unknown == ["sensor 9"]
    assert plan(Request(text="plot sensor 3", lang="en", sensors=sensors("S3", "TC3"))).unknown == ["sensor 3"]

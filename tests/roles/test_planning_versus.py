"""Two columns held against each other, and what only sounds so."""

import pytest

from roles.manager import MANAGER
from roles.planning.wants.versus import compared
from roles.planning.words import normal
from roles.types import Sensor
from tests.roles.test_planning import request

UNITS = {"DS bearing temp": "C", "TS bearing temp": "C", "DS vibration": "mm/s", "Load": "kN"}
MILL = [Sensor(name=name, unit=unit) for name, unit in UNITS.items()]
WORKS = [Sensor(name=n, unit="℃") for n in ("入口温度", "出口温度", "环境温度")]


@pytest.mark.parametrize(
    ("text", "one", "other", "way", "yes_no"),
    [
        ("is DS bearing temp hotter than TS bearing temp?", "DS bearing temp", "TS bearing temp", "above", True),
        ("Is DS hotter than TS?", "DS bearing temp", "TS bearing temp", "above", True),
        ("was TS colder than DS between 06:00 and 08:00?", "TS bearing temp", "DS bearing temp", "below", True),
        ("which is hotter, DS or TS bearing temp?", "DS bearing temp", "TS bearing temp", "above", False),
        ("how much hotter is DS than TS?", "DS bearing temp", "TS bearing temp", "above", False),
        ("difference between DS bearing temp and TS bearing temp", "DS bearing temp", "TS bearing temp", "", False),
        ("compare DS bearing temp with TS bearing temp", "DS bearing temp", "TS bearing temp", "", False),
        ("出口温度比入口温度高吗？", "出口温度", "入口温度", "above", True),
        ("出口温度比入口温度低多少", "出口温度", "入口温度", "below", False),
        ("入口温度和出口温度哪个高", "入口温度", "出口温度", "above", False),
        ("入口温度与出口温度相差多少", "入口温度", "出口温度", "", False),
    ],
)  # fmt: skip
def test_two_columns_are_compared(text, one, other, way, yes_no):
    found = compared(normal(text), (), MILL if text.isascii() else WORKS)
    assert found is not None
    assert (found.one, found.other, found.way, found.yes_no) == (one, other, way, yes_no)


@pytest.mark.parametrize(
    "text",
    [
        "is DS bearing temp higher than usual?",
        "is DS bearing temp higher than yesterday?",
        "why is DS bearing temp hotter than TS bearing temp?",
        "when was DS bearing temp hotter than TS bearing temp?",
        "is DS higher than TS?",  # a temperature or a vibration?
        "plot DS bearing temp and TS bearing temp",
        "出口温度比昨天高吗",
        "为什么出口温度比入口温度高",
    ],
)
def test_what_only_sounds_so_is_no_comparison(text):
    sensors = [*MILL, Sensor(name="TS vibration", unit="mm/s")] if text.isascii() else WORKS
    assert compared(normal(text), (), sensors) is None


def test_a_comparison_is_counted_and_drawn_and_what_else_was_asked_is_done_too():
    steps = MANAGER.rules(
        request("is DS bearing temp hotter than TS bearing temp between 02:00 and 03:00?", sensors=MILL)
    )
    told, drawn = [task for task in steps.subtasks if task.kind in ("statistics", "plot")]
    assert (told.kind, told.sensors) == ("statistics", ["DS bearing temp", "TS bearing temp"])
    assert told.values == {"than": "TS bearing temp", "way": "above", "yes_no": True}
    assert told.start is not None
    assert (drawn.kind, drawn.start) == ("plot", told.start)
    both = MANAGER.rules(request("compare DS bearing temp and TS bearing temp. what is wrong?", sensors=MILL))
    assert {"statistics", "diagnose"} <= {task.kind for task in both.subtasks}

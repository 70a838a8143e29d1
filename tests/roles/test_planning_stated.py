"""States of a text column: rows that are narrowed down to one, and how long one lasts at a time."""

import pytest

from roles.planning.parts.leaving import narrowed
from roles.planning.parts.stated import asks_how_long
from roles.planning.rules import plan
from roles.planning.types import Request
from roles.types import Sensor

TEXTS = {"Phase": ["Heating", "Holding", "Cooling", "Idle"]}
CHINESE = {"工序": ["加热", "保温", "冷却", "空闲"]}
SENSORS = [Sensor(name="R2 temperature", unit="°C"), Sensor(name="R2 pressure", unit="bar")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("how long does the heating phase take?", "Heating"),
        ("how long does heating take on average", "Heating"),
        ("how long was it idle?", "Idle"),
        ("duration of each cooling phase", "Cooling"),
        ("加热阶段平均多长时间", "Heating"),
        ("每次保温多久？", "Holding"),
        ("how long was the temperature above 90 while heating?", None),
        ("how long was R2 pressure low during cooling?", None),
        ("how long until it is cooling?", None),
        ("average temperature in the holding phase", None),
    ],
)
def test_how_long_a_state_lasts_is_asked_of_the_state_alone(text, value):
    assert asks_how_long(text.lower(), TEXTS) == (("Phase", value) if value else None)


@pytest.mark.parametrize(
    ("text", "texts", "kept", "rest"),
    [
        ("average temperature in the holding phase", TEXTS, {"Phase": ["Holding"]}, "average temperature"),
        ("maximum pressure while cooling", TEXTS, {"Phase": ["Cooling"]}, "maximum pressure"),
        ("保温阶段的平均温度", TEXTS, {"Phase": ["Holding"]}, "的平均温度"),
        ("mean temperature during heating", CHINESE, {"工序": ["加热"]}, "mean temperature"),
        ("冷却时段最高压力", CHINESE, {"工序": ["冷却"]}, "最高压力"),
        ("the heating is too slow, why?", TEXTS, {}, "the heating is too slow, why?"),
        ("cooling water pressure in the last hour", TEXTS, {}, "cooling water pressure in the last hour"),
        ("resample in 1 minute steps", {"line": ["1", "2"]}, {}, "resample in 1 minute steps"),
    ],
)
def test_a_state_narrows_down_where_it_is_spoken_of_as_one(text, texts, kept, rest):
    assert narrowed(text, text, texts) == (kept, rest)


def test_the_plan_asks_for_the_visits_to_the_state_in_the_time_that_is_named():
    request = Request(text="how long does the heating phase take?", lang="en", sensors=SENSORS, texts=TEXTS)
    (task,) = plan(request).subtasks
    assert (task.kind, task.values) == ("statistics", {"state": "Phase", "value": "Heating"})

"""What is asked of the causal graph, and what is a diagnosis, a limit or a picture instead."""

import pytest

from roles.manager import MANAGER
from roles.planning.wants.graphed import linked
from roles.planning.words import normal
from roles.types import Sensor
from tests.roles.rendering import plan_text
from tests.roles.test_planning import request

PLANT = [Sensor(name=n) for n in ("feed_flow", "vessel_pressure", "outlet_temp", "motor_current")]
KILN = [Sensor(name=n) for n in ("生料喂料量", "窑速", "窑主机电流", "窑尾温度", "NOx")]


@pytest.mark.parametrize(
    ("text", "kind", "cause", "effect"),
    [
        ("what drives outlet_temp?", "into", "", "outlet_temp"),
        ("what causes outlet_temp to change?", "into", "", "outlet_temp"),
        ("which sensors affect the outlet temp the most?", "into", "", "outlet_temp"),
        ("does feed_flow cause vessel_pressure, and after what delay?", "pair", "feed_flow", "vessel_pressure"),
        ("is outlet_temp driven by feed_flow?", "pair", "feed_flow", "outlet_temp"),
        ("how sure is the edge feed_flow -> vessel_pressure? p-value?", "pair", "feed_flow", "vessel_pressure"),
        ("is feed_flow related to outlet temp", "between", "feed_flow", "outlet_temp"),
        ("what does feed flow affect?", "out_of", "feed_flow", ""),
        ("which sensor drives the others?", "most", "", ""),
        ("correlation between feed_flow and outlet_temp at lag 4 min", "correlation", "feed_flow", "outlet_temp"),
        ("what happens to outlet_temp if I raise feed_flow by 5 m3/h?", "if_changed", "feed_flow", "outlet_temp"),
        ("NOx怎么受喂料量影响", "pair", "生料喂料量", "NOx"),
        ("窑速和NOx有没有关系", "between", "窑速", "NOx"),
        ("什么影响窑尾温度？", "into", "", "窑尾温度"),
        ("窑速影响什么", "out_of", "窑速", ""),
        ("把喂料量提高5吨窑尾温度会怎么变", "if_changed", "生料喂料量", "窑尾温度"),
    ],
)  # fmt: skip
def test_questions_to_the_graph_are_read_with_their_direction(text, kind, cause, effect):
    asked = linked(normal(text), PLANT if text.isascii() else KILN)
    assert asked is not None
    assert (asked.kind, asked.causes, asked.effects) == (kind, tuple(cause.split()), tuple(effect.split()))


@pytest.mark.parametrize(
    "text",
    [
        "what caused the drop of vessel_pressure at 02:00?", "what causes stopper clogging?",
        "why does outlet_temp rise?",
        "what causes the outlet_temp swings?", "what is causing the outlet_temp rise", "does outlet_temp exceed 90?",
        "plot feed_flow and outlet_temp", "compare feed_flow with outlet_temp", "是什么导致窑尾温度报警",
        "窑尾温度为什么升高", "画窑速和NOx的关系图",
    ],
)  # fmt: skip
def test_what_happened_and_what_is_general_is_not_asked_of_the_graph(text):
    assert linked(normal(text), PLANT if text.isascii() else KILN) is None


def test_a_lag_and_how_sure_are_heard():
    assert linked(normal("correlation of feed_flow and outlet_temp at lag 4 min"), PLANT).lag_s == 240
    assert linked(normal("how sure is the edge feed_flow -> outlet_temp?"), PLANT).sure
    assert not linked(normal("does feed_flow drive outlet_temp?"), PLANT).sure


@pytest.mark.parametrize(
    "text",
    ["does the casting speed drive the mould level?", "what causes the mould level to change?", "拉速对液位有影响吗"],
)
def test_a_question_to_the_graph_plans_the_graph(text):
    given = request(text)
    plan = MANAGER.rules(given)
    assert plan_text(plan) == "clean() causes()"
    assert MANAGER.check(given, plan) == []


def test_what_is_asked_beside_it_is_not_dropped():
    given = request("what affects the mould level? why is it jumping?")
    plan = MANAGER.rules(given)
    assert "diagnose" in {task.kind for task in plan.subtasks}
    assert MANAGER.check(given, plan) == []

""" "Plot it" draws what was spoken of last."""

import pytest

from roles.manager import Plan, Subtask
from roles.role import Outcome
from roles.types import Sensor
from workers.contracts import Question
from workers.looking.shown import Names
from workers.running.coreference import about_it

NAMES = Names({name: Sensor(name=name) for name in ("Load", "Motor current", "Oil temperature", "油温")}, {})


def drawn(text, before="", context="", sensors=()):
    plan = Outcome(Plan(lang="en", subtasks=[Subtask(order=1, kind="plot", sensors=list(sensors))]), "rules")
    question = Question(id="q", text=text, before=before, context=context)
    return about_it(plan, question, NAMES).output.subtasks[0].sensors


@pytest.mark.parametrize(
    ("text", "before", "sensors"),
    [
        ("plot it", "what is wrong?\nmean of motor current", ["Motor current"]),
        ("draw them again", "mean of load\nis the oil temperature ok?", ["Oil temperature"]),
        ("把它画出来", "油温正常吗", ["油温"]),
        ("plot it", "what is wrong?", []),
        ("plot the file", "mean of motor current", []),
    ],
)
def test_it_is_what_was_spoken_of_last(text, before, sensors):
    assert drawn(text, before) == sensors


def test_what_is_quoted_goes_first_and_a_plot_that_names_its_sensors_stays():
    assert drawn("plot it", "mean of load", context="Motor current rises") == ["Motor current"]
    assert drawn("plot it", "mean of load", sensors=["Oil temperature"]) == ["Oil temperature"]

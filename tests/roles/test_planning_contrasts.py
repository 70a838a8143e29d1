"""Questions how a sensor is while others meet a condition are answered from the readings, not labelled."""

import pytest

from tests.roles.test_planning_conditions import only, planned


@pytest.mark.parametrize(
    ("text", "sensor", "way"),
    [
        ("does motor current rise when load is above 80?", "Motor current", "above"),
        ("when load is above 80, does motor current rise?", "Motor current", "above"),
        ("does the motor current go up if load exceeds 80?", "Motor current", "above"),
        ("is motor current lower while load is above 80 %?", "Motor current", "below"),
        ("will motor current increase with load above 80?", "Motor current", "above"),
        ("does vibration de change when load is above 80?", "Vibration DE", "change"),
        ("does vibration de become unstable once load is above 80?", "Vibration DE", "spread"),
        ("烟气氧含量大于80时窑压会上升吗？", "窑压", "above"),
        ("当烟气氧含量高于80时，窑压是不是更低？", "窑压", "below"),
        ("窑压在烟气氧含量高于80时会升高吗", "窑压", "above"), ("如果烟气氧含量超过80，窑压会不会变", "窑压", "change"),
    ],
)  # fmt: skip
def test_a_yes_or_no_question_with_a_condition(text, sensor, way):
    tasks = planned(text)
    step = only(tasks, "statistics")
    assert {task.kind for task in tasks} == {"statistics", "plot"}
    assert (step.sensors, step.values["way"], step.values["yes_no"]) == ([sensor], way, True)
    (part,) = step.values["where"]["all"]
    assert (part["limit"], part["side"]) == (80.0, "above")


def test_an_open_question_takes_no_yes_or_no():
    step = only(planned("what happens to motor current when load is above 80?"), "statistics")
    assert (step.values["way"], "yes_no" in step.values) == ("", False)


@pytest.mark.parametrize(
    "text",
    [
        "when will motor current rise above 90?", "why does motor current rise when load is above 80?",
        "mark load above 80", "was load above 80?", "mean of motor current when load is above 80",
        "is motor current above 50 when load is above 80?", "负荷什么时候超过80的",
    ],
)  # fmt: skip
def test_other_requests_are_none(text):
    assert not any("against" in task.values for task in planned(text))

"""A band that is not left is kept to, however that is said."""

import pytest

from tests.roles.test_planning_conditions import only, planned


def label(text):
    return only(planned(text), "label").values


@pytest.mark.parametrize(
    "text",
    [
        "mark rows where load is not outside 30–40", "mark rows where load never leaves 30 to 40",
        "label load when it does not leave 30 to 40", "mark rows where load doesn't go outside the range 30 to 40",
        "mark rows where load has never left 30 to 40",
        "标出窑压不超出30到40的行", "标出窑压没离开30到40的行", "标出窑压从未跑出30~40的行",
        "标出窑压不在30到40之外的行",
    ],
)  # fmt: skip
def test_rows_that_do_not_leave_a_band_are_those_inside(text):
    values = label(text)
    assert (values["side"], values["low"], values["high"]) == ("inside", 30.0, 40.0)


@pytest.mark.parametrize(
    "text",
    [
        "mark rows where load leaves 30 to 40",
        "mark load not within 30 to 40",
        "mark load not between 30 and 40",
        "load must not leave 30 to 40, mark it",
        "标出窑压不在30到40之间的行",
        "窑压有没有超出30到40",
        "窑压超不超出30到40",
    ],
)
def test_what_leaves_it_or_must_not_is_outside(text):
    values = label(text)
    assert (values["side"], values.get("denied")) == ("outside", None)


@pytest.mark.parametrize(
    "text",
    [
        "is load never outside 30 to 40?", "does load stay within 30 to 40?", "was load always between 30 and 40?",
        "check that load never leaves 30 to 40", "窑压是否不超出30~40", "窑压从不离开30到40吗",
        "窑压一直在30到40之间吗",
    ],
)  # fmt: skip
def test_whether_it_is_kept_turns_on_the_rows_outside(text):
    values = label(text)
    assert (values["side"], values["low"], values["high"], values["denied"]) == ("outside", 30.0, 40.0, True)


def test_a_band_that_is_not_left_picks_rows_out():
    step = only(planned("mean of motor current while load never leaves 30 to 40"), "statistics")
    part = step.values["where"]["all"][0]
    assert (step.sensors, part["sensor"], part["side"]) == (["Motor current"], "Load", "inside")


@pytest.mark.parametrize("text", ["is it ok to keep load between 30 and 40?", "窑压应该一直在30到40之间吗"])
def test_whether_it_should_be_kept_is_no_question_to_the_readings(text):
    assert "label" not in {task.kind for task in planned(text)}

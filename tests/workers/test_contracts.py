"""What crosses a boundary: no number that JSON cannot hold, and names that are kept whole."""

import pytest
from pydantic import ValidationError

from workers.contracts import Answer, Diagnosis, EdgeSaid, Evidence


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_can_not_hold_fails_where_the_answer_is_made(number):
    with pytest.raises(ValidationError):
        Answer(schema="andon.answer/1", question={}, diagnosis=Diagnosis(verdict="normal"), confidence=number)
    with pytest.raises(ValidationError):
        Evidence(id="a", source="s", title="t", quote="q", numbers=[number])


@pytest.mark.parametrize(("cause", "effect"), [("a", "b"), ("a>b", "c → d"), ('"', "液位>目标"), ("", ">")])
def test_an_edge_is_read_back_as_it_was_judged(cause, effect):
    which = EdgeSaid(cause=cause, effect=effect)
    assert EdgeSaid.of(which.aspect) == which


def test_an_aspect_of_the_whole_answer_is_no_edge_and_the_old_form_is_still_read():
    assert EdgeSaid.of("answer") is None
    assert EdgeSaid.of("edge:speed>level") == EdgeSaid(cause="speed", effect="level")
    assert len(EdgeSaid(cause="液" * 5000, effect="位" * 5000).aspect.encode()) < 2700

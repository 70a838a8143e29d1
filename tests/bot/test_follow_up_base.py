"""What a follow-up in a thread is about: the last answer, or the diagnosis before it where that one was a plot."""

import pytest

from bot.conversation import followups
from tests.bot.happening import answered, plotted
from tests.workers.diagnosed import diagnosed
from tests.workers.state.conftest import Beginnings


@pytest.mark.parametrize("kind", ["why", "order", "stop", "checklist", "manager"])
def test_a_follow_up_goes_back_over_plots_to_the_diagnosis(office, kind):
    begin = Beginnings(office.ledger)
    place = begin.conversation(thread="1.0")
    first = answered(office, begin, place, diagnosed())
    for _ in range(2):
        answered(office, begin, place, plotted())
    asked = begin.question(conversation=place)
    assert followups.base_of(office, asked, kind).id == first.id


def test_with_no_diagnosis_before_it_the_follow_up_is_about_the_last_answer(office):
    begin = Beginnings(office.ledger)
    place = begin.conversation(thread="1.0")
    answered(office, begin, place, plotted())
    last = answered(office, begin, place, plotted())
    assert followups.base_of(office, begin.question(conversation=place), "why").id == last.id


def test_a_newer_diagnosis_is_taken_before_an_older_one(office):
    begin = Beginnings(office.ledger)
    place = begin.conversation(thread="1.0")
    answered(office, begin, place, diagnosed())
    newer = answered(office, begin, place, diagnosed("unknown"))
    assert followups.base_of(office, begin.question(conversation=place), "order").id == newer.id

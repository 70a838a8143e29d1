"""The same file sent again: told once, with the answer that it had."""

import pytest

from bot.conversation import delivery
from bot.conversation.delivery import document_of
from bot.conversation.scene import spot_of
from tests.bot.test_accepting import office, outlet
from tests.bot.test_recalling import answered
from tests.workers.diagnosed import diagnosed
from tests.workers.pasts import ago
from tests.workers.state.conftest import Beginnings

__all__ = ["office", "outlet"]  # fixtures
FILE = {"id": "F1", "name": "strand2.csv"}


@pytest.fixture
def begin(office, outlet):
    return Beginnings(office.ledger)


def note(office, begin, place, document, files=(FILE,)):
    """What is noted below the answer to a question with a file, and that answer."""
    question = begin.question(text="any anomaly?", files=files, conversation=place)
    run = begin.run(question, text=question.text)
    return delivery.note_of(office, question, run, spot_of(office, question), document).last


def test_the_same_content_again_names_its_answer(office, begin):
    here = begin.conversation(thread="1.0")
    first = answered(office, begin, here, diagnosed())
    answered(office, begin, begin.conversation(thread="2.0"), ago(3))  # another file
    said = note(office, begin, begin.conversation(thread="3.0"), diagnosed())  # in another thread of the channel
    assert f"#A{first.id}: {first.headline}" in said


def test_other_content_a_question_without_a_file_and_another_channel_are_not_told_so(office, begin):
    here = begin.conversation(thread="1.0")
    first = answered(office, begin, here, diagnosed())
    assert note(office, begin, here, ago(3)) == ""
    assert note(office, begin, here, diagnosed(), files=()) == ""
    assert note(office, begin, begin.conversation(channel="C9", thread="9.0"), diagnosed()) == ""
    assert document_of(office, first).data.sha256

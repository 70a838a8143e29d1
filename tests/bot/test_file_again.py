"""The same file sent again: told once, with the answer that it had."""

from bot.conversation import delivery
from bot.conversation.delivery import document_of
from bot.conversation.scene import spot_of
from tests.bot.happening import answered
from tests.workers.diagnosed import diagnosed
from tests.workers.pasts import ago

FILE = {"id": "F1", "name": "strand2.csv"}


def note(office, begin, place, document, files=(FILE,)):
    """What is noted below the answer to a question with a file, and that answer."""
    question = begin.question(text="any anomaly?", files=files, conversation=place)
    run = begin.run(question, text=question.text)
    return delivery.note_of(office, question, run, spot_of(office, question), document).last


def read(office, begin, place, document):
    """An answer about a file, whose content is known as a worker notes it."""
    answer, data = answered(office, begin, place, document), document.data
    office.ledger.runs.remember_dataset(answer.run_id, place.id, file_name="strand2.csv", artifact="a", columns={},
                                        sha256=data.sha256)  # fmt: skip
    return answer


def test_the_same_content_again_names_its_answer(office, begin, monkeypatch):
    here = begin.conversation(thread="1.0")
    first = read(office, begin, here, diagnosed())
    read(office, begin, begin.conversation(thread="2.0"), ago(3))  # another file
    monkeypatch.setattr(office.store, "read_bytes", None)  # no answer is read for that
    said = note(office, begin, begin.conversation(thread="3.0"), diagnosed())  # in another thread of the channel
    assert f"#A{first.id}: {first.headline}" in said


def test_other_content_a_question_without_a_file_and_another_channel_are_not_told_so(office, begin):
    here = begin.conversation(thread="1.0")
    first = read(office, begin, here, diagnosed())
    assert note(office, begin, here, ago(3)) == ""
    assert note(office, begin, here, diagnosed(), files=()) == ""
    assert note(office, begin, begin.conversation(channel="C9", thread="9.0"), diagnosed()) == ""
    assert document_of(office, first).data.sha256


def test_an_answer_never_names_its_own_run_as_answered_before(office, begin):
    here, document = begin.conversation(thread="1.0"), diagnosed()
    own = read(office, begin, here, document)
    run = office.ledger.runs.get(own.run_id)
    assert delivery.answered_before(office, run, document) is None
    read(office, begin, here, document)  # a later one is none of before, either
    assert delivery.answered_before(office, run, document) is None

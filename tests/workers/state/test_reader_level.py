"""For whom answers are worded is remembered for a person, and what a follow-up is about is found."""

from datetime import timedelta

from workers.state.models import now


def test_a_level_is_kept_for_one_person_until_it_is_taken_back(ledger):
    anna = ledger.talk.person("slack", "T1", "U1", "Anna")
    ledger.talk.read_as(anna.id, "engineer")
    assert ledger.talk.person("slack", "T1", "U1", "Anna Berg").level == "engineer"
    assert ledger.talk.person("slack", "T1", "U2").level is None
    ledger.talk.read_as(anna.id, None)
    assert ledger.talk.person("slack", "T1", "U1").level is None


def test_a_follow_up_is_about_the_newest_answer_of_its_conversation(ledger, begin):
    long_ago = now() - timedelta(hours=1)
    here, there = begin.conversation(), begin.conversation("C2")
    first = begin.answer(begin.run(begin.question(conversation=here)))
    begin.answer(begin.run(begin.question(conversation=there)))
    second = begin.answer(begin.run(begin.question(conversation=here)))
    asked = begin.question(conversation=here)
    assert ledger.answers.newest_before(asked, long_ago).id == second.id
    assert ledger.answers.newest_before(ledger.talk.question(second.question_id), long_ago).id == first.id
    assert ledger.answers.newest_before(asked, now() + timedelta(minutes=1)) is None


def test_in_private_all_threads_are_one_talk(ledger, begin):
    first, second = (begin.conversation("D1", thread, private=True) for thread in ("1", "2"))
    answer = begin.answer(begin.run(begin.question(conversation=first)))
    asked = begin.question(conversation=second)
    assert ledger.answers.newest_before(asked, now() - timedelta(hours=1)).id == answer.id

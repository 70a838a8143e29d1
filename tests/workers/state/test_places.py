"""Looking in a whole channel: with more threads than a statement takes parameters; and the same file in it."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from workers.state.models import Conversation, Run, now

THREADS = {"sqlite": 33_000, "postgresql": 66_000}  # SQLite takes 32,766 parameters, PostgreSQL's driver 65,535
FILE = {"id": "F1", "name": "a.csv"}


@pytest.mark.timeout(120)
def test_a_channel_of_more_threads_than_a_statement_takes_parameters(ledger, begin, databases):
    place = {"platform": "slack", "workspace": "T1", "channel": "D1", "private": True, "created": now()}
    rows = [{**place, "thread": str(number)} for number in range(THREADS[databases.kind])]
    with ledger.talk.writing() as session:
        session.execute(insert(Conversation), rows)
    here = begin.conversation("D1", "7", private=True)
    question = begin.question(conversation=here, files=[FILE])
    run = begin.run(question, artifact="a")
    ledger.runs.remember_dataset(run.id, here.id, file_name="a.csv", artifact="a", columns={"x": ""}, sha256="5" * 64)
    channel, before = ledger.talk.threads_of("slack", "T1", "D1"), now() - timedelta(hours=1)
    assert [q.id for q in ledger.talk.open_questions(channel)] == [question.id]
    answer = begin.answer(run, verdict="fault")
    other = begin.question(conversation=begin.conversation("D1", "8", private=True))
    assert [q.id for q in ledger.talk.asked_since(channel, before)] == [question.id, other.id]
    assert ledger.talk.files_since(channel, before)
    assert [a.id for a in ledger.answers.latest(channel)] == [answer.id]
    assert [a.id for a in ledger.answers.diagnosed(other, ["fault"])] == [answer.id]
    assert [r.id for r in ledger.runs.with_file(other.conversation_id, other.id)] == [run.id]
    assert ledger.answers.about_content(begin.run(other), channel, "5" * 64).id == answer.id


def test_the_threads_of_other_channels_and_places_are_not_looked_in(ledger, begin):
    for channel, workspace, platform in (("C2", "T1", "slack"), ("C1", "T2", "slack"), ("C1", "T1", "telegram")):
        elsewhere = begin.conversation(channel, workspace=workspace, platform=platform)
        begin.answer(begin.run(begin.question(conversation=elsewhere, files=[FILE])))
    channel, before = ledger.talk.threads_of("slack", "T1", "C1"), now() - timedelta(hours=1)
    assert ledger.answers.latest(channel) == ledger.talk.asked_since(channel, before) == []
    assert not ledger.talk.files_since(channel, before)
    begin.question(conversation=begin.conversation(thread="3.0"), files=[FILE])
    assert ledger.talk.files_since(channel, before)
    assert not ledger.talk.files_since(channel, now() + timedelta(hours=1))


def test_earlier_diagnoses_of_the_own_channel_alone_or_of_open_ones_too(ledger, begin):
    made = {}
    for name, channel, private in (("own", "C1", False), ("open", "C2", False), ("private", "D1", True)):
        there = begin.conversation(channel, thread="1.0", private=private)
        made[name] = begin.answer(begin.run(begin.question(conversation=there)), verdict="fault").id
    asked = begin.question(conversation=begin.conversation(thread="9.0"))
    assert [a.id for a in ledger.answers.diagnosed(asked, ["fault"])] == [made["open"], made["own"]]
    assert [a.id for a in ledger.answers.diagnosed(asked, ["fault"], own=True)] == [made["own"]]


def read(ledger, begin, verdict="fault", content="5" * 64, channel="C1"):
    """A run that read a file of this content and was answered."""
    here = begin.conversation(channel, thread="1.0")
    run = begin.run(begin.question(conversation=here))
    ledger.runs.remember_dataset(run.id, here.id, file_name="a.csv", artifact="a", columns={"x": ""}, sha256=content)
    return run, begin.answer(run, verdict=verdict)


def test_the_same_content_is_found_in_the_newest_earlier_answer_that_is_kept_and_never_in_the_own_run(ledger, begin):
    channel = ledger.talk.threads_of("slack", "T1", "C1")

    def found(run):
        answer = ledger.answers.about_content(run, channel, "5" * 64, without=("failed",))
        return answer.id if answer is not None else None

    first, answer = read(ledger, begin)
    assert found(first) is None  # itself
    second, newer = read(ledger, begin)
    read(ledger, begin, content="6" * 64)
    read(ledger, begin, channel="C2")
    read(ledger, begin, verdict="failed")
    third, _ = read(ledger, begin)
    assert (found(third), found(second)) == (newer.id, answer.id)
    with ledger.runs.writing() as session:
        session.get(Run, second.id).deleted = now()
    assert found(third) == answer.id

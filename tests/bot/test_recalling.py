"""Earlier times in a conversation: told from what may be read where it is asked, and nothing of other people's private
talks."""

import pytest
from sqlalchemy.event import listen

from bot.conversation import digest, followups, recalling
from bot.conversation.delivery import document_of
from tests.bot.happening import answered
from tests.workers.pasts import ago
from workers.contracts import PlanStep, Question

pytestmark = pytest.mark.usefixtures("knowledge")


def asked(office, begin, place, text="did we have this before?", insider=True):
    """The answer to a question about earlier times, whole; None when it is not taken as one."""
    question = begin.question(text=text, conversation=place)
    if not recalling.begin(office, question, Question(id=str(question.id), text=text), insider=insider):
        return None
    run = office.ledger.runs.of(question.id)
    job = office.ledger.jobs.get(f"run:{run.id}:recall")
    recalling.recall(office, **job.args)
    return document_of(office, office.ledger.answers.of_question(question.id))


@pytest.mark.parametrize(
    ("channel", "private", "insider", "told"),
    [
        ("C1", False, True, True),  # another thread of the channel
        ("C1", False, False, True),  # which a guest reads, too
        ("C_OPEN", False, True, True),
        ("C_OPEN", False, False, False),  # people of another organisation read in their channel alone
        ("C_CLOSED", False, True, False),  # a private channel
        ("D_BOB", True, True, False),  # somebody else's direct messages
    ],
)
def test_earlier_times_come_from_where_the_asker_may_read(office, begin, channel, private, insider, told):
    there = begin.conversation(channel=channel, thread="5.0", private=private)
    before = answered(office, begin, there, ago(30))
    here = begin.conversation(thread="9.0")
    answered(office, begin, here, ago(0))
    document = asked(office, begin, here, insider=insider)
    assert (f"#A{before.id}" in document.text) == told
    assert document.text.startswith("Yes" if told else "Not that I know of")


def test_a_private_talk_knows_its_own_earlier_times(office, begin):
    mine = [begin.conversation(channel="D_ANNA", thread=thread, private=True) for thread in ("1.0", "2.0")]
    before = answered(office, begin, mine[0], ago(30))
    answered(office, begin, mine[1], ago(0))
    assert f"#A{before.id}" in asked(office, begin, mine[1]).text


def test_votes_and_the_outcome_of_the_repair_are_told(office, begin):
    here = begin.conversation(thread="9.0")
    before = answered(office, begin, here, ago(30))
    for user, verdict, aspect in (("U1", "agree", "answer"), ("U2", "agree", "answer"), ("U1", "fixed", "outcome")):
        office.ledger.answers.judge(before.id, user, verdict, aspect=aspect)
    office.ledger.answers.judge(before.id, "U3", "disagree", right="the nozzle was misaligned")
    answered(office, begin, here, ago(0))
    text = asked(office, begin, here, "how did we fix it last time?").text
    assert "agreed 2; disagreed 1; repaired and fixed, said 1; " in text
    assert "waits for a keeper (1)" in text
    assert "misaligned" not in text


def test_without_anything_before_it_only_the_own_channel_is_told_of(office, begin):
    answered(office, begin, begin.conversation(channel="C_OPEN", thread="5.0"), ago(3))
    here = begin.conversation(thread="9.0")
    assert asked(office, begin, here, "what was it last time?").text.startswith("Not that I know of")
    own = answered(office, begin, begin.conversation(thread="8.0"), ago(30))
    with office.ledger.answers.writing() as session:  # as if it were long ago: no follow-up is about it any more
        session.get(type(own), own.id).created = ago(30).data.start
    assert f"#A{own.id}" in asked(office, begin, here, "what was it last time?").text


def test_what_was_said_of_earlier_answers_is_read_at_once_and_each_answer_once(office, begin, monkeypatch):
    here, document = begin.conversation(thread="9.0"), ago(30)
    made = [answered(office, begin, here, document) for _ in range(30)]
    office.ledger.answers.judge(made[3].id, "U1", "agree")
    question, statements, reads = begin.question(conversation=here), [], []
    read = office.store.read_bytes
    monkeypatch.setattr(office.store, "read_bytes", lambda key: reads.append(key) or read(key))
    listen(office.ledger.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    found = list(recalling.pasts(office, question, made[0], wide=True))
    assert [past.ref for past in found] == [f"#A{answer.id}" for answer in reversed(made[1:])]
    assert [past.said.agree for past in found if past.ref == f"#A{made[3].id}"] == [1]
    assert len(reads) == len(set(reads)) == len(found)
    assert len(statements) < 10


def test_a_log_answers_for_itself(office, begin):
    here = begin.conversation(thread="9.0")
    counted = ago(0).model_copy(update={"plan": [PlanStep(order=1, kind="log", text="count")]})
    answered(office, begin, here, counted)
    assert asked(office, begin, here) is None


def test_a_follow_up_afterwards_is_about_the_diagnosis_of_now_and_the_digest_counts_it_not(office, begin):
    here = begin.conversation(thread="9.0")
    answered(office, begin, here, ago(30))
    now = answered(office, begin, here, ago(0))
    told = asked(office, begin, here)
    assert followups.base_of(office, begin.question(conversation=here), "order").id == now.id
    assert told.text.splitlines()[0] not in "\n".join(digest.lines(office, here, "en"))
    newest = office.ledger.answers.latest([here.id], limit=1)[0]
    assert followups.original(office, newest)[0].id == now.id - 1  # words on it are about the one that it tells of

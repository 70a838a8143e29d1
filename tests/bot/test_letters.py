"""Dead letters that are tried again: whoever asked gets the answer; what is over or asked anew is left alone."""

from argparse import Namespace

import pytest

import bot.tasks  # the chat queue's tasks
import workers.tasks as computing
from bot.conversation import asking, outlets
from tests.bot.happening import event, fail_for_good, feed
from workers.commands.letters import replay
from workers.queues.work import carry_out
from workers.state.models import Job

assert bot.tasks


def work_off(office, *without):
    """Carry out all that is due, until nothing is but jobs of the tasks `without`."""
    while jobs := [j for j in office.ledger.jobs.to_hint(-1) if j.task not in without]:
        for job in jobs:
            carry_out(office, job.key)


def try_all(office, capsys):
    """`andon letters replay --all`; gives what it prints."""
    capsys.readouterr()
    assert replay(Namespace(lang="en", all=True, key=None), office.settings) == 0
    return capsys.readouterr().out


def broken(*_args, **_named):
    raise ZeroDivisionError


@pytest.fixture
def failed(office, monkeypatch):
    """A question whose first stage failed for good, and of which that was said."""
    feed(office, event("slack:T:C1:2.0", text="what are the signs of stopper clogging?", addressed=True))
    work_off(office, "runs.stage")
    question = office.ledger.talk.find_question("slack:T:C1:2.0")
    with monkeypatch.context() as patch:
        patch.setattr(computing, "perform", broken)
        letter = fail_for_good(office, f"run:{office.ledger.runs.of(question.id).id}:plan")
    assert letter.state == "dead"
    work_off(office)
    assert letter.ref in said(office)
    return question


def said(office):
    return "\n".join(outlets.outlet_for("slack", office.settings).posts)


def test_a_question_that_failed_for_good_is_answered_when_its_letter_is_tried_again(office, failed, capsys):
    assert "Tried again: 1" in try_all(office, capsys)
    work_off(office)
    (anew,) = [q for q in office.ledger.talk.asked_since([failed.conversation_id], failed.created) if q.id != failed.id]
    answer = office.ledger.answers.of_question(anew.id)
    assert (anew.state, answer.verdict) == ("answered", "answered")
    assert answer.headline in said(office)
    assert office.ledger.jobs.dead() == []
    assert "Tried again: 0" in try_all(office, capsys)


def test_two_dead_stages_of_one_question_ask_it_anew_once(office, failed, capsys):
    run = office.ledger.runs.of(failed.id)
    with office.ledger.jobs.writing() as session:
        first = session.get(Job, f"run:{run.id}:plan")
        session.add(Job(key=f"run:{run.id}:causes", task="runs.stage", queue="cpu", state="dead", args=first.args))
    try_all(office, capsys)
    work_off(office, "runs.stage")
    asked = office.ledger.talk.asked_since([failed.conversation_id], failed.created)
    assert len(asked) == 2
    assert office.ledger.jobs.dead() == []


def test_what_somebody_asked_again_meanwhile_is_not_asked_by_a_letter_too(office, failed, capsys):
    asking.again(office, failed, "a press")
    work_off(office)
    assert "Tried again: 0" in try_all(office, capsys)
    assert len(office.ledger.talk.asked_since([failed.conversation_id], failed.created)) == 2


def test_what_could_not_be_gathered_for_good_is_gathered_when_the_letter_is_tried_again(office, capsys, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("bot.conversation.gathering.request_of", broken)
        feed(office, event("slack:T:C1:3.0", text="why?", addressed=True))
        question = office.ledger.talk.find_question("slack:T:C1:3.0")
        (key,) = [j.key for j in office.ledger.jobs.to_hint(-1) if j.task == "chat.gather"]
        assert fail_for_good(office, key).state == "dead"
    work_off(office)
    assert "Tried again: 1" in try_all(office, capsys)
    work_off(office, "runs.stage")
    anew = office.ledger.talk.find_question(f"again:{question.id}:letters")
    assert office.ledger.runs.of(anew.id).state == "queued"


def test_a_letter_whose_question_is_still_open_goes_on_where_it_stopped(office, monkeypatch, capsys):
    monkeypatch.setattr(computing, "internal_sentence", broken)  # nobody could be told
    feed(office, event("slack:T:C1:2.0", text="what are the signs of stopper clogging?", addressed=True))
    work_off(office, "runs.stage")
    question = office.ledger.talk.find_question("slack:T:C1:2.0")
    with monkeypatch.context() as patch:
        patch.setattr(computing, "perform", broken)
        fail_for_good(office, f"run:{office.ledger.runs.of(question.id).id}:plan")
    assert "Tried again: 1" in try_all(office, capsys)
    work_off(office)
    assert office.ledger.answers.of_question(question.id).verdict == "answered"

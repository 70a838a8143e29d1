"""Whose a question is and who may stop it, ask it again, or change what others get."""

from contextlib import closing

import pytest

import bot.tasks
import workers.tasks
from tests.bot.happening import PRODUCTION, event, feed, waiting
from tests.services import hurry
from workers.knowledge.opening import open_knowledge
from workers.queues.work import carry_out

pytestmark = pytest.mark.usefixtures("knowledge")
assert bot.tasks
assert workers.tasks
GROUP = {"platform": "telegram", "workspace": "", "channel": "-100", "thread": ""}


@pytest.fixture
def named():
    return PRODUCTION


def work_off(office):
    """Do all jobs that wait, and what follows from them."""
    for _ in range(20):
        keys = [job.key for job in waiting(office)]
        if not keys:
            return
        for key in keys:
            hurry(office.ledger.jobs, key)
            carry_out(office, key)
    raise AssertionError(keys)


def asked(office, key="slack:T:C1:2.0", user="U1", **more):
    feed(office, event(key, text="why is strand 1 high?", user=user, **more))
    return office.ledger.talk.find_question(key)


def state(office, question):
    return office.ledger.talk.question(question.id).state


# Asked again


def test_what_the_crew_wanted_learnt_is_a_candidate_also_when_a_keeper_has_it_asked_again(office):
    words = "remember: the stopper of strand 2 is exchanged every 400 heats"
    feed(office, event("slack:T:C1:2.0", text=words, user="U1", user_name="Bo"))
    first = office.ledger.talk.find_question("slack:T:C1:2.0")
    feed(office, event("s", "press", action="stop", value=str(first.id), user="U1"))
    feed(office, event("a", "press", action="again", value=str(first.id), user="U9", user_name="Li"))
    anew = office.ledger.talk.find_question(f"again:{first.id}:a")
    assert (anew.user, anew.user_name, anew.text) == ("U1", "Bo", words)
    work_off(office)
    assert state(office, anew) == "answered"
    with closing(open_knowledge(office.settings)) as store:
        (passage,) = [p for p in store.list() if "400 heats" in p.text]
    assert (passage.status, passage.author) == ("candidate", "U1")


@pytest.mark.parametrize("action", ["stop", "again"])
@pytest.mark.parametrize("value", ["{id}", "99999", "²", "123456789012345678901234567890", ""])
def test_a_press_of_another_chat_on_a_question_of_a_private_one_does_nothing(office, action, value):
    private = {**GROUP, "channel": "7", "private": True}
    question = asked(office, "telegram:9:7:1", user="7", message="1", **private)
    there = {**GROUP, "channel": "66", "private": True}
    pressed = event("p", "press", action=action, value=value.format(id=question.id), user="66", message="5", **there)
    assert feed(office, pressed).state == "done"
    assert state(office, question) == "gathering"
    assert office.ledger.talk.find_question(f"again:{question.id}:p") is None


def test_whoever_reads_a_question_may_stop_it_by_its_button(office):
    question = asked(office)
    feed(office, event("s", "press", action="stop", value=str(question.id), user="U2"))
    assert state(office, question) == "stopped"


# The word


@pytest.mark.parametrize("words", ["算了", "停", "stop", "never mind", "cancel it"])
@pytest.mark.parametrize("place", [GROUP, {}])
def test_a_stop_said_to_nobody_stops_the_speakers_own_questions_alone(office, words, place):
    of_one = asked(office, "k:1", message="1", **place)
    of_two = asked(office, "k:2", user="U2", message="2", **place)
    feed(office, event("k:3", text=words, user="U2", addressed=False, message="3", **place))
    assert (state(office, of_one), state(office, of_two)) == ("gathering", "stopped")


def test_a_stop_said_to_andon_stops_all_that_is_worked_on_there(office):
    questions = [asked(office, f"k:{user}", user=user, message=user) for user in ("U1", "U2")]
    feed(office, event("k:3", text="stop", user="U2", message="3"))
    assert [state(office, question) for question in questions] == ["stopped", "stopped"]


@pytest.mark.parametrize("kind", ["command", "message"])
def test_who_only_reads_stops_nothing(office, outlet, kind):
    question = asked(office)
    how = {"action": "stop"} if kind == "command" else {"text": "stop"}
    feed(office, event("k:3", kind, user="U8", message="3", **how))
    assert state(office, question) == "gathering"
    assert "Your role does not allow this" in "".join(outlet.posts + [said for _, said in outlet.whispers])


# The digest


def digests(office, user, words):
    feed(office, event(f"d:{user}:{words}", text=words, user=user, message=words))
    return [each.clock for each in office.ledger.answers.subscriptions()]


def test_who_only_reads_sees_the_digest_and_changes_it_not(office, outlet):
    assert digests(office, "U8", "digest 05:50") == []
    assert "role" in outlet.posts[-1]
    assert digests(office, "U1", "digest 05:50") == ["05:50"]
    assert digests(office, "U8", "digest off") == ["05:50"]
    assert digests(office, "U8", "digest") == ["05:50"]
    assert "role" not in outlet.posts[-1]
    assert digests(office, "U1", "digest 关闭") == []

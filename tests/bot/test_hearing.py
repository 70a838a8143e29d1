"""Whom a message in a thread is for, what is said to courtesy, and what is right, said in words: the whole way of an
event through a worker."""

import pytest

from bot.conversation import outlets
from tests.bot.happening import event, feed
from tests.workers.state.conftest import Beginnings
from workers.followups.answering import KINDS


def say(office, text, user="U1", number=[10], **more):  # noqa: B006  each message has a number of its own
    number[0] += 1
    feed(office, event(f"slack:T:C1:{number[0]}.0", message=f"{number[0]}.0", text=text, user=user, **more))
    return office.ledger.talk.find_question(f"slack:T:C1:{number[0]}.0")


@pytest.fixture
def several(office, answer):
    """The thread of an answer that U1 asked for, in which U2 has said something, too."""
    say(office, "morning all", user="U2", addressed=False)
    return answer


@pytest.fixture
def alone(office):
    """A thread that U1 began with a question, and where nobody else spoke."""
    feed(office, event("slack:T:C1:1.0", message="1.0", text="what is wrong?"))
    begin = Beginnings(office.ledger)
    return begin.answer(begin.run(office.ledger.talk.find_question("slack:T:C1:1.0")))


@pytest.mark.parametrize("text", ["thanks mate", "Lunch at 12?", "yes closed at 6", "@kat and S9?", "收到", "我去看看"])
@pytest.mark.parametrize("user", ["U1", "U2"])
def test_people_of_a_thread_are_left_alone(office, outlet, several, text, user):
    assert say(office, text, user=user, addressed=False) is None
    assert outlet.posts == []


@pytest.mark.parametrize("text", ["and S9?", "which valve?", "plot the pressure", "S9呢？"])
@pytest.mark.parametrize("user", ["U1", "U2"])
def test_whoever_asks_in_a_thread_is_answered_without_a_mention(office, several, text, user):
    assert say(office, text, user=user, addressed=False) is not None


def test_a_person_alone_with_it_gets_a_courtesy_for_thanks_and_an_answer_for_everything_else(office, outlet, alone):
    assert say(office, "thanks mate", addressed=False) is None
    assert say(office, "好的", addressed=False) is None
    assert outlet.posts[-2:] == ["You are welcome.", "好的。"]
    assert say(office, "steam pressure low after three", addressed=False) is not None
    assert say(office, "we have high vibration on pump 2", addressed=False) is not None
    say(office, "ok", user="U2", addressed=False)
    assert say(office, "thanks mate", addressed=False) is None
    assert len([post for post in outlet.posts if "welcome" in post]) == 1  # two talk here now


def test_a_mention_with_thanks_is_a_courtesy_in_any_thread(office, outlet, several):
    assert say(office, "thanks a lot") is None
    assert outlet.posts == ["You are welcome."]


def test_commands_in_words_work_in_a_thread_without_a_mention(office, outlet, several):
    assert say(office, "digest 05:50", addressed=False) is None
    assert "05:50" in outlet.posts[-1]
    wanted = office.ledger.answers.subscriptions()
    assert [office.ledger.talk.get_conversation(each.conversation_id).thread for each in wanted] == [""]
    say(office, "digest off", addressed=False)
    assert office.ledger.answers.subscriptions() == []


def kept(office, answer):
    return [(s.user, s.verdict, s.right) for s in office.ledger.answers.said_of([answer.id])]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("that was wrong, it was the steam trap", "it was the steam trap"),
        (
            "it was the steam trap ST-110, capsule was full of scale",
            "it was the steam trap ST-110, capsule was full of scale",
        ),
        ("不对，是膨胀阀堵了", "是膨胀阀堵了"),
        ("不对，应该是57度", "应该是57度"),
        ("原来是过滤器脏了", "原来是过滤器脏了"),
    ],
)
@pytest.mark.parametrize("user", ["U1", "U2"])
def test_what_is_right_is_kept_for_the_answer_before_it_and_said_back(office, outlet, several, text, right, user):
    assert say(office, text, user=user, addressed=False) is None
    assert kept(office, several) == [(user, "disagree", right)]
    assert f"#A{several.id}" in outlet.posts[-1]
    assert right in outlet.posts[-1]


@pytest.mark.parametrize(
    "text",
    [
        "was it the steam trap?",
        "it was the night shift",
        "是不是膨胀阀堵了",
        "wrong, plot S8",
        "it was the same yesterday",
        "@kat it was the steam trap",
        "是膨胀阀堵了吗",
    ],
)
def test_a_question_or_other_talk_is_no_correction(office, several, text):
    say(office, text, addressed=False)
    assert kept(office, several) == []


def test_agreement_in_words_counts_where_it_can_only_mean_the_answer(office, several):
    say(office, "correct", addressed=False)
    assert kept(office, several) == []  # one person to another, perhaps
    say(office, "correct")
    assert kept(office, several) == [("U1", "agree", "")]


def test_without_an_answer_it_asks_what_that_is_about(office, outlet):
    assert say(office, "that is wrong, it was the pump") is None
    assert "Reply to the answer" in outlet.posts[-1]


def test_a_question_that_is_deleted_while_it_is_worked_on_is_called_off(office):
    question = say(office, "why does the level jump?")
    gone = event(f"{question.key}/deleted", "deleted", message=question.message, addressed=False)
    feed(office, gone)
    assert office.ledger.talk.question(question.id).state == "stopped"
    feed(office, event("slack:T:C1:99.0/deleted", "deleted", message="99.0", addressed=False, thread="9.0"))
    assert office.ledger.talk.conversation("slack", "T", "C1", "9.0", private=False, make=False) is None


def test_a_wish_in_words_is_done_or_said_not_to_be(office, outlet):
    say(office, "post a summary here every morning at 6")
    assert [each.clock for each in office.ledger.answers.subscriptions()] == ["06:00"]
    say(office, "remind me tomorrow")
    assert "no reminders" in outlet.posts[-1]
    say(office, "what happened last night on the pasteuriser?")
    assert "I do not watch the plant" in outlet.posts[-1]


@pytest.mark.parametrize("kind", ["picture", "sound"])
def test_a_photo_or_a_voice_note_alone_is_one_sentence_and_none_among_people(office, outlet, several, kind):
    files = [{"id": "F1", "name": "photo.jpg", "kind": kind}]
    assert say(office, "", addressed=False, files=files) is None
    assert outlet.posts == []
    assert say(office, "", files=files) is None
    assert "photo.jpg" in outlet.posts[-1]


def test_there_is_an_outlet_and_a_teller_for_each_kind(office):
    assert outlets.outlet_for("slack", office.settings).platform == "slack"
    assert {"sure", "sources", "since", "short", "whether"} <= set(KINDS)

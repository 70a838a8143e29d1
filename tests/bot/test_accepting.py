"""Events in whatever order they are told: the last word of a person counts, and a task that fails for good says so."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

import bot.tasks  # the chat queue's tasks
from bot.conversation.scene import CHINESE
from tests.bot.happening import event, fail_for_good, feed, waiting
from tests.services import hurry, wait_until
from tests.workers.state.conftest import Beginnings
from workers.queues.inbox import job_of
from workers.queues.registry import ATTEMPTS, TASKS
from workers.queues.work import carry_out
from workers.state.models import Post

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
assert bot.tasks


# The order of events


def test_of_two_edits_told_in_the_wrong_order_the_later_one_stays(office):
    feed(office, event("slack:T:C1:2.0", text="q v1"))
    feed(office, event("slack:T:C1:2.0/edit/20", "edit", 20, text="q v3, the last word"))
    feed(office, event("slack:T:C1:2.0/edit/10", "edit", 10, text="q v2"))
    assert office.ledger.talk.find_question("slack:T:C1:2.0").text == "q v3, the last word"
    feed(office, event("slack:T:C1:2.0/edit/30", "edit", 30, text="q v4"))
    assert office.ledger.talk.find_question("slack:T:C1:2.0").text == "q v4"


def test_an_edit_in_the_second_of_its_message_counts_though_its_time_is_told_in_whole_seconds(office):
    feed(office, event("slack:T:C1:2.0", second=10.7, text="first words"))
    feed(office, event("slack:T:C1:2.0/edit/10", "edit", 10, text="second words"))
    assert office.ledger.talk.find_question("slack:T:C1:2.0").text == "second words"


def reaction(value, second, action="+1", user="U2"):
    return event(f"r/{action}/{value}/{second}", "reaction", second, action=action, value=value, message="1.5",
                 thread="", user=user)  # fmt: skip


def kept(office, answer, user="U2"):
    return [said.verdict for said in office.ledger.answers.said_of([answer.id]) if said.user == user]


def test_a_thumb_taken_away_stays_away_in_whatever_order_it_is_told(office, answer):
    feed(office, reaction("removed", 2))
    feed(office, reaction("added", 1))
    assert kept(office, answer) == ["withdrawn"]
    feed(office, reaction("added", 3))
    assert kept(office, answer) == ["agree"]
    feed(office, reaction("removed", 2.5))  # of an earlier time
    assert kept(office, answer) == ["agree"]
    feed(office, reaction("removed", 4))
    assert kept(office, answer) == ["withdrawn"]


def test_an_older_thumb_does_not_replace_a_newer_one(office, answer):
    feed(office, reaction("added", 5, "-1"))
    feed(office, reaction("added", 4, "+1"))
    assert kept(office, answer) == ["disagree"]


def test_a_press_counts_when_it_comes_for_it_carries_no_time_of_the_platform(office, answer):
    feed(office, reaction("added", 3600 * 24 * 365 * 5))  # a clock that is far ahead of ours
    feed(office, event("press", "press", action="disagree", value=str(answer.id), message="1.5", user="U2"))
    assert kept(office, answer) == ["disagree"]


def test_events_of_one_conversation_are_dealt_with_one_after_the_other(office):
    told = [event(f"slack:T:C1:{i}", text=f"q{i}", message=f"{i}").model_dump(mode="json") for i in range(3)]
    office.inbox.put(told)
    keys = [job_of(each)[0] for each in told]
    assert [carry_out(office, key) for key in (keys[2], keys[1], keys[0], keys[2], keys[1], keys[2])] == [
        False, False, True, False, True, True]  # fmt: skip
    ids = [office.ledger.talk.find_question(f"slack:T:C1:{i}").id for i in range(3)]
    assert ids == sorted(ids)


# Edits of what was no question


@pytest.fixture
def asked_what_is_right(office, answer):
    about = {"what": "right", "answer_id": answer.id, "user": "U1", "open": True}
    office.ledger.answers.post("right:1", kind="ask", answer_id=answer.id, about=about)
    office.ledger.answers.sent("right:1", "C1", "1.6")
    return answer


def right_of(office, answer):
    return [(said.verdict, said.right) for said in office.ledger.answers.said_of([answer.id])]


def test_an_edited_reply_to_what_is_right_corrects_what_is_kept_and_asks_nothing(office, outlet, asked_what_is_right):
    answer = asked_what_is_right
    feed(office, event("slack:T:C1:2.0", text="argon lekage", addressed=False))
    feed(office, event("slack:T:C1:2.0/edit/30", "edit", 30, text="argon leakage", addressed=True))
    assert right_of(office, answer) == [("disagree", "argon leakage")]
    assert "argon leakage" in outlet.posts[-1]
    feed(office, event("slack:T:C1:2.0/edit/20", "edit", 20, text="argon", addressed=True))  # told late
    assert right_of(office, answer) == [("disagree", "argon leakage")]
    assert office.ledger.talk.find_question("slack:T:C1:2.0") is None
    feed(office, event("slack:T:C1:2.0/edit/40", "edit", 40, text="argon leak", addressed=False))
    assert right_of(office, answer) == [("disagree", "argon leak")]


def test_a_reply_edited_within_its_second_is_corrected_too(office, asked_what_is_right):
    feed(office, event("slack:T:C1:2.0", second=10.7, text="argon lekage", addressed=False))
    feed(office, event("slack:T:C1:2.0/edit/10", "edit", 10, text="argon leakage", addressed=True))
    assert right_of(office, asked_what_is_right) == [("disagree", "argon leakage")]


def test_an_edit_by_somebody_else_or_after_it_was_taken_back_changes_nothing(office, asked_what_is_right):
    answer = asked_what_is_right
    feed(office, event("slack:T:C1:2.0", text="argon", addressed=False))
    feed(office, event("slack:T:C1:2.0/edit/30", "edit", 30, text="mine", user="U9"))
    assert right_of(office, answer) == [("disagree", "argon")]
    (said,) = office.ledger.answers.said_of([answer.id])
    feed(office, event("undo", "press", action="undo", value=str(said.id)))
    feed(office, event("slack:T:C1:2.0/edit/40", "edit", 40, text="again"))
    assert [said.verdict for said in office.ledger.answers.said_of([answer.id])] == ["withdrawn"]


@pytest.mark.parametrize("files", [0, 1])
def test_an_edited_command_is_not_asked_as_a_question(office, files):
    more = {"files": [{"id": "F1", "name": "a.csv"}]} if files else {}
    private = {"channel": "D1", "private": True}
    feed(office, event("slack:T:D1:1.1", text="stop" if not files else "status", **private))
    feed(office, event("slack:T:D1:1.1/edit/2", "edit", 2, text="why is the level jumping", **private, **more))
    assert office.ledger.talk.find_question("slack:T:D1:1.1") is None


def test_an_edit_that_turns_to_andon_asks_even_where_the_message_was_heard_and_not_meant(office):
    Beginnings(office.ledger).conversation(channel="-5", workspace="", platform="slack")
    first = {"channel": "-5", "workspace": "", "thread": ""}
    feed(office, event("telegram:9:-5:1", text="look at this", addressed=False, **first))
    feed(office, event("telegram:9:-5:1/edit/2", "edit", 2, text="why is the level jumping?", **first))
    assert office.ledger.talk.find_question("telegram:9:-5:1").text == "why is the level jumping?"


@pytest.mark.parametrize("app", ["zh", "en", None])
def test_a_command_in_english_words_is_answered_in_the_language_of_its_users_app(office, outlet, app):
    feed(office, event("slack:T:C1:9.0", text="help", lang=app))
    (said,) = outlet.posts
    assert bool(CHINESE.search(said)) == (app == "zh"), said


def test_a_command_in_chinese_words_is_answered_in_chinese(office, outlet):
    feed(office, event("slack:T:C1:9.0", text="状态", lang="en"))
    assert CHINESE.search(outlet.posts[0]), outlet.posts


# What failed for good


def test_an_event_that_fails_for_good_is_answered_with_the_reference_in_the_persons_language(
    office, outlet, monkeypatch
):
    monkeypatch.setattr(bot.tasks.accepting, "accept", lambda *_args: 1 / 0)
    told = event("slack:T:C1:2.0", text="为什么结晶器液位波动？")
    feed(office, told)
    letter = fail_for_good(office, job_of(told.model_dump(mode="json"))[0])
    assert letter.state == "dead"
    (said,) = outlet.posts
    assert letter.ref in said
    assert "编号" in said


def test_a_press_that_fails_for_good_is_answered_to_the_person_alone(office, outlet, answer, monkeypatch):
    monkeypatch.setattr(bot.tasks.accepting, "accept", lambda *_args: 1 / 0)
    told = event("press", "press", action="more", value=str(answer.id), message="1.5", user="U2")
    feed(office, told)
    letter = fail_for_good(office, job_of(told.model_dump(mode="json"))[0])
    assert outlet.posts == []
    ((user, said),) = outlet.whispers
    assert user == "U2"
    assert letter.ref in said


def test_somebody_who_is_not_admitted_is_told_once_and_again_when_the_notice_was_not_surely_sent(office, outlet):
    feed(office, event("e1", "refused"))
    feed(office, event("e2", "refused", second=60))
    assert len(outlet.posts + outlet.whispers) == 1
    feed(office, event("e3", "refused", second=90, user="U2"))  # each person for himself
    assert len(outlet.posts + outlet.whispers) == 2
    with office.ledger.jobs.writing() as session:  # as when the process died while it was sent
        session.execute(update(Post).where(Post.key.startswith("refused:")).values(state="trying"))
    feed(office, event("e4", "refused", second=120, user="U2"))
    second = office.ledger.talk.person("slack", "T", "U2")
    assert office.ledger.answers.find_post(f"refused:{second.id}").state == "sent"


def test_nobody_is_told_of_what_was_not_meant_for_andon(office, outlet, monkeypatch):
    monkeypatch.setattr(bot.tasks.accepting, "accept", lambda *_args: 1 / 0)
    for i, more in enumerate(({"kind": "refused"}, {"kind": "joined"}, {"addressed": False, "thread": ""})):
        told = event(f"e{i}", **{"channel": f"C{i}", **more})
        feed(office, told)
        assert fail_for_good(office, job_of(told.model_dump(mode="json"))[0]).state == "dead"
    assert (outlet.posts, outlet.whispers) == ([], [])


def failing(office, task, args, monkeypatch):
    monkeypatch.setitem(TASKS, task, TASKS[task].__class__(task, "chat", lambda *_a, **_k: 1 / 0, ATTEMPTS,
                                                           TASKS[task].given_up))  # fmt: skip
    office.add(f"k:{task}", task, "chat", args)
    return fail_for_good(office, f"k:{task}")


@pytest.mark.parametrize("task", ["chat.deliver", "chat.failed", "chat.order", "chat.stopped", "chat.pictures",
                                  "chat.files", "chat.digest"])  # fmt: skip
def test_a_task_of_the_chat_that_fails_for_good_says_one_sentence_with_the_reference(
    office, outlet, answer, monkeypatch, task
):
    office.ledger.answers.subscribe(answer.conversation_id, "06:00", "en", "U1")
    (wanted,) = office.ledger.answers.subscriptions()
    args = {
        "chat.deliver": {"run_id": answer.run_id}, "chat.failed": {"run_id": answer.run_id, "text": "no"},
        "chat.stopped": {"question_id": answer.question_id, "by": "Bo"},
        "chat.digest": {"subscription_id": wanted.id, "due": "2026-01-01T06:00:00+00:00"},
    }.get(task, {"answer_id": answer.id})  # fmt: skip
    letter = failing(office, task, args, monkeypatch)
    assert letter.state == "dead"
    assert [letter.ref in said for said in outlet.posts] == [True]


def test_telling_waits_for_its_turn_rather_than_being_left_out(office, outlet, answer, monkeypatch):
    turns = iter([30.0, 0.0])
    monkeypatch.setattr(office.gate, "take", lambda *_args: next(turns))
    office.add("j", "of.test", "chat", {"run_id": answer.run_id})
    tried = []
    of_test = TASKS["chat.deliver"].__class__("of.test", "chat", lambda *_a, **_k: tried.append(1) or 1 / 0, 1,
                                              TASKS["chat.deliver"].given_up)  # fmt: skip
    monkeypatch.setitem(TASKS, "of.test", of_test)
    carry_out(office, "j")
    waits = office.ledger.jobs.get("j")
    assert (waits.state, outlet.posts) == ("waiting", [])
    hurry(office.ledger.jobs, "j")
    carry_out(office, "j")
    letter = office.ledger.jobs.get("j")
    assert (letter.state, letter.ref, len(tried)) == ("dead", waits.ref, 1)
    assert letter.error == "ZeroDivisionError: division by zero"
    assert len(outlet.posts) == 1
    assert letter.ref in outlet.posts[0]


# Details that were deleted


@pytest.mark.parametrize("action", ["more", "copy", "code"])
def test_a_press_on_an_answer_whose_details_were_deleted_says_so(office, outlet, answer, action):
    job = feed(office, event(f"p-{action}", "press", action=action, value=str(answer.id), message="1.5", user="U2"))
    assert job.state == "done"
    ((user, said),) = outlet.whispers
    assert user == "U2"
    assert "details of this answer were deleted" in said


def test_a_follow_up_on_an_answer_whose_details_were_deleted_says_so(office, outlet, answer):
    feed(office, event("slack:T:C1:3.0", text="why?", message="3.0"))
    question = office.ledger.talk.find_question("slack:T:C1:3.0")
    for prefix in ("gather:", "run:", "failed:"):
        (job,) = [j for j in waiting(office) if j.key.startswith(prefix)]
        assert carry_out(office, job.key)
    assert office.ledger.talk.question(question.id).state == "answered"
    assert any("details of this answer were deleted" in said for said in outlet.posts)


def test_an_answer_whose_details_were_deleted_before_it_was_shown_says_what_is_still_known(office, outlet):
    begin = Beginnings(office.ledger)
    question = begin.question(conversation=begin.conversation(thread="1.0", workspace="T"))
    run = begin.run(question)
    begin.answer(run)
    office.add("d", "chat.deliver", "chat", {"run_id": run.id})
    assert carry_out(office, "d")
    (said,) = outlet.posts
    assert said.startswith("The stopper is clogged")
    assert "details of this answer were deleted" in said
    wait_until(lambda: office.ledger.talk.question(question.id).state == "answered", 1, "the end")


def test_pictures_that_were_deleted_are_one_sentence(office, outlet, answer):
    office.ledger.answers.post(f"answer:{answer.question_id}", kind="answer", answer_id=answer.id)
    office.ledger.answers.sent(f"answer:{answer.question_id}", "C1", "1.5")
    for kind in ("pictures", "files"):
        office.add(kind, f"chat.{kind}", "chat", {"answer_id": answer.id})
        assert carry_out(office, kind)
    assert ["details of this answer were deleted" in said for said in outlet.posts] == [True]

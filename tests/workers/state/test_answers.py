"""Answers, posts, judgements and digests: made once, changed never doubled."""

from datetime import timedelta

import pytest

from tests.workers.together import together
from workers.state.models import now


def test_an_answer_is_recorded_once_and_ends_its_run(ledger, begin):
    run = begin.run()
    first, again = begin.answer(run), begin.answer(run, headline="another")
    assert first.id == again.id
    assert again.headline == "The stopper is clogged"
    kept = ledger.runs.get(run.id)
    assert (kept.state, kept.share) == ("done", 1.0)
    assert (first.question_id, ledger.answers.of_question(run.question_id).id) == (run.question_id, first.id)


@pytest.mark.timeout(30)
def test_two_that_record_at_once_record_one_answer(ledger, begin):
    run = begin.run()
    assert len(set(together(5, lambda _i: begin.answer(run).id))) == 1


def test_what_failed_stays_failed_when_its_sentence_is_recorded(ledger, begin):
    run = begin.run()
    ledger.runs.fail(run.id, "abc")
    assert begin.answer(run, verdict="failed") is not None
    assert ledger.runs.get(run.id).state == "failed"


@pytest.mark.timeout(30)
def test_of_stop_and_answer_at_once_exactly_one_wins(ledger, begin):
    for _ in range(6):
        run = begin.run()
        acts = [lambda run=run: ledger.runs.stop(run.question_id, "U1"), lambda run=run: begin.answer(run)]
        _, answer = together(2, lambda i, acts=acts: acts[i]())
        assert ledger.runs.get(run.id).state == ("done" if answer is not None else "stopped")


def test_the_newest_answers_come_first(ledger, begin):
    here, there = begin.conversation(), begin.conversation("C2")
    made = [begin.answer(begin.run(begin.question(conversation=place))) for place in (here, there, here)]
    assert [a.id for a in ledger.answers.latest([here.id])] == [made[2].id, made[0].id]
    assert [a.id for a in ledger.answers.latest([here.id, there.id], limit=2)] == [made[2].id, made[1].id]
    assert ledger.answers.latest([here.id], now() + timedelta(hours=1)) == []


def test_a_follow_up_is_neither_listed_nor_one_of_the_questions_that_people_asked(ledger, begin):
    here = begin.conversation()
    first = begin.answer(begin.run(begin.question("level jumps, what is it?", conversation=here)))
    begin.answer(begin.run(begin.question("why?", conversation=here)), verdict="follow_up")
    assert [a.id for a in ledger.answers.latest([here.id], without=("follow_up",))] == [first.id]
    assert ledger.answers.asked() == ["level jumps, what is it?"]


# Posts


def test_a_post_is_made_once_and_a_second_try_knows_of_the_first(ledger):
    post, tried = ledger.answers.post("answer:1", kind="answer")
    assert (post.state, tried) == ("trying", False)
    again, tried = ledger.answers.post("answer:1", kind="answer")
    assert (again.id, tried) == (post.id, True)
    ledger.answers.sent("answer:1", "C1", "7.1")
    kept, _ = ledger.answers.post("answer:1", kind="answer")
    assert (kept.state, kept.channel, kept.message) == ("sent", "C1", "7.1")


def test_what_surely_was_not_posted_is_as_if_never_tried_but_what_was_stays(ledger):
    ledger.answers.post("a", kind="answer")
    ledger.answers.unsent("a")
    assert ledger.answers.find_post("a") is None
    ledger.answers.post("b", kind="answer")
    ledger.answers.sent("b", "C1", "1")
    ledger.answers.unsent("b")
    assert ledger.answers.find_post("b").state == "sent"
    ledger.answers.unsent("nobody's")
    ledger.answers.post("c", kind="answer")
    ledger.answers.lost("c")
    assert ledger.answers.find_post("c").state == "gone"


def test_a_message_is_found_as_the_answer_that_its_progress_became(ledger, begin):
    answer = begin.answer()
    ledger.answers.post("progress:1", kind="progress", question_id=answer.question_id)
    ledger.answers.sent("progress:1", "-1", "7")
    assert ledger.answers.post_at("-1", "7").kind == "progress"
    ledger.answers.post("answer:1", kind="answer", answer_id=answer.id)
    ledger.answers.sent("answer:1", "-1", "7")
    assert ledger.answers.post_at("-1", "7").kind == "answer"
    assert ledger.answers.post_at("-2", "7") is None


def test_pictures_in_a_message_are_remembered(ledger):
    ledger.answers.post("a", kind="answer")
    ledger.answers.shown("a", ["F1", "F2"])
    assert ledger.answers.find_post("a").shown == ["F1", "F2"]


def test_a_question_of_ours_waits_for_the_one_it_was_put_to_until_it_is_answered(ledger, begin):
    answer = begin.answer()
    before = now() - timedelta(hours=1)
    for key, user in (("ask:1", "U1"), ("ask:2", "U2")):
        ledger.answers.post(key, kind="ask", answer_id=answer.id, about={"open": True, "user": user})
        ledger.answers.sent(key, "C1", key)
    assert ledger.answers.open_ask(answer.conversation_id, "U1", before).key == "ask:1"
    assert ledger.answers.open_ask(answer.conversation_id, "U3", before) is None
    assert ledger.answers.open_ask(answer.conversation_id, "U1", now() + timedelta(hours=1)) is None
    assert ledger.answers.open_ask(answer.conversation_id + 1, "U1", before) is None
    ledger.answers.close_ask("ask:1")
    assert ledger.answers.open_ask(answer.conversation_id, "U1", before) is None
    assert ledger.answers.find_post("ask:1").about["user"] == "U1"


# What people did and said


@pytest.mark.timeout(30)
def test_clicks_are_counted_by_person_and_action_also_at_once(ledger, begin):
    answer = begin.answer()
    counted = together(6, lambda _i: ledger.answers.click(answer.id, "U1", "copy"))
    assert sorted(counted) == [1, 2, 3, 4, 5, 6]
    assert ledger.answers.click(answer.id, "U2", "copy") == 1
    assert ledger.answers.click(answer.id, "U1", "quote") == 1


def test_a_press_that_is_tried_again_is_counted_once(ledger, begin):
    answer = begin.answer()
    tries = [("copy", "press 1"), ("copy", "press 1"), ("copy", "press 2"), ("copy", "press 1"), ("quote", "press 1")]
    counted = [ledger.answers.click(answer.id, "U1", action, occasion) for action, occasion in tries]
    assert counted == [1, 1, 2, 2, 1]
    assert [ledger.answers.click(answer.id, "U1", "copy", f"press {i}") for i in range(100, 130)][-1] == 32


@pytest.mark.parametrize("how", ["said first", "changed", "taken back"])
def test_what_follows_from_a_judgement_is_noted_with_it_or_neither_is_kept(ledger, begin, how):
    answer = begin.answer()
    if how != "said first":
        ledger.answers.judge(answer.id, "U1", "agree")
    before = [said.verdict for said in ledger.answers.said_of([answer.id])]

    def say(then):
        if how == "taken back":
            return ledger.answers.unjudge(answer.id, "U1", "agree", then=then)
        return ledger.answers.judge(answer.id, "U1", "disagree", then=then)

    with pytest.raises(ZeroDivisionError):
        say(lambda _session, _said: 1 / 0)
    assert [said.verdict for said in ledger.answers.said_of([answer.id])] == before
    noted = []
    for _ in range(2):  # the second time changes nothing
        say(lambda _session, said: noted.append((said.id, said.verdict)))
    (said,) = ledger.answers.said_of([answer.id])
    assert noted == [(said.id, "withdrawn" if how == "taken back" else "disagree")]


def test_what_follows_from_an_answer_knows_its_number_and_is_noted_with_it(ledger, begin):
    run, noted = begin.run(), []
    with pytest.raises(ZeroDivisionError):
        begin.answer(run, then=lambda _session, _answer: 1 / 0)
    assert ledger.answers.of_question(run.question_id) is None
    answer = begin.answer(run, then=lambda _session, made: noted.append(made.id))
    begin.answer(run, then=lambda _session, made: noted.append(made.id))  # it is there
    assert noted == [answer.id]


def test_judging_twice_changes_and_never_doubles(ledger, begin):
    answer = begin.answer()
    first, changed = ledger.answers.judge(answer.id, "U1", "agree")
    again, changed_again = ledger.answers.judge(answer.id, "U1", "agree")
    assert (changed, changed_again, again.id) == (True, False, first.id)
    other, changed = ledger.answers.judge(answer.id, "U1", "disagree", right="It was the pump", reason="I saw it")
    assert (changed, other.id, other.verdict) == (True, first.id, "disagree")
    ledger.answers.judge(answer.id, "U2", "agree")
    assert ledger.answers.tally(answer.id) == {"disagree": 1, "agree": 1}
    assert len(ledger.answers.said_of([answer.id])) == 2


def test_the_right_answer_is_kept_when_the_same_verdict_comes_without_it_and_dropped_with_the_verdict(ledger, begin):
    answer = begin.answer()
    ledger.answers.judge(answer.id, "U1", "disagree", right="It was the pump")
    kept, changed = ledger.answers.judge(answer.id, "U1", "disagree")
    assert (kept.right, changed) == ("It was the pump", False)
    kept, changed = ledger.answers.judge(answer.id, "U1", "agree")
    assert (kept.right, changed) == ("", True)


@pytest.mark.timeout(30)
def test_judging_at_once_is_one_judgement(ledger, begin):
    answer, verdicts = begin.answer(), ("agree", "disagree")
    said = together(6, lambda i: ledger.answers.judge(answer.id, "U1", verdicts[i % 2])[0].id)
    assert len(set(said)) == 1
    assert sum(ledger.answers.tally(answer.id).values()) == 1


def test_edges_are_judged_one_by_one_and_do_not_count_for_the_answer(ledger, begin):
    answer = begin.answer()
    edges = [f"edge:{cause}>level" for cause in ("stopper", "speed")]
    for edge in edges:
        ledger.answers.judge(answer.id, "U1", "disagree", aspect=edge)
    assert ledger.answers.tally(answer.id) == {}
    assert sorted(f.aspect for f in ledger.answers.said_of([answer.id])) == sorted(edges)


def test_an_edge_between_sensors_with_long_names_can_be_judged(ledger, begin):
    answer = begin.answer()
    long = "Mould level control, strand 2, filtered, as shown on the operator's screen "
    edges = [f"edge:{long * 3}{i}>{long * 3}" for i in range(2)]
    said = [ledger.answers.judge(answer.id, "U1", "agree", aspect=edge)[0] for edge in edges]
    assert [ledger.answers.feedback(each.id).aspect for each in said] == edges


def test_a_verdict_is_taken_back_only_when_it_is_the_one_that_stands(ledger, begin):
    answer = begin.answer()
    ledger.answers.judge(answer.id, "U1", "agree")
    assert not ledger.answers.unjudge(answer.id, "U1", "disagree")
    assert not ledger.answers.unjudge(answer.id, "U2", "agree")
    assert ledger.answers.unjudge(answer.id, "U1", "agree")
    assert ledger.answers.tally(answer.id) == {"withdrawn": 2}  # U2's may have been given, and be told later


def test_a_judgement_knows_the_passage_that_it_became(ledger, begin):
    said, _ = ledger.answers.judge(begin.answer().id, "U1", "agree")
    ledger.answers.learnt(said.id, "p-17")
    assert ledger.answers.feedback(said.id).candidate == "p-17"
    assert ledger.answers.feedback(99) is None


# Digests


def test_a_digest_is_wanted_once_a_time_of_day_until_it_is_not(ledger, begin):
    here, there = begin.conversation(), begin.conversation("C2")
    assert ledger.answers.subscribe(here.id, "06:00", "en", "U1")
    assert not ledger.answers.subscribe(here.id, "06:00", "zh", "U2")
    assert ledger.answers.subscribe(here.id, "14:00", "en", "U1")
    assert ledger.answers.subscribe(there.id, "06:00", "en", "U1")
    assert [(s.conversation_id, s.clock, s.lang) for s in ledger.answers.subscriptions()] == [
        (here.id, "06:00", "en"), (here.id, "14:00", "en"), (there.id, "06:00", "en")]  # fmt: skip
    assert ledger.answers.unsubscribe(here.id) == 2
    assert ledger.answers.unsubscribe(here.id) == 0
    assert len(ledger.answers.subscriptions()) == 1

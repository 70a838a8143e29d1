"""Runs and stages: one open run a question, stop wins, progress never goes back, what columns changed."""

import pytest

from tests.workers.together import together
from workers.state.runs import kind_of


def state_of(ledger, run):
    return ledger.runs.get(run.id).state


def test_beginning_again_gives_the_same_run(ledger, begin):
    question = begin.question()
    first, again = begin.run(question, text="a"), begin.run(question, text="b")
    assert first.id == again.id
    assert again.request["text"] == "a"
    assert ledger.talk.question(question.id).state == "running"
    assert ledger.runs.of(question.id).id == first.id


@pytest.mark.timeout(30)
def test_many_that_begin_at_once_get_one_run(ledger, begin):
    question = begin.question()
    assert len(set(together(6, lambda _i: begin.run(question).id))) == 1


def test_a_failed_run_is_followed_by_another(ledger, begin):
    question = begin.question()
    first = begin.run(question)
    assert ledger.runs.fail(first.id, "abc123")
    second = begin.run(question)
    assert (first.number, second.number) == (1, 2)
    assert ledger.runs.get(first.id).ref == "abc123"


def test_a_question_that_was_stopped_while_its_files_came_does_not_begin(ledger, begin):
    question = begin.question()
    assert ledger.runs.stop(question.id, "U1")
    run = begin.run(question)
    assert run.state == "stopped"
    assert ledger.talk.question(question.id).state == "stopped"
    assert ledger.runs.counts() == 0
    assert begin.run(question).id == run.id


def test_stopping_is_noticed_by_who_works_on_it_and_happens_once(ledger, begin):
    run = begin.run()
    assert not ledger.runs.stopped(run.id)
    assert ledger.runs.stop(run.question_id, "U2")
    assert ledger.runs.stopped(run.id)
    assert not ledger.runs.stop(run.question_id, "U3")
    stopped = ledger.runs.get(run.id)
    assert (stopped.state, stopped.stopped_by) == ("stopped", "U2")
    assert stopped.finished is not None


def test_nothing_is_stopped_that_is_over_or_unknown(ledger, begin):
    run = begin.run()
    begin.answer(run)
    ledger.talk.settle(run.question_id, "answered")
    assert not ledger.runs.stop(run.question_id, "U1")
    assert not ledger.runs.stop(4711, "U1")
    assert state_of(ledger, run) == "done"


def test_after_a_stop_there_is_no_progress_failure_or_answer(ledger, begin):
    run = begin.run()
    ledger.runs.stop(run.question_id, "U1")
    ledger.runs.working(run.id, "looking", 0.9)
    assert not ledger.runs.fail(run.id, "abc")
    assert begin.answer(run) is None
    assert ledger.answers.of_question(run.question_id) is None
    kept = ledger.runs.get(run.id)
    assert (kept.state, kept.share) == ("stopped", 0.0)


def test_a_part_that_came_late_begins_a_new_run_unless_it_is_over(ledger, begin):
    question = begin.question()
    first = begin.run(question)
    assert ledger.runs.restart(question.id)
    assert state_of(ledger, first) == "stopped"
    assert ledger.talk.question(question.id).state == "gathering"
    second = begin.run(question)
    assert (second.number, second.state) == (2, "queued")
    assert begin.answer(first) is None  # the old run's worker comes too late
    ledger.runs.stop(question.id, "U1")
    assert not ledger.runs.restart(question.id)


def test_progress_never_goes_back_and_is_shown_once(ledger, begin):
    run = begin.run()
    assert ledger.runs.to_show() == [run.id]
    ledger.runs.working(run.id, "looking", 0.5)
    ledger.runs.working(run.id, "reading", 0.2)
    kept = ledger.runs.get(run.id)
    assert (kept.doing, kept.share, kept.state) == ("looking", 0.5, "running")
    ledger.runs.showed(run.id, 0.5)
    assert ledger.runs.to_show() == []
    ledger.runs.working(run.id, "deciding", 0.7)
    assert ledger.runs.to_show() == [run.id]
    ledger.runs.stop(run.question_id, "U1")
    assert ledger.runs.to_show() == []


def test_a_run_that_is_done_cannot_fail(ledger, begin):
    run = begin.run()
    begin.answer(run)
    assert not ledger.runs.fail(run.id, "abc")
    assert state_of(ledger, run) == "done"


def test_a_finished_stage_stays_as_it_was_first_noted(ledger, begin):
    run, other = begin.run(), begin.run()
    assert ledger.runs.finish_stage(run.id, "plan", {"lang": "en"}) == {"plan"}
    assert ledger.runs.finish_stage(run.id, "prepare", {}) == {"plan", "prepare"}
    assert ledger.runs.finish_stage(run.id, "plan", {"lang": "zh"}) == {"plan", "prepare"}
    assert ledger.runs.stages(run.id) == {"plan": {"lang": "en"}, "prepare": {}}
    assert ledger.runs.stages(other.id) == {}


@pytest.mark.timeout(30)
def test_of_two_stages_that_end_at_once_one_sees_both(ledger, begin):
    for _ in range(6):
        run, names = begin.run(), ("detect", "causes")
        seen = together(2, lambda i, run=run, names=names: ledger.runs.finish_stage(run.id, names[i], {}))
        assert set(names) in seen


def dataset(ledger, begin, name, columns, conversation):
    run = begin.run(begin.question(conversation=conversation))
    return ledger.runs.remember_dataset(
        run.id, conversation.id, file_name=name, artifact="a", sha256="s", columns=dict.fromkeys(columns, "")
    )


def test_columns_are_held_against_the_last_export_of_the_same_kind(ledger, begin):
    here = begin.conversation()
    first = dataset(ledger, begin, "Caster_2025-03-01.csv", "ab", here)
    other = dataset(ledger, begin, "pumps.csv", "xy", here)
    second = dataset(ledger, begin, "caster 2025-03-02.csv", "bcd", begin.conversation("C2"))
    assert (first.added, first.removed, other.added, other.removed) == ([], [], [], [])
    assert (second.added, second.removed) == (["c", "d"], ["a"])


def test_a_dataset_is_noted_once_a_run(ledger, begin):
    here = begin.conversation()
    run = begin.run()
    note = {"file_name": "a.csv", "artifact": "a", "columns": {"x": ""}}
    first = ledger.runs.remember_dataset(run.id, here.id, **note)
    again = ledger.runs.remember_dataset(run.id, here.id, **note | {"columns": {"y": ""}})
    assert first.id == again.id
    assert ledger.runs.dataset_of(run.id).columns == {"x": ""}


def test_a_private_file_is_not_held_against_others_nor_others_against_it(ledger, begin):
    dataset(ledger, begin, "a.csv", "x", begin.conversation("D1", private=True))
    assert dataset(ledger, begin, "a.csv", "y", begin.conversation("C1")).removed == []
    assert dataset(ledger, begin, "a.csv", "z", begin.conversation("D2", private=True)).removed == []
    assert dataset(ledger, begin, "a.csv", "w", begin.conversation("D1", private=True)).removed == ["x"]


def test_many_joined_files_have_a_long_name_and_that_is_no_failure(ledger, begin):
    name = " + ".join(f"Strang {i} Kokillenfüllstand und Stopfenstellung.csv" for i in range(10))
    assert dataset(ledger, begin, name, "x", begin.conversation()).file_name.startswith("Strang 0")


def test_a_follow_up_is_about_the_newest_file_of_its_conversation(ledger, begin):
    here, there = begin.conversation(), begin.conversation("C2")
    for place, artifact in ((here, "a"), (here, "b"), (there, "c")):
        begin.run(begin.question(conversation=place), artifact=artifact)
    begin.run(begin.question(conversation=here))
    follow_up = begin.question(conversation=here)
    assert [run.request["artifact"] for run in ledger.runs.with_file(here.id, follow_up.id)] == ["b", "a"]
    stopped = begin.run(begin.question(conversation=here), artifact="d")
    ledger.runs.stop(stopped.question_id, "U1")
    assert ledger.runs.with_file(here.id, stopped.question_id + 1)[0].request["artifact"] == "b"


@pytest.mark.parametrize(
    ("name", "kind"), [("Caster_2025-03-01.csv", "caster"), ("2025.csv", "data"), ("a b.tar.gz", "a b tar"), ("x", "x")]
)
def test_exports_of_one_kind_differ_in_digits_and_case_only(name, kind):
    assert kind_of(name) == kind

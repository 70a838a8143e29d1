"""The task that carries out a stage: one follows the other, a stop is honoured, a failure is told, nothing is lost."""

import json
import os
import signal
import threading
import time
from functools import partial

import pytest

from tests.e2e.plant import small_csv
from tests.services import Actor, hurry, wait_until
from tests.workers.state.conftest import Beginnings
from workers import tasks as module
from workers.client import internal_sentence
from workers.contracts import Question
from workers.errors import AndonError
from workers.office import open_office
from workers.queues.local import LocalQueue
from workers.queues.registry import task
from workers.queues.sweep import Sweeper
from workers.queues.work import carry_out
from workers.settings import Settings
from workers.staged import STAGES, AnswerBrief, Column, DataBrief, StageResult
from workers.state import Ledger, open_database
from workers.wording import say


@pytest.fixture
def stub(monkeypatch):
    """Stages that do nothing but note that they were carried out; `stub.acts[stage]` is done on the way."""

    class Stub:
        def __init__(self):
            self.done, self.acts, self.needed = [], {}, list(STAGES)

        def __call__(self, stage, question, settings, store, prefix, progress):
            self.done.append(stage)
            self.acts.get(stage, lambda: None)()
            told = {"stage": stage, "lang": "en"}
            if stage == "plan":
                data = DataBrief(dataset="a.csv", sha256="s", rows=20, columns=[Column(name="x", unit="bar")])
                return StageResult(**told, needed=self.needed, data=data)
            if stage == "decide":
                brief = AnswerBrief(headline="Clogged", verdict="diagnosed", confidence=0.8, folder=prefix)
                return StageResult(**told, answer=brief)
            return StageResult(**told)

    made = Stub()
    monkeypatch.setattr(module, "perform", made)
    return made


@pytest.fixture
def run(office):
    """A run that has just begun."""
    run = Beginnings(office.ledger).run(artifact="files/1/a.csv", file_name="a.csv", lang="en")
    office.add(f"run:{run.id}:plan", "runs.stage", "cpu", {"run_id": run.id, "stage": "plan"})
    return run


def work_off(office):
    """Carry out every job that was told of, in order, as one worker would; the jobs of other queues stay."""
    while office.queue.hints:
        task, _queue, key = office.queue.hints.pop(0)
        if task == "runs.stage":
            carry_out(office, key)


def waiting(office, prefix):
    """Keys of waiting jobs that begin so."""
    return [job.key for job in office.ledger.jobs.to_hint(-1) if job.key.startswith(prefix)]


def test_stages_follow_each_other_and_the_answer_is_to_be_delivered(office, run, stub):
    work_off(office)
    assert stub.done[:2] == ["plan", "prepare"]
    assert sorted(stub.done[2:4]) == ["causes", "detect"]
    assert stub.done[4:] == ["supervise", "decide"]
    answer = office.ledger.answers.of_question(run.question_id)
    assert (answer.headline, answer.prefix) == ("Clogged", run.prefix)
    assert office.ledger.runs.get(run.id).state == "done"
    assert office.ledger.jobs.get(f"deliver:{run.id}").args == {"run_id": run.id}
    assert office.ledger.runs.dataset_of(run.id).columns == {"x": "bar"}


def test_a_run_of_an_empty_database_takes_nothing_from_a_run_of_that_number_in_the_store(office, sqlite_databases):
    """A new DATABASE_URL, or an older dump restored: numbers begin anew, the store is as it was."""
    answers = []
    for name, sensor in (("day.csv", "pump"), ("night.csv", "valve")):
        office.ledger = Ledger(open_database(sqlite_databases.own()))
        begin = Beginnings(office.ledger)
        question = begin.question("what is in this file?", [{"id": "F1", "name": name}])
        (file,) = office.ledger.talk.files(question.id)
        office.store.write_bytes(f"{file.prefix}/file.csv", small_csv(120, 80, name=sensor))
        url = office.store.url(f"{file.prefix}/file.csv")
        run = begin.run(question, id="q", text=question.text, artifact=url, file_name=name)
        office.add(f"run:{run.id}:plan", "runs.stage", "cpu", {"run_id": run.id, "stage": "plan"})
        carry_out(office, f"run:{run.id}:plan")
        dataset = office.ledger.runs.dataset_of(run.id)
        answers.append((run.id, file.id, dataset.file_name, next(iter(dataset.columns))))
    assert answers == [(1, 1, "day.csv", "pump0"), (1, 1, "night.csv", "valve0")]


def test_detection_and_causes_may_run_beside_each_other(office, run, stub):
    for stage in ("plan", "prepare"):
        carry_out(office, f"run:{run.id}:{stage}")
    told = {key for _task, _queue, key in office.queue.hints}
    assert {f"run:{run.id}:detect", f"run:{run.id}:causes"} <= told
    carry_out(office, f"run:{run.id}:causes")
    assert f"run:{run.id}:supervise" not in {key for *_rest, key in office.queue.hints}
    carry_out(office, f"run:{run.id}:detect")
    assert f"run:{run.id}:supervise" in {key for *_rest, key in office.queue.hints}


def test_stages_that_the_plan_does_not_need_are_no_jobs(office, run, stub):
    stub.needed = ["plan", "decide"]
    work_off(office)
    assert office.ledger.answers.of_question(run.question_id) is not None
    assert [s for s in STAGES if office.ledger.jobs.get(f"run:{run.id}:{s}") is not None] == ["plan", "decide"]


def test_a_worker_that_dies_after_its_stage_but_before_telling_of_the_next_loses_nothing(
    office, run, stub, monkeypatch
):
    class Died(BaseException):
        """As if killed."""

    def dies(*_args):
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(office.ledger.jobs, "add", dies)
        with pytest.raises(Died):
            carry_out(office, f"run:{run.id}:plan")
    with office.ledger.jobs.writing() as session:
        from workers.state.models import Job

        session.get(Job, f"run:{run.id}:plan").leased_until = None
    carry_out(office, f"run:{run.id}:plan")
    assert office.ledger.jobs.get(f"run:{run.id}:prepare") is not None


@pytest.mark.parametrize("where", ["answer", "failure", "given up"])
def test_a_worker_that_dies_when_it_has_noted_the_outcome_still_has_it_told(office, run, stub, monkeypatch, where):
    class Died(BaseException):
        """As if killed."""

    def dies(*_args):
        raise Died

    def fails():
        raise AndonError("failure_database_url", why="x") if where == "failure" else ZeroDivisionError

    stage, key = ("plan", f"failed:{run.id}")
    if where == "answer":
        for each in ("plan", "prepare", "detect", "causes", "supervise"):
            carry_out(office, f"run:{run.id}:{each}")
        stage, key = "decide", f"deliver:{run.id}"
    else:
        stub.acts["plan"] = fails
    with monkeypatch.context() as patch:  # the very next thing after the outcome is noted
        patch.setattr(office.queue, "hint", dies)
        patch.setattr(office.ledger.jobs, "add", dies)
        act = partial(module.stage, office) if where != "given up" else partial(module.give_up, office, "abc123")
        with pytest.raises(Died):
            act(run_id=run.id, stage=stage)
    assert office.ledger.jobs.get(key) is not None
    assert office.ledger.runs.get(run.id).state == ("done" if where == "answer" else "failed")


def test_what_a_person_can_mend_is_told_once_in_their_language_and_not_tried_again(office, stub):
    run = Beginnings(office.ledger).run(artifact="a", file_name="a.csv", lang="zh")

    def fails():
        raise AndonError("failure_database_url", why="x")

    stub.acts["plan"] = fails
    office.add("s", "runs.stage", "cpu", {"run_id": run.id, "stage": "plan"})
    assert carry_out(office, "s")
    job = office.ledger.jobs.get(f"failed:{run.id}")
    assert job.args == {"run_id": run.id, "text": say("failure_database_url", "zh", why="x")}
    assert (job.task, job.queue) == ("chat.failed", "chat")
    assert office.ledger.runs.get(run.id).state == "failed"


def test_a_stage_that_fails_for_good_is_told_with_the_reference_of_the_log(office, run, stub, tasks):
    stub.acts["plan"] = lambda: 1 / 0
    attempts = tasks["runs.stage"].attempts
    for _ in range(attempts):
        hurry(office.ledger.jobs, f"run:{run.id}:plan")
        carry_out(office, f"run:{run.id}:plan")
    (letter,) = office.ledger.jobs.dead()
    job = office.ledger.jobs.get(f"failed:{run.id}")
    assert job.args["text"] == internal_sentence(letter.ref, "en")
    assert letter.ref in job.args["text"]
    assert stub.done == ["plan"] * attempts


def test_after_a_failure_the_stage_beside_it_changes_nothing(office, run, stub):
    for stage in ("plan", "prepare"):
        carry_out(office, f"run:{run.id}:{stage}")

    def fails():
        raise AndonError("failure_database_url", why="x")

    stub.acts["causes"] = fails
    carry_out(office, f"run:{run.id}:causes")
    carry_out(office, f"run:{run.id}:detect")
    assert "detect" not in stub.done
    assert waiting(office, f"run:{run.id}:") == []
    assert waiting(office, "deliver") == []


def test_a_run_that_was_called_off_is_not_worked_on(office, run, stub):
    office.ledger.runs.stop(run.question_id, "U1")
    assert carry_out(office, f"run:{run.id}:plan")
    assert stub.done == []


def test_a_run_that_is_called_off_in_its_last_stage_is_not_answered(office, run, stub):
    stub.acts["decide"] = lambda: office.ledger.runs.stop(run.question_id, "U1")
    work_off(office)
    assert stub.done[-1] == "decide"
    assert office.ledger.answers.of_question(run.question_id) is None
    assert office.ledger.jobs.get(f"deliver:{run.id}") is None


@pytest.mark.timeout(60)
@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_stage_that_computes_ends_within_two_seconds_of_a_stop(office, run, url, tmp_path):
    with Actor("computes", url, tmp_path, run.id) as worker:
        assert worker.says() == "computing"
        time.sleep(0.3)
        begin = time.monotonic()
        assert office.ledger.runs.stop(run.question_id, "U1")
        assert worker.says() == "ended"  # and nobody is left watching
        assert time.monotonic() - begin < 2


def test_the_signal_and_the_watcher_are_given_back(office, run):
    before = signal.getsignal(signal.SIGUSR2)
    with module.called_off(office, run.id):
        assert signal.getsignal(signal.SIGUSR2) is not before
    assert signal.getsignal(signal.SIGUSR2) is before
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("stop")]


# The real pipeline in the queue of a laptop


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_on_a_laptop_a_killed_computing_process_is_replaced_and_the_run_goes_on_where_it_was(
    sqlite_databases, tmp_path, monkeypatch
):
    url = sqlite_databases.own()
    for name, value in {"ANDON_DATA_DIR": tmp_path, "DATABASE_URL": url, "OPENBLAS_NUM_THREADS": 1}.items():
        monkeypatch.setenv(name, str(value))
    delivered = threading.Event()
    task("chat.deliver")(lambda _office, run_id: delivered.set())
    office = open_office(Settings(), LocalQueue())
    sweeper = Sweeper(office, 0.2)
    sweeper.start()
    try:
        office.store.write_bytes("files/1/a.csv", small_csv(120, 80))
        asked = Question(id="q", text="why?", artifact=office.store.url("files/1/a.csv"), file_name="a.csv")
        run = Beginnings(office.ledger).run(**asked.model_dump(mode="json"))
        office.add(f"run:{run.id}:plan", "runs.stage", "cpu", {"run_id": run.id, "stage": "plan"})

        def computing():
            """The process that works on a stage behind the first one."""
            job = office.ledger.jobs.get(f"run:{run.id}:detect")
            return int(job.owner.split("/")[3]) if job is not None and job.owner else 0

        pid = wait_until(computing, 60, "the detection to begin")
        assert pid != os.getpid()
        marks = {stage: office.store.read_bytes(f"{run.prefix}/stage/{stage}.json") for stage in ("plan", "prepare")}
        os.kill(pid, signal.SIGKILL)
        assert delivered.wait(60), office.ledger.jobs.counts()
        jobs = {stage: office.ledger.jobs.get(f"run:{run.id}:{stage}") for stage in STAGES}
        assert {stage: job.attempts for stage, job in jobs.items() if job.attempts > 1} == {"detect": 2}
        for stage, mark in marks.items():  # not done again
            assert office.store.read_bytes(f"{run.prefix}/stage/{stage}.json") == mark
        answer = office.ledger.answers.of_question(run.question_id)
        document = json.loads(office.store.read_bytes(f"{answer.prefix}/answer.json"))
        assert document["text"]
        assert set(office.ledger.runs.stages(run.id)) == set(STAGES)
    finally:
        sweeper.stop()
        office.close()

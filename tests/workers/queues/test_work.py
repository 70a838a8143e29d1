"""Carrying out a job: once, again later, or given up, whatever happens on the way."""

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.services import wait_until
from workers.logbook.chart import drawn
from workers.queues import work
from workers.queues.registry import Again, task
from workers.queues.timelimit import OutOfTime, limited
from workers.queues.work import UNKNOWN, carry_out
from workers.state.models import Job, now

ROOT = Path(__file__).parents[3]


@pytest.fixture
def told():
    """What the tasks of a test did, in order."""
    return []


def enter(told, act, **options):
    """A task "t" that notes each call, then does `act`."""

    @task("t", given_up=lambda _office, ref, **args: told.append(("given up", ref, args)), **options)
    def run(_office, **args):
        told.append(("run", args))
        act()


def due_now(office):
    """Let no job wait for its time."""
    with office.ledger.jobs.writing() as session:
        for job in session.query(Job).where(Job.state == "waiting"):
            job.due = now() - timedelta(seconds=1)


def test_a_job_is_done_once_with_its_arguments(office, told):
    enter(told, lambda: None)
    assert office.add("j", "t", "chat", {"a": "ä", "n": 1})
    assert not office.add("j", "t", "chat", {})
    assert office.queue.hints == [("t", "chat", "j")]
    assert carry_out(office, "j")
    assert not carry_out(office, "j")
    assert told == [("run", {"a": "ä", "n": 1})]
    assert office.ledger.jobs.get("j").state == "done"


def test_a_job_that_is_not_due_or_not_known_is_left(office, told):
    enter(told, lambda: None)
    office.add("j", "t", "chat", {}, delay_s=60)
    assert office.queue.hints == []
    assert not carry_out(office, "j")
    assert not carry_out(office, "nobody's")
    assert told == []


def test_again_comes_back_without_end_and_without_counting(office, told):
    def not_yet():
        raise Again(0)

    enter(told, not_yet, attempts=2)
    office.add("j", "t", "chat", {})
    for _ in range(5):
        due_now(office)
        assert not carry_out(office, "j")
    job = office.ledger.jobs.get("j")
    assert (len(told), job.state, job.attempts, job.owner) == (5, "waiting", 0, "")


def test_a_failing_job_waits_longer_each_time_then_is_a_dead_letter_and_somebody_is_told_once(office, told):
    enter(told, lambda: 1 / 0, attempts=4)
    office.add("j", "t", "chat", {"a": 1})
    waits, refs = [], set()
    for _ in range(3):
        due_now(office)
        carry_out(office, "j")
        job = office.ledger.jobs.get("j")
        waits.append((job.due - now()).total_seconds())
        refs.add(job.ref)
    assert [1 <= waits[0] + 0.5 <= 2, 2 <= waits[1] + 0.5 <= 3.2, 4 <= waits[2] + 0.5 <= 5.7] == [True] * 3
    assert job.state == "waiting"
    assert [what for what, *_ in told] == ["run"] * 3
    due_now(office)
    carry_out(office, "j")
    (letter,) = office.ledger.jobs.dead()
    assert told[-1] == ("given up", letter.ref, {"a": 1})
    assert refs == {letter.ref}  # one reference for all attempts: the log is found by it
    assert letter.error == "ZeroDivisionError: division by zero"
    due_now(office)
    assert not carry_out(office, "j")
    assert [what for what, *_ in told].count("given up") == 1


def test_a_dead_letter_that_is_replayed_is_done_when_the_fault_is_gone(office, told):
    broken = [True]
    enter(told, lambda: 1 / broken.count(False), attempts=1)
    office.add("j", "t", "chat", {})
    carry_out(office, "j")
    assert [letter.key for letter in office.ledger.jobs.dead()] == ["j"]
    broken[:] = [False]
    assert office.ledger.jobs.replay("j")
    assert carry_out(office, "j")
    assert office.ledger.jobs.dead() == []


def test_a_letter_stays_when_nobody_can_be_told(office, told, tasks):
    def nobody(_office, _ref, **_args):
        raise ConnectionError

    task("t", attempts=1, given_up=nobody)(lambda _office: 1 / 0)
    office.add("j", "t", "chat", {})
    carry_out(office, "j")
    assert office.ledger.jobs.dead()[0].error == "ZeroDivisionError: division by zero"


def test_a_task_of_another_version_is_a_dead_letter_that_says_so(office):
    office.add("j", "of.tomorrow", "chat", {})
    assert not carry_out(office, "j")
    (letter,) = office.ledger.jobs.dead()
    assert letter.error == UNKNOWN
    assert letter.ref


def test_leaving_the_process_is_not_a_failure_of_the_job(office, told):
    def leave():
        raise KeyboardInterrupt

    enter(told, leave)
    office.add("j", "t", "chat", {})
    with pytest.raises(KeyboardInterrupt):
        carry_out(office, "j")
    job = office.ledger.jobs.get("j")
    assert (job.state, job.error) == ("waiting", "")


DIES = """
import os, sys
from pathlib import Path
from workers.office import open_office
from workers.queues.local import MuteQueue
from workers.queues.registry import task
from workers.queues.work import carry_out
from workers.settings import Settings

@task("t", attempts=2, given_up=lambda office, ref, **_: print("given up", flush=True))
def run(office, **_):
    print("run", flush=True)
    os.kill(os.getpid(), 9)

settings = Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2])
office = open_office(settings, MuteQueue())
print(carry_out(office, "j"))
"""


@pytest.mark.timeout(60)
@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_job_that_kills_its_workers_is_given_up_after_its_attempts(office, url, tmp_path):
    office.add("j", "t", "chat", {})
    kept = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    said = []
    for _ in range(3):
        argv = [sys.executable, "-c", DIES, str(tmp_path), url]
        ran = subprocess.run(argv, cwd=ROOT, env=kept, capture_output=True, text=True, timeout=30)
        said.append((ran.returncode, ran.stdout.split("\n")[0]))
    assert said == [(-9, "run"), (-9, "run"), (0, "given up")]
    (letter,) = office.ledger.jobs.dead()
    assert (letter.error, letter.attempts) == ("its worker died each time", 3)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("queue", "runs"), [("cpu", 3), ("chat", 5)])
def test_a_computing_job_that_is_killed_each_time_is_given_up_the_fourth_time(office, url, tmp_path, queue, runs):
    office.add("j", "t", queue, {})
    kept = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    dies = DIES.replace("attempts=2", f'attempts=8, queue="{queue}"')
    said = []
    for _ in range(5):
        argv = [sys.executable, "-c", dies, str(tmp_path), url]
        ran = subprocess.run(argv, cwd=ROOT, env=kept, capture_output=True, text=True, timeout=30)
        said.append(ran.stdout.split("\n")[0])
    assert said.count("run") == runs
    assert len(office.ledger.jobs.dead()) == (1 if queue == "cpu" else 0)


@pytest.mark.timeout(30)
def test_a_job_longer_than_its_lease_is_nobody_elses(office, told, monkeypatch):
    monkeypatch.setattr(type(office), "lease_s", 0.6)
    enter(told, lambda: time.sleep(1.6))
    office.add("j", "t", "chat", {})
    worker = threading.Thread(target=carry_out, args=(office, "j"))
    worker.start()
    wait_until(lambda: told, 5, "the job to begin")
    while worker.is_alive():
        assert office.ledger.jobs.claim("j", 0.6) is None or not worker.is_alive()
        time.sleep(0.05)
    assert (len(told), office.ledger.jobs.get("j").state, office.ledger.jobs.get("j").attempts) == (1, "done", 1)


@pytest.mark.timeout(30)
def test_a_database_that_is_away_for_a_moment_does_not_end_the_job(office, told, monkeypatch):
    monkeypatch.setattr(type(office), "lease_s", 0.3)
    extend, failed = office.ledger.jobs.extend, []

    def away(key, owner, lease_s):
        if not failed:
            failed.append(key)
            raise ConnectionError
        return extend(key, owner, lease_s)

    monkeypatch.setattr(office.ledger.jobs, "extend", away)
    enter(told, lambda: time.sleep(0.8))
    office.add("j", "t", "chat", {})
    assert carry_out(office, "j")
    assert failed == ["j"]


@pytest.mark.timeout(30)
def test_who_lost_the_lease_says_so_and_notes_nothing(office, told, monkeypatch, caplog):
    monkeypatch.setattr(type(office), "lease_s", 0.3)
    lost = threading.Event()

    def slow():
        with office.ledger.jobs.writing() as session:  # as another worker would, after a pause of this one
            job = session.get(Job, "j")
            job.owner = "another#host/boot/1/7/7"
            job.leased_until = now() + timedelta(seconds=60)
        wait_until(lambda: "was lost" in caplog.text, 10, "the loss to be noticed")
        lost.set()
        if len(told) == 1:
            raise ValueError

    enter(told, slow, attempts=1)
    office.add("j", "t", "chat", {})
    assert not carry_out(office, "j")
    job = office.ledger.jobs.get("j")
    assert (lost.is_set(), job.state, job.owner, job.ref) == (True, "waiting", "another#host/boot/1/7/7", "")
    assert [what for what, *_ in told] == ["run"]  # nobody is told that it was given up
    assert "what it came to here is not noted" in caplog.text


def test_a_job_that_runs_out_of_time_is_tried_twice_and_then_somebody_is_told(office, told):
    def late():
        raise OutOfTime("longer than 900 s")

    enter(told, late, queue="cpu")
    office.add("j", "t", "cpu", {})
    for _ in range(4):
        due_now(office)
        carry_out(office, "j")
    assert [what for what, *_ in told] == ["run", "run", "given up"]
    assert office.ledger.jobs.dead()[0].ref == told[-1][1]


def test_time_that_runs_out_while_a_picture_is_drawn_ends_the_job_and_not_only_the_picture(office, told):
    office.settings = office.settings.model_copy(update={"task_time_limit": 0.3})

    def endless():
        while True:
            time.sleep(0.01)

    kept = SimpleNamespace(lang="en", note=lambda sentence: told.append((sentence,)))
    enter(told, lambda: drawn(endless, kept), queue="cpu")
    office.add("j", "t", "cpu", {})
    assert not carry_out(office, "j", limited)
    job = office.ledger.jobs.get("j")
    assert (job.overtime, job.error) == (1, "workers.queues.timelimit.OutOfTime: longer than 0.3 s")
    assert [what for what, *_ in told] == ["run"]


def test_a_job_that_was_killed_for_its_time_twice_is_not_tried_again(office, told):
    enter(told, lambda: None, queue="cpu")
    office.add("j", "t", "cpu", {})
    for _ in range(2):
        office.ledger.jobs.claim("j", 1, 900)
        with office.ledger.jobs.writing() as session:
            job = session.get(Job, "j")
            job.leased_until, job.due = now() - timedelta(seconds=1), now() - timedelta(seconds=901)
    assert not carry_out(office, "j")
    assert [what for what, *_ in told] == ["given up"]
    assert office.ledger.jobs.dead()[0].error == "it ran out of time"


def test_who_is_next_in_a_lane_is_told_of_when_a_job_is_over_however_it_ended(office, told):
    enter(told, lambda: 1 / 0, attempts=1)
    office.ledger.jobs.add_all([(f"j{i}", "t", "chat", {}, "lane", i) for i in range(2)])
    assert not carry_out(office, "j1")
    assert not carry_out(office, "j0")
    assert office.queue.hints == [("t", "chat", "j1")]


@pytest.mark.parametrize(("timeout", "lease"), [(1800, 15), (30, 10), (1, 1)])
def test_a_dead_workers_job_is_taken_up_within_the_visibility_timeout(office, timeout, lease):
    office.settings = office.settings.model_copy(update={"visibility_timeout": timeout})
    assert office.lease_s == lease


@pytest.mark.timeout(30)
def test_a_job_of_the_chat_that_hangs_is_left_to_another_worker(office, monkeypatch):
    monkeypatch.setattr(work, "LONGEST_CHAT_S", 0.5)
    monkeypatch.setattr(type(office), "lease_s", 1.0)
    free, begun = threading.Event(), []

    @task("t")
    def hangs(_office):
        begun.append(1)
        if len(begun) == 1:
            free.wait(20)

    office.add("j", "t", "chat", {})
    first = threading.Thread(target=carry_out, args=(office, "j"))
    first.start()
    wait_until(lambda: begun, 5, "the first one")
    wait_until(lambda: carry_out(office, "j"), 10, "another worker's turn")
    assert office.ledger.jobs.get("j").state == "done"
    free.set()
    first.join(10)
    assert (len(begun), office.ledger.jobs.get("j").attempts) == (2, 2)

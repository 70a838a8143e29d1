"""The queue of a laptop: chat in threads, computing in a child that leaves with its parent."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.services import wait_until
from workers.office import open_office
from workers.queues.door import LocalDoor
from workers.queues.local import LocalQueue
from workers.queues.registry import shows_progress, task
from workers.queues.work import UNKNOWN
from workers.settings import Settings

ROOT = Path(__file__).parents[3]


@pytest.fixture
def here(sqlite_databases, tmp_path, monkeypatch):
    """Settings of a laptop, which the child reads from the environment."""
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", sqlite_databases.own())
    return Settings()


@pytest.mark.timeout(30)
def test_an_event_at_the_door_is_done_here_soon_and_once(here):
    done = []
    task("chat.accept")(lambda _office, **event: done.append(event["event_id"]))
    door = LocalDoor(here)
    try:
        begin = time.monotonic()
        door.put([{"event_id": "e1"}, {"event_id": "e2"}])
        wait_until(lambda: done, 5, "the first event")
        assert time.monotonic() - begin < 1
        door.put([{"event_id": "e1"}])
        wait_until(lambda: len(done) >= 2, 5, "the events")
        wait_until(lambda: door.office.ledger.jobs.counts() == {"done": 2}, 5, "the jobs to be done")
        assert sorted(done) == ["e1", "e2"]
    finally:
        door.close()


@pytest.mark.timeout(30)
def test_what_was_under_way_is_taken_up_at_the_next_start(here):
    first = open_office(here, LocalQueue())
    first.ledger.jobs.add("j", "t", "chat", {}, delay_s=0.01)
    first.close()
    done = threading.Event()
    task("t")(lambda _office: done.set())
    door = LocalDoor(here)
    try:
        assert done.wait(10)
    finally:
        door.close()


@pytest.mark.timeout(30)
def test_progress_is_shown_by_the_function_that_was_entered(here):
    shown = []
    shows_progress(lambda _office, run_id: shown.append(run_id))
    office = open_office(here, LocalQueue())
    try:
        office.queue.show(7)
        wait_until(lambda: shown == [7], 5, "the progress")
    finally:
        office.close()


@pytest.mark.timeout(60)
def test_computing_is_done_by_a_child_and_a_dead_child_is_replaced(here):
    office = open_office(here, LocalQueue())
    try:
        for key in ("first", "second"):  # a task that the child does not know shows that it looked
            office.add(key, "of.nobody", "cpu", {})
            wait_until(lambda key=key: office.ledger.jobs.get(key).state == "dead", 30, f"the {key} job")
            assert office.ledger.jobs.get(key).error == UNKNOWN
            (child,) = office.queue._cpu._processes
            os.kill(child, signal.SIGKILL)
            wait_until(lambda: office.queue._cpu._broken, 10, "the death to be noticed")
    finally:
        office.close()


LIMITED = """
import sys, threading, time
from workers.queues.timelimit import OutOfTime, limited
try:
    with limited(0.3, 0.7):
        if sys.argv[1] == "python":
            while True:
                time.sleep(0.01)
        elif sys.argv[1] == "stubborn":
            while True:
                try:
                    time.sleep(5)
                except OutOfTime:
                    print("asked", flush=True)
        elif sys.argv[1] == "native":  # holds the interpreter: no other thread of this process runs
            int("7" * 4000) ** 200000
    print("in time", flush=True)
    time.sleep(1.2)
    print("still here", flush=True)
except OutOfTime as error:
    print(error, flush=True)
    time.sleep(1.2)
    print("still here", flush=True)
"""


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("kind", "said", "code"),
    [("quick", ["in time", "still here"], 0), ("python", ["longer than 0.3 s", "still here"], 0),
     ("stubborn", ["asked"], -signal.SIGALRM), ("native", [], -signal.SIGALRM)],
)  # fmt: skip
def test_a_computing_task_is_asked_to_end_and_then_its_process_is_killed(kind, said, code):
    begin = time.monotonic()
    ran = subprocess.run([sys.executable, "-c", LIMITED, kind], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
                         capture_output=True, text=True)  # fmt: skip
    assert (ran.stdout.split("\n")[:-1], ran.returncode) == (said, code), ran.stderr
    assert time.monotonic() - begin < 20


COMPUTES = """
import time
from tests.services import hurry
from workers.queues import local
from workers.queues.registry import task

@task("t.endless", queue="cpu", given_up=lambda _office, ref: print("given up", flush=True))
def endless(_office):
    print("begun", flush=True)
    while True:
        time.sleep(0.01)

@task("t.quick", queue="cpu")
def quick(_office):
    print("quick", flush=True)

for key in ("endless", "quick"):
    local.compute(key)
hurry(local._computing.ledger.jobs, "endless")
local.compute("endless")
"""


@pytest.mark.timeout(60)
def test_a_laptop_holds_computing_to_the_time_limit_and_gives_up_what_ran_out_of_it_twice(here, monkeypatch):
    office = open_office(here, LocalQueue())
    for key in ("endless", "quick"):
        office.ledger.jobs.add(key, f"t.{key}", "cpu", {})
    given = os.environ | {"PYTHONPATH": str(ROOT), "ANDON_TASK_TIME_LIMIT": "0.4"}
    ran = subprocess.run([sys.executable, "-c", COMPUTES], cwd=ROOT, env=given, capture_output=True, text=True)
    assert ran.stdout.split() == ["begun", "quick", "begun", "given", "up"], ran.stderr
    assert (office.ledger.jobs.get("endless").state, office.ledger.jobs.get("quick").state) == ("dead", "done")
    assert office.ledger.jobs.get("endless").error == "workers.queues.timelimit.OutOfTime: longer than 0.4 s"
    office.close()


PARENT = """
import time
from workers.office import open_office
from workers.queues.local import LocalQueue
from workers.settings import Settings
if __name__ == "__main__":
    office = open_office(Settings(), LocalQueue())
    office.add("j", "of.nobody", "cpu", {})
    while office.ledger.jobs.get("j").state != "dead":
        time.sleep(0.05)
    print(*office.queue._cpu._processes, flush=True)
    time.sleep(60)
"""


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.timeout(60)
def test_the_child_leaves_when_its_parent_was_killed(here, tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen(
        [sys.executable, str(script)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not alive(child), 10, "the child to leave")

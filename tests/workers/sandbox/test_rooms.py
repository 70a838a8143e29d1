"""Rooms come and go: warm ones wait, each serves once, a stop or a death ends them, nothing stays behind."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from workers.sandbox import launching
from workers.sandbox.pool import Sandbox
from workers.sandbox.room import NotReady, Room
from workers.sandbox.values import Job, Limits
from workers.tasks import Stopped

ROOT = Path(__file__).parents[3]
SLEEP = "import time\ntime.sleep(60)"


def children():
    """Our child processes, the dead but unburied too."""
    return set(Path(f"/proc/self/task/{threading.main_thread().native_id}/children").read_text().split())


def rooms():
    """The folders of our sandboxes; other processes of the suite have some, too, and change them meanwhile."""
    return set(Path(tempfile.gettempdir()).glob(f"andon-room-{os.getpid()}-*"))


def processes():
    """The command lines of the processes that nobody's parent is left of: orphans on this machine."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            if "\nPPid:\t1\n" in status.read_text():
                found.append(status.with_name("cmdline").read_text().replace("\0", " "))
    return found


def gone(process, seconds=5.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not Path(f"/proc/{process}").exists():
            return True
        time.sleep(0.02)
    return False


def test_runs_leave_no_process_descriptor_or_folder(bare, tmp_path):
    bare.run_unchecked(Job(code="answer = 1"), tmp_path)
    known, before = children(), (len(os.listdir("/proc/self/fd")), rooms())
    for code in ("answer = 1", "1 / 0", "import os; os._exit(3)", SLEEP):
        bare.run_unchecked(Job(code=code, limits=Limits(seconds=0.4)), tmp_path)
    assert children() <= known  # one that was there before may have ended
    assert (len(os.listdir("/proc/self/fd")), rooms()) == before


def test_a_stop_ends_the_code_at_once(bare, tmp_path):
    def interrupt(_signal, _frame):
        raise Stopped

    known, begin = children(), time.monotonic()
    before = signal.signal(signal.SIGUSR2, interrupt)
    timer = threading.Timer(0.6, lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR2))
    timer.start()
    try:
        with pytest.raises(Stopped):
            bare.run_unchecked(Job(code=SLEEP), tmp_path)
    finally:
        timer.join()
        signal.signal(signal.SIGUSR2, before)
    assert time.monotonic() - begin < 3
    assert children() <= known


def test_a_room_dies_with_a_parent_that_is_killed(way):
    code = f"""
import sys, time
from pathlib import Path
from workers.sandbox.launching import Way
from workers.sandbox.room import Room
from workers.sandbox.values import Job, Limits
room = Room({way!r}, Limits(), bare=True)
room.ready(time.monotonic() + 20)
print(room._process.pid, room._watch.process, flush=True)
room.work(Job(code="while True: pass"), time.monotonic() + 60)
"""
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    outer, inner = process.stdout.readline().split()
    time.sleep(0.3)
    process.kill()
    process.wait()
    assert gone(outer)
    assert gone(inner)
    process.stdout.close()
    Room(way, Limits(), bare=True).end()
    assert not list(Path(tempfile.gettempdir()).glob(f"andon-room-{process.pid}-*"))


def test_a_room_that_is_ended_while_it_starts_leaves_nothing(way):
    for moment in (0.0, 0.002, 0.005, 0.01, 0.02, 0.05):
        room = Room(way, Limits(), bare=True)
        time.sleep(moment)
        room.end()
    mine = f'"work": "{room._folder}"' if room._folder else "--hostname room"
    assert not [p for p in processes() if mine in p and str(launching.INSIDE) in p and '"idle": 600.0' in p]


def test_a_waiting_room_ends_when_nobody_comes(way):
    room = Room(way, Limits(), bare=True, idle=0.2)
    try:
        room._meet(time.monotonic() + 20)
        assert room._watch.gone(20)
        with pytest.raises(NotReady):
            room.ready(time.monotonic() + 1)
    finally:
        room.end()


def test_a_room_that_died_while_waiting_is_replaced(way, tmp_path):
    sandbox = Sandbox(way, size=1, bare=True)
    sandbox.warm()
    try:
        assert sandbox.wait(20)
        sandbox._rooms[0]._watch.kill()
        ran = sandbox.run_unchecked(Job(code="answer = 'still'"), tmp_path)
        assert ran.answer == "still"
    finally:
        sandbox.close()


def test_a_waiting_room_outlives_the_thread_that_asked_for_it(way, tmp_path):
    sandbox = Sandbox(way, size=1, bare=True)
    thread = threading.Thread(target=sandbox.warm)
    thread.start()
    thread.join()
    try:
        assert sandbox.wait(20)
        time.sleep(0.3)  # the kernel's signal would have come by now
        waiting = sandbox._rooms[0]._process.pid
        assert not gone(waiting, 0.1)
        assert sandbox.run_unchecked(Job(code="answer = 'warm'"), tmp_path).answer == "warm"
        assert gone(waiting)
    finally:
        sandbox.close()


def test_a_worker_that_was_forked_has_rooms_of_its_own(way, tmp_path):
    sandbox = Sandbox(way, size=1, bare=True)
    sandbox.warm()
    try:
        assert sandbox.wait(20)
        (tmp_path / "child").mkdir()
        child = os.fork()
        if child == 0:
            code = 1
            with contextlib.suppress(BaseException):
                for _ in range(2):  # the second one takes the room that the first left waiting
                    ran = sandbox.run_unchecked(Job(code="answer = 'child'"), tmp_path / "child")
                    code = int(ran.answer != "child")
                sandbox.close()
            os._exit(code)
        assert os.waitpid(child, 0)[1] == 0
        assert sandbox._rooms[0].alive
        assert sandbox.run_unchecked(Job(code="answer = 'parent'"), tmp_path).answer == "parent"
    finally:
        sandbox.close()


def test_every_run_gets_a_room_of_its_own(way, tmp_path):
    sandbox = Sandbox(way, size=1, bare=True)
    code = (
        "import builtins, os\nanswer = [getattr(builtins, 'mark', None), os.listdir('.')]\n"
        "builtins.mark = 1\nopen('left', 'w')"
    )
    try:
        answers = {sandbox.run_unchecked(Job(code=code), tmp_path).answer for _ in range(2)}
    finally:
        sandbox.close()
    assert answers == {"[None, []]"}


def test_a_deadline_that_has_passed_runs_nothing(bare, tmp_path):
    ran = bare.run_unchecked(Job(code="answer = 1"), tmp_path, deadline=time.monotonic())
    assert (ran.end, ran.began, ran.error.type) == ("deadline", False, "TimeLimit")
    ran = bare.run_unchecked(Job(code=SLEEP), tmp_path, deadline=time.monotonic() + 1.5)
    assert ran.end == "deadline"
    assert ran.seconds < 3


def test_a_room_that_cannot_start_says_why(way, monkeypatch):
    monkeypatch.setattr("workers.sandbox.launching.START", "raise SystemExit('no {root!r}')")
    room = Room(way, Limits(), bare=True)
    try:
        with pytest.raises(NotReady, match="no '"):
            room.ready(time.monotonic() + 20)
    finally:
        room.end()


def test_files_go_into_the_work_folder_by_plain_names(bare, tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    ran = bare.run_unchecked(Job(code="answer = open('b.txt').read()", files={"b.txt": tmp_path / "a.txt"}), tmp_path)
    assert ran.answer == "hello"
    for name in ("../b.txt", "/etc/x", ".x", "", "a\0b"):
        with pytest.raises(ValueError, match="file name"):
            bare.run_unchecked(Job(code="1", files={name: tmp_path / "a.txt"}), tmp_path)


def test_an_error_names_the_line_of_the_code(bare, tmp_path):
    ran = bare.run_unchecked(Job(code="x = 1\ndef f():\n    return x / 0\nf()\n"), tmp_path)
    assert (ran.end, ran.error.type, ran.error.line) == ("error", "ZeroDivisionError", 3)
    assert ran.error.text() == "line 3 (return x / 0): ZeroDivisionError: division by zero"
    assert ran.receipt()["level"] == bare.level


def test_leaving_early_is_an_error_of_the_code(bare, tmp_path):
    assert bare.run_unchecked(Job(code="raise SystemExit(3)"), tmp_path).error.type == "SystemExit"
    assert bare.run_unchecked(Job(code="raise KeyboardInterrupt"), tmp_path).error.type == "KeyboardInterrupt"

"""Rooms kept warm, so that a run costs little beyond its code. Each is used once and then ended, whatever happened.

A new room is started when a run is over (loading the libraries takes a second or two of a core) and gets ready while
nobody waits; the next code takes a model longer to write than that.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

from workers.errors import AndonError
from workers.sandbox import check
from workers.sandbox.launching import Way
from workers.sandbox.results import Results, stored
from workers.sandbox.room import START_SECONDS, NotReady, Room
from workers.sandbox.selftest import Mode, strongest
from workers.sandbox.values import CodeError, End, Job, Level, Limits, Ran

log = logging.getLogger(__name__)

REASONS: dict[str, tuple[str, str]] = {
    "deadline": ("TimeLimit", "the code took longer than {seconds:g} s"),
    "cpu": ("TimeLimit", "the code used more than {cpu_seconds} s of processor time"),
    "files": ("DiskLimit", "the code wrote more than {disk_bytes:,} bytes or {files:,} files"),
    "processes": ("ThreadLimit", "the code started more than {tasks} threads"),
    "crashed": ("Crashed", "the interpreter died: out of memory ({memory_bytes:,} bytes), or a fault in a library"),
}


class Sandbox:
    """Runs code, one piece in each room. May be used by several threads."""

    def __init__(self, way: Way, size: int = 1, limits: Limits | None = None, bare: bool = False) -> None:
        """size: how many rooms wait. limits: those that are fixed when a room starts (files, disk, tasks).

        bare: rooms that load no data libraries, so there are no tables and figures: quick to start, for tests.
        """
        self.way, self.size, self.limits, self.bare = way, size, limits or Limits(), bare
        self._rooms: list[Room] = []
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._starter = _starter()

    @property
    def level(self) -> Level:
        """The level that the self-test found to hold."""
        return self.way.level

    def warm(self) -> None:
        """Start rooms up to the size of the pool; returns at once. Call it when a run is to be expected."""
        with self._lock:
            self._forget_others()
            self._rooms = [room for room in self._rooms if _kept(room)]
            while len(self._rooms) < self.size:
                self._rooms.append(self._new_room())

    def wait(self, seconds: float = START_SECONDS) -> bool:
        """Wait until every waiting room is ready; False when one isn't in time."""
        try:
            for room in list(self._rooms):
                room.ready(time.monotonic() + seconds)
        except NotReady:
            return False
        return True

    def run(self, job: Job, out: Path, deadline: float | None = None) -> Ran:
        """Run a job's code; the table and the pictures are written to the folder `out`, which must exist.

        deadline: a moment of time.monotonic() by which it is over, besides the job's own seconds. The limits of the
        disk are the smaller of the job's and the pool's. What a signal handler raises meanwhile (workers.tasks.Stopped)
        ends the run and passes on. AndonError when no room can be started.
        """
        refused = check.problem(job.code)
        if refused is not None:
            return Ran(end="error", level=self.level, seconds=0.0, error=refused)
        return self.run_unchecked(job, out, deadline)

    def run_unchecked(self, job: Job, out: Path, deadline: float | None = None) -> Ran:
        """The same without the look at the code: what the escape tests use, since the room alone must hold."""
        _fit(job, self.limits)
        ran = self._once(job, out, deadline)
        if ran.end == "crashed" and not ran.began:
            ran = self._once(job, out, deadline)  # the room died before the code began: nothing has been run
        return ran

    def _once(self, job: Job, out: Path, deadline: float | None) -> Ran:
        begin = time.monotonic()
        try:
            room = self._take(deadline)
        except TimeoutError:
            late = CodeError(type="TimeLimit", message="there was no time left to run the code")
            return Ran(end="deadline", level=self.level, seconds=time.monotonic() - begin, error=late)
        try:
            waited = time.monotonic() - begin
            until = time.monotonic() + job.limits.seconds
            end, results = room.work(job, min(until, deadline) if deadline is not None else until)
            return _outcome(job, end, results, room, out, waited)
        finally:
            room.end()
            try:
                self.warm()
            except OSError as error:  # the next run will say so, if it stays
                log.info("a sandbox room did not start: %s", error)

    def close(self) -> None:
        """End the rooms that wait."""
        with self._lock:
            self._forget_others()
            rooms, self._rooms = self._rooms, []
        for room in rooms:
            room.end()

    def _take(self, deadline: float | None) -> Room:
        """A room that is ready: one that waited, else a new one. TimeoutError when there is none by the deadline."""
        until = min(time.monotonic() + START_SECONDS, deadline if deadline is not None else float("inf"))
        for _ in range(self.size + 2):
            if time.monotonic() >= until:
                break
            try:
                with self._lock:
                    self._forget_others()
                    room = self._rooms.pop(0) if self._rooms else self._new_room()
            except OSError as error:
                log.info("a sandbox room did not start: %s", error)
                continue
            try:
                room.ready(until)
            except NotReady as error:  # its thread ended, it waited too long, or the machine is short of something
                log.info("a sandbox room did not get ready: %s", error)
                room.end()
                continue
            except BaseException:
                room.end()
                raise
            return room
        if deadline is not None and time.monotonic() >= deadline:
            raise TimeoutError
        raise AndonError("failure_sandbox_start")

    def _new_room(self) -> Room:
        """A room started by the pool's own thread, so that it outlives the thread that asks. OSError as Room."""
        starting = self._starter.submit(Room, self.way, self.limits, self.bare)
        try:
            return starting.result()
        except BaseException:  # a stop while it started: nobody will have it
            starting.add_done_callback(_end)
            raise

    def _forget_others(self) -> None:
        """After a fork the rooms, and the thread that started them, are the parent's."""
        if self._process != os.getpid():
            self._process, self._rooms, self._starter = os.getpid(), [], _starter()


@cache
def open_sandbox(mode: Mode = "auto") -> Sandbox:
    """The sandbox of this process, by ANDON_SANDBOX. AndonError with one sentence when no safe level is to be had."""
    return Sandbox(strongest(mode))


def _starter() -> ThreadPoolExecutor:
    """A thread that starts rooms: a room dies with the thread that started it, and this one lives as long as the
    process."""
    return ThreadPoolExecutor(1, thread_name_prefix="sandbox")


def _end(started: Future[Room]) -> None:
    if not started.cancelled() and started.exception() is None:
        started.result().end()


def _kept(room: Room) -> bool:
    if room.alive:
        return True
    room.end()
    return False


def _fit(job: Job, limits: Limits) -> None:
    """What is handed in must fit into the room and be a plain name there."""
    paths = [*job.files.values(), *([job.table] if job.table is not None else [])]
    for name in job.files:
        if not name or "/" in name or "\0" in name or name.startswith(".") or len(name.encode()) > 200:
            raise ValueError(f"not a file name: {name!r}")
    most = min(limits.disk_bytes // 2, limits.file_bytes)
    for path in paths:
        if path.stat().st_size > most:
            raise AndonError("failure_sandbox_input", megabytes=round(most / 1e6))


def _outcome(job: Job, end: End, results: Results, room: Room, out: Path, waited: float) -> Ran:
    printed = room.printed.decode(errors="replace")[-job.limits.output_chars :]
    kept = {
        "level": room.way.level, "seconds": round(results.seconds + waited, 4), "began": results.began,
        "code_seconds": results.code_seconds, "output": printed, "memory_peak_bytes": results.memory_peak,
    }  # fmt: skip
    if end == "error" and results.error is not None:
        raised = results.error
        return Ran(end=end, **kept, error=check.located(job.code, raised["type"], raised["message"], raised["line"]))
    if end != "done":
        kind, why = REASONS.get(end, ("ResultRefused", results.spoilt or ""))
        return Ran(end=end, **kept, error=CodeError(type=kind, message=why.format(**job.limits.model_dump())))
    table, pictures = results.table(), []
    for number, body in enumerate(results.pictures, 1):
        pictures.append(out / f"picture_{number}.png")
        pictures[-1].write_bytes(body)
    return Ran(
        end="done", **kept, answer=results.answer, pictures=tuple(pictures),
        table=stored(table, out) if table is not None else None, rows=len(table) if table is not None else None,
    )  # fmt: skip

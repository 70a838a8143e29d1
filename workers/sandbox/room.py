"""One room seen from outside: started early, used once, ended for certain.

Nothing that comes out is believed: frames are bounded before they are read (workers/sandbox/results.py), limits are
watched from here, and the process number is the kernel's word, not the room's.
"""

from __future__ import annotations

import array
import contextlib
import logging
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workers.sandbox.inside import wire
from workers.sandbox.launching import Way
from workers.sandbox.results import Results
from workers.sandbox.values import End, Job, Limits
from workers.sandbox.watching import Watch

log = logging.getLogger(__name__)

START_SECONDS = 60.0  # importing the libraries on a busy machine
LOOK_SECONDS = 0.05  # how often the limits are looked at
LEAVE_SECONDS = 5.0
CHUNK = 1 << 20


class NotReady(RuntimeError):
    """The room did not come up; the text says what it printed."""


class Room:
    """A process waiting for one job. Not shared between threads. `bare` rooms load no libraries."""

    def __init__(self, way: Way, limits: Limits, bare: bool = False, idle: float = 600.0) -> None:
        """Start it; it gets ready on its own. OSError where it cannot be started. It dies with the calling thread."""
        self.way, self.limits = way, limits
        self.printed = bytearray()
        self._tired = time.monotonic() + 0.9 * idle
        self._watch: Watch | None = None
        self._ready = False
        self._folder = _new_folder() if way.level == "child" else None
        self._door, theirs = socket.socketpair()
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._output, output = os.pipe()
        os.set_blocking(self._output, False)
        try:
            command, user = way.command(theirs.fileno(), limits, self._folder or "", bare, idle)
            if self._folder is not None and user is not None:
                os.chown(self._folder, user, user)
            with _no_stop():  # a stop in the middle would leave a process that nobody knows
                self._process = subprocess.Popen(
                    command, env={}, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                    pass_fds=(theirs.fileno(),), start_new_session=True,
                )  # fmt: skip
        except OSError:
            self._shut()
            raise
        finally:
            theirs.close()
            os.close(output)

    @property
    def alive(self) -> bool:
        """Whether it still waits, with time enough to be given a job before it gives up waiting."""
        dead = self._watch is not None and self._watch.gone(0)
        return self._process.poll() is None and not dead and time.monotonic() < self._tired

    def ready(self, until: float) -> None:
        """Wait until it can take a job; `until` is a moment of time.monotonic(). NotReady when it won't."""
        try:
            if self._watch is None:
                self._meet(until)
            frames = wire.Frames(Results(self.limits).allow)
            while not self._ready:
                self._await(until)
                data = self._door.recv(CHUNK)
                if not data:
                    raise NotReady(self._said())
                self._ready = any(head["kind"] == "ready" for head, _ in frames.feed(data))
            if not self.alive:
                raise NotReady("it waited for too long, or died")
        except (OSError, wire.BadFrame) as error:
            raise NotReady(f"{error} {self._said()}") from None

    def work(self, job: Job, until: float) -> tuple[End, Results]:
        """Do a job: how it ended, and what was received by then. Raises what a signal handler raises, Stopped too."""
        assert self._watch is not None
        results = Results(job.limits)
        self._read_output()
        self.printed.clear()  # what libraries said while they were loaded
        begin = time.monotonic()
        try:
            self._hand_over(job, until)
            end = self._follow(results, until)
        except wire.BadFrame as error:
            results.spoilt = str(error)
            end = "result"
        except (BrokenPipeError, ConnectionResetError):
            end = "crashed"
        except TimeoutError:
            end = "deadline"
        results.seconds = time.monotonic() - begin
        self._watch.look()
        self._read_output()
        results.memory_peak = self._watch.memory_peak
        if end == "crashed" and self._watch.cpu_seconds >= job.limits.cpu_seconds - 0.5:
            end = "cpu"
        return end, results

    def end(self) -> None:
        """End every process of it and wait until they are gone; its folder goes too."""
        with _no_stop():
            if self._watch is not None:
                self._watch.kill()
            self._door.close()  # a room that has not shown itself yet finds nobody there and leaves
            # bubblewrap leaves by itself then; killed in the middle of its start it would leave a process behind.
            try:
                self._process.wait(LEAVE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._watch is not None and not self._watch.gone(LEAVE_SECONDS):
                log.error("a sandbox room did not end: process %d", self._watch.process)
            self._shut()

    def _shut(self) -> None:
        if self._watch is not None:
            self._watch.close()
        self._door.close()
        if self._output >= 0:
            os.close(self._output)
            self._output = -1
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _meet(self, until: float) -> None:
        """The room shows itself before it is locked: the kernel tells its process number, it hands over its folder."""
        self._await(until)
        space = socket.CMSG_SPACE(12) + socket.CMSG_SPACE(4)
        data, ancillary, _, _ = self._door.recvmsg(1, space, socket.MSG_CMSG_CLOEXEC)
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        process, folders = 0, array.array("i")
        for level, kind, body in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
                process = struct.unpack("3i", body[:12])[0]
            elif level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                folders.frombytes(body[: len(body) - len(body) % folders.itemsize])
        if not data or process <= 0 or len(folders) != 1:
            for folder in folders:
                os.close(folder)
            raise NotReady(self._said())
        by_name = Path(self._folder) if self._folder is not None else None
        self._watch = Watch(process, folders[0], by_name, self.limits)

    def _await(self, until: float) -> None:
        """Until the door can be read."""
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise NotReady(f"not ready in time {self._said()}")
            if self._door in select.select([self._door], [], [], min(left, 0.2))[0]:
                return
            if self._process.poll() is not None:
                raise NotReady(self._said())

    def _hand_over(self, job: Job, until: float) -> None:
        """Files, table, code: the room is still ours while it takes them."""
        assert self._watch is not None
        sent = [("file", name, path) for name, path in job.files.items()]
        sent += [("table", "", job.table)] if job.table is not None else []
        for kind, name, path in sent:
            size = path.stat().st_size
            self._send(wire.header({"kind": kind, "size": size, "name": name}), until)
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    self._send(chunk, until)
        code = wire.packed(
            "code", job.code.encode(errors="replace"), context=job.context, pictures=job.limits.pictures,
            picture_bytes=job.limits.picture_bytes, cpu_seconds=job.limits.cpu_seconds,
            address_space=self._watch.address_space() + job.limits.memory_bytes,
        )  # fmt: skip
        self._send(code, until)

    def _send(self, data: bytes, until: float) -> None:
        self._door.settimeout(max(0.001, until - time.monotonic()))
        self._door.sendall(data)

    def _follow(self, results: Results, until: float) -> End:
        """Take frames and output until the room is done, breaks a limit or dies."""
        assert self._watch is not None
        frames, looked = wire.Frames(results.allow), 0.0
        self._door.setblocking(False)
        listening: list[Any] = [self._door, self._output]
        while True:
            moment = time.monotonic()
            if moment >= until:
                return "deadline"
            if moment - looked >= LOOK_SECONDS:
                looked = moment
                broken = self._watch.look()
                if broken is not None:
                    return broken
            ready, _, _ = select.select(listening, [], [], min(LOOK_SECONDS, until - moment))
            if self._output in ready and not self._read_output():
                listening.remove(self._output)
            if self._door not in ready:
                if not ready and self._watch.gone(0):
                    return "crashed"
                continue
            data = self._door.recv(CHUNK)
            if not data:
                return "crashed"
            for head, body in frames.feed(data):
                if results.take(head, body):
                    return results.end

    def _read_output(self) -> bool:
        """Keep the end of what was printed; False when there is nothing more to come."""
        most = 4 * self.limits.output_chars
        for _ in range(64):
            try:
                data = os.read(self._output, 65536)
            except BlockingIOError:
                return True
            if not data:
                return False
            self.printed = (self.printed + data)[-most:]
        return True

    def _said(self) -> str:
        with contextlib.suppress(OSError):
            self._read_output()
        return self.printed.decode(errors="replace")[-1500:].strip()


def _new_folder() -> str:
    """A folder for a room, named after this process; those of processes that were killed go."""
    for folder in Path(tempfile.gettempdir()).glob("andon-room-*-*"):
        owner = folder.name.split("-")[2]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)
    return tempfile.mkdtemp(prefix=f"andon-room-{os.getpid()}-")


@contextlib.contextmanager
def _no_stop() -> Iterator[None]:
    """Hold back the signal by which a run is called off (workers/tasks.py) while processes change hands."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

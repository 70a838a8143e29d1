"""Processes of Andon that start in a tenth of a second: forked from one that has imported everything already.

`Popen` stands in for `subprocess.Popen`. What it starts as `python -m MODULE ...` is a real process: a child of who
started it, with its own pid, environment, folder and streams, to be waited for and killed. Only the imports, seconds of
every command, were done before. Where the start itself is tested, `subprocess.Popen` starts the interpreter.

ANDON_TESTS_PRELOADED=0 starts an interpreter each time.
"""

import atexit
import ctypes
import inspect
import os
import pickle
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
SPARE = "spare"  # the name of a process below a keeper that only waits to become its next child
AT_START = ("PYTHON", "LANG", "LC_", "LD_", "OMP_", "OPENBLAS_")  # variables read before the first line of ours
START = inspect.signature(subprocess.Popen._execute_child)
QUIET = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}  # what has a thread must not fork; read as pyarrow loads


class Server:
    """The process that has imported everything, as who wants children of it sees it."""

    def __init__(self, door):
        self.door, self.lock = door, threading.Lock()

    def fork(self, request, files):
        """The pid of a new child of this process."""
        with self.lock, adopting():
            socket.send_fds(self.door, [pickle.dumps(request | {"parent": os.getpid()})], files)
            pid = self.door.recv(20)
        assert pid, "the preloaded process died"
        return int(pid)


SERVERS = {}  # by what their environment has of AT_START
STARTING = threading.Lock()


def server(environment):
    """The server for processes of this environment; the first request to it waits for its imports."""
    fixed = {name: value for name, value in environment.items() if name.startswith(AT_START)}
    key = frozenset(fixed.items())
    with STARTING:
        if key not in SERVERS:
            SERVERS[key] = Server(started(fixed))
        return SERVERS[key]


def started(fixed):
    """A door to a new server; it leaves when the door is closed."""
    door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    free = {name: value for name, value in os.environ.items() if not name.startswith(AT_START)}
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.preloaded.server", str(theirs.fileno())], cwd=ROOT,
            stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], env=free | fixed | QUIET,
        )  # fmt: skip

    def leave():
        door.close()
        process.wait(10)

    atexit.register(leave)
    return door


@contextmanager
def adopting():
    """Orphans below this process become its children meanwhile: a child of a child that leaves at once is ours."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, 0)


class Popen(subprocess.Popen):
    """`subprocess.Popen` that starts Python modules from the preloaded process, and everything else as ever."""

    def _execute_child(self, *args):
        given = START.bind(self, *args).arguments
        environment = dict(os.environ) if given["env"] is None else dict(given["env"])
        if not able(given["args"]):
            super()._execute_child(*args)
            return
        streams = [given[name] for name in ("p2cread", "c2pwrite", "errwrite")]
        files = {number: number if fd == -1 else fd for number, fd in enumerate(streams)}
        files |= {fd: fd for fd in given["pass_fds"]}
        request = {
            "argv": list(given["args"])[2:], "environment": environment, "folder": str(given["cwd"] or Path.cwd()),
            "files": list(files), "session": given["start_new_session"], "first": given["preexec_fn"],
        }  # fmt: skip
        try:
            self.pid = server(environment).fork(request, list(files.values()))
            self._child_created = True
        finally:
            self._close_pipe_fds(*(given[n] for n in ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread",
                                                      "errwrite")))  # fmt: skip


def able(argv):
    """Whether a child of the server would be what `argv` starts."""
    module = not isinstance(argv, str | bytes) and list(argv)[:2] == [sys.executable, "-m"]
    return module and sys.platform == "linux" and os.environ.get("ANDON_TESTS_PRELOADED") != "0"


def run(argv, *, timeout, text=False, **options):
    """`subprocess.run` with the output captured."""
    with Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=text, **options) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(argv, process.returncode, out, err)

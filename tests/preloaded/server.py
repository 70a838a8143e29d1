"""The process that has imported everything and becomes, forked, what it is asked for: `python -m tests.preloaded.server
FD`, FD being its end of a socket. See tests/preloaded."""

import atexit
import ctypes
import fcntl
import gc
import importlib
import os
import pickle
import pkgutil
import random
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path

from tests import preloaded

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # prctl(2)
ROOMS = ("bot", "workers", "roles", "detectors", "kb")
APART = (  # what does something when it is imported, or is the program itself
    "bot.cli", "bot.tasks", "workers.tasks", "workers.sandbox.inside", "workers.state.migrations",
)  # fmt: skip
LIBRARIES = ("celery.apps.worker", "celery.bin.worker", "celery.concurrency.prefork", "celery.concurrency.thread",
             "celery.worker.consumer", "kombu.transport.redis", "sqlalchemy.dialects.sqlite.pysqlite",
             "alembic.command", "rich.progress")  # fmt: skip
COERCED = {name: os.environ[name] for name in ("LC_CTYPE",) if name in os.environ}  # an interpreter sets it (PEP 538)
INTERRUPTED = signal.getsignal(signal.SIGINT)


def preload():
    """Import the product and what it imports on use. Nothing that threads, files or sockets belong to."""
    for room in ROOMS:
        for module in pkgutil.walk_packages([room], f"{room}."):
            if not module.name.startswith(APART):
                with suppress(ImportError):  # an extra that is not installed
                    importlib.import_module(module.name)
    for name in LIBRARIES:
        with suppress(ImportError):
            importlib.import_module(name)


def alone():
    """Fails unless this process is safe to fork: one thread, and nothing entered in a table by an import."""
    from workers.queues.registry import SHOWS, TASKS

    assert len(os.listdir("/proc/self/task")) == 1, "an import started a thread"
    assert not TASKS, "an import entered tasks"
    assert not SHOWS, "an import entered what shows progress"


def serve(door):
    """Fork a child for each request until nobody is there to ask; returns in the child, with its request and files."""
    while True:
        message, files, *_ = socket.recv_fds(door, 1 << 17, 64)
        if not message:
            os._exit(0)
        request = pickle.loads(message)
        reading, writing = os.pipe()
        between = os.fork()
        if between == 0:
            between = os.getpid()
            pid = os.fork()
            if pid:  # leaves at once, and who asked adopts its child
                os.write(writing, str(pid).encode())
                os._exit(0)
            while os.getppid() == between:
                time.sleep(0.0005)
            if os.getppid() != request["parent"]:  # it was killed meanwhile
                os._exit(1)
            door.detach()
            return request, files
        os.waitpid(between, 0)
        door.send(os.read(reading, 20))
        for fd in (reading, writing, *files):
            os.close(fd)


def take(kept):
    """Have the files `kept` (number -> where it is now) and no others, as after exec."""
    above = max([*kept, *kept.values(), 63]) + 1
    raised = {number: fcntl.fcntl(fd, fcntl.F_DUPFD, above) for number, fd in kept.items()}
    for number, fd in raised.items():
        os.dup2(fd, number)
    for fd in map(int, os.listdir("/proc/self/fd")):
        if fd not in kept:
            with suppress(OSError):  # the folder's own
                os.close(fd)


def become(request, files):
    """Put this process into the state that exec would have left."""
    name(Path(sys.executable).name)
    if request["session"]:
        os.setsid()
    take(dict(zip(request["files"], files, strict=True)))
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(COERCED | request["environment"])
    time.tzset()
    signal.signal(signal.SIGINT, INTERRUPTED)
    seed()
    if request["first"] is not None:
        request["first"]()
    sys.argv, sys.path[0] = list(request["argv"]), request["folder"]


def seed():
    """No two children draw the same numbers."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


def name(word):
    """What tools call this process."""
    ctypes.CDLL(None).prctl(PR_SET_NAME, word.encode())


def spare():
    """A preloaded process below this one, for its own children. In it, forked: a request with its files."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork():
        theirs.close()
        below = preloaded.Server(ours)
        preloaded.server = lambda _environment: below
        subprocess.Popen = preloaded.Popen
        return None
    name(preloaded.SPARE)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    nothing = os.open(os.devnull, os.O_RDWR)
    ours.detach()
    door = theirs.detach()
    take({0: nothing, 1: nothing, 2: nothing, door: door})
    return serve(socket.socket(fileno=door))


def keeps(argv):
    """Whether this command starts others of its kind (workers/commands/keeper.py)."""
    return argv[:2] == ["bot.cli", "worker"] and "--ready-fd" not in argv


def main():
    """Import, then wait; in each child, run what was asked for."""
    door = socket.socket(fileno=int(sys.argv[1]))
    preload()
    alone()
    gc.freeze()  # a collection in a child would copy every page
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: for whoever asks; it closes the door
    asked = serve(door)
    while asked:
        become(*asked)
        module, *argv = asked[0]["argv"]
        asked = spare() if keeps([module, *argv]) else None
    leave(ended(module))


def ended(module):
    """The exit code of a module that was run as a program."""
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def leave(code):
    """End as an interpreter does, but without taking 4,000 modules apart first."""
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()

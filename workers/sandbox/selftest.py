"""Which level holds on this machine: real escapes are tried in a real room, and not one may come through.

A level that cannot be started, or lets a single attempt through, or does not run the attempts at all, is not used.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Literal

from workers.errors import AndonError
from workers.sandbox.inside.room import ENVIRONMENT
from workers.sandbox.launching import Way, bubblewrap, ways
from workers.sandbox.room import NotReady, Room
from workers.sandbox.values import Job, Limits

log = logging.getLogger(__name__)

Mode = Literal["auto", "bubblewrap", "off"]
SECONDS = 20.0
ATTEMPTS = """
import ctypes, json, os, signal, socket, subprocess
context_ = context
came_through = {}
def attempt(name):
    def tried(function):
        try:
            came_through[name] = bool(function())
        except (OSError, ValueError, RuntimeError):
            came_through[name] = False
    return tried
@attempt("network")
def _():
    with socket.create_connection(("127.0.0.1", context_["port"]), 2) as there:
        return there.recv(1)
@attempt("local socket")
def _():
    with socket.socket(socket.AF_UNIX) as there:
        there.connect("\\0" + context_["abstract"])
        return True
@attempt("read outside")
def _():
    return open(os.path.join(context_["folder"], "secret")).read()
@attempt("read the system")
def _():
    return open("/etc/passwd").read()
@attempt("write outside")
def _():
    with open(os.path.join(context_["folder"], "written"), "w") as file:
        return file.write("x")
@attempt("write to the libraries")
def _():
    with open(os.path.join(os.path.dirname(os.__file__), "written.py"), "w") as file:
        return file.write("x")
@attempt("see a process")
def _():
    return [n for n in os.listdir("/proc") if n.isdigit() and int(n) not in (1, os.getpid())]
@attempt("signal a process")
def _():
    os.kill(context_["parent"], 0)
    return True
@attempt("read a process")
def _():
    return open("/proc/%d/environ" % context_["parent"], "rb").read()
@attempt("make a process")
def _():
    child = os.fork()
    if child == 0:
        os._exit(0)
    return True
@attempt("start a program")
def _():
    return subprocess.run(["/bin/sh", "-c", "echo x"], capture_output=True).stdout
@attempt("environment")
def _():
    return [name for name in os.environ if name not in context_["own"]]
@attempt("new namespaces")
def _():
    return ctypes.CDLL(None).unshare(0x10000000) == 0
open("proof", "w").write("x")
answer = json.dumps([came_through, open("proof").read()])
"""
NAMES = frozenset({
    "network", "local socket", "read outside", "read the system", "write outside", "write to the libraries",
    "see a process", "signal a process", "read a process", "make a process", "start a program", "environment",
    "new namespaces",
})  # fmt: skip
OWN_VARIABLES = sorted({*ENVIRONMENT, "HOME", "TMPDIR", "MPLCONFIGDIR", "PWD", "LC_CTYPE"})  # what a room sets itself


@cache
def strongest(mode: Mode) -> Way:
    """The strongest way that holds here, found once a process. AndonError("failure_sandbox...") when none does."""
    if mode == "off":
        raise AndonError("failure_sandbox_off")
    for way in ways() if sys.platform == "linux" else ():
        if mode == "bubblewrap" and way.level != "bubblewrap":
            continue
        through = escapes(way)
        if through == ():
            return way
        log.info("sandbox %s, own user %s: not used: %s", way.level, way.own_user, through)
    raise AndonError("failure_sandbox_refused" if bubblewrap() else "failure_sandbox_bubblewrap")


def escapes(way: Way) -> tuple[str, ...]:
    """The escapes that came through, () when none did; why not, when the room did not work at all."""
    with tempfile.TemporaryDirectory() as folder, _listener() as port, _abstract() as name:
        Path(folder, "secret").write_text(secrets.token_hex(8))
        Path(folder).chmod(0o777)  # so that a room with a user of its own is stopped by its walls, not by rights
        context = {"port": port.getsockname()[1], "abstract": name.getsockname()[1:].decode(), "folder": folder,
                   "parent": os.getpid(), "own": OWN_VARIABLES}  # fmt: skip
        try:
            answer, printed = _tried(way, Job(code=ATTEMPTS, context=context))
        except (OSError, NotReady) as error:
            return (f"cannot be started: {error}",)
        try:
            through, proof = json.loads(answer or "")
        except (ValueError, TypeError):
            return (f"did not run: {printed[-500:]}",)
        if proof != "x" or set(through) != NAMES:
            return ("did not run every attempt",)
        written = [p.name for p in Path(folder).iterdir() if p.name != "secret"]
        return tuple(sorted(kind for kind, came in through.items() if came)) + tuple(written)


def _tried(way: Way, job: Job) -> tuple[str | None, str]:
    until = time.monotonic() + SECONDS
    room = Room(way, Limits(), bare=True)
    try:
        room.ready(until)
        _, results = room.work(job, until)
        return results.answer, f"{results.error} {room.printed.decode(errors='replace')}"
    finally:
        room.end()


def _listener() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def _abstract() -> socket.socket:
    there = socket.socket(socket.AF_UNIX)
    there.bind("\0andon-" + secrets.token_hex(8))
    there.listen()
    return there

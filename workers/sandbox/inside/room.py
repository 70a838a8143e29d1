"""The process in the room: shows itself, locks the door, loads the libraries, waits, runs one piece of code, waits.

It is told everything in one JSON argument (Told). It waits at the end so that the parent can look at its peak memory;
the parent ends it. Before the code runs, everything here is ours; afterwards nothing that it says is believed.
"""

from __future__ import annotations

import array
import json
import os
import resource
import select
import socket
import sys
import warnings
from dataclasses import dataclass
from typing import Any

from workers.sandbox.inside import gather, wire
from workers.sandbox.inside.locking import Lock, bound, lock

ENVIRONMENT = {
    "MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "LOKY_MAX_CPU_COUNT": "1", "TZ": "UTC",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What the parent tells a room. `door` is a socket's descriptor; `idle` seconds that an unused room waits."""

    door: int
    lock: Lock
    libraries: tuple[str, ...]  # folders of installed packages
    font: str | None  # a font file for pictures
    bare: bool  # no data libraries: for the self-test
    idle: float


def main() -> None:
    """Live one room's life."""
    raw = json.loads(sys.argv[1])
    held = raw.pop("lock")
    told = Told(lock=Lock(**{**held, "readable": tuple(held["readable"])}), **raw)
    _show(told)
    sys.path[:] = [path for path in sys.path if path != held["work"]]
    lock(told.lock)
    os.chdir(told.lock.work)
    os.environ.update(ENVIRONMENT, **dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR"), told.lock.work))
    sys.path += told.libraries
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]
    warnings.simplefilter("ignore")
    if not told.bare:
        from workers.sandbox.inside import libraries

        libraries.load(told.font)
    os.chdir("work")
    wire.send(told.door, wire.packed("ready"))
    if not select.select([told.door], [], [], told.idle)[0]:
        return
    try:
        job = _job(told)
    except EOFError:
        return
    _run(told.door, job, told.bare)
    os.read(told.door, 1)


def _show(told: Told) -> None:
    """Hand the parent our process id (the kernel vouches for it) and the folder that it will keep an eye on."""
    folder = os.open(told.lock.work, os.O_RDONLY | os.O_DIRECTORY)
    with socket.socket(fileno=os.dup(told.door)) as door:
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [folder]))
        me = array.array("i", [os.getpid(), os.getuid(), os.getgid()])
        credentials = (socket.SOL_SOCKET, socket.SCM_CREDENTIALS, me)
        door.sendmsg([b"."], [rights, credentials])
    os.close(folder)


def _job(told: Told) -> dict[str, Any]:
    """The job: files into the work folder, the table into `df`, last the code with its limits."""
    table = None
    while True:
        head, body = wire.receive(told.door)
        if head["kind"] == "file":
            with open(head["name"], "xb") as file:
                file.write(body)
        elif head["kind"] == "table":
            table = body
        else:
            bound(resource.RLIMIT_AS, head["address_space"])
            used = resource.getrusage(resource.RUSAGE_SELF)
            bound(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + head["cpu_seconds"]) + 1)
            return {**head, "code": bytes(body).decode(), "table": table}


def _run(door: int, job: dict[str, Any], bare: bool) -> None:
    """Run the code and send what it left; an error is a result like any other."""
    context = job["context"]
    names: dict[str, Any] = {"__name__": "__main__", "df": None, "context": context,
                             "units": context.get("units", {}), "names": context.get("names", {})}  # fmt: skip
    if not bare:
        from workers.sandbox.inside import libraries

        names |= libraries.at_hand()
    if job["table"] is not None:
        from workers.sandbox.inside import libraries

        names["df"] = libraries.frame(job.pop("table"))
    wire.send(door, wire.packed("begun"))
    try:
        program = compile(job["code"], gather.FILE, "exec", dont_inherit=True)
        if bare:
            exec(program, names)
        else:
            from workers.sandbox.inside import libraries

            with libraries.threads():
                exec(program, names)
        wire.send(door, wire.packed("ran"))
        for frame in gather.results(names, job["pictures"], job["picture_bytes"], bare):
            wire.send(door, frame)
    except BaseException as error:  # the code's own, SystemExit too: told, not raised
        wire.send(door, wire.packed("error", **gather.told(error)))
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    wire.send(door, wire.packed("done"))

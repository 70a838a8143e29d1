"""Who holds a job or a lease: the process, named so that another one can tell for sure that it is no more.

A host's name and a process's number do not: containers and cloned machines share both. The start of the machine, the
namespace in which the number counts and the moment at which the process began do.
"""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
HOST = 64  # characters of the host's name; it is for people who read the table
_known: tuple[int, str] = (0, "")  # (pid, name) of this process; a fork has another pid


def me() -> str:
    """This process: HOST/BOOT/PID NAMESPACE/PID/START; without what the system does not tell."""
    global _known
    pid = os.getpid()
    if _known[0] != pid:
        host = socket.gethostname()[:HOST].replace("/", "-").replace("#", "-")
        _known = pid, "/".join([host, *_here(), str(pid), _start_of(pid)])
    return _known[1]


def claim_token() -> str:
    """A name for one claim of this process: what two claims settle is told apart, whoever makes them."""
    return f"{secrets.token_hex(8)}#{me()}"


def lives(owner: str) -> bool:
    """False when `owner` (with or without a token) is surely no more; True when it lives or cannot be known.

    Only a process of this start of this machine, counted in our own namespace, can be known to be dead.
    """
    parts = owner.rpartition("#")[2].split("/")
    if len(parts) != 5:
        return True
    boot, namespace, pid, start = parts[1:]
    if (boot, namespace) != _here() or not (boot and namespace and start and pid.isdigit()):
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return _start_of(int(pid)) in (start, "")  # another start: the number was given to another process


def _here() -> tuple[str, str]:
    """The id of this start of the machine, and of the namespace of our process numbers; "" where there is none."""
    boot = namespace = ""
    with suppress(OSError):
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    with suppress(OSError):
        namespace = os.readlink(PROC / "self/ns/pid").strip("pid:[]")
    return boot, namespace


def _start_of(pid: int) -> str:
    """When a process began, in ticks since the machine did (proc(5), stat field 22); "" when it can't be read."""
    with suppress(OSError, IndexError):
        return (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()[19]
    return ""

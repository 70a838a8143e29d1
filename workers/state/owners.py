"""Who holds a job or a lease: the process, named so that another one can tell for sure that it is no more.

A host's name and a process's number do not: containers and cloned machines share both. The start of the machine, the
namespace in which the number counts and the moment at which the process began do.
"""

from __future__ import annotations

import os
import secrets
import socket

from kb.processes import gone, machine, start_of

HOST = 64  # characters of the host's name; it is for people who read the table
_known: tuple[int, str] = (0, "")  # (pid, name) of this process; a fork has another pid


def me() -> str:
    """This process: HOST/BOOT/PID NAMESPACE/PID/START; without what the system does not tell."""
    global _known
    pid = os.getpid()
    if _known[0] != pid:
        host = socket.gethostname()[:HOST].replace("/", "-").replace("#", "-")
        _known = pid, "/".join([host, *machine(), str(pid), start_of(pid)])
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
    if (boot, namespace) != machine() or not (boot and namespace and start and pid.isdigit()):
        return True
    return not gone(int(pid), start)  # another start: the number was given to another process

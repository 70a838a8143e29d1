"""Locks the process into its room, for good, before any library is loaded: what comes later runs inside.

The order matters: first another user, then the limits, then no_new_privs, which Landlock and seccomp ask for.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from dataclasses import dataclass

from workers.sandbox.inside import landlock, syscalls

PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 24, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
CAPABILITY_VERSION_3 = 0x20080522
OPEN_FILES = 128


@dataclass(frozen=True)
class Lock:
    """How a room is locked. Bytes; `user` None keeps the user, `tasks` None sets no limit here (it is watched)."""

    readable: tuple[str, ...]
    work: str  # the folder in which it may write; the code starts in its subfolder "work"
    by_name: bool  # whether its files are counted one by one, so that it may not delete any nor make folders
    walls_needed: bool  # Landlock is a must: there are no namespaces around
    user: int | None
    tasks: int | None
    file_bytes: int


def lock(given: Lock) -> None:
    """Lock this process and all that it will start. OSError when a part is not to be had: then nothing may run."""
    libc = ctypes.CDLL(None, use_errno=True)
    if given.user is not None:
        os.setgroups([])
        os.setresgid(given.user, given.user, given.user)
        os.setresuid(given.user, given.user, given.user)
    _drop_capabilities(libc)
    _prctl(libc, PR_SET_PDEATHSIG, signal.SIGKILL)  # after the change of user, which forgets it
    os.umask(0o077)
    os.mkdir(os.path.join(given.work, "work"))
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: OPEN_FILES, resource.RLIMIT_FSIZE: given.file_bytes,
              resource.RLIMIT_MEMLOCK: 0, resource.RLIMIT_MSGQUEUE: 0}  # fmt: skip
    if given.tasks is not None:
        limits[resource.RLIMIT_NPROC] = given.tasks
    for kind, most in limits.items():
        bound(kind, most)
    _prctl(libc, PR_SET_NO_NEW_PRIVS, 1)
    if given.walls_needed or landlock.version(libc) > 0:
        landlock.restrict(libc, given.readable, given.work, given.by_name)
    syscalls.install(libc)


def bound(kind: int, most: int) -> None:
    """Set a limit that cannot be raised again; a smaller one that stands already is kept."""
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """No capability in any set, so that root without them is nobody in particular."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    held = (ctypes.c_uint32 * 6)()
    if libc.capget(header, held) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    if any(held):
        for number in range(64):
            libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0)  # fails where it was not held: nothing to drop then
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        if libc.capset(header, (ctypes.c_uint32 * 6)()) != 0:
            raise OSError(ctypes.get_errno(), "capset")


def _prctl(libc: ctypes.CDLL, option: int, value: int) -> None:
    if libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")

"""Landlock: which files the room may open. By ctypes, since the kernel's interface is three calls and two structs.

Source: include/uapi/linux/landlock.h. Landlock says nothing about chmod, chown, truncate by path or stat: the system
call filter refuses the first three; `stat` can still tell that a path exists (only where no namespaces hide it).
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on x86_64 and aarch64
VERSION_FLAG, PATH_BENEATH = 1, 1
WRITE_FILE, READ_FILE, READ_DIR = 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
TRUNCATE = 1 << 14
FILE_RIGHTS = WRITE_FILE | READ_FILE | TRUNCATE
RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many rights a kernel knows; later ones add none for files
TCP, SCOPES = 0b11, 0b11  # bind and connect; abstract sockets and signals


class Ruleset(ctypes.Structure):
    """struct landlock_ruleset_attr."""

    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class Beneath(ctypes.Structure):
    """struct landlock_path_beneath_attr."""

    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version(libc: ctypes.CDLL) -> int:
    """The kernel's Landlock version; 0 where it has none or switched it off."""
    return max(0, _call(libc, CREATE_RULESET, None, 0, VERSION_FLAG))


def restrict(libc: ctypes.CDLL, readable: Sequence[str], writable: str, by_name: bool) -> None:
    """From here on open nothing but `readable` (files or folders) and `writable` (a folder). Needs no_new_privs.

    by_name: its files are counted by name from outside, so none may be deleted (an open but deleted file holds space
    that nobody sees) and no folder made (a tower of folders is slow to count). OSError where Landlock is not there.
    """
    known = version(libc)
    if known == 0:
        raise OSError(ctypes.get_errno(), "landlock")
    handled = (1 << RIGHTS_BY_VERSION.get(known, 16)) - 1
    rules = Ruleset(handled, TCP if known >= 4 else 0, SCOPES if known >= 6 else 0)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    ruleset = _checked(_call(libc, CREATE_RULESET, ctypes.byref(rules), size, 0))
    work = READ_FILE | READ_DIR | WRITE_FILE | TRUNCATE | MAKE_REG
    work |= 0 if by_name else REMOVE_FILE | REMOVE_DIR | MAKE_DIR
    try:
        for path in readable:
            _allow(libc, ruleset, path, READ_FILE | READ_DIR)
        _allow(libc, ruleset, "/dev/null", READ_FILE | WRITE_FILE)
        _allow(libc, ruleset, writable, work & handled)
        _checked(_call(libc, RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):
            rights &= FILE_RIGHTS
        beneath = Beneath(rights, place)
        _checked(_call(libc, ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(beneath), 0))
    finally:
        os.close(place)


def _call(libc: ctypes.CDLL, number: int, *arguments: object) -> int:
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return int(libc.syscall(ctypes.c_long(number), *wide))


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "landlock")
    return result

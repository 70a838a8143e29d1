"""Which process of this machine lives: told by the start of the machine, the namespace in which its number counts and
the moment at which it began (proc(5)). A number alone is given out again, and containers share them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
ENDED = ("Z", "X")  # states: it is over, and only its parent has not asked yet


def machine() -> tuple[str, str]:
    """The id of this start of the machine, and of the namespace of our process numbers; "" where there is none."""
    boot = namespace = ""
    with suppress(OSError):
        boot = (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    with suppress(OSError):
        namespace = os.readlink(PROC / "self/ns/pid").strip("pid:[]")
    return boot, namespace


def start_of(pid: int) -> str:
    """When a process began, in ticks since the machine did; "" when it can't be read."""
    return _state(pid)[1]


def gone(pid: int, start: str) -> bool:
    """True when process `pid` of our namespace that began at `start` is surely no more; in doubt it lives."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):  # another user's
        pass
    letter, began = _state(pid)
    return letter in ENDED or (began not in ("", start) and start != "")


def _state(pid: int) -> tuple[str, str]:
    """The letter of a process's state and when it began (stat, fields 3 and 22); "" where unknown."""
    with suppress(OSError, IndexError):
        fields = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return fields[0], fields[19]
    return "", ""

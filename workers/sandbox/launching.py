"""How a room is started, at each level. Nothing of the parent's environment goes along, not even to bubblewrap.

`--clearenv` alone would leave the parent's environment in bubblewrap's own process, where the room could read it.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from workers.sandbox.inside.locking import Lock
from workers.sandbox.inside.room import Told
from workers.sandbox.places import INSIDE, Places, places
from workers.sandbox.values import Level, Limits

WORK = "/tmp/room"  # inside a bubblewrap room
CODE = "/room"  # where our side of the room lies inside of it
START = (
    "import sys; sys.path.insert(0, {root!r}); from workers.sandbox.inside.room import main; del sys.path[0]; main()"
)


@dataclass(frozen=True)
class Way:
    """One way to start a room: its level, and whether it gets a user id of its own (which takes root)."""

    level: Level
    own_user: bool

    def command(self, door: int, limits: Limits, work: str, bare: bool, idle: float) -> tuple[list[str], int | None]:
        """The command line, and the user that the room will become (None: it stays the same).

        work: a folder of this machine for the level "child"; bubblewrap rooms have theirs in memory.
        """
        seen, user = places(), _spare_user() if self.own_user else None
        wrapped = self.level == "bubblewrap"
        readable = (*seen.readable, CODE if wrapped else str(INSIDE))
        # Elsewhere the limit would count the whole user's tasks; the watch outside counts the room's.
        counted = self.own_user or (wrapped and os.getuid() != 0 and _counts_by_namespace())
        held = Lock(
            readable=readable, work=WORK if wrapped else work, by_name=not wrapped, walls_needed=not wrapped, user=user,
            tasks=limits.tasks if counted else None, file_bytes=limits.file_bytes,
        )  # fmt: skip
        told = json.dumps(dataclasses.asdict(Told(door, held, seen.libraries, seen.font, bare, idle)))
        root = CODE if wrapped else str(INSIDE.parents[2])
        python = [seen.python, "-I", "-S", "-B", "-X", "utf8", "-c", START.format(root=root), told]
        return (self._walls(seen, limits) if wrapped else []) + python, user

    def _walls(self, seen: Places, limits: Limits) -> list[str]:
        binary = bubblewrap()
        if binary is None:
            raise FileNotFoundError("bwrap")
        line = [binary, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
                "--die-with-parent", "--new-session", "--hostname", "room", "--cap-drop", "ALL"]  # fmt: skip
        if self.own_user:
            line += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        else:
            line += ["--unshare-user"]
        line += _binds(seen.readable)
        line += ["--perms", "0755", "--dir", CODE, "--perms", "0755", "--dir", f"{CODE}/workers"]
        line += ["--perms", "0755", "--dir", f"{CODE}/workers/sandbox"]
        line += ["--ro-bind", str(INSIDE), f"{CODE}/workers/sandbox/inside"]
        line += ["--perms", "0755", "--dir", "/dev", "--dev-bind", "/dev/null", "/dev/null"]
        line += ["--perms", "0777", "--size", str(limits.disk_bytes), "--tmpfs", WORK]
        return [*line, "--remount-ro", "/", "--chdir", WORK, "--"]


def bubblewrap() -> str | None:
    """Where bwrap is, or None. Looked for in the system's folders, whatever PATH says."""
    return shutil.which("bwrap", path="/usr/bin:/usr/local/bin:/bin")


def ways() -> list[Way]:
    """The ways to try, strongest first. Root gives each room a user id of its own where it can."""
    root = os.getuid() == 0
    tried = [Way("bubblewrap", True)] if root else []
    tried.append(Way("bubblewrap", False))
    if root and places().reachable():
        tried.append(Way("child", True))
    return [*tried, Way("child", False)]


def _binds(paths: tuple[str, ...]) -> list[str]:
    """Read-only binds, the folders above them open to any user; a symbolic link of the system stays one."""
    line: list[str] = []
    bound: list[str] = []
    made = {"/"}
    for path in sorted(paths, key=len):
        if any(path.startswith(f"{other}/") for other in bound):
            continue
        for parent in reversed(Path(path).parents):
            if str(parent) not in made:
                made.add(str(parent))
                line += ["--perms", "0755", "--dir", str(parent)]
        if os.path.islink(path):
            line += ["--symlink", os.readlink(path), path]
        else:
            line += ["--ro-bind", path, path]
        bound.append(path)
    return line


def _counts_by_namespace() -> bool:
    """Since Linux 5.14 a limit on tasks is counted in each user namespace."""
    major, minor = re.match(r"(\d+)\.(\d+)", os.uname().release).groups()  # type: ignore[union-attr]
    return (int(major), int(minor)) >= (5, 14)


def _spare_user() -> int:
    """A user id that nothing else has, mapped in this user namespace, so that limits count this room alone."""
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        first, _, count = (int(word) for word in line.split())
        if first <= 1_900_000_000 and first + count > 2_000_000_000:
            return random.randrange(1_900_000_000, 2_000_000_000)
        if first <= 64_000 and first + count >= 65_500:
            return random.randrange(64_000, 65_500)
    return 65_534

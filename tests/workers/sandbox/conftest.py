"""Rooms for the tests: every way that this machine allows, and other users to try them as."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from workers.sandbox import launching
from workers.sandbox.places import places
from workers.sandbox.pool import Sandbox
from workers.sandbox.selftest import strongest

ROOT = Path(__file__).parents[3]
NOBODY = 65_534
BECOME = (
    "import os, sys\nuser = int(sys.argv[1])\nif user:\n    os.setgroups([]); os.setgid(user); os.setuid(user)\n"
    "os.execv(sys.executable, [sys.executable, '-B', '-m', 'tests.workers.sandbox.planted'])"
)


def users():
    """Root tries as itself and as a user without rights; anybody else as itself."""
    return [0, NOBODY] if os.getuid() == 0 else [os.getuid()]


@pytest.fixture(scope="session", params=users(), ids=lambda user: "root" if user == 0 else "user")
def outcome(request):
    """Every attempt and every bomb, in every way of one user (tests/workers/sandbox/planted.py as a program)."""
    command = [*made_reachable(), sys.executable, "-c", BECOME, str(request.param)]
    with tempfile.TemporaryDirectory() as folder:  # not pytest's: that one is shut to other users
        os.chmod(folder, 0o777)
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "TMPDIR": folder}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240)
        left = os.listdir(folder)
    if done.returncode and request.param and "Permission denied" in done.stderr:
        pytest.skip(f"another user cannot read the interpreter or the project here: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["uid"] == request.param
    return {"ways": found["ways"], "left": left}


def made_reachable():
    """Root's interpreter may lie in root's home, which is shut: the same files, bound behind open folders."""
    shut = {p for path in places().readable for p in Path(path).parents if not p.stat().st_mode & 1}
    if not shut or os.getuid() != 0 or launching.bubblewrap() is None:
        return []
    line = [shutil.which("bwrap"), "--dev-bind", "/", "/", "--die-with-parent"]
    for folder in sorted(map(str, shut)):
        line += ["--perms", "0755", "--tmpfs", folder]
    return [*line, *launching._binds((sys.base_prefix,)), "--"]


@pytest.fixture(scope="session", params=["bubblewrap", "child"])
def way(request):
    """The strongest way of each level here; a level that this machine lacks is a visible skip."""
    ways = [w for w in launching.ways() if w.level == request.param]
    if request.param == "bubblewrap" and launching.bubblewrap() is None:
        pytest.skip("bubblewrap is not installed (deploy/scripts/system-packages)")
    return ways[0]


@pytest.fixture
def bare(way):
    """Rooms without libraries: quick to start."""
    return Sandbox(way, size=0, bare=True)


@pytest.fixture(scope="module")
def sandbox():
    """The sandbox of this machine with its libraries, one room warm."""
    opened = Sandbox(strongest("auto"), size=1)
    opened.warm()
    yield opened
    opened.close()

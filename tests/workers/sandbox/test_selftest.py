"""The level is found by trying: a wall that is missing shows, and without walls nothing runs."""

import re
import shutil
from pathlib import Path

import pytest

from workers.commands.doctor import CHECKS
from workers.errors import AndonError
from workers.sandbox import launching, selftest
from workers.sandbox.inside import syscalls
from workers.settings import Settings


@pytest.fixture(autouse=True)
def forget():
    selftest.strongest.cache_clear()
    yield
    selftest.strongest.cache_clear()


@pytest.fixture
def weakened(tmp_path, monkeypatch):
    """Our side of the room with one part broken: weakened("landlock.py", old, new)."""

    def weaken(file, old, new):
        inside = tmp_path / "workers/sandbox/inside"
        shutil.copytree(launching.INSIDE, inside)
        source = (inside / file).read_text()
        assert old in source
        (inside / file).write_text(source.replace(old, new))
        monkeypatch.setattr(launching, "INSIDE", inside)

    return weaken


def test_a_whole_room_lets_nothing_through(way):
    assert selftest.escapes(way) == ()


@pytest.mark.parametrize(("old", "new", "through"), [
    ("        landlock.restrict(", "        0 and landlock.restrict(", {"read outside", "write outside"}),
    ("    syscalls.install(libc)", "    pass", {"make a process"}),
], ids=["no Landlock", "no seccomp"])  # fmt: skip
def test_a_missing_wall_shows_where_no_other_stands(weakened, old, new, through):
    weakened("locking.py", old, new)
    assert through <= set(selftest.escapes(launching.Way("child", False)))


def test_namespaces_hold_when_landlock_and_seccomp_are_missing(weakened):
    if launching.bubblewrap() is None:
        pytest.skip("bubblewrap is not installed")
    weakened(
        "locking.py",
        "        landlock.restrict(libc, given.readable, given.work, given.by_name)\n    syscalls.install(libc)",
        "        pass",
    )
    found = set(selftest.escapes(launching.ways()[0]))
    assert not found & {"network", "local socket", "read outside", "write outside", "see a process", "environment"}


def test_without_landlock_only_namespaces_will_do(weakened):
    if launching.bubblewrap() is None:
        pytest.skip("bubblewrap is not installed")
    weakened("landlock.py", "    return max(0, _call(", "    return 0 * max(0, _call(")
    assert selftest.escapes(launching.ways()[0]) == ()
    assert selftest.escapes(launching.Way("child", False))[0].startswith("cannot be started")


def test_attempts_that_do_not_run_are_no_proof(way, monkeypatch):
    monkeypatch.setattr(selftest, "ATTEMPTS", "answer = '[{}, \"x\"]'")
    assert selftest.escapes(way) == ("did not run every attempt",)
    monkeypatch.setattr(selftest, "ATTEMPTS", "1 / 0")
    assert selftest.escapes(way)[0].startswith("did not run: ")


def test_a_level_that_leaks_is_not_used(monkeypatch):
    ways = [launching.Way("bubblewrap", False), launching.Way("child", False)]
    monkeypatch.setattr(selftest, "ways", lambda: ways)
    monkeypatch.setattr(selftest, "escapes", lambda way: ("network",) if way.level == "bubblewrap" else ())
    assert selftest.strongest("auto").level == "child"
    with pytest.raises(AndonError, match="failure_sandbox"):
        selftest.strongest("bubblewrap")


@pytest.mark.parametrize(("mode", "there", "code"), [
    ("off", True, "failure_sandbox_off"),
    ("auto", True, "failure_sandbox_refused"),
    ("auto", False, "failure_sandbox_bubblewrap"),
])  # fmt: skip
def test_without_a_safe_level_nothing_runs_and_one_sentence_says_so(monkeypatch, mode, there, code):
    monkeypatch.setattr(selftest, "escapes", lambda _way: ("network",))
    monkeypatch.setattr(selftest, "bubblewrap", lambda: "/usr/bin/bwrap" if there else None)
    with pytest.raises(AndonError) as caught:
        selftest.strongest(mode)
    assert caught.value.code == code


def test_doctor_shows_the_level(way, monkeypatch, tmp_path):
    monkeypatch.setattr(selftest, "ways", lambda: [way])
    seen = CHECKS["sandbox"](Settings(data_dir=tmp_path), "en")
    assert seen.status == "ok" if way.level == "bubblewrap" else "missing"
    assert seen.seen.startswith(way.level)


def test_doctor_says_what_to_do_without_a_level(tmp_path):
    seen = CHECKS["sandbox"](Settings(data_dir=tmp_path, sandbox="off"), "en")
    assert seen.status == "missing"
    assert "ANDON_SANDBOX=auto" in seen.remedy


@pytest.mark.parametrize(("machine", "header"), [
    (0, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), (1, "/usr/include/asm-generic/unistd.h"),
])  # fmt: skip
def test_call_numbers_are_the_kernel_s(machine, header):
    if not Path(header).is_file():
        pytest.skip(f"the kernel's headers are not installed: {header}")
    found = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(header).read_text()))
    found |= {"newfstatat": found.get("newfstatat") or found.get("fstatat", "")}
    special = {"clone": syscalls.CLONE, "openat": syscalls.OPENAT, "fcntl": syscalls.FCNTL, "ioctl": syscalls.IOCTL,
               "prctl": syscalls.PRCTL, "prlimit64": syscalls.PRLIMIT,
               "seccomp": tuple(syscalls.SECCOMP.values())}  # fmt: skip
    for name, numbers in {**syscalls.ALLOWED, **special}.items():
        if numbers[machine] is not None:
            assert found[name] == str(numbers[machine]), name


def test_filters_fit_the_kernel_s_form():
    for machine in syscalls.AUDIT:
        steps = syscalls.program(machine)
        assert len(steps) < 4096
        assert all(0 <= true < 256 and 0 <= false < 256 for _, true, false, _ in steps)
        for at, (code, true, false, _) in enumerate(steps):
            if code != syscalls.RETURN:
                assert at + 1 + max(true, false) < len(steps)

"""Nothing gets out: 100 attempts at each level, as root and as a normal user, and what would exhaust the machine."""

import ast
import json
import subprocess
import sys

import pytest

from tests.workers.sandbox.planted import ATTEMPTS, BOMBS, planted

ENDED = {"deadline", "cpu", "files", "processes", "crashed", "error"}


def named():
    """The names of all attempts, read from their source, so that one which silently did not run is missed."""
    calls = [n for n in ast.walk(ast.parse(ATTEMPTS.read_text())) if isinstance(n, ast.Call)]
    return {
        c.args[0].value for c in calls if getattr(c.func, "id", "") == "attempt" and isinstance(c.args[0], ast.Constant)
    }


def test_there_are_many_attempts():
    assert len(named()) >= 100


def test_attempts_come_through_where_there_is_no_room(tmp_path):
    with planted(free=True) as context:
        done = subprocess.run(
            [sys.executable, str(ATTEMPTS), json.dumps(context)], cwd=tmp_path, pass_fds=[context["inherited"]],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    found = json.loads(done.stdout)
    assert len(found["free"]) >= 25
    missed = {name for name in found["free"] if not found["came_through"][name]}
    assert missed <= {"netlink"}, "these prove nothing about a room"  # some containers refuse netlink to anybody


def tried_ways(outcome):
    ways = [(tried["way"], tried) for tried in outcome["ways"] if "refused" not in tried]
    assert ways, f"no room starts here, so nothing was tried: {outcome['ways']}"
    return ways


@pytest.mark.parametrize("level", ["bubblewrap", "child"])
def test_every_level_of_this_user_was_tried(outcome, level):
    if not any(level in way for way, _ in tried_ways(outcome)):
        pytest.skip(f"rooms of the level {level} do not start here: {outcome['ways']}")


def test_no_attempt_comes_through(outcome):
    for way, tried in tried_ways(outcome):
        assert tried["error"] is None, (way, tried["output"])
        assert set(tried["came_through"]) == named(), way
        assert tried["proof"] == "True", way
        assert [name for name, through in tried["came_through"].items() if through] == [], way
        assert tried["changed"] == [], way


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_bomb_gets_all_it_wants(outcome, bomb):
    for way, tried in tried_ways(outcome):
        end, error, seconds, answer = tried["bombs"][bomb]
        assert answer is None, way
        assert end in ENDED, way
        assert error is not None, way
        assert seconds < BOMBS[bomb][1].seconds + 10, way


def test_a_deadline_ends_code_that_ignores_every_signal(outcome):
    for way, tried in tried_ways(outcome):
        for bomb in ("sleep past the deadline", "sleep with every signal ignored"):
            assert tried["bombs"][bomb][0] == "deadline", way


def test_disk_and_thread_limits_end_it_by_name(outcome):
    for way, tried in tried_ways(outcome):
        assert tried["bombs"]["several big files"][:2] in (["error", "OSError"], ["files", "DiskLimit"]), way
        assert tried["bombs"]["threads"][:2] in (["error", "RuntimeError"], ["processes", "ThreadLimit"]), way


def test_nothing_is_left_in_the_temporary_folder(outcome):
    assert outcome["left"] == []

"""The command line: one table, examples everywhere, one sentence on bad input, a reference id on our own failures."""

import importlib
import re

import pytest

from bot import cli
from bot.commands import COMMANDS
from workers import client

LEAVES = [(c.name, *rest) for c in COMMANDS for rest in ([(x.name, x) for x in c.children] or [(c,)])]


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path / "home"))


def run(capsys, *argv):
    try:
        code = cli.main(list(argv))
    except SystemExit as stop:
        code = stop.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("leaf", LEAVES, ids=[" ".join(leaf[:-1]) for leaf in LEAVES])
def test_every_command_has_help_with_an_example_and_a_handler(capsys, leaf):
    *words, command = leaf
    code, out, err = run(capsys, *words, "--help")
    assert (code, err) == (0, "")
    assert command.example in out
    module, function = command.handler.split(":")
    assert callable(getattr(importlib.import_module(module), function))


def test_help_shows_every_command_with_an_example(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(command.example in out for command in COMMANDS)


@pytest.mark.parametrize(
    "argv",
    [
        ["nope"],
        ["detect", "x.csv"],
        ["analyze"],
        ["detect", "x.csv", "--out", "y", "--train", "many"],
        ["analyze", "not-there.csv"],
        ["detect", "not-there.csv", "--out", "y.csv"],
        ["causes", "not-there.csv", "--out", "y"],
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(capsys, argv):
    code, out, err = run(capsys, *argv)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


def test_unusable_setting_is_named(capsys, monkeypatch):
    monkeypatch.setenv("ANDON_TIMEZONE", "Mars/Olympus")
    code, _, err = run(capsys, "doctor")
    assert code == 2
    assert "ANDON_TIMEZONE" in err


def test_our_own_failure_shows_a_reference_that_the_log_explains(capsys, monkeypatch, tmp_path):
    def fail(*_args):
        raise RuntimeError("the secret detail")

    monkeypatch.setattr(client, "ask", fail)
    code, out, err = run(capsys, "analyze", "x.csv")
    assert (code, out) == (1, "")
    assert "secret detail" not in err
    ref = re.search(r"ref ([0-9a-f]{6})", err)[1]
    log = (tmp_path / "home" / "logs" / "andon.log").read_text()
    assert ref in log
    assert "the secret detail" in log

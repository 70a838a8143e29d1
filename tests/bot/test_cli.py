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


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["analyze"], "缺少必需的参数：CSV"),
        (["detect", "x.csv", "--out", "y", "--train", "many"], "参数 --train：'many' 不是有效的数字"),
        (["nope"], "参数 COMMAND：没有 'nope' 这个选项"),
        (["doctor", "--no-such"], "未知的参数：--no-such"),
        (["doctor", "--lang"], "参数 --lang 缺少取值"),
    ],
)
def test_what_is_wrong_with_the_arguments_is_said_in_the_language_of_the_process(capsys, monkeypatch, argv, says):
    monkeypatch.setenv("ANDON_LANG", "zh_CN.UTF-8")
    code, out, err = run(capsys, *argv)
    assert (code, out) == (2, "")
    assert err.startswith(says)
    monkeypatch.setenv("ANDON_LANG", "en_US")
    assert says not in run(capsys, *argv)[2]


@pytest.mark.parametrize("said", ["ZH", "zh_CN", "zh-CN", "zh_CN.UTF-8", "中文"])
def test_a_language_is_read_as_systems_and_people_write_it(capsys, monkeypatch, said):
    for argv in (["kb", "undo", "CC-404"], ["kb", "undo", "CC-404", "--lang", said]):
        monkeypatch.setenv("ANDON_LANG", "en" if "--lang" in argv else said)
        code, _, err = run(capsys, *argv)
        assert code == 2
        assert not err.isascii()


def test_an_unknown_language_is_refused_with_those_that_there_are(capsys, monkeypatch):
    monkeypatch.setenv("ANDON_LANG", "de")
    code, _, err = run(capsys, "doctor")
    assert code == 2
    assert err.strip() == "ANDON_LANG is not usable (Andon speaks en and zh, not 'de'); correct or unset it."


@pytest.mark.parametrize("wish", ["the first 5 rows are normal", "ignore the first 390 rows"])
def test_a_wish_that_cannot_be_met_is_refused_before_any_line_of_progress(capsys, tmp_path, wish):
    rows = "".join(f"2026-03-02 06:{n // 60:02}:{n % 60:02},{n % 7},{n % 11}\n" for n in range(400))
    (tmp_path / "a.csv").write_text("time,flow,level\n" + rows, encoding="utf-8")
    code, out, err = run(capsys, "analyze", str(tmp_path / "a.csv"), "--ask", wish, "--out", str(tmp_path / "out"))
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    code, _, err = run(capsys, "analyze", str(tmp_path / "a.csv"), "--ask", "plot flow", "--out", str(tmp_path / "out"))
    assert code == 0
    assert len(err.strip().splitlines()) > 1

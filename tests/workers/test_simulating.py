"""A run in words: shown before it runs, labelled as simulated, and as the simulator makes it."""

import argparse
import io
import json
import sys

import numpy as np
import pytest

from workers.commands import simulate as command
from workers.errors import AndonError
from workers.settings import Settings
from workers.simulating import carry_out, read
from workers.simulator import Wishes, simulate
from workers.simulator.naming import is_simulated


@pytest.fixture
def settings(tmp_path):
    return Settings(ANDON_DATA_DIR=tmp_path / "data")


def arguments(**values):
    return argparse.Namespace(**{"ask": None, "out": None, "yes": False, "json": False, "list": False, "lang": None,
                                 **values})  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_files_and_picture_say_that_they_are_simulated(settings, tmp_path, lang):
    text = "simulate clogging at 1.2 m/min for 30 minutes" if lang == "en" else "模拟拉速1.2下结瘤30分钟"
    made = carry_out(read(text, lang).order, tmp_path, settings, lang)
    for name in (made.table.name, made.truth.name, made.picture.file):
        assert is_simulated(name)
        assert (tmp_path / name).stat().st_size > 0
    mark = {"en": "no plant data", "zh": "非现场数据"}[lang]
    assert mark in made.picture.caption
    assert mark in made.text
    truth = json.loads(made.truth.read_text(encoding="utf-8"))
    assert truth["values"]["casting_speed_m_per_min"] == 1.2
    assert truth["simulated"] is True


def test_what_is_wished_for_is_what_is_cast():
    slow, fast = (simulate("normal", 3000, 1, wishes=Wishes(speed=v)).frame for v in (0.9, 1.2))
    assert slow["casting_speed"].mean() == pytest.approx(0.9, abs=0.03)
    assert fast["casting_speed"].mean() == pytest.approx(1.2, abs=0.03)
    assert slow["stopper_position"].median() < fast["stopper_position"].median()
    assert slow["stopper_position"].iloc[:100].std() < 0.3  # it begins at rest


def test_onset_severity_and_roll_are_kept():
    wishes = Wishes(onset_s=900.0, roll="S9_upper_current")
    made = simulate("roll_misalignment", 3000, 1, wishes=wishes)
    assert (made.truth.events[0].start - made.frame.index[0]).total_seconds() == 900
    assert made.truth.root_sensor == "S9_upper_current"
    mild, severe = (simulate("stopper_clogging", 3000, 1, wishes=Wishes(severity=s)).frame["stopper_position"].max()
                    for s in (0.5, 1.5))  # fmt: skip
    assert mild + 3 < severe


def test_without_wishes_nothing_has_changed():
    np.testing.assert_array_equal(
        simulate("stopper_clogging", 2000, 3).frame.to_numpy(),
        simulate("stopper_clogging", 2000, 3, wishes=Wishes()).frame.to_numpy(),
    )


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        (Wishes(speed=2.0), "failure_simulate_speed"),
        (Wishes(severity=9.0), "failure_simulate_severity"),
        (Wishes(onset_s=1.0), "failure_simulate_onset"),
        (Wishes(roll="S8_upper_current"), "failure_simulate_roll"),
    ],
)
def test_a_wish_outside_the_plants_limits_is_refused(wishes, code):
    with pytest.raises(AndonError) as failure:
        simulate("stopper_clogging", 2000, 1, wishes=wishes)
    assert failure.value.code == code


def test_on_the_command_line_it_is_shown_and_nothing_runs_unseen(settings, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(AndonError) as failure:
        command.run(arguments(ask="simulate clogging for 20 minutes"), settings)
    assert failure.value.code == "failure_simulation_confirm"
    assert "Simulate: stopper clogging" in capsys.readouterr().out
    assert list(tmp_path.glob("simulated_*")) == []


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("said", "files"), [("n\n", 0), ("", 0), ("y\n", 3)])
def test_a_person_at_the_terminal_decides(settings, tmp_path, monkeypatch, capsys, said, files):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", Terminal(said))
    assert command.run(arguments(ask="simulate clogging for 20 minutes"), settings) == 0
    assert len(list(tmp_path.glob("simulated_*"))) == files
    assert "Run it?" in capsys.readouterr().err


def test_yes_runs_at_once_and_json_is_one_document(settings, tmp_path, capsys):
    out = tmp_path / "night.csv"
    arguments_ = arguments(ask="模拟液压泄漏20分钟", out=str(out), yes=True, json=True)
    assert command.run(arguments_, settings) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["simulated"] is True
    assert said["order"]["scenario"] == "hydraulic_leak"
    assert out.exists()


@pytest.mark.parametrize(
    ("text", "words"), [("simulate clogging at 3 m/min", "0.7 to 1.3"), ("模拟拉速3下结瘤", "请在此范围内选择。\n")]
)
def test_what_cannot_be_simulated_is_one_sentence_in_the_persons_language(settings, capsys, text, words):
    assert command.run(arguments(ask=text, yes=True), settings) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert (said.out, said.err.count("\n")) == ("", 1)

"""Models trained in the plant in an answer: asked for by name, recommended where they fit, refused in one sentence."""

import argparse
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from roles.controller import Recommendation, Training
from tests.workers.narrow import COLUMNS, narrow_files
from workers import artifacts
from workers.catalogue import fitting, models, recommending, trained
from workers.commands import models as commands
from workers.contracts import Answer, Question
from workers.errors import AndonError
from workers.running.pipeline import answer
from workers.settings import Settings
from workers.staged import STAGES, perform

ROWS = 4000


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    """Files of one day with few columns, and an installation with a model that was trained on the normal one."""
    folder = tmp_path_factory.mktemp("plant")
    narrow_files(folder, ROWS)
    table = pd.read_csv(folder / "normal.csv")
    table.assign(**{name: table[name] + 30 * table[name].std() for name in COLUMNS[2:]}).to_csv(
        folder / "moved.csv", index=False
    )
    bad = pd.read_csv(folder / "bad.csv")
    bad.drop(columns="mould_level [mm]").to_csv(folder / "fewer.csv", index=False)
    bad.assign(**{"new pump [bar]": 1.0 + bad.index % 5}).to_csv(folder / "more.csv", index=False)
    return folder


@pytest.fixture
def settings(plant, tmp_path):
    made = Settings(ANDON_DATA_DIR=tmp_path / "data")
    args = argparse.Namespace(name="ensemble", csv=str(plant / "normal.csv"), called="strand2-july", lang=None,
                              json=False)  # fmt: skip
    commands.train(args, made)
    return made


def ask(settings, file, text, **more):
    question = Question(id="q", text=text, artifact=str(file), file_name=file.name, **more)
    return answer(question, settings, settings.data_dir / "out", lambda what, share: None)


def chosen(said):
    return said.receipt["engines"]["controller"]


def status(settings):
    with models.opened(settings) as catalogue:
        return catalogue.card("strand2-july").status


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("use my model strand2-july", "Model: strand2-july (ensemble), trained on 4,000 normal rows of normal.csv on"),
        ("用模型strand2-july检测", "模型：strand2-july（ensemble），"),
    ],
)
def test_a_model_asked_for_by_name_looks_at_the_file(plant, settings, text, told):
    said = ask(settings, plant / "bad.csv", text)
    assert said.receipt["detection"]["model"] == "strand2-july"
    assert told in said.text
    assert chosen(said)["trained"]["rows"] == 4000
    assert [e for e in said.events if e.kind != "operating_change"]
    assert {picture.kind for picture in said.pictures} >= {"overview"}


def test_the_option_takes_it_too_and_an_unknown_name_is_refused_before_work(plant, settings):
    said = ask(settings, plant / "bad.csv", "find anomalies", model="strand2-july")
    assert said.receipt["detection"]["model"] == "strand2-july"
    with pytest.raises(AndonError) as failure:
        ask(settings, plant / "bad.csv", "find anomalies", model="oracle")
    assert "strand2-july" in failure.value.values["names"]


def test_it_is_taken_unasked_where_it_fits_and_the_answer_says_why(plant, settings):
    said = ask(settings, plant / "bad.csv", "why is the level jumping?")
    assert said.receipt["detection"]["model"] == "strand2-july"
    assert "Taken because it knows all sensors of this file" in said.text
    assert said.graph.root_causes  # the search for the origin has rows to compare with
    assert said.diagnosis.causes[0].fault == "stopper_clogging"


def test_given_normal_rows_count_more_than_a_model_that_nobody_asked_for(plant, settings):
    said = ask(settings, plant / "bad.csv", "the first 1500 rows are normal, find anomalies")
    assert said.receipt["detection"]["model"] == "ensemble"
    said = ask(settings, plant / "bad.csv", "use my model strand2-july, the first 1500 rows are normal")
    assert said.receipt["detection"]["model"] == "strand2-july"
    assert "The rows that you called normal were not needed." in said.text


@pytest.mark.parametrize("text", ["any anomalies?", "use my model strand2-july"])
def test_a_normal_that_has_moved_marks_the_model_and_says_so_once(plant, settings, text):
    said = ask(settings, plant / "moved.csv", text)
    assert said.receipt["detection"]["model"] == "ensemble"
    assert said.text.count("The normal level of 4 of 6 sensors is no longer what strand2-july was trained on") == 1
    assert chosen(said)["drifted"] == ["strand2-july"]
    assert status(settings) == "needs_update"
    assert ask(settings, plant / "bad.csv", "any anomalies?").receipt["detection"]["model"] == "ensemble"


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("fewer.csv", "此文件缺少strand2-july训练所用的传感器（mould_level）；改用ensemble。"),
        ("more.csv", "strand2-july不包含传感器new pump，需要更新；改用ensemble。"),
    ],
)
def test_other_sensors_are_one_sentence_and_a_method_instead(plant, settings, file, told):
    said = ask(settings, plant / file, "用我的模型strand2-july检测")
    assert said.text.count(told) == 1
    assert said.receipt["detection"]["model"] == "ensemble"


def test_lost_readings_are_told_and_cost_no_answer(plant, settings):
    artifacts.open_store(settings).write_bytes(trained.find("strand2-july", settings).artifact, b"somebody")
    said = ask(settings, plant / "bad.csv", "use my model strand2-july")
    assert "What strand2-july was trained on is gone or was changed" in said.text
    assert said.receipt["detection"]["model"] == "ensemble"


def test_stage_by_stage_it_is_the_same(plant, settings):
    store = artifacts.open_store(settings)
    key = "in/bad.csv"
    store.write_bytes(key, (plant / "bad.csv").read_bytes())
    question = Question(id="q", text="use my model strand2-july", artifact=key, file_name="bad.csv")
    for stage in STAGES:
        result = perform(stage, question, settings, store, "runs/1", lambda what, share: None)
        if stage == "prepare":
            assert result.model == "ensemble"  # what decides on which queue detection runs is the method
    said = Answer.model_validate_json(store.read_bytes("runs/1/answer.json"))
    assert said.receipt["detection"]["model"] == "strand2-july"
    assert said.text == ask(settings, plant / "bad.csv", "use my model strand2-july").text


@pytest.mark.parametrize(
    ("text", "threshold", "told"),
    [
        ("find anomalies", 1.75, ""),
        ("find anomalies, fewer false alarms please", 2.0, "Alarms from 2 times what normal rows reach"),
        ("检测异常，更灵敏一点", 1.5, "报警阈值为正常行水平的1.5倍"),
        ("the first 1500 rows are normal; find anomalies, be more sensitive", 1.5, "Alarms from 1.5 times"),
    ],
)
def test_a_wish_for_fewer_false_alarms_or_more_sensitivity_sets_the_alarm(plant, settings, text, threshold, told):
    said = ask(settings, plant / "bad.csv", text)
    assert said.receipt["detection"]["threshold"] == threshold
    assert told in said.text
    assert all(e.severity >= 1 for e in said.events)


def test_many_flagged_rows_say_that_the_model_may_need_an_update():
    own = Training(base="pca", file="july.csv", at="2026-07-03T06:00:00+00:00", rows=500, step_s=1.0)
    chosen = Recommendation(model="strand2", reasons=["x"], trained=own)
    for share, said in ((0.7, "strand2 flags 70 % of the rows"), (0.3, "")):
        seen = SimpleNamespace(flag=np.r_[np.ones(int(100 * share)), np.zeros(100 - int(100 * share))])
        blocks = recommending.outcome(chosen, seen, "en", asked=True, given=False)
        assert len(blocks) == 1 + bool(said)
        assert said in blocks[-1].text


def test_a_catalogue_that_cannot_be_opened_costs_no_answer(plant, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    blocked = Settings(ANDON_DATA_DIR=tmp_path / "file" / "data")
    reading = SimpleNamespace(frame=pd.DataFrame({"a": [1.0, 2.0]}))
    assert fitting.own(blocked, reading, "strand2-july", "en").cards == []
    assert fitting.names(blocked) == []

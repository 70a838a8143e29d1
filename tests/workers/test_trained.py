"""Models trained in the plant: kept as readings with their hash, used where the columns fit, told when they do not."""

import argparse
import json

import numpy as np
import pandas as pd
import pytest

from detectors.types import Closest, Detection, Event, Reference, Silence, Symptom
from tests.workers.narrow import COLUMNS, narrow_files
from workers import client
from workers.artifacts import open_store
from workers.catalogue import models, trained
from workers.catalogue.query import ask
from workers.commands import detect as detect_command
from workers.commands import models as commands
from workers.contracts import Question
from workers.errors import AndonError
from workers.settings import Settings
from workers.simulator import simulate

ROWS = 3000


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    """normal.csv and bad.csv of the same day, with few columns; one installation with a model trained on the former."""
    folder = tmp_path_factory.mktemp("plant")
    narrow_files(folder, ROWS)
    settings = Settings(ANDON_DATA_DIR=folder / "data")
    assert train(settings, folder / "normal.csv", called="strand2") == 0
    return settings, folder


def train(settings, path, name="ensemble", called=None):
    args = argparse.Namespace(name=name, csv=str(path), called=called, lang=None, json=False)
    return commands.train(args, settings)


def detect(settings, path, model="strand2", train_rows=None, lang="en"):
    out = path.with_suffix(".scores.csv")
    args = argparse.Namespace(csv=str(path), out=str(out), train=train_rows, model=model, forecast=None, lang=lang)
    assert detect_command.run(args, settings) == 0
    return pd.read_csv(out)


def changed(folder, name, change):
    table = pd.read_csv(folder / "normal.csv")
    change(table)
    path = folder / f"{name}.csv"
    table.to_csv(path, index=False)
    return path


def test_a_fault_is_found_from_the_first_row_and_normal_rows_are_left_alone(plant, capsys):
    settings, folder = plant
    onset = simulate("stopper_clogging", ROWS, 11).truth.events[0].start
    scores = detect(settings, folder / "bad.csv")
    assert len(scores) == ROWS
    late = pd.to_datetime(scores["time"]) >= pd.Timestamp(onset) + pd.Timedelta(minutes=8)
    assert scores["flag"][late].mean() > 0.7
    assert scores["flag"][pd.to_datetime(scores["time"]) < onset].sum() == 0
    assert scores["score"].notna().all()
    assert "3,000 rows of normal.csv" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["what is wrong?", "use my model strand2"])
def test_a_file_without_a_fault_is_answered_as_normal_in_rows_of_its_own(plant, tmp_path, text):
    settings, folder = plant
    file = folder / "half.csv"
    pd.read_csv(folder / "normal.csv").iloc[ROWS // 2 :].to_csv(file, index=False)
    told = client.ask(Question(id="q", text=text, lang="en", artifact=str(file)), settings, tmp_path)
    assert told.blocks[0].text.startswith("No anomaly found")
    (nearest,) = [finding for finding in told.findings if finding.kind == "normal"]
    assert pd.Timestamp(nearest.start) >= pd.read_csv(file, parse_dates=["time"])["time"].iloc[0].tz_convert("UTC")


def test_what_happened_in_the_kept_rows_is_cut_off_everywhere():
    index = pd.RangeIndex(40)
    event = Event(1, 8, 30, 20, 2.0, (), "anomaly")
    signs = (Symptom("a", "rise", 1, 8, 9, 2.0), Symptom("a", "rise", 1, 12, 30, 2.0))
    found = Detection(
        score=np.zeros(40), flag=np.zeros(40, int), event=np.where((index >= 8) & (index <= 30), 1, 0), events=(event,),
        symptoms=signs, reference=Reference(0, 10, "given"), threshold=1.75, model="ensemble",
        closest=Closest("a", 35, 0.9), silences=(Silence(2, 5, "held"), Silence(8, 14, "missing")),
    )  # fmt: skip
    cut = trained.cut(found, 10, "strand2")
    assert [(e.start, e.end, e.peak) for e in cut.events] == [(0, 20, 10)]
    assert [(s.onset, s.end) for s in cut.symptoms] == [(2, 20)]
    assert (cut.closest.row, [(s.start, s.end) for s in cut.silences]) == (25, [(0, 4)])


def test_it_stands_in_the_catalogue_and_answers_questions_about_it(plant, capsys):
    settings, _ = plant
    with models.opened(settings) as catalogue:
        card = catalogue.card("strand2")
    assert (card.status, len(card.sensors), card.default) == ("ready", 6, False)
    found = ask("which models are trained here?", settings, "en")
    assert found.rows[0][:3] == ["strand2", "normal.csv", 6]
    commands.list_models(argparse.Namespace(lang=None, json=True), settings)
    assert "strand2" in {m["name"] for m in json.loads(capsys.readouterr().out)["models"]}


def test_training_again_is_a_new_version(plant, capsys):
    settings, folder = plant
    train(settings, folder / "normal.csv", name="pca", called="twice")
    train(settings, folder / "normal.csv", name="pca", called="twice")
    assert "version 2" in capsys.readouterr().out
    assert trained.find("twice", settings).version == 2


def test_new_sensors_are_refused_by_name_and_mark_the_model(plant):
    settings, folder = plant
    path = changed(folder, "more", lambda t: t.insert(2, "new pump [bar]", 1.0 + t.index % 5))
    with pytest.raises(AndonError) as failure:
        detect(settings, path)
    assert failure.value.code == "failure_model_columns"
    assert failure.value.values["sensors"] == "new pump"
    with models.opened(settings) as catalogue:
        assert catalogue.card("strand2").status == "needs_update"
        catalogue.mark(["strand2"], "ready")
    assert [c.name for c in models.outgrown(settings, [*trained.find("strand2", settings).sensors, "new"], "en")] == [
        "strand2", "twice",
    ]  # fmt: skip
    with models.opened(settings) as catalogue:
        catalogue.mark(["strand2", "twice"], "ready")
    assert models.outgrown(settings, ["quite", "another", "plant"], "en") == []


def test_missing_sensors_and_another_step_are_refused(plant):
    settings, folder = plant
    fewer = changed(folder, "fewer", lambda t: t.pop("mould_level [mm]"))
    with pytest.raises(AndonError) as failure:
        detect(settings, fewer)
    assert failure.value.code == "failure_model_columns_gone"
    coarse = folder / "coarse.csv"
    pd.read_csv(folder / "normal.csv").iloc[::5].to_csv(coarse, index=False)
    with pytest.raises(AndonError) as failure:
        detect(settings, coarse)
    assert failure.value.code == "failure_model_step"


def test_a_plant_whose_normal_has_moved_asks_for_an_update(plant, capsys):
    settings, folder = plant

    def move(table):
        for name in COLUMNS[2:]:
            table[name] += 30 * table[name].std()

    detect(settings, changed(folder, "moved", move))
    said = capsys.readouterr().out
    assert "no longer what strand2 was trained on" in said
    assert "its normal is not that of this file" in said
    with models.opened(settings) as catalogue:
        assert catalogue.card("strand2").status == "needs_update"
        catalogue.mark(["strand2"], "ready")
    detect(settings, folder / "bad.csv")
    assert "no longer" not in capsys.readouterr().out


def test_kept_readings_that_were_changed_are_not_used(plant):
    settings, folder = plant
    train(settings, folder / "normal.csv", called="broken")
    store, row = open_store(settings), trained.find("broken", settings)
    store.write_bytes(row.artifact, store.read_bytes(row.artifact)[:-8] + b"somebody")
    with pytest.raises(AndonError) as failure:
        trained.load("broken", settings)
    assert failure.value.code == "failure_model_lost"


@pytest.mark.parametrize(
    ("name", "called", "code"),
    [
        ("oracle", None, "failure_model_unknown"),
        ("pca", "ensemble", "failure_model_name_taken"),
        ("pca", "../up", "failure_model_name"),
    ],
)
def test_what_cannot_be_trained_is_a_sentence(plant, name, called, code):
    settings, folder = plant
    with pytest.raises(AndonError) as failure:
        train(settings, folder / "normal.csv", name, called)
    assert failure.value.code == code


def test_a_file_that_is_not_all_normal_is_doubted(plant, capsys):
    settings, folder = plant
    train(settings, folder / "bad.csv", name="pca")
    assert "is normal before you rely on it" in capsys.readouterr().out


def test_train_rows_and_a_trained_model_exclude_each_other(plant):
    settings, folder = plant
    with pytest.raises(AndonError) as failure:
        detect(settings, folder / "bad.csv", train_rows=500)
    assert failure.value.code == "failure_detect_trained"

"""Simulated data are known whatever their file is called, are told as such once, and teach nothing."""

from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from tests.workers.diagnosed import ASKED, home
from workers.contracts import Answer, Question, Source
from workers.desk import Desk, used
from workers.looking.joining import gather
from workers.prose.levels import worded_for
from workers.readings import read
from workers.running import pipeline
from workers.settings import Settings
from workers.simulator import simulate, write

UTC = ZoneInfo("UTC")


def receipt(path):
    return read(path, zone=UTC, max_bytes=2**30, max_rows=100_000).receipt


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A simulated shift under a name that says nothing."""
    path = tmp_path_factory.mktemp("made") / "strand2.csv"
    write(simulate("stopper_clogging", rows=3600, seed=7), path, marked=True)
    return path


@pytest.fixture(scope="module")
def answered(made, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    question = Question(id="7", text=ASKED["en"], lang="en", artifact=str(made), file_name=made.name)
    settings = Settings(data_dir=home() / "data")
    return out, pipeline.answer(question, settings, out, lambda _what, _share: None)


def test_the_mark_outlives_a_new_name_a_spreadsheet_and_a_part_cut_out(made, tmp_path):
    assert receipt(made).simulated
    part = pd.read_csv(made).iloc[2000:2600]
    part.to_excel(tmp_path / "part.xlsx", index=False)
    part.to_csv(tmp_path / "part.csv", index=False, sep=";")
    found = receipt(tmp_path / "part.xlsx"), receipt(tmp_path / "part.csv")
    assert all(each.simulated for each in found)
    assert all("data_origin" not in each.text_columns for each in found)


def test_a_plants_file_is_none(tmp_path):
    write(simulate("normal", rows=1000), tmp_path / "night.csv")
    assert not receipt(tmp_path / "night.csv").simulated


def test_one_simulated_file_among_several_makes_all_of_it_simulated(made, tmp_path):
    write(simulate("normal", rows=1000), tmp_path / "night.csv")
    sources = [Source(artifact=str(path), file_name=path.name) for path in (tmp_path / "night.csv", made)]
    assert gather(sources, Path, Settings(data_dir=tmp_path), "en").reading.receipt.simulated


def test_the_answer_says_so_once_and_its_table_carries_it_on(answered, made):
    out, answer = answered
    assert answer.text.count("simulated data") == 1
    assert receipt(out / "processed.csv").simulated
    assert receipt(out / "processed.csv").own_columns == ["anomaly", "event"]
    assert receipt(out / "processed.csv").sensors == receipt(made).sensors


@pytest.mark.parametrize("level", ["crew", "engineer", "manager", "newcomer"])
def test_every_reader_is_told(answered, level):
    assert worded_for(answered[1], level).text.count("simulated data") == 1


@pytest.mark.parametrize("verdict", ["agree", "disagree", "fixed"])
def test_a_word_on_simulated_data_teaches_nothing(answered, tmp_path, verdict):
    _, answer = answered
    document = Answer.model_validate_json(answer.model_dump_json(by_alias=True))
    assert used(document)[0]
    desk = Desk(Settings(data_dir=tmp_path))
    row = SimpleNamespace(id=1, headline=answer.blocks[0].text, verdict="fault", causes=["Stopper clogging"])
    said = SimpleNamespace(verdict=verdict, right="SEN misaligned" * (verdict == "disagree"), reason="", candidate="",
                           aspect="answer", user="U0ANNA")  # fmt: skip
    assert desk.learn(said, row, "why?", document) == ""
    assert desk.review() == []
    with desk._store() as store:
        assert all(r.right + r.wrong == 0 for r in store.records(used(document)[0]).values())
    plants = document.model_copy(update={"data": document.data.model_copy(update={"simulated": False})})
    desk.learn(said, row, "why?", plants)
    with desk._store() as store:
        assert any(r.right + r.wrong for r in store.records(used(document)[0]).values())

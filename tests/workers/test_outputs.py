"""What a command reads is never written over, what cannot be written is said first, and an earlier answer goes away."""

import argparse
import json

import numpy as np
import pandas as pd
import pytest

from workers.commands import order
from workers.contracts import Question, Source
from workers.errors import AndonError
from workers.outputs import clear_earlier, earlier_files, folder_for, refuse_over_input, try_file
from workers.running import pipeline
from workers.settings import Settings

ROWS = 600


@pytest.fixture
def data(tmp_path):
    """flow drives a temperature four rows later; both headers carry a unit."""
    rng = np.random.default_rng(1)
    values = np.zeros((ROWS, 2))
    for row in range(5, ROWS):
        values[row] = 0.9 * values[row - 1] + 0.4 * rng.normal(size=2)
        values[row, 1] += 0.3 * values[row - 4, 0]
    table = pd.DataFrame((20 + values).round(3), columns=["flow_m3h", "bearing_temp_C"])
    table.insert(0, "time", pd.date_range("2025-03-01 06:00", periods=ROWS, freq="s").astype(str))
    path = tmp_path / "pump.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture
def ask(tmp_path):
    told = []

    def run(path, out, text="plot flow", home=tmp_path / "home", **more):
        question = Question(id="t", text=text, artifact=str(path), file_name=path.name, **more)
        return pipeline.answer(question, Settings(data_dir=home), out, lambda what, share: told.append(what))

    run.told = told
    return run


def test_an_output_is_no_input_by_any_name(tmp_path):
    file, link, twin = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))
    file.write_text("1")
    link.symlink_to(file)
    twin.hardlink_to(file)
    for out in (file, link, twin, tmp_path / "." / "a.csv"):
        with pytest.raises(AndonError, match="failure_out_over_input"):
            refuse_over_input([tmp_path / "other.csv", out], [tmp_path / "absent.csv", file])
    refuse_over_input([tmp_path / "other.csv"], [file])


def fail(folder, write=False):
    """Work in `folder` that leaves a file when it may `write`, and then comes to nothing."""
    with folder_for(folder, lambda _: AndonError("failure_x")):
        assert folder.is_dir()
        if write:
            (folder / "part").write_text("kept")
        raise ZeroDivisionError


def test_folders_made_for_nothing_go_away_and_others_stay(tmp_path):
    folder = tmp_path / "a" / "b"
    with pytest.raises(ZeroDivisionError):
        fail(folder)
    assert not (tmp_path / "a").exists()
    (tmp_path / "a").mkdir()
    with pytest.raises(ZeroDivisionError):
        fail(folder)
    assert list((tmp_path / "a").iterdir()) == []
    with pytest.raises(ZeroDivisionError):
        fail(folder, write=True)
    assert (folder / "part").read_text() == "kept"


def test_a_place_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("1")
    with pytest.raises(AndonError, match="failure_x"):
        fail(tmp_path / "file" / "b")


def test_trying_a_file_leaves_everything_as_it_is(tmp_path):
    there = tmp_path / "there"
    there.write_text("mine")
    for path in (there, tmp_path / "absent"):
        try_file(path)
    assert there.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [there]
    with pytest.raises(OSError, match="too long"):
        try_file(tmp_path / ("x" * 300))


def test_only_what_an_answer_names_is_taken_away(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    for name in ("overview.png", "mine.png", "processed.csv", "code.py"):
        (out / name).write_text(name)
    (tmp_path / "secret").write_text("kept")
    pictures = [{"file": "overview.png"}, {"file": "../secret"}, {"file": str(tmp_path / "secret")}, 7]
    document = {"schema": "andon.answer/1", "processed": "processed.csv", "generated": None, "pictures": pictures}
    (out / "answer.json").write_text(json.dumps(document))
    clear_earlier(out)
    assert {path.name for path in out.iterdir()} == {"mine.png", "code.py"}
    assert (tmp_path / "secret").read_text() == "kept"


@pytest.mark.parametrize(
    "content", ["{}", "[1]", "no json", '{"schema": "other/1", "processed": "mine.csv"}', "[" * 99_999]
)
def test_a_document_of_somebody_else_names_nothing(tmp_path, content):
    (tmp_path / "answer.json").write_text(content)
    assert earlier_files(tmp_path) == []


def test_an_answer_takes_the_place_of_the_one_before(data, ask, tmp_path):
    out = tmp_path / "out"
    ask(data, out, "forecast flow for the next 2 minutes")
    before = {path.name for path in out.iterdir()}
    assert any(name.startswith("forecast") for name in before)
    answer = ask(data, out)
    named = {"answer.json", answer.processed, *(picture.file for picture in answer.pictures)}
    assert {path.name for path in out.iterdir()} == named
    with pytest.raises(AndonError, match="failure_data_missing"):
        ask(tmp_path / "absent.csv", out)  # a name that is mistyped takes nothing away
    assert {path.name for path in out.iterdir()} == named
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    with pytest.raises(AndonError):
        ask(tmp_path / "empty.csv", out)
    assert list(out.iterdir()) == []


def test_a_refused_question_leaves_no_folder(ask, tmp_path):
    with pytest.raises(AndonError, match="failure_data_missing"):
        ask(tmp_path / "absent.csv", tmp_path / "new" / "out")
    assert not (tmp_path / "new").exists()


def test_a_file_that_is_asked_about_is_never_written_over(data, ask, tmp_path):
    out = tmp_path / "out"
    ask(data, out)
    own, answer = out / "processed.csv", out / "answer.json"
    before = own.read_bytes(), answer.read_bytes()
    for path, more in ((own, {}), (data, {"more": [Source(artifact=str(own), file_name="processed.csv")]}),
                       (data, {"knowledge": str(answer)})):  # fmt: skip
        with pytest.raises(AndonError, match="failure_out_over_input"):
            ask(path, out, **more)
    assert (own.read_bytes(), answer.read_bytes()) == before


def test_a_data_folder_that_cannot_be_written_is_said_before_any_work(data, ask, tmp_path):
    with pytest.raises(AndonError, match="failure_state_folder"):
        ask(data, tmp_path / "out", "what is wrong?", home=data / "below a file")
    assert ask.told == []
    assert not (tmp_path / "out").exists()


def test_facts_by_header_are_applied_and_idle_ones_told(data, ask, tmp_path):
    fact = {"relation": "forbidden", "cause": "flow_m3h", "effect": "bearing_temp_C", "reason": "r", "source": "manual"}
    facts = tmp_path / "facts.jsonl"
    idle = [fact | {"effect": "boiler"}, fact | {"cause": "fan", "effect": "boiler"}]
    facts.write_text("\n".join(json.dumps(each) for each in (fact, *idle)), encoding="utf-8")
    answer = ask(data, tmp_path / "out", "which sensors drive which?", knowledge=str(facts))
    assert [(edge.cause, edge.effect, edge.source) for edge in answer.graph.removed] == [
        ("flow", "bearing_temp", "manual")]  # fmt: skip
    assert "2 facts name sensors that are not in the file and were not applied (boiler, fan)." in answer.text
    assert list(answer.receipt["supervisor"]["idle_facts"].values()) == [2]
    assert answer.data.columns == {"flow": "flow_m3h", "bearing_temp": "bearing_temp_C"}


def test_a_fact_about_a_sensor_that_is_left_out_is_not_called_unknown(data, ask, tmp_path):
    facts = tmp_path / "facts.jsonl"
    fact = {"relation": "required", "cause": "flow_m3h", "effect": "bearing_temp_C", "reason": "r", "source": "manual"}
    facts.write_text(json.dumps(fact), encoding="utf-8")
    answer = ask(data, tmp_path / "out", "ignore flow, what is wrong?", knowledge=str(facts))
    assert "not in the file" not in answer.text
    assert answer.receipt["supervisor"]["idle_facts"] == {}


def test_a_work_order_is_not_written_over_its_answer(tmp_path):
    path = tmp_path / "answer.json"
    path.write_text("{}")
    args = argparse.Namespace(answer=str(path), out=str(path), format=None, lang="en", by=None, send=False)
    with pytest.raises(AndonError, match="failure_out_over_input"):
        order.run(args, Settings(data_dir=tmp_path / "home"))
    assert path.read_text() == "{}"

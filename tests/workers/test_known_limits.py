"""A limit that nobody named: taken from verified knowledge or from the file, cited, asked for where it is not clear."""

import numpy as np
import pandas as pd
import pytest

from kb.passage import Passage
from roles.manager import Plan, Subtask
from roles.role import Outcome
from workers.contracts import Question
from workers.knowledge.context import Knowledge
from workers.predicting import knownlimits
from workers.running.pipeline import answer, begin
from workers.running.steps import _with_kept
from workers.settings import Settings

ROWS = 3000
UNITS = {"S8_upper_current": "A", "S9_upper_current": "A", "mould_level": "mm"}


@pytest.fixture
def settings(tmp_path):
    return Settings(ANDON_DATA_DIR=tmp_path / "data")


def keep(settings, text, status="verified", lang="en"):
    store = Knowledge(settings, "en").store
    number = len(store.list()) + 1
    store.add([Passage(id=f"L-{number}", title="Limits", text=text, status=status, lang=lang)])
    return f"L-{number}"


def stated(settings, which="any", columns=UNITS):
    knowledge = Knowledge(settings, "en")
    names = knowledge.names(list(columns), UNITS)
    frame = pd.DataFrame(1.0, index=range(5), columns=list(columns))
    found = knownlimits.find(frame, names, list(columns), which, knowledge)
    return sorted((each.sensor, each.value, each.side) for each in found)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("S8 upper roll current limit 45 A", [("S8_upper_current", 45.0, "above")]),
        ("S8上辊电流上限45 A", [("S8_upper_current", 45.0, "above")]),
        ("S8上辊电流不得超过45A，结晶器液位下限90mm。", [("S8_upper_current", 45.0, "above"),
                                             ("mould_level", 90.0, "below")]),
        ("The mould level limits are 90 to 110 mm.", [("mould_level", 90.0, "below"), ("mould_level", 110.0, "above")]),
        ("The S8 upper current limit was raised from 45 A to 48 A.", [("S8_upper_current", 48.0, "above")]),
        ("S8上辊电流上限由45A提高到48A", [("S8_upper_current", 48.0, "above")]),
        ("The S8 upper current must not exceed 45 A, it is usually 38 A.", [("S8_upper_current", 45.0, "above")]),
        ("S8 upper current was 45 A on Monday.", []),  # no limit
        ("S8 upper current limit 45", []),  # no unit
        ("S8 upper current limit 45 mm", []),  # another unit
        ("S88 upper current limit 45 A", []),  # another sensor
    ],
)  # fmt: skip
def test_a_number_counts_with_its_unit_in_a_sentence_about_the_sensor(settings, text, limits):
    keep(settings, text)
    assert stated(settings) == limits


def test_a_candidate_states_nothing(settings):
    keep(settings, "S8 upper roll current limit 45 A", status="candidate")
    assert stated(settings) == []


def test_the_side_that_was_asked_for_counts(settings):
    keep(settings, "The mould level limits are 90 to 110 mm.")
    assert stated(settings, "lower") == [("mould_level", 90.0, "below")]
    assert stated(settings, "upper") == [("mould_level", 110.0, "above")]


def test_a_column_beside_the_sensors_own_is_its_limit(settings):
    columns = [*UNITS, "S9_upper_current_limit"]
    assert stated(settings, columns=columns) == [("S9_upper_current", 1.0, "above")]


def ask(settings, folder, text):
    index = pd.date_range("2026-01-01", periods=ROWS, freq="s")
    rng = np.random.default_rng(0)
    current = 38 + 0.002 * np.arange(ROWS) + 0.2 * rng.standard_normal(ROWS)
    table = pd.DataFrame({"time": index, "S8_upper_current [A]": current,
                          "mould_level [mm]": 100 + rng.standard_normal(ROWS)})  # fmt: skip
    table.to_csv(folder / "climb.csv", index=False)
    question = Question(id="q", text=text, artifact=str(folder / "climb.csv"), file_name="climb.csv")
    return answer(question, settings, folder / "out", lambda what, share: None)


@pytest.mark.parametrize(
    ("text", "words"),
    [("when will S8 pass its limit?", "S8 upper roll current will pass 45 A [{id}] in about "),
     ("S8多久会超限？", "S8上辊电流约")],
)  # fmt: skip
def test_the_answer_cites_the_passage_beside_the_number(settings, tmp_path, text, words):
    id_ = keep(settings, "S8 upper roll current limit 45 A")
    said = ask(settings, tmp_path, text)
    assert said.text.startswith(words.format(id=id_))
    assert f"45 A [{id_}]" in said.text
    assert [e.id for e in said.evidence] == [id_]
    assert "45 A" in said.evidence[0].quote
    assert said.findings[0].values["limit"] == 45.0
    assert said.findings[0].values["passes_in_s"] == pytest.approx(500, rel=0.1)  # 38 + 0.002 * 3500 = 45
    assert id_ in next(block for block in said.blocks if said.findings[0].id in block.refs).refs


def test_two_limits_are_named_and_asked_about(settings, tmp_path):
    first = keep(settings, "S8 upper roll current limit 45 A")
    second = keep(settings, "The alarm limit of the S8 upper roll current is 48 A.")
    said = ask(settings, tmp_path, "when will S8 pass its limit?")
    headline = said.blocks[0].text
    assert f"45 A [{first}]" in headline
    assert f"48 A [{second}]" in headline
    assert headline.endswith("which one do you mean?")
    assert {e.id for e in said.evidence} == {first, second}
    assert {said.findings[0].values["limit_1"], said.findings[0].values["limit_2"]} == {45.0, 48.0}


@pytest.mark.parametrize(
    ("text", "words"),
    [("when will S8 pass its limit?", "I know no limit for S8 upper roll current: ask with its number and unit"),
     ("多久会超限？", "没有查到此文件中任何传感器的限值")],
)  # fmt: skip
def test_no_limit_is_asked_for_in_one_sentence(settings, tmp_path, text, words):
    said = ask(settings, tmp_path, text)
    assert said.blocks[0].text.startswith(words)
    assert said.evidence == []


def test_a_limit_that_is_said_counts_and_nothing_is_looked_up(settings, tmp_path):
    keep(settings, "S8 upper roll current limit 45 A")
    said = ask(settings, tmp_path, "when will S8 pass 50 A?")
    assert "50 A" in said.blocks[0].text
    assert said.evidence == []


@pytest.mark.parametrize(("engine", "kept", "wish"), [("model", "any", "less"), ("rules", None, None)])
def test_a_language_models_plan_has_no_word_for_either_so_the_text_is_read(settings, tmp_path, engine, kept, wish):
    question = Question(id="q", text="Fewer false alarms please; when will S8 pass its limit?")
    run = begin(question, settings, tmp_path)
    tasks = [Subtask(order=1, kind="detect"), Subtask(order=2, kind="forecast")]
    run.plan = Outcome(Plan(lang="en", subtasks=tasks), engine)
    assert _with_kept(run, tasks[1]).values.get("kept") == kept
    assert run.sensitivity == wish

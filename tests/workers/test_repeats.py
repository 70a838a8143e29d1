"""What the crew taught keeps what its data showed, is found again by that, and is not told of another machine."""

import pytest

import kb
from kb import growth
from kb.passage import Observed, Shown
from roles.types import Finding
from roles.types import Passage as Known
from tests.kb.conftest import WordEmbedder
from tests.workers.diagnosed import diagnosed
from workers.knowledge.repeats import is_elsewhere, named, observed, repeats


@pytest.mark.parametrize(
    ("title", "sensor", "question", "file"),
    [
        ("why is the temp falling?", "Temp", "why is the temp falling?", "past1_night.csv"),
        ("why is the temp falling?", "Temp", "why is it falling on past 1?", ""),
        ("divert valve?", "Flow divert FDV-105", "why does FDV-106 stick?", ""),
        ("2号流液位为什么波动", "液位", "3号流液位为什么波动", ""),
    ],
)
def test_another_machine_by_name_is_elsewhere(title, sensor, question, file):
    data = {"file": "past2_fri.csv", "shown": [{"sensor": sensor, "kind": "fall"}]}
    said = Known(id="FB-1", title=title, text="x", observed=data)
    assert is_elsewhere(said, question, [file])


@pytest.mark.parametrize(
    ("question", "file"),
    [
        ("why is the temp falling?", "past2_sat.csv"), ("what is with pasteuriser 2?", "night_12.csv"),
        ("why since 10:48, at 3 bar?", "export.csv"), ("why does TT-104 fall?", "past2.csv"),
        ("why is TT-112 falling?", "shift_3.csv"),
    ],
)  # fmt: skip
def test_the_same_machine_or_one_without_a_number_is_not_elsewhere(question, file):
    shown = [{"sensor": "Temp TT-104", "kind": "fall"}, {"sensor": "Water TT-112", "kind": "fall"}]
    said = Known(id="FB-1", title="why is TT-104 falling in shift 2?", text="x",
                 observed={"file": "past2_fri.csv", "shown": shown})  # fmt: skip
    assert not is_elsewhere(said, question, [file])


def test_machines_are_named_as_they_are_written():
    assert named("past2_night.csv") == ["past 2"]
    assert named("2号流液位") == ["2号流"]


def test_an_answer_keeps_what_its_event_showed_strongest_first():
    answer = diagnosed()
    kept = observed(answer)
    assert kept.file == answer.question["file"]
    assert "stopper_position" in [shown.sensor for shown in kept.shown]
    assert [s.strength for s in kept.shown] == sorted((s.strength for s in kept.shown), reverse=True)
    assert observed(answer.model_copy(update={"data": None})) is None


@pytest.fixture
def store():
    opened = kb.open_store(":memory:", WordEmbedder(), packs=())
    yield opened
    opened.close()


def test_a_verified_correction_is_found_by_what_its_data_showed_and_a_candidate_is_not(store):
    seen = Observed(file="p.csv", shown=[Shown(sensor="Steam valve", kind="drift_up", strength=9.0)])
    made = growth.feedback(store, "why so cold?", "disagree", "Blocked trap", "bo", observed=seen)
    now = [Finding(id="F1", kind="rise", text="x", sensor="Steam valve")]
    assert repeats(store, now) == []
    store.set_status(made.id, "verified", by="li")
    assert [(p.id, p.observed) for p in repeats(store, now)] == [(made.id, seen)]
    assert repeats(store, [Finding(id="F1", kind="rise", text="x", sensor="Level")]) == []

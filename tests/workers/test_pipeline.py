"""From file to answer: what the person reads is backed, what was asked for is done, failures cost only themselves."""

import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from tests.workers.numbers_in import unbacked
from workers.contracts import Answer, Question
from workers.errors import AndonError
from workers.running import pipeline
from workers.settings import Settings
from workers.simulator import simulate, write

ROWS = 7_200


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def clogging(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "strand2.csv"
    write(simulate("stopper_clogging", rows=ROWS, seed=3), path)
    return path


@pytest.fixture(scope="module")
def ask(home, tmp_path_factory):
    def run(path, text="", lang=None, **more):
        out = tmp_path_factory.mktemp("out")
        file = path.name if path else None
        question = Question(id="t", text=text, lang=lang, artifact=str(path) if path else None, file_name=file, **more)
        settings = Settings(data_dir=home, timezone="Asia/Shanghai")
        return pipeline.answer(question, settings, out, lambda what, share: None), out

    return run


@pytest.fixture(scope="module")
def english(ask, clogging):
    return ask(clogging, "the level is jumping on strand 2, why?")


@pytest.fixture(scope="module")
def chinese(ask, clogging):
    return ask(clogging, "2号流液位波动，是什么原因？")


def test_clogging_is_diagnosed_with_evidence_and_actions(english):
    answer, _ = english
    cause = answer.diagnosis.causes[0]
    assert answer.diagnosis.verdict == "fault"
    assert cause.fault == "stopper_clogging"
    assert "clogging" in answer.text.splitlines()[0].lower()
    assert answer.diagnosis.actions
    cited = {f.id for f in answer.findings} | {e.id for e in answer.evidence}
    for each in answer.diagnosis.causes:
        assert set(each.evidence) <= cited
    assert any(id_.startswith("F") for id_ in cause.evidence)
    assert any(e.id in cause.evidence for e in answer.evidence)


@pytest.mark.parametrize("which", ["english", "chinese"])
def test_every_number_that_is_read_is_measured(which, request):
    answer, out = request.getfixturevalue(which)
    document = json.loads((out / "answer.json").read_text(encoding="utf-8"))
    assert document["text"] == answer.text
    assert unbacked(answer.text, document) == []


def test_both_languages_say_the_same(english, chinese):
    (en, _), (zh, _) = english, chinese
    assert [c.fault for c in en.diagnosis.causes] == [c.fault for c in zh.diagnosis.causes]
    assert en.confidence == pytest.approx(zh.confidence)
    assert "塞棒" in zh.text.splitlines()[0]
    assert not any(word in zh.text for word in ("Do now", "Data:", "Normal period"))


def test_answer_fits_a_phone(english, chinese):
    for answer, _ in (english, chinese):
        assert len(answer.text.splitlines()) <= 14
        assert max(len(line) for line in answer.text.splitlines()) <= 520


def test_files_of_an_answer_are_there_and_nothing_else(english):
    answer, out = english
    names = {p.file for p in answer.pictures} | {"answer.json", answer.processed}
    assert {p.name for p in out.iterdir()} == names
    assert {p.kind for p in answer.pictures} == {"overview", "causal"}


def test_answer_json_round_trips(english):
    answer, out = english
    again = Answer.model_validate_json((out / "answer.json").read_text(encoding="utf-8"))
    assert again == answer


def test_processed_csv_marks_the_anomaly(english):
    _answer, out = english
    table = pd.read_csv(out / "processed.csv", encoding="utf-8-sig")
    assert len(table) == ROWS
    assert 0 < table["anomaly"].sum() < ROWS
    assert table["time"][0].endswith("+08:00")


def test_receipt_says_how_to_repeat_it(english):
    receipt = english[0].receipt
    assert len(receipt["data_sha256"]) == 64
    assert set(receipt["engines"]) == {"pipeline_manager", "controller", "supervisor", "decision_maker"}
    assert all(said["engine"] == "rules" for said in receipt["engines"].values())
    assert receipt["detection"]["reference"]["how"] == "proposed"


def test_supervisor_edits_carry_a_source(english):
    graph = english[0].graph
    assert graph.discovered
    for edge in graph.corrected + graph.removed:
        assert edge.lag_s >= 0
        assert edge.origin == "data" or edge.source


def test_same_question_twice_gives_the_same_answer(ask, clogging, english):
    again, _ = ask(clogging, "the level is jumping on strand 2, why?")
    first = english[0]
    drop = {"receipt"}
    assert again.model_dump(exclude=drop) == first.model_dump(exclude=drop)


def test_a_plot_is_only_a_plot(ask, clogging):
    answer, _ = ask(clogging, "plot S8 upper and stopper position between 06:10 and 06:40")
    assert [p.kind for p in answer.pictures] == ["plot"]
    assert answer.events == []
    assert not answer.diagnosis.causes


def test_chinese_request_cleans_and_marks(ask, clogging):
    answer, out = ask(clogging, "清洗数据并标出异常")
    assert [step.kind for step in answer.plan] == ["clean", "detect"]
    assert "anomaly" in pd.read_csv(out / "processed.csv", encoding="utf-8-sig")
    assert not answer.diagnosis.causes


def test_forecast_is_told_with_its_band(ask, clogging):
    answer, _ = ask(clogging, "forecast the mould level for the next 10 minutes")
    finding = next(f for f in answer.findings if f.kind == "forecast")
    assert finding.values["low"] <= finding.values["value"] <= finding.values["high"]
    assert finding.values["horizon_s"] == pytest.approx(600)
    assert "forecast" in {p.kind for p in answer.pictures}


def test_labels_by_limit_are_counted(ask, clogging):
    answer, out = ask(clogging, "label stopper position > 12 mm as abnormal")
    finding = next(f for f in answer.findings if f.kind == "limit")
    table = pd.read_csv(out / "processed.csv", encoding="utf-8-sig")
    assert finding.values["rows"] == (table["stopper_position [mm]"] > 12).sum()


def test_a_question_without_a_file_is_answered_from_knowledge(ask):
    answer, out = ask(None, "what are the signs of stopper clogging?")
    assert answer.diagnosis.verdict == "answered"
    assert answer.evidence
    assert {p.name for p in out.iterdir()} == {"answer.json"}


def test_quiet_data_raise_no_alarm(ask, tmp_path):
    path = tmp_path / "quiet.csv"
    write(simulate("normal", rows=ROWS, seed=5), path)
    answer, _ = ask(path, "is everything fine?")
    assert answer.diagnosis.verdict == "normal"
    [near] = [f for f in answer.findings if f.kind == "normal"]
    assert near.text in answer.text
    assert 0 < near.values["share"] <= 1
    assert answer.confidence == 0 or not answer.diagnosis.causes


def test_a_failed_picture_costs_itself_alone(ask, clogging, monkeypatch):
    def fail(*_args, **_more):
        raise RuntimeError("no ink")

    monkeypatch.setattr("workers.telling.pictures.draw_graph", fail)
    answer, _ = ask(clogging, "why does the level jump?")
    assert answer.diagnosis.verdict == "fault"
    assert [p.kind for p in answer.pictures] == ["overview"]
    assert "could not draw" in answer.text
    assert "no ink" not in answer.text


def test_training_part_that_does_not_fit_is_refused_before_work(ask, clogging):
    with pytest.raises(AndonError) as refused:
        ask(clogging, train_rows=ROWS)
    assert refused.value.code == "failure_train_range"


def test_foreign_plant_gets_a_place_but_no_invented_fault(ask, tmp_path):
    simulation = simulate("hydraulic_leak", rows=ROWS, seed=4)
    frame = simulation.frame.rename(columns={c: f"X{i:02d}" for i, c in enumerate(simulation.frame.columns)})
    path = tmp_path / "foreign.csv"
    frame.to_csv(path, index_label="time")
    answer, _ = ask(path, "what is wrong?")
    assert answer.diagnosis.verdict != "fault"
    assert all(cause.fault is None for cause in answer.diagnosis.causes)


def test_progress_goes_forward(home, clogging, tmp_path):
    seen = []
    question = Question(id="t", text="why?", artifact=str(clogging), file_name="strand2.csv")
    pipeline.answer(question, Settings(data_dir=home), tmp_path, lambda what, share: seen.append((what, share)))
    assert all(a[1] <= b[1] for a, b in pairwise(seen))
    assert all(what for what, _ in seen)


@pytest.fixture(scope="module")
def sinking(tmp_path_factory):
    """A leak of which the pressure sinks so slowly that each reading is foretold by the last ones: no alarm."""
    path = tmp_path_factory.mktemp("data") / "leak.csv"
    write(simulate("hydraulic_leak", rows=28_800, seed=102), path)
    return path


@pytest.mark.parametrize(
    ("lang", "text", "first"),
    [
        ("en", "what is wrong?", "No alarm, but hydraulic pressure is outside its normal range since about"),
        ("zh", "有什么问题？", "没有报警，但约自"),
        ("en", "detect anomalies", "No alarm, but unlike the normal period for long: hydraulic pressure"),
    ],
)
def test_a_level_far_outside_its_normal_range_is_never_no_anomaly(ask, sinking, lang, text, first):
    answer, out = ask(sinking, text, lang)
    assert answer.text.startswith(first)
    assert not any(event.kind == "anomaly" for event in answer.events)
    told = next(f for f in answer.findings if f.sensor == "hydraulic_pressure" and "usual_low" in f.values)
    assert told.values["after"] < told.values["usual_low"]
    assert told.event in {event.event for event in answer.events}
    assert unbacked(answer.text, json.loads((out / "answer.json").read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(("lang", "words"), [("en", "is not calm: rpm steps +30"), ("zh", "并不平稳：rpm在")])
def test_a_normal_period_with_a_step_inside_is_told_and_learnt_from_up_to_it(ask, tmp_path, lang, words):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"rpm": 1480 + rng.normal(size=2000), "temp": 60 + rng.normal(size=2000)})
    frame.loc[1200:, "rpm"] += 30
    frame.insert(0, "time", pd.date_range("2026-01-05 06:00", periods=2000, freq="1s"))
    path = tmp_path / "step.csv"
    frame.to_csv(path, index=False)
    answer, _ = ask(path, "what is wrong?" if lang == "en" else "有什么问题？", lang, train_rows=1500)
    assert words in answer.text.splitlines()[1]
    assert answer.receipt["detection"]["reference"]["last_row"] == pytest.approx(1200, abs=30)
    assert answer.diagnosis.verdict != "normal"
    assert {"en": "a part of the one that you gave", "zh": "您给定时段的一部分"}[lang] in answer.text

"""`andon causes` writes the graph before and after knowledge, and where the trouble began."""

import argparse
import json

import numpy as np
import pandas as pd
import pytest

from workers.commands import causes
from workers.errors import AndonError
from workers.settings import Settings

ROWS, ONSET = 6000, 4500
EDGE_KEYS = {"cause", "effect", "lag_s", "strength", "origin", "reason", "source"}


def table(fault=True):
    """A chain pump -> flow -> heat beside a fan; from ONSET on the pump drifts away."""
    random = np.random.default_rng(5)
    values = np.zeros((ROWS, 4))
    shocks = random.standard_normal(values.shape)
    for row in range(20, ROWS):
        values[row] = 0.9 * values[row - 1] + 0.4 * shocks[row]
        values[row, 1] += 0.15 * values[row - 6, 0]
        values[row, 2] += 0.15 * values[row - 12, 1]
        values[row, 0] += 0.6 * fault * min(1.0, max(0.0, (row - ONSET) / 100))
    frame = pd.DataFrame(values + 0.2 * random.standard_normal(values.shape), columns=["pump", "flow", "heat", "fan"])
    frame.insert(0, "time", pd.date_range("2025-03-01", periods=ROWS, freq="1s").strftime("%Y-%m-%d %H:%M:%S"))
    return frame


@pytest.fixture(scope="module")
def csv(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "plant.csv"
    table().to_csv(path, index=False)
    return path


def run(csv, tmp_path, facts=(), lang="en"):
    knowledge = None
    if facts:
        knowledge = tmp_path / "facts.jsonl"
        knowledge.write_text("\n".join(json.dumps(fact) for fact in facts), encoding="utf-8")
    out = tmp_path / "new" / "causes.json"
    args = argparse.Namespace(csv=str(csv), out=str(out), knowledge=knowledge and str(knowledge), lang=lang)
    assert causes.run(args, Settings(ANDON_DATA_DIR=tmp_path / "home")) == 0
    assert [path.name for path in out.parent.iterdir()] == ["causes.json"]
    return json.loads(out.read_text(encoding="utf-8"))


def fact(relation, cause, effect, source="manual p. 3"):
    return {"relation": relation, "cause": cause, "effect": effect, "reason": "drawing 7", "source": source}


def ends(edges):
    return {(edge["cause"], edge["effect"]) for edge in edges}


def test_graph_has_the_planted_edges_with_lags_and_reasons(csv, tmp_path):
    told = run(csv, tmp_path)
    assert {("pump", "flow"), ("flow", "heat")} <= ends(told["discovered"])
    assert all(set(edge) == EDGE_KEYS for edge in told["discovered"])
    lags = {(edge["cause"], edge["effect"]): edge["lag_s"] for edge in told["discovered"]}
    assert lags["pump", "flow"] == pytest.approx(6, abs=3)
    assert all(edge["origin"] == "data" and edge["reason"] for edge in told["discovered"])


def test_without_knowledge_corrected_equals_discovered(csv, tmp_path, capsys):
    told = run(csv, tmp_path)
    assert "No --knowledge file was given" in capsys.readouterr().err
    assert told["corrected"] == told["discovered"]
    assert told["removed"] == []


def test_knowledge_that_does_not_apply_changes_nothing(csv, tmp_path):
    idle = [fact("required", "pump", "boiler"), fact("forbidden", "pump", "flow", source="")]
    told = run(csv, tmp_path, idle)
    assert told["corrected"] == told["discovered"]
    assert any("boiler" in note for note in told["notes"])
    assert any("no source" in note for note in told["notes"])


def test_knowledge_removes_adds_and_is_cited(csv, tmp_path):
    told = run(csv, tmp_path, [fact("forbidden", "pump", "flow"), fact("required", "fan", "heat")])
    assert ends(told["removed"]) == {("pump", "flow")}
    assert ends(told["corrected"]) == ends(told["discovered"]) - {("pump", "flow")} | {("fan", "heat")}
    added = next(edge for edge in told["corrected"] if edge["origin"] == "knowledge")
    assert (added["reason"], added["source"]) == ("drawing 7", "manual p. 3")
    assert added["lag_s"] >= 0


def test_root_cause_is_where_the_fault_entered(csv, tmp_path):
    roots = run(csv, tmp_path)["root_causes"]
    assert roots[0]["sensor"] == "pump"
    assert {"sensor", "score", "reason"} <= set(roots[0])
    assert 0 < sum(root["score"] for root in roots) <= 1


def test_chinese_is_spoken(csv, tmp_path):
    told = run(csv, tmp_path, lang="zh")
    assert "预测" in told["discovered"][0]["reason"]
    assert "下游" in told["root_causes"][0]["reason"]


def test_bad_knowledge_is_refused_before_the_data_are_read(tmp_path):
    facts = tmp_path / "facts.jsonl"
    facts.write_text("nonsense", encoding="utf-8")
    args = argparse.Namespace(
        csv=str(tmp_path / "absent.csv"), out=str(tmp_path / "o.json"), knowledge=str(facts), lang="en"
    )
    with pytest.raises(AndonError, match="failure_knowledge_line"):
        causes.run(args, Settings(ANDON_DATA_DIR=tmp_path / "home"))


def test_place_that_cannot_be_written_is_one_sentence(csv, tmp_path):
    args = argparse.Namespace(csv=str(csv), out=str(tmp_path), knowledge=None, lang="en")
    with pytest.raises(AndonError, match="failure_causes_write"):
        causes.run(args, Settings(ANDON_DATA_DIR=tmp_path / "home"))


def test_what_is_read_is_never_overwritten(csv, tmp_path):
    facts, link = tmp_path / "facts.jsonl", tmp_path / "link.json"
    facts.write_text(json.dumps(fact("required", "fan", "heat")), encoding="utf-8")
    link.symlink_to(facts)
    before = csv.read_bytes(), facts.read_bytes()
    for out in (csv, facts, link):
        args = argparse.Namespace(csv=str(csv), out=str(out), knowledge=str(facts), lang="en")
        with pytest.raises(AndonError, match="failure_out_over_input"):
            causes.run(args, Settings(ANDON_DATA_DIR=tmp_path / "home"))
    assert (csv.read_bytes(), facts.read_bytes()) == before


def test_a_refused_file_leaves_no_folder(tmp_path):
    out = tmp_path / "new" / "deep" / "causes.json"
    args = argparse.Namespace(csv=str(tmp_path / "absent.csv"), out=str(out), knowledge=None, lang="en")
    with pytest.raises(AndonError, match="failure_data_missing"):
        causes.run(args, Settings(ANDON_DATA_DIR=tmp_path / "home"))
    assert not (tmp_path / "new").exists()


def test_facts_and_edges_use_the_header_of_the_file(tmp_path, capsys):
    headers = {"pump": "pump_kW", "flow": "flow_m3h", "heat": "heat temp_C", "fan": "fan [rpm]"}
    path = tmp_path / "units.csv"
    table().rename(columns=headers).to_csv(path, index=False)
    facts = [fact("forbidden", "pump_kW", "flow_m3h"), fact("required", "FAN [rpm]", "heat temp"),
             fact("required", "fan", "boiler")]  # fmt: skip
    told = run(path, tmp_path, facts)
    assert {("pump_kW", "flow_m3h"), ("flow_m3h", "heat temp_C")} <= ends(told["discovered"])
    assert ends(told["removed"]) == {("pump_kW", "flow_m3h")}
    assert ("fan [rpm]", "heat temp_C") in ends(told["corrected"])
    assert {root["sensor"] for root in told["root_causes"]} <= set(headers.values())
    assert set(told["sensors"]) == set(headers.values())
    assert ends(told["edits"]) == {("pump_kW", "flow_m3h"), ("fan [rpm]", "heat temp_C")}
    note = "1 fact names a sensor that is not in the file and was not applied (boiler)."
    assert note in told["notes"]
    assert note in capsys.readouterr().err

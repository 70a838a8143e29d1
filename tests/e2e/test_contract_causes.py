"""`andon causes`: the graph as scripts read it, and what a file of facts may change."""

import json

import numpy as np
import pandas as pd
import pytest

EDGE = {"cause", "effect", "lag_s", "strength", "origin", "reason", "source"}


def chain(rows=4_000, seed=5):
    """valve -> flow (3 s later) -> level (5 s later); `other` stands alone."""
    rng = np.random.default_rng(seed)
    valve = np.zeros(rows)
    drive = rng.normal(size=rows)
    for i in range(1, rows):
        valve[i] = 0.9 * valve[i - 1] + drive[i]
    flow = np.roll(valve, 3) * 0.9 + 0.3 * rng.normal(size=rows)
    level = np.roll(flow, 5) * 0.8 + 0.3 * rng.normal(size=rows)
    other = rng.normal(size=rows).cumsum() * 0.05 + rng.normal(size=rows)
    table = pd.DataFrame({"valve": valve, "flow": flow, "level": level, "other": other}).round(4)
    table.insert(0, "time", pd.date_range("2025-03-01", periods=rows, freq="s").astype(str))
    return table.iloc[10:]


def pairs(edges):
    return {(edge["cause"], edge["effect"]) for edge in edges}


def fact(relation, cause, effect, source="manual 4.2"):
    return {"relation": relation, "cause": cause, "effect": effect, "reason": "the manual says so", "source": source}


class Causes:
    """Runs `andon causes` on the chain with some facts."""

    def __init__(self, andon):
        self.andon, self.source, self.count = andon, andon.folder / "chain.csv", 0
        chain().to_csv(self.source, index=False)

    def __call__(self, *facts):
        self.count += 1
        out, argv = self.andon.folder / f"graph{self.count}.json", []
        if facts:
            file = self.andon.folder / f"facts{self.count}.jsonl"
            file.write_text("\n".join(json.dumps(each) for each in facts), encoding="utf-8")
            argv = ["--knowledge", file]
        ran = self.andon("causes", self.source, "--out", out, *argv)
        assert ran.code == 0, ran.err
        return json.loads(out.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def causes(andon):
    return Causes(andon)


@pytest.fixture(scope="module")
def bare(causes):
    return causes()


def test_the_document_has_the_documented_keys(bare):
    assert {"discovered", "corrected", "removed", "root_causes"} <= set(bare)
    for edge in bare["discovered"] + bare["corrected"]:
        assert set(edge) >= EDGE
        assert isinstance(edge["lag_s"], int | float)
        assert edge["lag_s"] >= 0
        assert edge["origin"] in ("data", "knowledge")
    assert all({"sensor", "score", "reason"} <= set(root) for root in bare["root_causes"])


def test_the_chain_is_found_with_its_lags(bare):
    assert {("valve", "flow"), ("flow", "level")} <= pairs(bare["discovered"])
    lag = {(e["cause"], e["effect"]): e["lag_s"] for e in bare["discovered"]}
    assert lag["valve", "flow"] == pytest.approx(3, abs=1)
    assert lag["flow", "level"] == pytest.approx(5, abs=1)
    assert not any("other" in pair for pair in pairs(bare["discovered"]))


def test_without_facts_corrected_equals_discovered(bare):
    assert bare["corrected"] == bare["discovered"]
    assert bare["removed"] == []


def test_facts_about_other_sensors_change_nothing(causes, bare):
    graph = causes(fact("required", "furnace", "ladle"), fact("forbidden", "furnace", "valve"))
    assert graph["discovered"] == bare["discovered"]
    assert graph["corrected"] == graph["discovered"]
    assert graph["removed"] == []


def test_required_adds_and_forbidden_removes_with_reason_and_source(causes, bare):
    graph = causes(fact("required", "other", "level"), fact("forbidden", "valve", "flow"))
    assert graph["discovered"] == bare["discovered"]
    assert pairs(graph["corrected"]) == (pairs(bare["discovered"]) | {("other", "level")}) - {("valve", "flow")}
    assert pairs(graph["removed"]) == {("valve", "flow")}
    added = next(e for e in graph["corrected"] if (e["cause"], e["effect"]) == ("other", "level"))
    assert (added["origin"], added["source"]) == ("knowledge", "manual 4.2")
    assert "the manual says so" in added["reason"]
    assert added["lag_s"] >= 0
    assert graph["removed"][0]["source"] == "manual 4.2"


def test_a_fact_speaks_of_the_direction_that_it_names(causes, bare):
    graph = causes(fact("forbidden", "flow", "valve"), fact("required", "level", "flow"))
    assert ("valve", "flow") in pairs(graph["corrected"])
    assert {("level", "flow"), ("flow", "level")} <= pairs(graph["corrected"])


def test_a_required_edge_that_was_found_stays_once_and_a_sensor_is_not_its_own_cause(causes, bare):
    graph = causes(fact("required", "valve", "flow"), fact("required", "flow", "flow"))
    assert pairs(graph["corrected"]) == pairs(bare["discovered"])
    assert len(graph["corrected"]) == len(bare["discovered"])


@pytest.mark.parametrize(
    "line",
    ["not json", '["a list"]', '{"relation": "maybe", "cause": "valve", "effect": "flow"}', '{"relation": "required"}'],
)
def test_a_bad_line_of_facts_is_named_and_nothing_is_written(causes, andon, line):
    file, out = andon.folder / "bad.jsonl", andon.folder / "bad.json"
    file.write_text(json.dumps(fact("required", "valve", "flow")) + "\n" + line + "\n", encoding="utf-8")
    ran = andon("causes", causes.source, "--out", out, "--knowledge", file)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.strip().splitlines()) == 1
    assert "2" in ran.err
    assert not out.exists()


def test_a_missing_file_of_facts_is_refused(causes, andon):
    ran = andon("causes", causes.source, "--out", andon.folder / "bad.json", "--knowledge", andon.folder / "none.jsonl")
    assert ran.code == 2
    assert len(ran.err.strip().splitlines()) == 1

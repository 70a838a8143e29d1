"""What knowledge says and these readings do not show is never told as measured."""

from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from detectors.causal import Discovery
from roles.types import Edge, Sensor
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.replying.edges import of_the_graph

NAMES = Names({name: Sensor(name=name) for name in ("speed", "stopper", "level")}, {})
SEEN = Edge(cause="stopper", effect="level", lag_s=5.0, strength=0.2)
KNOWN = Edge(cause="speed", effect="level", lag_s=0.0, strength=0.0, origin="knowledge", reason="it carries more out",
             source="CC-17")  # fmt: skip


def told(text, *edges, lang="en"):
    graph = SimpleNamespace(corrected=list(edges), removed=[])
    run = SimpleNamespace(names=NAMES, judged=SimpleNamespace(graph=graph), reading=object(), lang=lang,
                          discovery=Discovery(sensors=("speed", "stopper", "level")))  # fmt: skip
    (finding,) = of_the_graph(run, text)
    return finding.text


def test_edges_of_the_data_carry_numbers_and_those_of_knowledge_their_source():
    text = told("what drives level?", SEEN, KNOWN)
    first, second = text.split(" Knowledge names further ones")
    assert "stopper (lag 5 s, strength 0.2)" in first
    assert "speed" not in first
    assert "speed [CC-17]" in second


@pytest.mark.parametrize(("lang", "words"), [("en", "does not show"), ("zh", "看不出来")])
def test_an_edge_of_knowledge_alone_is_no_prediction(lang, words):
    text = told("does speed affect level?", KNOWN, lang=lang)
    assert words in text
    assert "CC-17" in text
    assert "Granger" not in text
    assert "格兰杰" not in text


@pytest.mark.parametrize(("lang", "sure", "weak"), [("en", "Yes:", "Weakly at most"), ("zh", "有：", "至多是弱影响")])
def test_a_weak_edge_is_told_as_weak(lang, sure, weak):
    faint = Edge(cause="stopper", effect="level", lag_s=1440.0, strength=0.013)
    assert told("does stopper affect level?", SEEN, lang=lang).startswith(sure)
    text = told("does stopper affect level?", faint, lang=lang)
    assert text.startswith(weak)
    assert sure not in text
    assert {"en": "strength 0.013, weak", "zh": "0.013，弱"}[lang] in told("what drives level?", faint, lang=lang)


def correlated(text, rows, lang="en"):
    """`speed` is ahead of `level` by two rows of 10 s; `stopper` stands still."""
    random = np.random.default_rng(0)
    speed = random.normal(size=rows + 2)
    index = pd.date_range("2026-03-02 06:00", periods=rows, freq="10s", tz="UTC")
    level = speed[:-2] + 0.3 * random.normal(size=rows)
    frame = pd.DataFrame({"speed": speed[2:], "level": level, "stopper": 1.0}, index=index)
    run = SimpleNamespace(
        names=NAMES, judged=SimpleNamespace(graph=SimpleNamespace(corrected=[], removed=[])), lang=lang,
        reading=SimpleNamespace(frame=frame, receipt=SimpleNamespace(step_s=10.0)), discovery=Discovery(),
        teller=Teller(index, NAMES, ZoneInfo("UTC"), lang),
    )  # fmt: skip
    (finding,) = of_the_graph(run, text)
    return finding


@pytest.mark.parametrize("rows", [30, 600])
@pytest.mark.parametrize("text", ["correlation between speed and level", "correlation coefficient of speed and level"])
def test_a_correlation_is_told_with_rows_span_and_lag_and_as_no_cause(text, rows):
    finding = correlated(text, rows)
    assert f"(n = {rows} rows, 06:00" in finding.text
    assert "with speed ahead by 20 s" in finding.text
    assert "not that one causes the other" in finding.text
    assert abs(finding.values["r"]) < 0.5 < finding.values["r_best"]


def test_a_correlation_in_chinese():
    text = correlated("speed和level相关吗，相关系数多少", 600, "zh").text
    assert "n = 600行" in text
    assert "不说明谁导致谁" in text


def test_a_sensor_that_stands_still_has_no_correlation():
    assert "r" not in correlated("correlation between speed and stopper", 600).values

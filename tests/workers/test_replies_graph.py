"""What knowledge says and these readings do not show is never told as measured."""

from types import SimpleNamespace

import pytest

from detectors.causal import Discovery
from roles.types import Edge, Sensor
from workers.looking.findings import Names
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

"""How the Weaviate store counts words of a passage that the server found."""

from kb.passage import Passage
from kb.stores.weaviate.lexicon import counted, indexed


def test_words_that_are_asked_for_are_counted_those_of_the_title_as_often_as_they_weigh():
    text = indexed(Passage(id="1", title="Pump pump", text="Pump seal seal, valve.", codes=["E-41"]))
    assert counted(text, {"pump", "seal", "e41", "motor"}) == ({"pump": 5, "seal": 2, "e41": 1}, 9)
    assert counted(text, set()) == ({}, 9)

"""What an answer says of the standing of its knowledge, in both languages."""

import pytest

import kb
from kb import growth
from kb.passage import Passage
from tests.kb.conftest import WordEmbedder
from workers.contracts import Evidence
from workers.prose.standing import disputed, disputes, record, with_standing


@pytest.fixture
def store():
    opened = kb.open_store(":memory:", WordEmbedder(), packs=())
    opened.add([Passage(id="P-1", title="Level", text="A jump is a worn stopper.")])
    said = growth.feedback(opened, "why the jump?", "disagree", "The nozzle was askew.", "bo", wrong=["P-1"])
    growth.approve(opened, said.id, "anna", growth.Keepers())
    opened.vote(["P-1"], True, by="bo", about="answer 1")
    opened.vote(["P-1"], False, by="li", about="answer 1")
    yield opened
    opened.close()


@pytest.fixture
def evidence(store):
    given = [Evidence(id=id, source="s", title="t", quote="q") for id in ("P-1", "WEB-9")]
    return with_standing(given, store)


def test_evidence_carries_its_record_and_what_speaks_against_it(evidence):
    assert [(e.right, e.wrong, e.disputed_by) for e in evidence] == [(1, 1, ["FB-1"]), (0, 0, [])]


@pytest.mark.parametrize(("lang", "words"), [("en", "right 1 of 2 times"), ("zh", "2 次中 1 次正确")])
def test_a_record_is_told_once_there_is_one(lang, words):
    assert words in record(1, 1, lang)
    assert record(0, 0, lang) == ""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_disputed_passage_names_the_correction_and_its_question(store, evidence, lang):
    (sentence,) = disputes(evidence[0], store, lang)
    assert all(word in sentence for word in ("P-1", "FB-1", "why the jump?"))
    ((id_, note),) = disputed(evidence, lang)
    assert id_ == "P-1"
    assert "FB-1" in note


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_document_that_says_otherwise_stands_below_the_quote_with_its_words(store, lang):
    says = {
        "A": "Tighten the head bolts of the filler to 95 Nm.",
        "B": "Tighten the head bolts of the filler to 110 Nm.",
    }
    store.add([Passage(id=i, title="Bolts", source=f"{i}.md", text=text) for i, text in says.items()])
    first, second = with_standing([Evidence(id=i, source="", title="", quote=q) for i, q in says.items()], store)
    (sentence,) = disputes(first, store, lang)
    assert all(words in sentence for words in ("[B]", "B.md", "[A]", "110 Nm"))
    assert disputed([first, second], lang) == [("A", sentence)]  # told once, at the first of the two

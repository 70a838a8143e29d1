"""A whole document decided on at once, and what waits and would answer a question."""

import pytest

import kb
from kb import growth
from kb.errors import KnowledgeError
from kb.growth import Keepers
from kb.passage import Passage
from tests.kb.conftest import WordEmbedder

ANNA = Keepers.parse("anna")
STRICT = Keepers.parse("", strict=True)
MANUAL = "pump manual.pdf"


def passage(number, document=MANUAL, **more):
    text = f"chapter {number} of {document} says that valve V{number} closes"
    fields = {"id": "", "title": f"Chapter {number}", "text": text, "document": document, "status": "candidate",
              "author": "bo"}  # fmt: skip
    return Passage(**fields | more)


@pytest.fixture
def store():
    opened = kb.open_store(":memory:", WordEmbedder(), packs=[])
    opened.add([passage(1), passage(2), passage(3), passage(1, "other.pdf")], by="bo")
    yield opened
    opened.close()


def statuses(store, document=MANUAL):
    return [p.status for p in store.list() if p.document == document]


def test_one_decision_is_on_all_of_it_and_one_undo_takes_it_back(store):
    made = growth.decide_on(store, "approve", MANUAL, "anna", ANNA, "a1")
    assert (len(made.changed), made.refused) == (3, {})
    assert (statuses(store), statuses(store, "other.pdf")) == (["verified"] * 3, ["candidate"])
    assert len(growth.undo_on(store, MANUAL, "anna", ANNA).changed) == 3
    assert statuses(store) == ["candidate"] * 3
    with pytest.raises(KnowledgeError) as refused:
        growth.undo_on(store, MANUAL, "anna", ANNA)
    assert refused.value.code == "failure_kb_nothing_of_document"


@pytest.mark.parametrize(
    ("action", "by", "keepers"),
    [("approve", "bo", ANNA), ("approve", "", ANNA), ("approve", "anna", STRICT), ("reject", "bo", ANNA)],
)
def test_only_a_keeper_decides_and_a_refusal_changes_nothing(store, action, by, keepers):
    with pytest.raises(KnowledgeError):
        growth.decide_on(store, action, MANUAL, by, keepers, "a1")
    assert statuses(store) == ["candidate"] * 3


def test_undo_leaves_an_earlier_decision_and_what_was_decided_singly(store):
    growth.decide_on(store, "approve", MANUAL, "anna", ANNA, "a1")
    store.add([passage(4), passage(5)], by="bo")
    alone = next(p.id for p in store.list() if p.title == "Chapter 5")
    growth.approve(store, alone, "anna", ANNA)
    growth.decide_on(store, "reject", MANUAL, "anna", ANNA, "a2")
    assert statuses(store) == ["verified"] * 3 + ["retired", "verified"]
    growth.undo_on(store, MANUAL, "anna", ANNA)
    assert statuses(store) == ["verified"] * 3 + ["candidate", "verified"]
    growth.undo_on(store, MANUAL, "anna", ANNA)
    assert statuses(store) == ["candidate"] * 4 + ["verified"]


def test_a_decision_that_is_taken_up_again_is_the_same_one(store):
    first = growth.of_document(store, MANUAL, "approve")[0]
    growth.approve(store, first, "anna", ANNA, note=growth.note_together(MANUAL, "a1"))  # then a worker died
    assert len(growth.decide_on(store, "approve", MANUAL, "anna", ANNA, "a1").changed) == 3
    assert len(growth.decide_on(store, "approve", MANUAL, "anna", ANNA, "a1").changed) == 3
    growth.undo_on(store, MANUAL, "anna", ANNA)
    assert statuses(store) == ["candidate"] * 3


def test_a_document_is_known_by_its_name_in_any_case_and_by_its_handle(store):
    named = [
        growth.document_named(store, words)
        for words in ("PUMP manual.pdf", " “pump manual.pdf” ", growth.handle(MANUAL))
    ]
    assert named == [MANUAL] * 3
    assert growth.document_named(store, "pump") == ""
    assert len(growth.handle(MANUAL * 20)) == 12


def test_documents_of_several_passages_are_told_apart_from_single_ones_and_from_what_was_said(store):
    store.add([passage(n, "note 2026-05-03 10.11.12.txt") for n in (1, 2)], by="bo")
    whole, single = growth.told_apart(growth.candidates(store))
    assert {name: len(waits) for name, waits in whole.items()} == {MANUAL: 3}
    assert [p.document for p in single] == ["other.pdf", *["note 2026-05-03 10.11.12.txt"] * 2]


def test_what_waits_and_would_answer_is_found_while_it_waits(store, usem3):
    real = kb.open_store(":memory:", usem3, packs=[])
    text = "The lime dosing screw of silo 7 jams when the filter bags are wet."
    added = real.add([passage(1, title="Lime dosing screw", text=text)], by="bo").stored[0]
    asked = "why does the lime dosing screw of silo 7 jam?"
    assert [p.id for p in growth.would_answer(real, asked, 0.55)] == [added.id]
    assert growth.would_answer(real, "why does the coffee machine leak?", 0.55) == []
    effect = growth.together(real, [added.id], [asked, "why does the coffee machine leak?"], 0.55)
    assert ([turn.question for turn in effect.changed], effect.unchanged) == ([asked], 1)
    growth.approve(real, added.id, "anna", ANNA)
    assert growth.would_answer(real, asked, 0.55) == []
    real.close()

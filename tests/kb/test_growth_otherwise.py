"""Two documents that contradict each other: whoever reads one is told of the other, and of nothing else."""

import pytest

import kb
from kb import growth
from kb.passage import Passage
from tests.kb.conftest import WordEmbedder

MANUAL = Passage(id="M", title="Filler › Head bolts", document="manual.pdf", source="manual.pdf, page 3",
                 text="Tighten the head bolts of the filler crosswise to 95 Nm. Use thread lubricant.")  # fmt: skip


def against(*others, mine=MANUAL, quoted=None):
    store = kb.open_store(":memory:", WordEmbedder(), packs=())
    store.add([mine, *others])
    try:
        return [(c.id, c.mine, c.theirs) for c in growth.otherwise(store, mine, quoted or mine.text)]
    finally:
        store.close()


def other(text, **fields):
    return Passage(**{"id": "O", "title": "Upgrade › Bolts", "document": "note.md", "text": text} | fields)


@pytest.mark.parametrize("text", [
    "Tighten the head bolts of the filler crosswise to 110 Nm.",
    "After the upgrade tighten the head bolts of the filler crosswise to 110 Nm.",
])  # fmt: skip
def test_another_amount_for_the_same_thing_is_told_with_both_sentences(text):
    assert against(other(text)) == [("O", "Tighten the head bolts of the filler crosswise to 95 Nm.", text)]


def test_in_chinese_too():
    mine = Passage(id="M", title="灌装机", document="手册.md", text="灌装机缸盖螺栓对角拧紧到95牛米。")
    text = "灌装机缸盖螺栓对角拧紧到110牛米。"
    assert against(other(text, title="改造"), mine=mine) == [("O", mine.text, text)]


@pytest.mark.parametrize("another", [
    other("Tighten the head bolts of the filler crosswise to 95 Nm."),
    other("Tighten the head bolts of the capper crosswise to 110 Nm."),
    other("Tighten the head bolts of the filler crosswise to 110 Nm.", title="Bolts of P-202"),
    other("Tighten the head bolts of the filler crosswise to 110 Nm.", document="manual.pdf", title="Filler › Neck"),
    other("Tighten the head bolts of the filler crosswise to 110 Nm.", status="candidate"),
    other("Tighten the head bolts of the filler crosswise to 110 Nm.", kind="case"),
], ids=["same", "another machine", "another tag", "another section", "candidate", "case"])  # fmt: skip
def test_what_is_about_something_else_or_does_not_count_is_left_out(another):
    mine = MANUAL.model_copy(update={"title": "Bolts of P-201"}) if "P-202" in another.title else MANUAL
    assert against(another, mine=mine) == []


def test_a_sentence_that_does_not_say_of_what_needs_a_heading_that_does():
    mine = Passage(id="M", title="Product pump", document="a.md", text="Replace the mechanical seal every 6000 h.")
    text = "Replace the mechanical seal every 4500 h."
    assert against(other(text, title="Dairy › Product pump"), mine=mine)
    assert against(other(text, title="CIP pump"), mine=mine) == []


def test_only_what_is_quoted_is_compared():
    assert against(other("Never use thread lubricant on the head bolts."), quoted="Tighten them.") == []


def test_two_corrections_of_one_thing_contradict_each_other_whatever_they_were_asked():
    mine = Passage(id="M", title="torque of the vent tube", kind="feedback", text="The vent tube torque is 8 Nm.")
    theirs = other("The vent tube torque is 9 Nm.", title="vent tube torque", kind="feedback", document="")
    assert against(theirs, mine=mine) == [("O", mine.text, theirs.text)]


@pytest.mark.parametrize(
    ("question", "told"), [("thrust bearing trip temperature", True), ("guide vane closing time", False)]
)
def test_two_corrections_of_one_question_are_told_against_each_other(question, told):
    """Two people gave two answers, a keeper approved both: whoever reads one must know of the other."""
    mine = Passage(id="FB-1", title="thrust bearing trip temperature", kind="feedback",
                   text="The thrust pads trip at 85 °C since the overhaul.")  # fmt: skip
    theirs = other("Trips at 80 °C, see the protection sheet.", id="FB-2", title=question, kind="feedback", document="")
    assert bool(against(theirs, mine=mine)) is told


@pytest.mark.parametrize(("text", "told"), [
    ("Material: PET; Drying temperature: 170 °C; Drying time: 6 h", True),
    ("Material: PET; Drying temperature: 165 °C; Drying time: 5 h", False),
    ("Material: PET; Drying temperature: 165 °C; Note: 5 h", False),
])  # fmt: skip
def test_two_versions_of_one_row_are_told_against_each_other(text, told):
    """They differ in two amounts, so no sentence contradicts the other by one."""
    row = {"title": "Dryer › Settings › PET", "document": "dryer.md"}
    mine = other("Material: PET; Drying temperature: 165 °C; Drying time: 5 h", id="M", **row)
    assert bool(against(other(text, **row, source="dryer.md, line 9"), mine=mine)) is told

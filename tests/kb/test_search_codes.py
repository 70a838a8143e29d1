"""Alarm codes: found exactly, never answered with another one; equipment tags and amounts are no codes."""

from contextlib import closing

import pytest

import kb
from kb.passage import Passage
from kb.search.gaps import gaps
from kb.search.named import is_about, named_codes


@pytest.fixture(scope="module")
def store(usem3):
    opened = kb.open_store(":memory:", usem3, packs=())
    opened.add([
        Passage(id="T-1", title="Drive overtemperature", text="E-2041: the drive is too hot. Check the fan.",
                codes=["E-2041"]),
        Passage(id="T-2", title="Drive overcurrent", text="E-2042: the current of the drive is too high.",
                codes=["E-2042"]),
        Passage(id="T-3", title="变频器过压 F0104", text="直流母线电压过高，检查制动电阻。", lang="zh",
                codes=["F0101", "F0102", "F0103", "F0104"]),
        Passage(id="T-4", title="Roll current", text="The current of a roll tells its torque."),
    ])  # fmt: skip
    yield opened
    opened.close()


@pytest.mark.parametrize("question", ["E-2041?", "what does alarm E2041 mean", "E-2041 报警什么意思",
                                      "fault code e-2041"])  # fmt: skip
def test_named_code_is_first_and_sure_in_either_language(store, question):
    hits = store.search(question)
    assert hits[0].passage.id == "T-1"
    assert hits[0].confidence >= 0.9
    assert all(hit.confidence < 0.5 for hit in hits[1:])


@pytest.mark.parametrize("question", ["e 2041", "E 20 41", "e 2041?"])
def test_a_code_typed_in_pieces_brings_no_neighbours(store, question):
    hits = store.search(question)
    assert hits[0].passage.id == "T-1"
    assert hits[0].confidence >= 0.9
    assert all(hit.confidence < 0.5 for hit in hits[1:])


@pytest.mark.parametrize("question", ["error 2041", "2041?", "what does 2041 mean", "2041什么意思", "报警2041"])
def test_a_code_is_found_by_its_digits_alone(store, question):
    hits = store.search(question)
    assert hits[0].passage.id == "T-1"
    assert hits[0].confidence >= 0.9
    assert all(hit.confidence < 0.5 for hit in hits[1:])


def test_of_codes_with_the_same_digits_the_one_that_is_spelt_is_told(usem3):
    with closing(kb.open_store(":memory:", usem3, packs=())) as store:
        for id, code in (("A", "W-118"), ("B", "118"), ("C", "F-2118")):
            store.add([Passage(id=id, title=f"{code}: head loss", text=f"Code: {code}; Meaning: head loss",
                               codes=[code])])  # fmt: skip
        sure = [hit.passage.id for hit in store.search("alarm 118") if hit.confidence >= 0.55]
        assert sure == ["B"]
        sure = [hit.passage.id for hit in store.search("alarm 2118") if hit.confidence >= 0.55]
        assert sure == ["C"]


def test_a_number_with_nothing_else_is_not_answered_by_a_row_that_has_a_remedy(usem3):
    """What was left of the question was "what to do", and every row of an alarm list says that."""
    with closing(kb.open_store(":memory:", usem3, packs=())) as store:
        text = "报警号：A206；报警内容：射出超时；处理方法：清理喷嘴"
        store.add([Passage(id="A", title="A206：射出超时", text=text, codes=["A206"], lang="zh")])
        assert all(hit.confidence < 0.55 for hit in store.search("a 205 怎么处理"))


@pytest.mark.parametrize("question", ["E-2043?", "what does alarm E2043 mean", "E-2043 报警什么意思"])
def test_unknown_code_is_not_answered_with_another(store, question):
    hits = store.search(question)
    assert all(hit.confidence < 0.5 for hit in hits)
    assert gaps(question, [hit.passage for hit in hits]).codes != []


def test_code_within_a_range_is_found_although_its_text_does_not_say_it(store):
    assert store.search("F0102 是什么报警")[0].passage.id == "T-3"


def test_code_of_a_correction_is_its_titles(store):
    store.add([Passage(id="FB-9", title="what does E-2050 mean?", text="It is harmless.", kind="feedback")])
    hit = store.search("E2050 报警")[0]
    assert hit.passage.id == "FB-9"
    assert hit.confidence >= 0.9


@pytest.mark.parametrize(("question", "written"), [
    ("E-2041?", ["E-2041"]), ("alarm 2041", ["2041"]), ("报警代码 2041 是什么", ["2041"]),
    ("what does F07 mean", ["F07"]),
    ("roll S8 current is 45 A", []), ("ISO 20816 zones", []), ("strand 2 at 142.7 mm since 03:12", []),
    ("S8 上辊电流升高", []), ("e 2041", ["e 2041"]), ("what is gf 310?", ["gf 310"]), ("GF 3 10", ["GF 3 10"]),
    ("gf 310 什么意思", ["gf 310"]), ("zone 12", []), ("fan 20", []), ("no 12", []), ("24 v", []), ("pn 16", []),
    ("a 205 怎么处理", ["a 205"]), ("what does 2041 mean", ["2041"]), ("2041?", ["2041"]), ("205怎么处理", ["205"]),
    ("300", []), ("at 300 what happens?", []), ("205 bar what to do", []), ("zone 205 limits", []), ("3.5?", []),
])  # fmt: skip
def test_what_counts_as_a_code(question, written):
    assert list(named_codes(question).values()) == written


@pytest.mark.parametrize(("question", "about"), [
    ("E-2041?", True), ("what does alarm E-2041 mean", True), ("pump P-101A pressure is low", False),
    ("mould level swings since alarm E-2041 came, stopper opens slowly at constant speed", False),
])  # fmt: skip
def test_question_is_about_its_code_only_when_little_else_is_said(question, about):
    assert is_about(question, named_codes(question)) is about


@pytest.mark.parametrize(("question", "missing"), [
    ("it rises since 03:00", ["asset"]), ("塞棒从3点开始", ["sign"]), ("mould level swings", ["time"]),
    ("help", ["asset", "sign", "time"]), ("塞棒开度10分钟内升高", ["more"]),
])  # fmt: skip
def test_gaps_are_those_of_the_question(question, missing):
    assert gaps(question, []).missing == missing

"""An answer from knowledge: every sentence has its passages, and says no more than they do."""

import re

import pytest
from hypothesis import example, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from roles.answerer import ANSWERER, KnowledgeAnswer, KnowledgeQuestion, Sentence
from roles.answering.check import check
from roles.answering.deciding import decided
from roles.role import run
from roles.types import Passage
from tests.roles.faults import case
from tests.roles.rendered import engine

PUMP = Passage(
    id="K-1", title="Quench pump", confidence=0.9, text="The pump runs at 1,480 rpm and 2-5 bar for 30 min. Vent the "
    "casing slowly. Lock out the pump motor before the casing is opened. The seal must be replaced after three leaks.",
)  # fmt: skip
PIPE = Passage(id="K-2", title="Pipe", confidence=0.6, text="Pipes are checked for scale every 6 months.")
ROLL = Passage(
    id="K-3", title="扇形段", lang="zh", confidence=0.8, text="辊缝偏差超过0.5毫米时停机检查。检修前挂牌上锁。"
)
LOCKED = Sentence(says="Lock out the pump motor before the casing is opened.", evidence=["K-1"])


def question(*passages, lang="en", **more):
    return KnowledgeQuestion(question="how do I vent the pump?", lang=lang, passages=list(passages), **more)


def complaints(says, *evidence, lang="en", passages=(PUMP, PIPE, ROLL)):
    sentences = [Sentence(says=says, evidence=list(evidence))]
    sentences += [LOCKED] if "K-1" in evidence else []
    return " | ".join(check(question(*passages, lang=lang), KnowledgeAnswer(sentences=sentences)))


@pytest.mark.parametrize(
    "says",
    [
        "Vent the casing slowly.",
        "The pump runs at 1480 rpm for 30 minutes.",  # the same number, the same unit in words
        "It takes 2 to 5 bar while the pump runs.",
        "The seal must be replaced after 3 leaks.",  # a word of the passage, its number as a digit
    ],
)
def test_what_a_passage_says_may_be_said_in_other_words(says):
    assert complaints(says, "K-1") == ""


@pytest.mark.parametrize(
    ("says", "evidence", "complaint"),
    [
        ("Vent the casing slowly.", ["K-9"], "K-9 was not given"),
        ("Vent the casing slowly.", [], "cites no passage"),
        ("The pump runs at 1500 rpm.", ["K-1"], "1500 is in no cited passage"),
        ("The pump runs at 1,48 rpm.", ["K-1"], "148 is in no cited passage"),
        ("The pump runs at 4 bar.", ["K-1"], "4 is in no cited passage"),  # between 2 and 5 is not said
        ("Pipes are checked every 30 months.", ["K-2"], "30 is in no cited passage"),  # of the other passage
        ("The pump runs for 30 s.", ["K-1"], "30 s is in no cited passage"),
        ("The seal is replaced after twenty leaks.", ["K-1"], "'twenty' is in no cited passage"),
        ("The casing is certainly the cause of the leaks.", ["K-1"], "claims more"),
        ("Vent the casing while the pump is running.", ["K-1"], "dangerous"),
        ("Reach into the casing.", ["K-1"], "dangerous"),
        ("Order a new gearbox from another supplier today.", ["K-1"], "none of its passages says"),
        ("缓慢排气，注意安全。", ["K-1"], "not in the reader's language"),
        ("", ["K-1"], "one line"),
        ("Vent the casing.\nSlowly.", ["K-1"], "one line"),
        ("Pipes are checked for scale.", ["K-2", "K-1", "K-1"], ""),
    ],
)
def test_what_no_cited_passage_says_is_refused(says, evidence, complaint):
    found = complaints(says, *evidence)
    assert complaint in found
    assert bool(found) == bool(complaint)


def test_chinese_numbers_units_and_language_are_held_against_the_passage_too():
    assert complaints("辊缝偏差超过0.5 mm时停机检查，检修前挂牌。", "K-3", lang="zh") == ""
    assert "0.8 is in no" in complaints("辊缝偏差超过0.8毫米时停机，检修前挂牌。", "K-3", lang="zh")
    assert "0.5 s is in no" in complaints("辊缝偏差超过0.5秒时停机检查，检修前挂牌。", "K-3", lang="zh")
    assert "二十五" in complaints("辊缝偏差超过二十五毫米时停机检查，检修前挂牌。", "K-3", lang="zh")
    assert "reader's language" in complaints("Stop the machine and check it, 挂牌.", "K-3", lang="zh")
    assert "none of its passages" in complaints("请联系供应商订购新的减速机并挂牌。", "K-3", lang="zh")


def test_a_lockout_note_is_kept_and_only_a_near_passage_carries_an_answer():
    bare = KnowledgeAnswer(sentences=[Sentence(says="Vent the casing slowly.", evidence=["K-1"])])
    assert check(question(PUMP), bare) == ["K-1 tells how to lock out, and the answer does not"]
    far = KnowledgeAnswer(sentences=[Sentence(says="Pipes are checked for scale.", evidence=["K-2"])])
    assert "threshold" in check(question(PUMP, PIPE, threshold=0.7), far)[0]
    assert check(question(PIPE, threshold=0.7), far) == ["no passage is similar enough, so there is no answer"]
    assert "no sentence" in check(question(PUMP), KnowledgeAnswer())[0]
    many = KnowledgeAnswer(sentences=[LOCKED] * 9)
    assert "at most" in check(question(PUMP), many)[0]


def test_a_model_that_leaves_the_lockout_out_gets_it_added_in_the_passages_words():
    model, chat = engine({"sentences": [{"says": "Vent the casing slowly.", "evidence": ["K-1"]}]})
    outcome = run(ANSWERER, question(PUMP, PIPE), model)
    assert (outcome.engine, outcome.output.sentences[1:]) == ("llm", [LOCKED])
    assert "K-1 Quench pump: The pump runs at 1,480 rpm" in chat.prompts[0]


def test_one_revision_with_the_complaint_then_the_rules():
    bad = {"sentences": [{"says": "The pump runs at 1500 rpm.", "evidence": ["K-1"]}]}
    model, chat = engine(bad, {"sentences": [{"says": "The pump runs at 1,480 rpm.", "evidence": ["K-1"]}]})
    outcome = run(ANSWERER, question(PUMP), model)
    assert (outcome.engine, outcome.repairs) == ("llm", 1)
    assert "the number 1500 is in no cited passage" in chat.prompts[1]
    model, chat = engine(bad, bad)
    outcome = run(ANSWERER, question(PUMP), model)
    assert (outcome.engine, len(chat.asked)) == ("rules", 2)
    assert outcome.output == ANSWERER.rules(question(PUMP))


texts = st.text(st.sampled_from("Lock out 5 mm. 挂牌。must be? S8, -2 reach into bypass the guard"), max_size=80)


@settings(max_examples=60, deadline=None)
@example([(" ", 1.0)], "en")
@drawn(st.lists(st.tuples(texts, st.floats(0, 1)), max_size=4), st.sampled_from(["en", "zh"]))
def test_the_rules_quote_what_passages_say_whatever_it_is(found, lang):
    passages = [Passage(id=f"K-{i}", title="", text=t or "-", confidence=c) for i, (t, c) in enumerate(found)]
    output = ANSWERER.rules(question(*passages, lang=lang))
    assert all(re.search(r"is dangerous|claims more", c) for c in check(question(*passages, lang=lang), output))


def test_a_case_without_data_is_answered_by_the_model_and_not_at_all_when_retrieval_abstains():
    known = Passage(id="CC-014-en", title="Clogging", confidence=0.8, text="Clogging makes the stopper open slowly.")
    asked = case([], events=[], has_data=False, passages=[known], question="signs of clogging?")
    said = {"sentences": [{"says": "The stopper opens slowly with clogging.", "evidence": ["CC-014-en"]}]}
    model, _ = engine(said)
    outcome = decided(asked, model)
    assert (outcome.engine, outcome.output.verdict) == ("llm", "answered")
    assert outcome.output.headline == "The stopper opens slowly with clogging. [CC-014-en]"
    assert [c.evidence for c in outcome.output.causes] == [["CC-014-en"]]
    model, chat = engine()
    far = asked.model_copy(update={"passages": [known.model_copy(update={"confidence": 0.3})]})
    outcome = decided(far, model)
    assert (outcome.engine, outcome.output.verdict, chat.asked) == ("rules", "unsure", [])


HYDRAULIC = Passage(
    id="HY-1", title="Stored energy", confidence=0.9, text="Lock out the pump first, then discharge the accumulators. "
    "Never tighten a fitting under pressure. Read the gauge before the line is opened. The filter holds 10 µm.",
)  # fmt: skip
PLATE = Passage(id="SL-1", title="滑板", lang="zh", confidence=0.9, text="敲棒前人员必须撤离平台。滑板使用寿命为6炉。")


@pytest.mark.parametrize(
    ("passage", "says", "shown"),
    [
        (HYDRAULIC, "Discharge the accumulators first and lock out the pump afterwards.",
         "Lock out the pump first, then discharge the accumulators."),
        (HYDRAULIC, "Tighten a fitting under pressure only by hand.", "Never tighten a fitting under pressure."),
        (HYDRAULIC, "You need not read the gauge before the line is opened.",
         "Read the gauge before the line is opened."),
        (HYDRAULIC, "The filter is one of 10 µm.", "The filter is one of 10 µm."),
        (HYDRAULIC, "The filter does not hold 10 µm.", "The filter holds 10 µm."),
        (PLATE, "敲棒前人员不用撤离平台。", "敲棒前人员必须撤离平台。"),
        (PLATE, "滑板寿命为6炉。", "滑板寿命为6炉。"),
    ],
)  # fmt: skip
def test_what_protects_people_is_said_in_the_passage_s_own_words(passage, says, shown):
    model, _ = engine({"sentences": [{"says": says, "evidence": [passage.id]}]})
    outcome = run(ANSWERER, question(passage, lang=passage.lang), model)
    assert outcome.engine == "llm"
    assert outcome.output.sentences[0].says == shown
    assert says == shown or says not in outcome.output.text

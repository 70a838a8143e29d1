"""What is told of earlier times: the same signs, the same machine, what is named; what the crew said of it; and never
what still waits for a keeper."""

import pytest

import kb
from kb import growth
from kb.growth import Keepers
from tests.kb.conftest import WordEmbedder
from tests.workers.pasts import ago, past
from workers.followups.earlier import find, tell
from workers.followups.recalled import Recall
from workers.knowledge.repeats import observed
from workers.settings import Settings

ANNA = Keepers.parse("anna")
ZONE = Settings().zone
SAME, LAST = Recall("same"), Recall("last")


@pytest.fixture
def store():
    opened = kb.open_store(":memory:", WordEmbedder(), packs=[])
    yield opened
    opened.close()


@pytest.fixture
def told(store):
    def run(recall, base, pasts, lang="en", may=lambda _past: True):
        return tell(recall, {"id": "1", "text": "?"}, base, find(recall, base, pasts, may), store, lang, ZONE)

    return run


def test_the_same_signs_are_told_with_day_cause_votes_and_outcome(told):
    answer = told(SAME, ago(0), [past(ago(30), "#A7", agree=2, fixed=1)])
    head, *rest = answer.text.splitlines()
    assert head.startswith("Yes, once that I know of: 2025-02-")
    assert "Stopper clogging" in head
    assert "#A7" in head
    assert "stopper_position" in rest[1]
    assert "agreed 2; repaired and fixed, said 1" in answer.text
    assert "“#A7 why?”" in rest[-1]
    assert answer.receipt["follow_up"] == {"kind": "earlier", "about": "#A7"}


def test_it_is_told_wholly_in_the_language_of_the_question(told):
    answer = told(LAST, ago(0), [past(ago(30), "#A7", disagree=1)], "zh")
    assert answer.text.startswith("据我所知上一次是 2025-02-")
    assert "塞棒结瘤" in answer.text
    assert "不同意 1 人" in answer.text
    assert "likeliest" not in answer.text


@pytest.mark.parametrize(
    "other",
    [
        ago(0),  # the same file
        ago(0.01),  # a longer export of the same hours
        ago(-3),  # it came later
        ago(30, "unknown"),  # another machine
        ago(30, text="why does the level of strand 7 jump?"),
        ago(30).model_copy(update={"data": ago(30).data.model_copy(update={"simulated": True})}),
    ],
    ids=["same file", "same hours", "later", "other machine", "other number", "training"],
)
def test_what_is_no_earlier_time_of_this_is_not_told(told, other):
    base = ago(0, text="why does the level of strand 2 jump?")
    answer = told(SAME, base, [past(other)])
    assert answer.text.startswith("Not that I know of")
    assert "remember" in answer.text.splitlines()[-1]
    assert answer.receipt["recalled"] == []


def test_other_signs_of_the_same_machine_are_told_as_that(told):
    answer = told(
        SAME, ago(0, file="strand2_0400.csv"), [past(ago(9, "roll_bearing_seizing", file="strand2_0300.csv"))]
    )
    assert answer.text.startswith("Not with these signs that I know of")
    assert "roll bearing" in answer.text.lower()


@pytest.mark.parametrize(
    ("thing", "lang", "known"),
    [
        ("stopper clogging", "en", True),
        ("stopper clogging problems", "en", True),
        ("塞棒结瘤", "zh", True),
        ("roll bearing", "en", False),
        ("steam trap", "en", False),
        ("轴承", "zh", False),
        ("stopper clogging on strand 9", "en", False),
    ],
)
def test_what_is_named_is_looked_for_in_both_languages(told, thing, lang, known):
    answer = told(Recall("same", thing), None, [past(ago(30, text="level of strand 2 jumps, why?"))], lang)
    assert answer.text.startswith({"en": "Yes", "zh": "出现过"}[lang]) == known
    assert (thing in answer.text) or known


def test_what_may_not_be_read_here_is_not_told(told):
    answer = told(SAME, ago(0), [past(ago(30), "#A7")], may=lambda _past: False)
    assert answer.text.startswith("Not that I know of")
    assert "#A7" not in answer.text


def test_a_correction_that_waits_is_counted_and_an_approved_one_is_quoted(told, store):
    right = growth.feedback(store, "why?", "disagree", "the nozzle was misaligned", "bo")
    before = told(SAME, ago(0), [past(ago(30), corrections=[right.id], disagree=1)])
    assert "waits for a keeper (1)" in before.text
    assert "and the crew did not agree" in before.text.splitlines()[0]
    assert "misaligned" not in before.text
    growth.approve(store, right.id, "anna", ANNA)
    after = told(SAME, ago(0), [past(ago(30), corrections=[right.id], disagree=1)])
    assert f"the nozzle was misaligned [{right.id}]" in after.text.splitlines()[0]
    assert "waits" not in after.text


def test_a_cause_that_the_crew_denied_is_no_yes(told):
    answer = told(Recall("same", "stopper clogging"), None, [past(ago(30), disagree=2)])
    assert answer.text.startswith("Not for sure")


@pytest.mark.parametrize(("recall", "base"), [(SAME, ago(0)), (Recall("same", "worn rod"), None)])
def test_a_verified_case_is_quoted_and_a_waiting_one_is_not(told, store, recall, base):
    seen = observed(ago(30))
    case = growth.feedback(store, "level of strand 2?", "disagree", "a worn rod", "bo", observed=seen)
    assert told(recall, base, []).text.startswith("Not that I know of")
    growth.approve(store, case.id, "anna", ANNA)
    answer = told(recall, base, [])
    assert answer.text.startswith("Yes: the crew taught")
    assert f"a worn rod [{case.id}]" in answer.text
    assert [e.id for e in answer.evidence] == [case.id]


def test_this_without_an_answer_before_it_is_asked_back(told):
    answer = told(SAME, None, [past(ago(30))])
    assert "“this”" in answer.text
    assert "Stopper" not in answer.text

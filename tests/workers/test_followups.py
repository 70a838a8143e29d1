"""Follow-ups are told from the stored answer alone: the chain with its numbers, rivals, checklists, levels, orders."""

from zoneinfo import ZoneInfo

import pytest

from tests.workers.diagnosed import diagnosed
from tests.workers.numbers_in import unbacked
from workers.contracts import Answer
from workers.errors import AndonError
from workers.followups.answering import KINDS, follow_up

UTC = ZoneInfo("UTC")


def told(answer, kind, **more):
    return follow_up(answer, kind, zone=UTC, **more)[0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_why_goes_from_the_facts_over_what_they_mean_to_the_knowledge(lang):
    answer = diagnosed("stopper_clogging", lang)
    text = told(answer, "why").text
    top = answer.diagnosis.causes[0]
    for finding in (f for f in answer.findings if f.id in top.evidence):
        assert finding.text in text
        assert f"[{finding.id}]" in text
    for sign in (s for s in answer.considered[0].signs if s.state == "seen"):
        assert sign.text in text
    assert answer.considered[0].source in text


def test_why_without_a_cause_says_so_and_shows_what_was_measured():
    answer = diagnosed("unknown")
    first, *rest = told(answer, "why").text.splitlines()
    assert "no cause" in first
    assert any(answer.findings[0].text in line for line in rest)


def test_what_else_ranks_the_rivals_with_for_against_and_what_would_tell():
    answer = diagnosed()
    top, *rivals = answer.considered
    assert rivals
    blocks = told(answer, "else").blocks
    text = "\n".join(block.text for block in blocks)
    assert top.text in blocks[0].text
    assert all(top.text not in block.text for block in blocks[1:])
    for number, rival in enumerate(rivals[:4], start=2):
        assert f"{number}. {rival.text}" in text
        seen = [sign.text for sign in rival.signs if sign.state == "seen"]
        missing = [sign.text for sign in rival.signs if sign.state == "missing"]
        assert all(sign in text for sign in [*seen, *missing, *(check.rstrip(".?") for check in rival.checks[:2])])


def test_an_unsure_answer_lists_all_that_was_weighed():
    answer = diagnosed()
    unsure = answer.model_copy(update={"diagnosis": answer.diagnosis.model_copy(update={"verdict": "unsure"})})
    assert f"1. {answer.considered[0].text}" in told(unsure, "else").text


def test_a_checklist_has_boxes_safety_first_and_every_action_once():
    answer = diagnosed()
    lines = told(answer, "checklist").text.splitlines()[1:]
    assert all(line.startswith("☐ ") for line in lines)
    assert "SAFETY" in lines[0]
    for action in answer.diagnosis.actions:
        assert sum(action.text.rstrip(".") in line for line in lines) == 1
    first = told(answer, "first").text.splitlines()[1:]
    assert len(first) <= 3
    assert "SAFETY" in first[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_number_of_a_follow_up_is_in_its_document(lang, kind):
    answer = told(diagnosed("stopper_clogging", lang), kind)
    assert unbacked(answer.text, answer.model_dump(mode="json", by_alias=True)) == []
    assert Answer.model_validate_json(answer.model_dump_json(by_alias=True)) == answer


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "order"])
def test_answers_of_before_follow_ups_were_known_are_told_too(kind):
    old = diagnosed().model_dump(mode="json", by_alias=True)
    del old["considered"]
    for event in old["events"]:
        del event["ongoing"]
    assert told(Answer.model_validate(old), kind).text


def test_a_follow_up_keeps_the_facts_and_leaves_pictures_and_tables_with_the_answer():
    base = diagnosed()
    answer = told(base, "why", question={"id": "9", "text": "why?"}, about="#A3")
    assert answer.findings == base.findings
    assert answer.diagnosis == base.diagnosis
    assert (answer.pictures, answer.processed) == ([], None)
    assert answer.question["text"] == "why?"
    assert answer.receipt["follow_up"] == {"kind": "why", "about": "#A3"}


def test_an_order_without_a_diagnosis_is_refused_with_what_is_needed():
    with pytest.raises(AndonError) as refused:
        told(diagnosed("unknown"), "order")
    assert refused.value.code == "failure_order_no_diagnosis"

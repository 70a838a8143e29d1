"""One answer for crew, engineer, manager and newcomer: other words, the same facts."""

import json
import re

import pytest

from tests.workers.diagnosed import diagnosed
from tests.workers.numbers_in import unbacked
from workers.contracts import Block
from workers.prose.levels import event_of, worded_for

LEVELS = ("crew", "engineer", "manager", "newcomer")
ANSWERS = [("stopper_clogging", "en"), ("stopper_clogging", "zh"), ("unknown", "en")]
ID = re.compile(r"\bF\d+\b|\b[A-Z]+-\w+-(?:en|zh)\b")


def ids(text):
    return set(ID.findall(text))


def known_ids(answer):
    """Every id that the document holds outside its text."""
    document = answer.model_dump(mode="json", exclude={"text", "blocks"})
    return ids(json.dumps(document, ensure_ascii=False))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("which", ANSWERS, ids=lambda which: "-".join(which))
def test_no_level_has_a_number_or_an_id_that_the_answer_lacks(which, level):
    answer = diagnosed(*which)
    told = worded_for(answer, level)
    assert unbacked(told.text, answer.model_dump(mode="json", by_alias=True)) == []
    assert ids(told.text) <= known_ids(answer)
    worded = {"text": True, "blocks": True, "receipt": True, "pictures": {"__all__": {"caption"}}}
    assert told.model_dump(exclude=worded) == answer.model_dump(exclude=worded)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_verdict_time_confidence_and_evidence_of_the_cause_stand_in_every_level(lang, level):
    answer = diagnosed("stopper_clogging", lang)
    told, top = worded_for(answer, level), answer.diagnosis.causes[0]
    assert told.blocks[0] == answer.blocks[0]
    assert set(top.evidence[:5]) <= ids(told.text)
    assert f"{top.confidence:g}" in told.text
    safety = next(action.text for action in answer.diagnosis.actions if action.safety)
    assert safety.rstrip(".。") in told.text


def test_levels_differ_in_what_their_readers_need():
    answer = diagnosed()
    told = {level: worded_for(answer, level).text for level in LEVELS}
    model, edge = answer.receipt["detection"]["model"], answer.graph.corrected[0].cause
    signs = [sign.text for sign in answer.considered[0].signs if sign.state == "seen"]
    assert all(sign in told["crew"] for sign in signs[:3])
    assert model not in told["crew"] + told["manager"] + told["newcomer"]
    assert edge not in told["crew"]
    assert model in told["engineer"]
    assert all(f"{finding.id}: {finding.text}" in told["engineer"] for finding in answer.findings[:6])
    assert answer.text in told["engineer"]
    assert len(told["manager"].splitlines()) == 2
    assert f"{event_of(answer).severity:.3g}" in told["manager"]
    assert answer.considered[0].meaning in told["newcomer"]


def test_an_answer_can_be_worded_again_for_somebody_else():
    answer = diagnosed()
    for level in LEVELS:
        assert worded_for(worded_for(answer, "manager"), level).text == worded_for(answer, level).text


def test_an_answer_that_diagnoses_nothing_stays_as_it_is():
    answer = diagnosed()
    plain = answer.model_copy(update={"diagnosis": answer.diagnosis.model_copy(update={"verdict": "answered"})})
    assert worded_for(plain, "manager").text == answer.text


@pytest.mark.parametrize("level", ["crew", "newcomer"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_who_works_at_the_machine_reads_no_files_models_or_limits_of_detectors(level, lang):
    answer = diagnosed("stopper_clogging", lang)
    table = Block(kind="plain", text="processed.csv (21,600; 3)")
    lines = [*answer.blocks[:1], table, *(b for b in answer.blocks if b.kind == "data")]
    verdict = answer.diagnosis.model_copy(update={"verdict": "answered"})
    plain = answer.model_copy(update={"blocks": lines, "processed": "processed.csv", "diagnosis": verdict})
    for each in (answer, plain):
        told = worded_for(each, level)
        captions = [picture.caption for picture in told.pictures]
        said = "\n".join([told.text, *captions])
        assert not re.search(
            r"\.(?:csv|json|png)\b|\b(?:ensemble|sigma|edges|median|pixel)|σ|阈值|因果图|中位数|像素", said
        ), said
        assert all(block.kind != "data" for block in told.blocks)
    assert worded_for(plain, "engineer").blocks == plain.blocks


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_on_a_calm_file_the_crew_reads_no_share_of_a_threshold(lang):
    answer = diagnosed("stopper_clogging", lang)
    near = answer.findings[0].model_copy(update={"kind": "normal", "text": "S2: 0.7 of the threshold"})
    planned = Block(kind="note", text="a planned change")
    calm = answer.model_copy(update={
        "diagnosis": answer.diagnosis.model_copy(update={"verdict": "normal", "causes": []}), "findings": [near],
        "blocks": [answer.blocks[0], Block(kind="note", text=f"{near.text} [F1]"), planned],
    })  # fmt: skip
    assert [block.text for block in worded_for(calm, "crew").blocks[1:]] == [planned.text]

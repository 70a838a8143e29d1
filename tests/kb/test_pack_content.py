"""The shipped pack holds together: both languages, known words, signs that tell the faults apart, safe advice."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from kb import packs
from kb.passage import Passage
from kb.text import lang_of

PACK = packs.load("continuous_casting")
FAULTS = {
    "roll_bearing_seizing", "roll_misalignment", "stopper_clogging", "narrow_face_valve_sticking",
    "cooling_pump_degradation", "hydraulic_leak", "level_sensor_drift", "stuck_sensor", "sensor_dropout",
    "strand_speed_hunting",
}  # fmt: skip
BENIGN = {"planned_speed_change", "grade_change", "recalibration_note"}
TAGS = {
    "casting_speed", "casting_speed_set", "tundish_temperature", "stopper_position", "mould_level", "mould_level_set",
    "mould_flow", "mould_temp_rise", "mould_pump_pressure", "roll_current_upper", "roll_current_lower",
    "hydraulic_pressure", "oscillation_frequency", "oscillation_stroke", "secondary_cooling_flow",
}  # fmt: skip
TOPICS = {
    "symptom", "cause", "check", "action", "causal", "safety", "lockout", "benign", "bulging", "calibration", "data",
    "mould_powder", "sticker_breakout_warning",
}  # fmt: skip
DANGEROUS = {"stopper", "mould", "mould_level", "mould_cooling", "strand_guide", "drives", "hydraulics", "oscillator",
             "secondary_cooling", "tundish"}  # fmt: skip
WORKS = (
    "Brimacombe", "Thomas", "Irving", "Making, Shaping and Treating", "Casting Powders", "Rackers", "Zhang", "Yim",
    "ISO ", "EN 14753", "OSHA", "GB/T 33579", "IAEA", "JCGM", "Åström", "Thornhill", "Harris", "Gülich", "Pearl",
    "Granger",
)  # fmt: skip
PASSAGES = {p.id: p for p in PACK.passages}
PAIRS = sorted({p.pair for p in PACK.passages})
EVERY_FAULT = pytest.mark.parametrize("fault", PACK.faults, ids=lambda f: f.id)


def twins(pair: str) -> tuple[Passage, Passage]:
    return PASSAGES[f"{pair}-en"], PASSAGES[f"{pair}-zh"]


def test_pack_is_as_large_as_promised():
    assert len(PACK.passages) >= 100
    assert Counter(p.lang for p in PACK.passages)["en"] == Counter(p.lang for p in PACK.passages)["zh"] == len(PAIRS)


@pytest.mark.parametrize("pair", PAIRS)
def test_a_passage_stands_in_both_languages(pair):
    en, zh = twins(pair)
    assert (en.lang, zh.lang) == ("en", "zh")
    assert re.fullmatch(r"CC-\d{3}", pair)
    for same in ("asset", "tags", "kind", "pair"):
        assert getattr(en, same) == getattr(zh, same)
    assert lang_of(en.text) == lang_of(en.title) == "en"
    assert lang_of(zh.text) == lang_of(zh.title) == "zh"


@pytest.mark.parametrize("passage", PACK.passages, ids=lambda p: p.id)
def test_a_passage_is_short_enough_to_quote_and_says_where_to_read_on(passage):
    words = len(passage.text.split()) if passage.lang == "en" else len(passage.text)
    low, high = (60, 180) if passage.lang == "en" else (110, 360)
    assert low <= words <= high
    assert "\n" not in passage.text  # a line end would cut a sentence in two
    assert not re.search(r"\s{2}|[一-鿿] [一-鿿]", passage.text)
    assert passage.text[-1] in ".。"
    assert any(work in passage.source for work in WORKS)
    assert not re.search(r"\bpp?\. ?\d|\bpages? \d|第\d+页", passage.source)
    assert passage.kind in ("manual", "rule")  # "case" is what a crew has taught
    assert passage.status == "verified"


def test_tags_of_passages_are_known_words():
    known = TAGS | TOPICS | BENIGN | {f.id for f in PACK.faults}
    assert {tag for p in PACK.passages for tag in p.tags} <= known


def test_titles_and_texts_are_distinct():
    for what in ("title", "text"):
        assert max(Counter(getattr(p, what) for p in PACK.passages).values()) == 1


@pytest.mark.parametrize("topic", sorted(FAULTS | BENIGN))
def test_every_fault_and_planned_change_has_passages(topic):
    found = [p for p in PACK.passages if topic in p.tags]
    assert {p.lang for p in found} == {"en", "zh"}
    if topic in FAULTS:
        said = {tag for p in found for tag in p.tags}
        assert {"symptom", "check", "action", "safety"} <= said


def test_physical_arguments_against_faults_name_the_confusable_ones():
    """Whoever reads of clogging is told about sensor drift and speed hunting in the same passage, and so on."""
    for group in (
        {"stopper_clogging", "level_sensor_drift", "strand_speed_hunting"},
        {"narrow_face_valve_sticking", "cooling_pump_degradation"},
        {"roll_bearing_seizing", "roll_misalignment", "hydraulic_leak"},
    ):
        assert any(group <= set(p.tags) for p in PACK.passages), group


def test_vocabulary_is_the_canonical_one():
    assert {q.tag for q in PACK.vocabulary.quantities} == TAGS
    roles = {q.tag: q.role for q in PACK.vocabulary.quantities}
    assert roles["stopper_position"] == "actuator"
    assert roles["casting_speed"] == "operating"
    assert [tag for tag, role in roles.items() if role == "setpoint"] == ["casting_speed_set", "mould_level_set"]


def test_relations_speak_once_of_a_direction_and_do_not_contradict_each_other():
    says: dict[tuple[str, str], bool] = {}
    for relation in PACK.relations:
        assert {relation.cause, relation.effect} <= TAGS  # no stars here: they are expanded tag by tag
        assert relation.cause != relation.effect
        named = (relation.cause, relation.effect)
        assert named not in says, relation.id
        says[named] = relation.relation == "required"
    for relation in PACK.relations:
        if relation.relation == "reversed":
            assert says.get((relation.effect, relation.cause), True), relation.id


def test_relations_rest_on_passages_that_speak_of_causes():
    for relation in PACK.relations:
        en, zh = twins(relation.passage)
        assert {"causal", "symptom", "benign"} & set(en.tags), relation.id
        assert lang_of(relation.reason_en) == "en"
        assert lang_of(relation.reason_zh) == "zh"
        assert relation.reason_en != en.text
        assert relation.reason_zh != zh.text


@pytest.mark.parametrize(
    ("relation", "cause", "effect"),
    [
        ("required", "stopper_position", "mould_level"),
        ("required", "casting_speed", "mould_level"),
        ("required", "casting_speed", "roll_current_upper"),
        ("required", "mould_pump_pressure", "mould_flow"),
        ("required", "mould_flow", "mould_temp_rise"),
        ("forbidden", "roll_current_upper", "tundish_temperature"),
        ("forbidden", "roll_current_lower", "mould_flow"),
        ("forbidden", "mould_temp_rise", "mould_pump_pressure"),
    ],
)
def test_physics_that_the_supervisor_needs_is_stated(relation, cause, effect):
    assert (relation, cause, effect) in {(r.relation, r.cause, r.effect) for r in PACK.relations}


def test_level_control_is_a_feedback_that_nothing_forbids():
    denied = {(r.cause, r.effect) for r in PACK.relations if r.relation != "required"}
    assert ("mould_level", "stopper_position") not in denied
    assert ("stopper_position", "mould_level") not in denied


def test_water_and_heat_belong_to_one_face():
    same = {(r.cause, r.effect): r.same_instance for r in PACK.relations}
    assert same["mould_flow", "mould_temp_rise"]
    assert same["mould_temp_rise", "mould_flow"]
    assert not same["mould_pump_pressure", "mould_flow"]


def test_the_ten_faults_of_the_simulator_are_known():
    assert {f.id for f in PACK.faults} >= FAULTS


@EVERY_FAULT
def test_a_fault_has_signs_actions_and_questions_in_both_languages(fault):
    assert fault.sign
    assert max(sign.weight for sign in fault.sign) == 2.0
    assert 2 <= len(fault.action) <= 4
    assert any(action.when == "now" for action in fault.action)
    assert len(fault.asks_for_en) == len(fault.asks_for_zh) >= 1
    for text in (fault.name_en, *fault.asks_for_en, *(x.text_en for x in [*fault.sign, *fault.against, *fault.action])):
        assert text
        assert lang_of(text) == "en"
    for text in (fault.name_zh, *fault.asks_for_zh, *(x.text_zh for x in [*fault.sign, *fault.against, *fault.action])):
        assert text
        assert lang_of(text) == "zh"


@EVERY_FAULT
def test_advice_rests_on_passages_that_advise(fault):
    for action in fault.action:
        en, _ = twins(action.passage)
        assert {"action", "check", "safety", "cause"} & set(en.tags), action.text_en
        assert action.passage in fault.passages or "lockout" in en.tags, action.text_en
        assert len(action.text_en.split()) <= 40
        assert len(action.text_zh) <= 70


@EVERY_FAULT
def test_dangerous_machinery_comes_with_a_safety_action(fault):
    if fault.asset in DANGEROUS:
        assert any(action.safety for action in fault.action)
    if fault.asset in ("strand_guide", "drives", "hydraulics"):
        assert any(a.safety and "lock" in a.text_en and "锁" in a.text_zh for a in fault.action)


@EVERY_FAULT
def test_no_sign_speaks_for_and_against_the_same_fault(fault):
    speaks = {(sign.tag, symptom) for sign in fault.sign for symptom in sign.symptoms}
    contrary = {(sign.tag, symptom) for sign in fault.against for symptom in sign.symptoms}
    assert not speaks & contrary


def test_no_passage_advises_to_defeat_a_protection():
    """Words about bypassing stand only where they are forbidden."""
    for passage in PACK.passages:
        for sentence in re.split(r"(?<=[.。！;；])\s*", passage.text):
            if re.search(r"bypass(?:es)? (?:it|an interlock)|bridge an interlock|短接联锁|解除联锁|越过联锁", sentence):
                assert re.search(r"never|nobody|not|不得|绝不|不能", sentence), sentence


def test_every_passage_supports_a_fault_and_so_is_never_taken_for_a_cause_itself():
    supported = {pair for fault in PACK.faults for pair in fault.passages}
    assert supported == set(PAIRS)


def test_leading_signs_differ_between_all_faults():
    leading = {
        fault.id: frozenset((s.tag, s.response, *sorted(s.symptoms)) for s in fault.sign if s.weight == 2.0)
        for fault in PACK.faults
    }
    for (one, signs), (other, others) in pairwise(sorted(leading.items(), key=lambda item: sorted(item[1]))):
        assert signs != others, (one, other)

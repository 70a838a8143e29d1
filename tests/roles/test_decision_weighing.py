"""How signs, contradictions, onsets and rivals are weighed; wrong and sure is the worst that could happen."""

import pytest

from roles.decision import DECISION_MAKER
from roles.types import Edge, RootCause, Sign
from tests.roles.faults import CLOGGING, HANDBOOK, case, clogging, event, finding, ruled, top


def test_confidence_is_never_one():
    perfect = ruled(clogging(faults=[CLOGGING]))
    assert perfect.confidence == pytest.approx(0.9)


def test_two_faults_that_fit_equally_stay_unsure_and_both_are_named():
    twin = CLOGGING.model_copy(update={"id": "nozzle_damage", "name": "Nozzle damage"})
    decision = ruled(clogging(faults=[CLOGGING, twin]))
    assert decision.verdict == "unsure"
    assert "stopper clogging or nozzle damage" in decision.headline
    assert [c.confidence for c in decision.causes] == pytest.approx([0.45, 0.45, 0.45])


def test_missing_leading_sign_keeps_it_unsure():
    given = case([finding(1, "mould_level", "swing"), finding(2, "tundish_temperature", "drift_down", after_min=30)])
    decision = ruled(given)
    assert decision.verdict == "unsure"
    assert decision.confidence < 0.3


def test_missing_sign_is_said_of_a_named_cause():
    given = case([finding(1, "stopper_position", "drift_up"), finding(2, "mould_level", "swing", after_min=20)])
    decision = ruled(given)
    assert top(decision) == "stopper_clogging"
    assert "expected but not seen: the tundish cools" in decision.causes[0].why


def test_contradiction_costs_the_diagnosis_and_is_cited():
    speed = finding(4, "casting_speed", "rise", after_min=-2, strength=12)
    findings = [*clogging().findings, speed]
    sure, contradicted = ruled(clogging()), ruled(case(findings, faults=[CLOGGING]))
    assert contradicted.verdict == "unsure"
    assert contradicted.confidence < sure.confidence - 0.2
    assert "F4" in contradicted.causes[0].against
    assert "speaks against it: casting speed" in contradicted.causes[0].why


def test_symptoms_on_two_rolls_are_no_fault_of_one():
    given = case(
        [finding(1, "S8_upper_current", "rise"), finding(2, "S9_upper_current", "swing")], faults=HANDBOOK[2:3]
    )
    assert ruled(given).verdict == "unsure"


def test_symptoms_on_one_roll_name_the_roll():
    given = case([finding(1, "S8_upper_current", "rise"), finding(2, "S8_upper_current", "swing", after_min=5)])
    decision = ruled(given)
    assert top(decision) == "roll_bearing_seizing"
    assert decision.causes[0].text == "Roll bearing seizing (S8)"


def test_the_same_on_many_rolls_points_to_a_common_cause():
    rolls = [finding(i, f"S{i}_upper_current", "rise") for i in range(3, 11)]
    given = case([*rolls, finding(20, "S8_upper_current", "swing", after_min=5)], faults=HANDBOOK[2:3])
    decision = ruled(given)
    assert decision.verdict == "unsure"
    assert "point" in decision.causes[0].why
    assert decision.causes[0].against


def test_leading_sign_after_its_consequence_keeps_it_unsure():
    late = [finding(1, "stopper_position", "drift_up", after_min=80), finding(2, "mould_level", "swing")]
    decision = ruled(case(late, faults=[CLOGGING]))
    assert decision.verdict == "unsure"
    assert "changed after what it should bring about" in decision.causes[0].why


def test_origin_elsewhere_lowers_confidence():
    elsewhere = [RootCause(sensor="hydraulic_pressure", score=0.7, reason="it moved first")]
    assert ruled(clogging(root_causes=elsewhere)).confidence < ruled(clogging(root_causes=[])).confidence


def test_much_that_stays_unexplained_lowers_confidence():
    more = [finding(10 + i, f"S{i}_upper_current", "fall", strength=15) for i in range(1, 13)]
    loud = case([*clogging().findings, *more], faults=[CLOGGING])
    assert DECISION_MAKER.rules(loud).confidence < ruled(clogging(faults=[CLOGGING])).confidence - 0.15


def test_one_weak_sign_of_three_is_never_a_diagnosis():
    decision = ruled(case([finding(1, "tundish_temperature", "drift_down")]))
    assert decision.verdict == "unsure"


def test_an_oscillation_that_the_event_holds_a_few_times_is_no_clear_sign():
    slow = finding(2, "mould_level", "oscillation", after_min=5).model_copy(update={"values": {"period_s": 3000.0}})
    fast = finding(2, "mould_level", "oscillation", after_min=5)
    lead = finding(1, "stopper_position", "drift_up")
    sure, faint = (ruled(case([lead, f], faults=[CLOGGING])) for f in (fast, slow))
    assert faint.confidence < sure.confidence - 0.1


def test_a_slow_oscillation_contradicts_nothing():
    rule = CLOGGING.model_copy(update={"against": [Sign(tag="casting_speed", symptoms=["oscillation"], weight=2)]})
    slow = finding(4, "casting_speed", "oscillation").model_copy(update={"values": {"period_s": 3000.0}})
    assert ruled(case([*clogging().findings, slow], faults=[rule])).causes[0].against == []


def test_a_faint_sign_on_a_sensor_that_does_not_carry_the_event_counts_less():
    faint = [finding(1, "stopper_position", "drift_up"), finding(2, "mould_level", "swing", after_min=5, strength=3.6)]
    carried = case(faint, events=[event(1, "stopper_position", "mould_level")], faults=[CLOGGING])
    aside = case(faint, events=[event(1, "stopper_position")], faults=[CLOGGING])
    assert ruled(aside).confidence < ruled(carried).confidence


def test_an_event_raised_by_one_channel_is_not_drowned_by_bystanders():
    noise = [finding(10 + i, f"S{i}_upper_current", "oscillation", strength=6) for i in range(1, 11)]
    frozen = finding(1, "S11_upper_current", "stuck", strength=10)
    stuck = event(1, "S11_upper_current", kind="stuck")
    decision = ruled(case([frozen, *noise], events=[stuck]))
    assert top(decision) == "stuck_sensor"
    assert decision.confidence >= 0.7


def test_one_early_onset_among_the_consequences_is_forgiven():
    early = finding(4, "mould_level", "oscillation", after_min=-60)
    rule = CLOGGING.model_copy(
        update={"signs": [*CLOGGING.signs, Sign(tag="casting_speed", symptoms=["swing"], weight=1)]}
    )
    rest = [*clogging().findings[:1], early, finding(5, "tundish_temperature", "fall", after_min=10)]
    late = case([*rest, finding(6, "casting_speed", "swing", after_min=12)], faults=[rule])
    assert "changed after" not in ruled(late).causes[0].why


def test_events_before_count_less_than_the_event_itself():
    split = [finding(1, "stopper_position", "drift_up", event=2), finding(2, "mould_level", "swing", event=1)]
    events = [event(1, "mould_level"), event(2, "stopper_position", start="02:00", severity=1.0)]
    one = [finding(1, "stopper_position", "drift_up"), finding(2, "mould_level", "swing")]
    assert (
        ruled(case(split, events=events, faults=[CLOGGING])).confidence < ruled(case(one, faults=[CLOGGING])).confidence
    )


def test_a_consequence_along_the_causal_graph_is_explained():
    other = finding(4, "hydraulic_pressure", "swing", strength=20)
    edge = Edge(cause="stopper_position", effect="hydraulic_pressure", lag_s=5.0, strength=0.3)
    without = ruled(case([*clogging().findings, other], faults=[CLOGGING]))
    explained = ruled(case([*clogging().findings, other], faults=[CLOGGING], edges=[edge]))
    assert explained.confidence > without.confidence

"""The signs of the pack tell the faults apart: textbook findings, made from the physics, lead to their fault."""

from datetime import UTC, datetime, timedelta

import pytest

from roles.decision import DECISION_MAKER, Case, EventBrief
from roles.role import run
from roles.types import Finding
from workers.knowledge.context import Knowledge
from workers.settings import Settings

FACES = ("wide_inner", "wide_outer", "narrow_left", "narrow_right")
COLUMNS = [
    "casting_speed", "casting_speed_set", "tundish_temperature", "stopper_position", "mould_level", "mould_level_set",
    "mould_pump_pressure", "hydraulic_pressure", "oscillation_frequency", "oscillation_stroke",
    "secondary_cooling_flow", *(f"mould_flow_{face}" for face in FACES),
    *(f"mould_temp_rise_{face}" for face in FACES), *(f"S{i}_upper_current" for i in range(1, 17)),
    *(f"S{i}_lower_current" for i in range(8, 17)),
]  # fmt: skip
ONSET = datetime(2024, 3, 9, 19, 12, tzinfo=UTC)
# Fault -> what a crew would measure: column, symptom, minutes after the onset.
TEXTBOOK = {
    "stopper_clogging": [
        ("stopper_position", "drift_up", 0), ("mould_level", "swing", 30), ("stopper_position", "swing", 30),
    ],
    "nozzle_erosion": [("stopper_position", "drift_down", 0), ("mould_level", "swing", 30)],
    "level_sensor_drift": [
        *((f"mould_temp_rise_{face}", "drift_up", 5) for face in FACES), ("mould_level", "swing", 0),
        ("mould_level", "decoupled", 0),
    ],
    "level_loop_hunting": [("mould_level", "oscillation", 0), ("stopper_position", "oscillation", 0)],
    "unsteady_bulging": [
        ("mould_level", "oscillation", 0), ("stopper_position", "oscillation", 0),
        *((f"S{i}_upper_current", "oscillation", 0) for i in (3, 4, 5)),
    ],
    "strand_speed_hunting": [
        ("casting_speed", "oscillation", 0), ("mould_level", "oscillation", 0), ("stopper_position", "oscillation", 0),
        ("oscillation_frequency", "oscillation", 0), *((f"S{i}_upper_current", "oscillation", 0) for i in range(1, 9)),
    ],
    "narrow_face_valve_sticking": [("mould_flow_narrow_left", "swing", 0), ("mould_temp_rise_narrow_left", "swing", 1)],
    "cooling_pump_degradation": [
        ("mould_pump_pressure", "drift_down", 0), *((f"mould_flow_{face}", "drift_down", 0) for face in FACES),
        *((f"mould_temp_rise_{face}", "drift_up", 1) for face in FACES),
    ],
    "sen_misalignment": [("mould_temp_rise_narrow_left", "rise", 0), ("mould_temp_rise_narrow_right", "fall", 0)],
    "roll_bearing_seizing": [("S11_lower_current", "drift_up", 0), ("S11_lower_current", "swing", 20)],
    "roll_misalignment": [
        ("S12_upper_current", "rise", 0), ("S12_lower_current", "fall", 0), ("S12_upper_current", "oscillation", 5),
    ],
    "hydraulic_leak": [
        ("hydraulic_pressure", "drift_down", 0), *((f"S{i}_upper_current", "drift_down", 5) for i in range(4, 12)),
    ],
    "secondary_cooling_clogging": [
        ("secondary_cooling_flow", "drift_down", 0), ("S3_upper_current", "drift_up", 10),
        ("S4_upper_current", "drift_up", 10),
    ],
    "mould_oscillator_fault": [("oscillation_stroke", "drift_down", 0), ("oscillation_frequency", "decoupled", 5)],
    "low_superheat_freezing": [("tundish_temperature", "drift_down", 0), ("stopper_position", "drift_up", 10)],
    "stuck_sensor": [("S3_upper_current", "stuck", 0)],
    "stuck_actuator": [("stopper_position", "stuck", 0), ("mould_level", "drift_down", 10)],
    "sensor_dropout": [("mould_flow_wide_outer", "dropout", 0)],
}  # fmt: skip


@pytest.fixture(scope="module", params=["en", "zh"])
def knowledge(request, tmp_path_factory):
    return Knowledge(Settings(data_dir=tmp_path_factory.mktemp("data"), lang=request.param), request.param)


def decide(knowledge, measured):
    """The decision on one event that shows `measured`; the store of passages is not needed for signs."""
    sensors = knowledge.names(COLUMNS, {}).sensors
    findings = [
        Finding(
            id=f"F{i}", kind=kind, text=f"{column} {kind}", sensor=column, tag=sensors[column].tag, event=1,
            start=ONSET + timedelta(minutes=after), end=ONSET + timedelta(hours=2), values={"strength": 8.0},
        )
        for i, (column, kind, after) in enumerate(measured, 1)
    ]  # fmt: skip
    carriers = list(dict.fromkeys(column for column, _, _ in measured))
    event = EventBrief(number=1, start="03:12", end="05:12", severity=4.0, kind="anomaly", sensors=carriers)
    case = Case(
        question="", lang=knowledge.lang, has_data=True, sensors=list(sensors.values()), events=[event],
        findings=findings, faults=knowledge.faults(),
    )  # fmt: skip
    return run(DECISION_MAKER, case).output


def test_every_fault_has_a_textbook_case(knowledge):
    assert set(TEXTBOOK) == {fault.id for fault in knowledge.faults()}


@pytest.mark.parametrize("fault", TEXTBOOK)
def test_textbook_findings_lead_to_their_fault(knowledge, fault):
    decision = decide(knowledge, TEXTBOOK[fault])
    assert decision.verdict == "fault"
    assert decision.causes[0].fault == fault
    assert decision.causes[0].confidence >= 0.55


def test_a_lone_swing_of_the_level_is_not_enough_to_name_a_fault(knowledge):
    decision = decide(knowledge, [("mould_level", "swing", 0)])
    assert decision.verdict == "unsure"
    assert decision.asks_for


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("stopper_position", "drift_down"), ("oscillation_stroke", "fall"), ("secondary_cooling_flow", "drift_down"),
        ("tundish_temperature", "fall"), ("hydraulic_pressure", "fall"), ("casting_speed", "swing"),
    ],
)  # fmt: skip
def test_one_finding_alone_names_no_fault_of_the_process(knowledge, column, kind):
    assert decide(knowledge, [(column, kind, 0)]).verdict == "unsure"


def test_a_stopper_that_follows_the_speed_is_not_clogged(knowledge):
    decision = decide(knowledge, [*TEXTBOOK["stopper_clogging"], ("casting_speed", "drift_up", 0)])
    assert not (decision.verdict == "fault" and decision.causes[0].fault == "stopper_clogging")


def test_a_roll_pair_that_shifts_load_is_no_dry_bearing(knowledge):
    decision = decide(knowledge, [("S12_upper_current", "rise", 0), ("S12_lower_current", "fall", 0)])
    assert decision.causes[0].fault == "roll_misalignment"


def test_many_rolls_that_rise_together_are_no_dry_bearing(knowledge):
    rising = [(f"S{i}_upper_current", "rise", 0) for i in range(1, 15)]
    decision = decide(knowledge, [*rising, ("casting_speed", "rise", 0)])
    assert not (decision.verdict == "fault" and decision.causes[0].fault == "roll_bearing_seizing")


def test_advice_comes_safety_first(knowledge):
    for fault in ("hydraulic_leak", "roll_misalignment", "stopper_clogging"):
        assert decide(knowledge, TEXTBOOK[fault]).actions[0].safety

"""A frozen position whose process answers is no matter of the instrument alone; every other frozen reading is one."""

from datetime import timedelta

import pytest

from roles.deciding import frozen
from roles.decision import DECISION_MAKER, Case, EventBrief
from roles.role import run
from roles.types import Finding, Sensor
from tests.roles.faults import ONSET
from workers.knowledge.context import Knowledge
from workers.settings import Settings


@pytest.mark.parametrize(
    "name",
    ["冷却水阀反馈", "PM2.SteamValve.POS", "damper_position", "Ventilstellung", "温度调节阀开度", "FV-101 opening",
     "guide vane"],
)  # fmt: skip
def test_positions_of_parts_that_move_are_known_by_their_names(name):
    assert frozen.moves(Sensor(name=name))


@pytest.mark.parametrize(
    "name",
    ["冷却水阀指令", "PM2.SteamValve.CMD", "valve_sp", "冷却水流量", "steam pressure after valve", "oil temperature",
     "S4_upper_current", "右窄面水流量", "position_set"],
)  # fmt: skip
def test_commands_flows_and_temperatures_are_no_positions(name):
    assert not frozen.moves(Sensor(name=name))


def test_the_vocabularys_actuators_are_positions():
    assert frozen.moves(Sensor(name="MLC_OUT_1", role="actuator"))
    assert not frozen.moves(Sensor(name="valve", role="setpoint"))


def found(number, sensor, kind, *, after_min=0.0, event=1, strength=10.0, lasting_min=150.0):
    start = ONSET + timedelta(minutes=after_min)
    return Finding(
        id=f"F{number}", kind=kind, text=f"{sensor} {kind}", sensor=sensor, event=event, start=start,
        end=start + timedelta(minutes=lasting_min), values={"strength": strength, "value": 45.0, "change": 3.0},
    )  # fmt: skip


STUCK = found(1, "valve_pos", "stuck")


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        (found(2, "flow", "fall"), True),
        (found(2, "flow", "fall", after_min=-20), True),  # onsets of slow changes are estimates
        (found(2, "flow", "fall", after_min=-90), False),  # long before: nothing that follows from it
        (found(2, "flow", "fall", after_min=-30, lasting_min=20), False),
        (found(2, "flow", "fall", strength=2.0), False),
        (found(2, "flow", "swing"), False),
        (found(2, "valve_pos", "decoupled"), False),
    ],
)
def test_what_answers_a_frozen_reading(answer, counts):
    assert bool(frozen.answers(STUCK, [STUCK, answer])) == counts


@pytest.fixture(scope="module", params=["en", "zh"])
def knowledge(request, tmp_path_factory):
    return Knowledge(Settings(data_dir=tmp_path_factory.mktemp("data"), lang=request.param), request.param)


def decide(knowledge, findings):
    """The shipped faults on a stuck event with `findings`, some of them in an event of their own."""
    names = sorted({f.sensor for f in findings if f.sensor} | {"room temperature"})
    events = [
        EventBrief(number=n, start="03:12", end="05:42", severity=4.0, sensors=carriers,
                   kind="stuck" if any(f.kind == "stuck" and f.event == n for f in findings) else "anomaly")
        for n in sorted({f.event for f in findings if f.event is not None})
        for carriers in [[f.sensor for f in findings if f.event == n and f.sensor][:1]]
    ]  # fmt: skip
    case = Case(question="", lang=knowledge.lang, has_data=True, sensors=[Sensor(name=n) for n in names],
                events=events, findings=findings, faults=knowledge.faults())  # fmt: skip
    return run(DECISION_MAKER, case).output


def test_a_frozen_valve_whose_process_answers_is_checked_at_the_valve(knowledge):
    answers = [found(2, "valve_cmd", "drift_up", event=2), found(3, "flow", "fall", event=2, after_min=5)]
    decision = decide(knowledge, [STUCK, *answers])
    cause = decision.causes[0]
    assert decision.verdict == "fault"
    assert cause.fault == "stuck_actuator"
    assert {"en": "transmitter", "zh": "变送器"}[knowledge.lang] in cause.text  # both are named
    assert any(id_ in ("F2", "F3") for id_ in cause.evidence)
    assert decision.actions[0].safety
    assert {"en": "on the spot first", "zh": "先到现场"}[knowledge.lang] in decision.actions[1].text
    assert "stuck_sensor" not in {c.fault for c in decision.causes}


def test_a_frozen_valve_that_nothing_answers_is_a_matter_of_its_reading(knowledge):
    assert decide(knowledge, [STUCK]).causes[0].fault == "stuck_sensor"


def test_a_frozen_temperature_is_a_matter_of_its_reading_whatever_else_moves(knowledge):
    stuck = found(1, "oil temperature", "stuck")
    decision = decide(knowledge, [stuck, found(2, "flow", "fall", event=2)])
    assert decision.causes[0].fault == "stuck_sensor"

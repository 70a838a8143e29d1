"""A reading that its neighbours do not confirm is told as that, first, and what would settle it."""

import pytest

from roles.decision import DECISION_MAKER
from roles.types import RootCause, Sensor
from tests.roles.faults import case, clogging, finding, ruled

SENSORS = [Sensor(name=name, label=name) for name in ("flow", "valve", "temp")]


def shown(number, sensor, kind, strength, **values):
    made = finding(number, sensor, kind, strength=strength, sensors=SENSORS)
    return made.model_copy(update={"values": {**made.values, **values}})


def alone():
    return shown(1, "flow", "drift_up", 12, change=30.0, companions="valve", told_percent=99.7)


def decide(findings, lang="en", roots=("temp", "flow")):
    causes = [RootCause(sensor=name, score=0.5, reason="it left its own past") for name in roots]
    return ruled(case(findings, sensors=SENSORS, lang=lang, root_causes=causes))


def test_the_sensor_itself_is_suspect_first_and_no_process_is_blamed():
    decision = decide([alone()])
    assert decision.verdict == "unsure"
    assert decision.headline.startswith("The sensor flow itself is suspect")
    assert "not confirmed by valve" in decision.headline
    assert [cause.sensor for cause in decision.causes] == ["flow"]
    assert "a leak or a blockage" in decision.causes[0].why
    assert decision.causes[0].confidence < 0.5
    assert decision.asks_for[0] == "a second instrument or a hand reading of flow"


def test_the_same_in_chinese():
    decision = decide([alone()], "zh")
    assert "传感器flow本身可疑" in decision.headline
    assert "valve未印证" in decision.headline
    assert "99.7%" in decision.causes[0].why


def test_what_the_others_do_stands_beside_it():
    other = shown(2, "temp", "fall", 11, change=-3.0)
    notes = decide([alone(), other]).notes
    assert any("temp -3" in note and "F2" in note for note in notes)


@pytest.mark.parametrize("lone", [True, False])
def test_a_diagnosis_that_rests_on_a_suspect_reading_says_so(lone):
    given = clogging()
    if lone:
        values = {**given.findings[0].values, "companions": "casting speed", "told_percent": 95.0}
        given = given.model_copy(update={
            "findings": [given.findings[0].model_copy(update={"values": values}), *given.findings[1:]]
        })  # fmt: skip
    decision = DECISION_MAKER.rules(given)
    assert decision.verdict == "fault"
    assert any("itself first" in note for note in decision.notes) == lone

"""A fault of one meter is told apart from a fault of the plant, and blames no other sensor."""

import numpy as np
import pandas as pd
import pytest

from detectors.causal import rank
from detectors.detect import detect

FAILS = 1500
ROWS = 2200


def wandering(random, memory, size):
    steps, series = random.normal(0, size, ROWS), np.zeros(ROWS)
    for row in range(1, ROWS):
        series[row] = memory * series[row - 1] + steps[row]
    return series


def works(seed=0, drop=0.0):
    """A flow that valve and pressure make, three thermometers at one place; `drop` bar of pressure from FAILS on."""
    random = np.random.default_rng(seed)
    valve, pressure = 50 + wandering(random, 0.98, 0.6), 6 + wandering(random, 0.97, 0.05)
    pressure[FAILS:] -= drop
    flow = 3.0 * valve * np.sqrt(pressure)
    room = 80 + wandering(random, 0.98, 0.2) - 0.02 * (flow - 367.0)
    columns = {
        "valve": valve + random.normal(0, 0.03, ROWS),
        "pressure": pressure + random.normal(0, 0.003, ROWS),
        "flow": flow + random.normal(0, 0.5, ROWS),
        "temp_1": room + random.normal(0, 0.05, ROWS),
        "temp_2": room + 1.2 + random.normal(0, 0.05, ROWS),
        "temp_3": room - 0.7 + random.normal(0, 0.05, ROWS),
    }
    return pd.DataFrame(columns, index=pd.date_range("2026-03-02 06:00", periods=ROWS, freq="10s", tz="UTC"))


def failed(frame, sensor, kind):
    """One meter fails at FAILS, by three times its usual spread; the plant goes on."""
    reading, spread = frame[sensor].to_numpy(copy=True), frame[sensor].iloc[:FAILS].std()
    ramp = np.linspace(0, 3, ROWS - FAILS)
    if kind == "sticks":
        reading[FAILS:] = reading[FAILS]
    else:
        reading[FAILS:] += spread * {"drifts": ramp, "jumps": 3.0, "falls": -3.0}[kind]
    return frame.assign(**{sensor: reading})


def suspects(detection):
    return {sign.sensor: set(sign.companions) for sign in detection.symptoms if sign.companions}


@pytest.mark.parametrize("kind", ["drifts", "jumps", "falls"])
@pytest.mark.parametrize(
    ("sensor", "companions"),
    [("flow", {"valve", "pressure"}), ("temp_2", {"temp_1", "temp_3"})],
)
def test_a_meter_that_its_neighbours_do_not_confirm_is_suspect_and_no_other(sensor, companions, kind):
    detection = detect(failed(works(), sensor, kind), train=1000)
    found = suspects(detection)
    assert set(found) == {sensor}
    assert found[sensor]
    assert found[sensor] <= companions


@pytest.mark.parametrize("drop", [0.8, 2.0])
def test_a_fault_of_the_plant_makes_no_meter_suspect(drop):
    detection = detect(works(drop=drop), train=1000)
    assert any(event.kind == "anomaly" for event in detection.events)
    assert not suspects(detection)


def test_sensors_without_a_tie_are_never_suspect():
    random = np.random.default_rng(1)
    readings = random.normal(size=(ROWS, 4))
    readings[FAILS:, 0] += 6
    index = pd.date_range("2026-03-02", periods=ROWS, freq="10s", tz="UTC")
    detection = detect(pd.DataFrame(readings, index=index, columns=list("abcd")), train=1000)
    assert detection.events
    assert not suspects(detection)


def test_of_two_meters_that_disagree_inside_their_usual_range_neither_is_blamed():
    frame = works()[["temp_1", "temp_2"]]
    frame.loc[frame.index[FAILS:], "temp_2"] += 1.0  # far beyond their difference, well inside their range
    detection = detect(frame, train=1000)
    assert detection.events
    assert len(suspects(detection)) == 0


def test_the_origin_of_the_disturbance_is_the_meter_that_drifts():
    frame = failed(works(3), "temp_2", "drifts")
    ranked = rank(frame, detect(frame, train=1000), [])
    assert ranked[0].sensor == "temp_2"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sensor", ["flow", "temp_1"])
def test_a_stuck_meter_brings_no_event_of_its_neighbours(sensor, seed):
    calm = detect(works(seed), train=1000)
    detection = detect(failed(works(seed), sensor, "sticks"), train=1000)
    assert not calm.events
    assert [event.kind for event in detection.events] == ["stuck"]
    assert {share.name for share in detection.events[0].shares} == {sensor}
    assert {sign.kind for sign in detection.symptoms if sign.sensor == sensor} == {"stuck"}


def test_a_fault_beside_a_stuck_meter_is_still_found():
    frame = failed(works(drop=2.0), "temp_1", "sticks")
    detection = detect(frame, train=1000)
    carried = {share.name for event in detection.events if event.kind == "anomaly" for share in event.shares}
    assert carried & {"pressure", "flow"}

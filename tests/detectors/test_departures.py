"""What lies far outside the reference for long is told although nothing alarms; what is ordinary is not."""

import numpy as np
import pandas as pd
import pytest

from detectors.detect import detect
from detectors.signs.departures import departures
from detectors.types import Event, Reference, Share, Symptom
from tests.detectors.plant import plant
from workers.simulator import simulate

ROWS = 6000
REFERENCE = Reference(0, 2400, "given")


def found(frame, reference=REFERENCE, offset=None, events=(), signs=()):
    return departures(frame, reference, offset, events, signs, 10.0)


def sinking(start=3600, depth=12.0, seed=0):
    """A level that sinks so slowly that each reading is foretold by the last ones."""
    frame = plant(ROWS, seed)
    frame.iloc[start:, 2] -= depth * (1 - np.exp(-np.arange(ROWS - start) / 600))
    return frame


def test_a_level_far_outside_for_long_is_told_with_what_was_normal():
    (departure,) = found(sinking())
    sign = departure.symptoms[0]
    assert (departure.event.kind, departure.event.number) == ("departure", 1)
    assert [share.name for share in departure.event.shares] == ["s2"]
    assert sign.sensor == "s2"
    assert sign.kind in ("fall", "drift_down")
    assert 3300 <= sign.onset < 4200
    assert departure.event.end == ROWS - 1
    low, high = np.quantile(plant(ROWS)["s2"][:2400], [0.005, 0.995])
    assert sign.values["usual_low"] == pytest.approx(low)
    assert sign.values["usual_high"] == pytest.approx(high)
    assert sign.values["after"] < low


def test_signs_of_the_sensors_that_departed_come_before_those_beside_them():
    frame = sinking()
    frame["s4"] = plant(ROWS, seed=9)["s4"].to_numpy()  # no other tells it, so that it is held against itself alone
    frame.iloc[3600:, 4] -= 5.0 * (1 - np.exp(-np.arange(ROWS - 3600) / 600))  # less than a departure of its own
    (departure,) = found(frame)
    departed = {share.name for share in departure.event.shares}
    told = [sign.sensor in departed for sign in departure.symptoms]
    assert (told[0], told[-1]) == (True, False)
    assert told == sorted(told, reverse=True)


@pytest.mark.parametrize(("factor", "kind"), [(5.0, "swing"), (0.2, "calm")])
def test_a_spread_far_outside_for_long_is_told(factor, kind):
    frame = plant(ROWS)
    frame.iloc[4000:, 3] = 50 + factor * (frame.iloc[4000:, 3] - 50)
    (departure,) = found(frame)
    assert ("s3", kind) in [(s.sensor, s.kind) for s in departure.symptoms]


@pytest.mark.parametrize("seed", range(6))
def test_ordinary_and_wandering_sensors_stay_untold(seed):
    frame = plant(ROWS, seed)
    rng = np.random.default_rng(seed)
    slow = np.zeros(ROWS)
    for t in range(1, ROWS):
        slow[t] = 0.998 * slow[t - 1] + rng.normal()
    frame["slow"] = slow
    assert found(frame) == ()


def test_a_short_excursion_is_no_departure():
    frame = plant(ROWS)
    frame.iloc[4000:4090, 2] -= 12
    assert found(frame) == ()


def test_what_planned_operation_explains_is_no_departure():
    frame = sinking()
    offset = frame.to_numpy() - plant(ROWS).to_numpy()
    assert found(frame, offset=offset) == ()


def test_what_an_alarm_tells_with_the_same_sensor_is_not_told_twice():
    alarm = Event(1, 3600, ROWS - 1, 4000, 2.0, (Share("s2", 1.0),))
    assert found(sinking(), events=[alarm], signs=[Symptom("s2", "fall", 1, 3600, ROWS - 1, 9.0)]) == ()
    (departure,) = found(sinking(), events=[alarm], signs=[Symptom("s4", "fall", 1, 3600, ROWS - 1, 9.0)])
    assert departure.event.number == 2


def test_a_short_reference_or_a_constant_or_empty_sensor_gives_nothing():
    assert found(sinking(), Reference(0, 40, "given")) == ()
    frame = plant(ROWS)[["s0"]].assign(constant=1.0, empty=np.nan)
    assert found(frame) == ()


def test_gaps_do_not_hide_a_departure():
    frame = sinking()
    frame.iloc[::3, 2] = np.nan
    assert [d.event.shares[0].name for d in found(frame)] == ["s2"]


@pytest.mark.parametrize(("kept", "told"), [(4, ["s2"]), (3, ["s2"]), (2, []), (1, [])])
def test_blocks_of_which_most_readings_are_lost_are_no_evidence(kept, told):
    frame = sinking()
    frame.iloc[3600:, 2] = frame.iloc[3600:, 2].where(np.arange(ROWS - 3600) % 5 < kept)
    assert [d.event.shares[0].name for d in found(frame)] == told


def test_a_leak_that_raises_no_alarm_departs_and_flags_nothing():
    simulation = simulate("hydraulic_leak", 28_800, 102)
    detection = detect(simulation.frame, setpoints=["casting_speed_set", "mould_level_set"], context=simulation.context)
    assert not detection.events
    assert not detection.flag.any()
    assert detection.departures[0].event.shares[0].name == "hydraulic_pressure"
    start = int(simulation.frame.index.searchsorted(pd.Timestamp(simulation.truth.events[0].start)))
    assert detection.departures[0].event.start >= start


def test_hours_without_readings_are_no_departure():
    frame = plant(ROWS)
    frame.iloc[4200:4800] = np.nan
    assert found(frame) == ()
    sunk = sinking()
    sunk.iloc[4200:4800] = np.nan
    assert [d.event.shares[0].name for d in found(sunk)] == ["s2"]  # what lies beside the gap is still told

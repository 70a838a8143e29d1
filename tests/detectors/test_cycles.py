"""A state that lasts longer or shorter at a time than it used to is told with what was usual; ordinary ones are not."""

import numpy as np
import pandas as pd
import pytest

from detectors.detect import detect
from detectors.signs.cycles import cycles
from detectors.types import Reference

STEP_S = 60.0


def batches(heating=84, slow_from=8, slow_until=99, count=14, seed=0):
    """Batches that heat for about an hour, hold, cool and wait; from `slow_from` on they heat for `heating` minutes."""
    rng = np.random.default_rng(seed)
    phases = []
    for batch in range(count):
        hot = (heating if slow_from <= batch < slow_until else 60) + int(rng.integers(-2, 3))
        idle = 40 + int(rng.integers(0, 30))
        phases += ["Heating"] * hot + ["Holding"] * 120 + ["Cooling"] * 80 + ["Idle"] * idle
    index = pd.date_range("2026-09-01", periods=len(phases), freq="1min", tz="UTC")
    frame = pd.DataFrame({"pressure": 2 + rng.normal(0, 0.1, len(phases))}, index=index)
    return frame, pd.DataFrame({"Phase": phases}, index=index)


def pump(lengths, pauses):
    """A pump that is on and off for so many rows in turn."""
    states = [value for on, off in zip(lengths, pauses, strict=True) for value in [0.0] * off + [1.0] * on]
    index = pd.date_range("2026-09-01", periods=len(states), freq="1min", tz="UTC")
    return pd.DataFrame({"P1 run": states}, index=index)


def told(frame, context=None, share=0.4):
    reference = Reference(0, int(share * len(frame)), "given")
    return [s for departure in cycles(frame, context, reference, 1, STEP_S) for s in departure.symptoms]


def test_a_phase_that_takes_longer_batch_after_batch_is_told_in_seconds_and_until_the_end():
    frame, context = batches()
    (sign,) = told(frame, context)
    assert (sign.sensor, sign.state, sign.kind) == ("Phase", "Heating", "longer")
    assert 58 * 60 <= sign.values["usual_low_s"] <= sign.values["usual_high_s"] <= 62 * 60
    assert sign.values["after_s"] == pytest.approx(84 * 60, abs=120)
    assert context["Phase"].iloc[sign.onset] == "Heating" != context["Phase"].iloc[sign.onset - 1]
    assert sign.end == len(frame) - 1


def test_what_became_usual_again_ended_with_its_last_visit():
    frame, context = batches(slow_until=11)
    (sign,) = told(frame, context)
    phases = context["Phase"]
    assert phases.iloc[sign.end] == "Heating" != phases.iloc[sign.end + 1]
    assert (sign.values["visits"], sign.end < len(frame) - 600) == (3.0, True)


@pytest.mark.parametrize("seed", range(10))
def test_batches_as_ever_are_not_told(seed):
    frame, context = batches(slow_from=99, seed=seed)
    assert told(frame, context) == []


def test_a_pump_that_runs_shorter_and_one_that_rests_longer_are_told():
    rng = np.random.default_rng(0)
    usual, less = rng.integers(9, 12, 20), rng.integers(4, 6, 20)
    (sign,) = told(pump([*usual, *less], [30] * 40))
    assert (sign.sensor, sign.state, sign.kind) == ("P1 run", "on", "shorter")
    (sign,) = told(pump(rng.integers(9, 12, 40), [30] * 20 + [55] * 20))
    assert (sign.state, sign.kind) == ("off", "longer")


@pytest.mark.parametrize("seed", range(20))
def test_a_pump_that_follows_a_wandering_inflow_is_not_told(seed):
    rng = np.random.default_rng(seed)
    inflow = np.exp(0.3 * pd.Series(rng.normal(0, 1, 120)).ewm(alpha=0.1).mean().to_numpy() / 0.23)
    pauses = np.maximum(3, (30 / inflow).astype(int))
    lengths = np.maximum(3, (10 * inflow).astype(int))
    assert told(pump(lengths, pauses)) == []


def test_few_visits_or_many_different_texts_tell_nothing():
    frame, context = batches(count=7, slow_from=4)
    assert told(frame, context) == []
    notes = pd.DataFrame({"note": [f"note {i // 5}" for i in range(len(frame))]}, index=frame.index)
    assert told(frame, notes) == []


def test_a_longer_phase_is_a_departure_of_the_file_and_changes_no_flag():
    frame, context = batches()
    found = detect(frame, train=int(0.5 * len(frame)), context=context)
    assert [(s.sensor, s.state) for d in found.departures for s in d.symptoms] == [("Phase", "Heating")]
    assert found.departures[0].event.number == 1 + len(found.events)
    assert (found.flag == detect(frame, train=int(0.5 * len(frame))).flag).all()


def test_a_usual_visit_in_between_makes_no_two_of_one_change():
    lengths = [10, 11, 9] * 7 + [25, 26, 24, 27, 10, 26, 25, 24, 11, 25, 26]
    (sign,) = told(pump(lengths, [30] * len(lengths)), share=0.6)
    assert (sign.kind, sign.values["visits"]) == ("longer", 10.0)  # the last one is not over

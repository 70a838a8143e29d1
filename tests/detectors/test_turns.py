"""A machine that starts and stops as it always does raises no alarm by that; what begins with a start does."""

import numpy as np
import pandas as pd
import pytest

from detectors.detect import detect
from detectors.planned.turns import waits
from detectors.types import Reference

DAY, DAYS = 288, 28
TRAIN = 11 * DAY


def chiller(seed=0, spoilt=None):
    """A chiller that runs on weekdays from 6 to 19, read every 5 minutes from a Monday on; its supply water begins a
    run as warm as it got in between. `spoilt` takes the row of the 18th start and the frame."""
    rng = np.random.default_rng(seed)
    rows = DAY * DAYS
    at = pd.date_range("2026-07-06", periods=rows, freq="5min", tz="UTC")
    hour = at.hour + at.minute / 60
    on = ((at.day_of_week < 5) & (hour >= 6) & (hour < 19)).astype(float)
    load = on * (60 + 15 * np.sin((hour - 6) / 13 * np.pi) + rng.normal(0, 2, rows))
    weather = 22 + 6 * np.sin(2 * np.pi * (hour - 9) / 24) + pd.Series(rng.normal(0, 9, rows)).ewm(alpha=0.005).mean()
    supply = np.where(on == 1, 7 + rng.normal(0, 0.15, rows), np.minimum(18, weather - 2))
    suction = np.where(on == 1, 3.4 + rng.normal(0, 0.03, rows), 6.5 + rng.normal(0, 0.02, rows))
    frame = pd.DataFrame(
        {"run": on, "load": load, "supply": supply, "suction": suction, "weather": weather.to_numpy()}, index=at
    )
    start = int(np.flatnonzero((on[1:] == 1) & (on[:-1] == 0))[17] + 1)
    if spoilt:
        spoilt(frame, start)
    return frame, start


@pytest.mark.parametrize("seed", range(8))
def test_usual_starts_and_stops_raise_no_alarm(seed):
    found = detect(chiller(seed)[0], train=TRAIN)
    assert [event for event in found.events if event.kind != "operating_change"] == []


def test_a_start_unlike_the_others_is_an_alarm():
    def spoil(frame, start):
        frame.iloc[start : start + 40, frame.columns.get_loc("suction")] -= 2.5

    frame, start = chiller(spoilt=spoil)
    found = detect(frame, train=TRAIN)
    assert any(event.start <= start + 40 and event.end >= start for event in found.events)


def test_what_is_wrong_run_after_run_is_told_although_each_start_is_usual():
    def spoil(frame, start):
        frame.loc[frame.index[start:][frame["run"][start:] == 1], "suction"] -= 0.4

    frame, start = chiller(spoilt=spoil)
    found = detect(frame, train=TRAIN)
    told = [sign for departure in found.departures for sign in departure.symptoms if sign.sensor == "suction"]
    assert [sign.kind in ("fall", "drift_down") for sign in told] == [True]
    assert start - 140 <= told[0].onset <= start + 300
    assert told[0].values["change"] < -0.1


def test_alarms_wait_only_near_turns_that_the_reference_knows():
    values = np.zeros((1000, 1))
    values[100:200], values[300:400], values[700:800] = 1.0, 1.0, 1.0
    total = np.ones(1000)
    waiting = waits(values, total, Reference(0, 500, "given"), 20, 1.75)
    assert np.flatnonzero(waiting).tolist() == [*range(698, 720), *range(798, 820)]
    loud = np.where(np.arange(1000) >= 710, 9.0, 1.0)
    assert np.flatnonzero(waits(values, loud, Reference(0, 500, "given"), 20, 1.75)).tolist() == list(range(698, 710))
    assert not waits(values, total, Reference(0, 90, "given"), 20, 1.75).any()


def test_a_sensor_without_two_states_turns_never():
    rng = np.random.default_rng(0)
    values = np.column_stack([5 + rng.normal(0, 1, 1000), np.abs(rng.normal(0, 1, 1000)), np.zeros(1000)])
    assert not waits(values, np.full(1000, 1.0), Reference(0, 500, "given"), 20, 1.75).any()

"""A reading that falls to zero: the others decide whether the sensor dropped out or the machine stopped."""

import numpy as np
import pandas as pd
import pytest

from detectors.detect import detect

ROWS, AT, LONG = 2000, 1200, 24


def station(seed):
    """A vacuum pump: its current, the vacuum of two boxes, and three sensors that it does nothing to."""
    rng = np.random.default_rng(seed)
    wander = pd.DataFrame(rng.normal(size=(ROWS, 6))).ewm(span=6).mean().to_numpy()
    names = ["current", "first_box", "second_box", "flow", "level", "pressure"]
    index = pd.date_range("2026-04-02 06:00", periods=ROWS, freq="10s", tz="UTC")
    return pd.DataFrame(wander + np.array([210.0, -32.0, -38.0, 90.0, 55.0, 140.0]), index=index, columns=names)


def tripped(seed, value=0.4):
    frame = station(seed)
    frame.iloc[AT : AT + LONG, 0] = value
    return frame


@pytest.mark.parametrize("seed", range(3))
def test_a_fall_to_nothing_that_others_confirm_is_no_dropout(seed):
    frame = tripped(seed)
    frame.iloc[AT + 1 : AT + LONG, 1] += 28.0
    found = detect(frame)
    assert not [event for event in found.events if event.kind == "dropout"]
    (fall,) = [s for s in found.symptoms if s.sensor == "current" and s.kind in ("fall", "dip")][:1]
    assert fall.values.get("after", fall.values.get("extreme")) == pytest.approx(0.4, abs=0.1)


@pytest.mark.parametrize("seed", range(3))
def test_a_fall_to_nothing_of_which_the_others_know_nothing_stays_a_dropout(seed):
    assert [event.kind for event in detect(tripped(seed)).events] == ["dropout"]


def test_two_zeros_at_once_confirm_nothing_and_neither_does_a_mark_of_lost_readings():
    both = tripped(0, 0.0)
    both.iloc[AT : AT + LONG, 3] = 0.0
    assert {event.kind for event in detect(both).events} == {"dropout"}
    lost = tripped(0, -999.0)
    lost.iloc[AT + 1 : AT + LONG, 1] += 28.0
    assert "dropout" in {event.kind for event in detect(lost).events}

"""Whether a fault is over is read off the last rows, not off the alarms."""

import numpy as np
import pandas as pd
import pytest

from detectors import detect
from detectors.signs import symptoms
from detectors.signs.standing import standing
from detectors.types import Event, Reference, Share

ROWS, ONSET, END = 2000, 1200, 1300
REFERENCE = Reference(0, 800, "given", "given")


def frame(change, *, spread=1.0, until=ROWS, seed=0):
    """Two calm sensors; `a` is displaced by `change` and swings `spread` times as wide from ONSET to `until`."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(10, 1, ROWS), rng.normal(50, 2, ROWS)
    a[ONSET:until] = 10 + spread * (a[ONSET:until] - 10) + change
    times = pd.date_range("2025-01-01", periods=ROWS, freq="s", tz="UTC")
    return pd.DataFrame({"a": a, "b": b}, index=times)


def judged(data, kind="anomaly", end=END):
    """The one event that alarmed from ONSET to `end`, as the tail of the file lets it be."""
    event = Event(1, ONSET, end, ONSET, 2.0, (Share("a", 1.0),), kind)
    signs = symptoms.measure(data, REFERENCE, [event])
    assert kind != "anomaly" or signs, "the fault must show in the event for the question to make sense"
    return standing(data, REFERENCE, [event], signs)[0].standing


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("fault", [{"change": 4.0}, {"change": -4.0}, {"change": 0.0, "spread": 4.0}], ids=str)
def test_a_fault_that_stays_stands_and_one_that_went_does_not(fault, seed):
    assert judged(frame(**fault, seed=seed))
    assert not judged(frame(**fault, seed=seed, until=END))


def test_the_opposite_displacement_at_the_end_is_another_matter():
    data = frame(4.0, until=END)
    data.iloc[-300:, 0] -= 4.0
    assert not judged(data)


def test_a_small_rest_of_the_change_is_no_fault_that_stands():
    data = frame(6.0, until=END)
    data.iloc[END:, 0] += 1.2
    assert not judged(data)


def test_planned_changes_and_events_up_to_the_last_row_are_left_alone():
    assert not judged(frame(4.0), kind="operating_change")
    assert not judged(frame(4.0), end=ROWS - 1)


def test_detection_marks_a_settled_fault():
    """The ensemble learns from recent rows; its alarm ends while the reading stays where the fault left it."""
    detection = detect.detect(frame(4.0), train=800)
    alarms = [e for e in detection.events if e.kind == "anomaly"]
    assert alarms
    assert all(e.standing or e.end >= ROWS - 1 - ROWS // 100 for e in alarms)
    over = [e for e in detect.detect(frame(4.0, until=1500), train=800).events if e.kind == "anomaly"]
    assert over
    assert not any(e.standing for e in over)

"""A stretch in which nearly all sensors say nothing is no event and no calm: it is told as what it is."""

import numpy as np
import pandas as pd
import pytest

from detectors.detect import detect
from detectors.types import Silence
from tests.detectors.plant import faulty, plant

FIRST, LAST = 500, 599


def silenced(frame, how, sensors=slice(None)):
    frame = frame.copy()
    rows = frame.index[FIRST : LAST + 1]
    columns = frame.columns[sensors]
    frame.loc[rows, columns] = {"missing": np.nan, "zero": 0.0, "held": frame.loc[rows[0], columns].to_numpy()}[how]
    return frame


@pytest.mark.parametrize(("how", "kind"), [("missing", "missing"), ("zero", "held"), ("held", "held")])
def test_a_silence_of_all_sensors_is_found_and_is_no_event(how, kind):
    detection = detect(silenced(plant(), how), train=300)
    assert detection.silences == (Silence(FIRST, LAST, kind),)
    assert not detection.events
    assert not detection.flag.any()


def test_a_few_sensors_that_stand_still_are_stuck_and_no_silence():
    detection = detect(silenced(plant(), "held", slice(0, 3)), train=300)
    assert not detection.silences
    assert {event.kind for event in detection.events} >= {"stuck"}


def test_a_fault_after_a_silence_is_found():
    frame, _ = faulty(start=700)
    detection = detect(silenced(frame, "zero"), train=300)
    assert detection.silences
    assert [event.shares[0].name for event in detection.events] == ["s2"]


def test_what_the_reference_period_does_by_itself_is_no_silence():
    """A historian that stores a value every 40 rows."""
    frame = plant(1200)
    slow = frame.iloc[::40].reindex(frame.index).ffill()
    assert not detect(slow, train=600).silences


def test_a_standstill_that_the_file_names_is_no_silence():
    frame = silenced(plant(), "zero")
    states = pd.DataFrame({"state": "run"}, index=frame.index)
    states.iloc[FIRST : LAST + 1] = "stop"
    assert not detect(frame, train=300, context=states).silences

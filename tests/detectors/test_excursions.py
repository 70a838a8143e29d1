"""A few readings far away are a dip or a spike, not a swing; what many rows do is none."""

import numpy as np
import pandas as pd
import pytest

from detectors.signs.channels import ChannelFinding
from detectors.signs.symptoms import measure
from detectors.types import Event, Reference, Share

ROWS, NORMAL, START = 1440, 600, 1000


@pytest.fixture
def frame():
    index = pd.date_range("2026-03-04", periods=ROWS, freq="min", tz="UTC")
    return pd.DataFrame({"flow": np.random.default_rng(2).normal(120, 1, ROWS)}, index=index)


def signs(frame, channels=()):
    event = Event(1, START, START + 60, START, 8.0, (Share("flow", 1.0),))
    found = measure(frame, Reference(0, NORMAL, "given"), [event], channels, step_s=60.0)
    return {s.kind: s for s in found if s.kind != "dropout"}


@pytest.mark.parametrize(("value", "kind"), [(0.0, "dip"), (250.0, "spike")])
def test_a_few_rows_are_told_with_value_time_and_length(frame, value, kind):
    frame.iloc[START : START + 4, 0] = value
    found = signs(frame)
    assert set(found) == {kind}
    assert found[kind].values["extreme"] == value
    assert found[kind].values["lasted_s"] == 240.0
    assert found[kind].onset == START


def test_a_swing_is_no_excursion(frame):
    frame.iloc[START : START + 61, 0] += 12 * np.sin(np.arange(61))
    assert not {"dip", "spike"} & set(signs(frame))


def test_a_step_at_the_end_is_no_excursion(frame):
    frame.iloc[START + 50 :, 0] = 0.0
    assert "dip" not in signs(frame)


def test_a_mark_of_lost_readings_is_told_as_the_loss(frame):
    frame.iloc[START : START + 4, 0] = -9999.0
    lost = ChannelFinding("flow", "dropout", START, START + 3, START, 10.0, {})
    assert "dip" not in signs(frame, [(2, lost)])


def test_a_sensor_without_readings_is_not_called_calm(frame):
    frame.iloc[START - 20 :, 0] = np.nan
    assert signs(frame) == {}

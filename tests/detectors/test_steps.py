"""A step is told as a step, also by a sensor that wanders so that its alarms are soon over; a drift as a drift."""

import numpy as np
import pandas as pd
import pytest

from detectors.detect import detect
from tests.detectors.test_lone import FAILS, failed, works

ROWS, AT = 3000, 2000


def wandering(seed, rows, memory=0.995):
    """Level +8 usual spreads from row AT on, on the way there for `rows` rows; two sensors beside it."""
    random = np.random.default_rng(seed)
    noise, level = random.normal(size=ROWS), np.zeros(ROWS)
    for row in range(1, ROWS):
        level[row] = memory * level[row - 1] + noise[row]
    level /= level[:1500].std()
    level += 8 * np.clip((np.arange(ROWS) - AT) / rows, 0, 1)
    index = pd.date_range("2026-03-02", periods=ROWS, freq="10s", tz="UTC")
    return pd.DataFrame({"a": level, "b": random.normal(size=ROWS), "c": random.normal(size=ROWS)}, index=index)


def kinds(frame):
    levels = ("rise", "drift_up")
    return [s.kind for s in detect(frame, train=1500).symptoms if s.sensor == "a" and s.kind in levels]


@pytest.mark.parametrize("seed", [1, 3, 4, 5])
def test_a_step_within_a_few_rows_is_no_drift(seed):
    assert kinds(wandering(seed, 40))[:1] == ["rise"]


@pytest.mark.parametrize("seed", range(3))
def test_a_climb_to_the_end_of_the_file_is_a_drift(seed):
    assert "drift_up" in kinds(wandering(seed, 1000, memory=0.9))


@pytest.mark.parametrize(("seed", "sensor"), [(1, "temp_2"), (6, "flow"), (0, "flow"), (4, "temp_2")])
def test_a_step_of_a_wandering_sensor_began_when_it_stepped(seed, sensor):
    signs = detect(failed(works(seed), sensor, "jumps"), train=1000).symptoms
    (sign,) = [sign for sign in signs if sign.sensor == sensor and sign.kind == "rise"]
    assert abs(sign.onset - FAILS) <= 5
    assert "onset_within_s" not in sign.values

"""A period that somebody calls normal and that is not calm itself."""

import numpy as np
import pytest

from detectors.normal.unrest import unrest
from tests.detectors.plant import plant


def test_a_step_inside_is_found_where_it_is_and_the_part_before_is_left_to_learn_from():
    frame = plant(3000)
    frame.iloc[2000:, 1] += 12
    found = unrest(frame, (0, 2500))
    assert (found.sensor, found.kind) == ("s1", "step")
    assert found.row == pytest.approx(2000, abs=50)
    assert found.after - found.before == pytest.approx(12, abs=1)
    assert found.usable == (0, found.row)


def test_of_an_early_step_the_part_after_it_is_left():
    frame = plant(3000)
    frame.iloc[:500, 1] += 12
    found = unrest(frame, (0, 2500))
    assert found.usable == (found.row, 2500)
    assert found.row == pytest.approx(500, abs=50)


def test_a_trend_inside_leaves_nothing():
    frame = plant(3000)
    frame["s1"] += np.linspace(0, 30, 3000)
    found = unrest(frame, (0, 3000))
    assert (found.kind, found.usable) == ("trend", None)
    assert found.after - found.before == pytest.approx(27, abs=3)  # medians of its ends


@pytest.mark.parametrize("seed", range(8))
def test_calm_and_wandering_periods_are_not_complained_about(seed):
    rng = np.random.default_rng(seed)
    frame = plant(3000, seed)
    wander = np.zeros(3000)
    for t in range(1, 3000):
        wander[t] = 0.995 * wander[t - 1] + rng.normal()
    frame["wander"] = wander
    assert unrest(frame, (0, 2000)) is None


def test_a_step_after_the_period_does_not_matter():
    frame = plant(3000)
    frame.iloc[2000:, 1] += 12
    assert unrest(frame, (0, 1900)) is None


def test_moves_of_a_setpoint_explain_a_step():
    frame = plant(3000)
    frame.iloc[1500:, 1] += 12
    frame["speed_set"] = np.repeat([1.0, 2.0], 1500)
    assert unrest(frame, (0, 2500), ["speed_set"]) is None
    assert unrest(frame, (0, 2500)).sensor in ("s1", "speed_set")


@pytest.mark.parametrize("rows", [10, 40])
def test_short_periods_are_not_judged(rows):
    assert unrest(plant(200), (0, rows)) is None


def test_a_sensor_without_readings_or_without_movement_does_not_matter():
    frame = plant(3000).assign(empty=np.nan, constant=3.0)
    assert unrest(frame, (0, 2500)) is None
    frame.iloc[2000:, 1] += 12
    assert unrest(frame, (0, 2500)).sensor == "s1"

"""What one channel shows by itself: stuck, moved, dropout, rounding, and none of them where it is normal."""

import numpy as np
import pandas as pd
import pytest

from detectors.signs.channels import findings
from detectors.types import Reference

ROWS, NORMAL = 6000, 2000
REFERENCE = Reference(0, NORMAL, "given")


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    readings = (rng.normal(50, 1, (ROWS, 4))).round(2)
    index = pd.date_range("2025-01-01", periods=ROWS, freq="s", tz="UTC")
    return pd.DataFrame(readings, index=index, columns=["a", "b", "c", "d"])


def only(frame):
    found = findings(frame, REFERENCE)
    assert len(found) == 1, found
    return found[0]


def test_ordinary_readings_have_no_finding(frame):
    assert findings(frame, REFERENCE) == ()


def test_repeated_value_is_stuck_and_known_only_after_the_limit(frame):
    frame.iloc[3000:3400, 1] = frame.iloc[3000, 1]
    found = only(frame)
    assert (found.sensor, found.kind, found.start, found.end) == ("b", "stuck", 3000, 3399)
    assert 3010 <= found.known <= 3100
    assert found.values["value"] == frame.iloc[3000, 1]


def test_runs_as_long_as_in_the_reference_are_not_stuck(frame):
    frame["b"] = np.repeat(frame["b"].to_numpy()[::50], 50)  # a laboratory value, new every 50 rows
    assert findings(frame, REFERENCE) == ()


@pytest.mark.parametrize("end", ["max", "min"])
def test_a_reading_that_stands_at_the_end_of_its_range_where_it_often_stops_is_not_stuck(frame, end):
    """A valve fully open, a turbine at rated power."""
    top = 51.0 if end == "max" else 49.0
    stopped = frame["b"].clip(upper=top) if end == "max" else frame["b"].clip(lower=top)
    frame["b"] = stopped
    frame.iloc[3000:3400, 1] = top
    assert findings(frame, REFERENCE) == ()
    frame.iloc[3000:3400, 1] = 50.0
    assert only(frame).kind == "stuck"


def test_a_coarse_reading_may_be_stuck_at_its_highest_value(frame):
    frame["b"] = frame["b"].round(0)
    frame.iloc[3000:3400, 1] = frame["b"].iloc[:3000].max()
    assert only(frame).kind == "stuck"


def test_missing_values_of_one_sensor_are_a_dropout_but_a_gap_of_all_is_not(frame):
    frame.iloc[4000:4300] = np.nan
    frame.iloc[3000:3200, 2] = np.nan
    found = only(frame)
    assert (found.sensor, found.kind, found.start, found.end) == ("c", "dropout", 3000, 3199)
    assert found.values["missing_percent"] == 100


def test_scattered_losses_are_one_dropout(frame):
    frame.iloc[3000:4000:3, 2] = np.nan
    found = only(frame)
    assert found.kind == "dropout"
    assert found.start == pytest.approx(3000, abs=90)
    assert found.values["missing_percent"] == pytest.approx(33, abs=3)


def test_fixed_floor_is_a_dropout_with_its_value(frame):
    frame.iloc[3000:3050, 3] = 0.0
    found = only(frame)
    assert (found.sensor, found.kind, found.values["value"]) == ("d", "dropout", 0.0)


def test_excursion_that_moves_is_no_floor(frame):
    frame.iloc[3000:3200, 3] -= 40
    assert findings(frame, REFERENCE) == ()


def test_constant_channel_that_moves_is_found_with_both_values(frame):
    frame["a"] = 7.0
    frame.iloc[5000:, 0] = 8.0
    found = only(frame)
    assert (found.kind, found.start, found.values["before"], found.values["after"]) == ("moved", 5000, 7, 8)


def test_channel_that_moves_twice_is_quiet_between(frame):
    frame["a"] = 7.0
    frame.iloc[3000:3100, 0] = frame.iloc[5000:5100, 0] = 8.0
    assert [(f.start, f.end) for f in findings(frame, REFERENCE)] == [(3000, 3099), (5000, 5099)]


@pytest.mark.parametrize("decimals", [0, 1])
def test_coarser_resolution_is_found(frame, decimals):
    frame.iloc[4000:, 2] = frame.iloc[4000:, 2].round(decimals)
    found = only(frame)
    assert (found.sensor, found.kind) == ("c", "rounding")
    assert found.start == pytest.approx(4000, abs=200)
    assert found.values["before"] == pytest.approx(0.01)
    assert found.values["after"] == pytest.approx(10.0**-decimals)


def test_finer_resolution_is_found(frame):
    frame.iloc[:4000, 2] = frame.iloc[:4000, 2].round(0)
    assert only(frame).kind == "rounding"


def test_calmer_signal_is_no_change_of_resolution():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"a": rng.normal(size=ROWS)})
    frame.iloc[4000:] *= 0.02
    assert findings(frame, REFERENCE) == ()


def test_sensor_without_readings_in_the_reference_is_left_alone(frame):
    frame.iloc[:NORMAL, 0] = np.nan
    assert findings(frame, REFERENCE) == ()


def test_reference_rows_are_never_reported(frame):
    frame.iloc[500:700, 1] = frame.iloc[500, 1]
    assert findings(frame, REFERENCE) == ()

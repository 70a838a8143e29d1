"""When a limit is passed: already, within the horizon with an interval that holds, or not foreseen."""

import numpy as np
import pandas as pd
import pytest

from detectors.errors import DetectorError
from detectors.future.forecast import forecast
from detectors.future.passing import passing

ROWS, ONSET = 4000, 2500


def frame(slope=0.0, noise=0.3, rows=ROWS, seed=0):
    """A level of 40 that climbs by `slope` a row from ONSET on."""
    rng = np.random.default_rng(seed)
    values = 40 + slope * np.maximum(np.arange(rows) - ONSET, 0) + noise * rng.standard_normal(rows)
    return pd.DataFrame({"a": values}, index=pd.date_range("2025-01-01", periods=rows, freq="1s", tz="UTC"))


def test_a_steady_climb_passes_when_it_does():
    found = passing(frame(0.004), "a", 48.0, "above", 900)
    assert found.since is None
    assert found.earliest <= 500 <= (found.latest or 900)  # 40 + 0.004 * 2000 = 48, 500 rows from now
    assert 350 < found.row < 700


def test_below_is_the_mirror_of_above():
    up, down = frame(0.004), -frame(0.004)
    above, below = passing(up, "a", 48.0, "above", 900), passing(down, "a", -48.0, "below", 900)
    assert (above.row, above.earliest, above.latest) == (below.row, below.earliest, below.latest)
    assert below.level == pytest.approx(-above.level)


def test_what_is_beyond_already_says_since_when():
    found = passing(frame(0.004), "a", 42.0, "above", 900)
    assert found.since == pytest.approx(ONSET + 500, abs=60)
    assert (found.row, found.earliest, found.latest) == (None, None, None)
    assert found.level == pytest.approx(46, abs=0.3)


def test_a_calm_sensor_is_not_said_to_pass_a_far_limit():
    found = passing(frame(), "a", 60.0, "above", 900)
    assert (found.row, found.earliest, found.share) == (None, None, 0.0)


def test_one_noisy_reading_beyond_the_limit_passes_nothing():
    readings = frame()
    readings.iloc[-1, 0] = 55.0
    assert passing(readings, "a", 48.0, "above", 900).since is None


def test_gaps_and_a_short_file_are_no_failure():
    readings = frame(0.004)
    readings.iloc[3000:3100, 0] = np.nan
    assert passing(readings, "a", 48.0, "above", 900).row is not None
    assert passing(readings.iloc[:80], "a", 48.0, "above", 900).row is None
    assert passing(readings.iloc[:30], "a", 48.0, "above", 900) is None


def test_nine_of_ten_passages_fall_into_the_interval():
    held = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        walk = 0.02 * np.cumsum(rng.standard_normal(6000)) + 0.0015 * np.maximum(np.arange(6000) - 3000, 0)
        readings = pd.DataFrame({"a": walk}, index=pd.date_range("2025-01-01", periods=6000, freq="1s", tz="UTC"))
        limit = walk[4999] + 0.5
        beyond = np.flatnonzero(walk[5000:5900] >= limit)
        found = passing(readings.iloc[:5000], "a", limit, "above", 900)
        true = beyond[0] + 1 if len(beyond) else np.inf
        late = found.latest or np.inf
        held.append((found.earliest or np.inf) - 15 <= true <= late + 15)  # the level is a mean of 15 rows
    assert np.mean(held) >= 0.85


@pytest.mark.parametrize(("sensor", "horizon", "code"), [("b", 10, "failure_unknown_sensor"),
                                                         ("a", 0, "failure_forecast_horizon")])  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused(sensor, horizon, code):
    with pytest.raises(DetectorError) as failure:
        passing(frame(rows=100), sensor, 1.0, "above", horizon)
    assert failure.value.code == code


def wear(seed, lead):
    """A vibration that grows exponentially, cut off `lead` rows before it passes 7.1."""
    rng = np.random.default_rng(seed)
    level = 2 + 0.05 * np.exp((np.arange(4000) - 2000) / 300)
    last = int(np.argmax(level >= 7.1)) - lead
    values = level[:last] + rng.normal(0, 0.12, last)
    return pd.DataFrame({"a": values}, index=pd.date_range("2025-01-01", periods=last, freq="1min", tz="UTC"))


@pytest.mark.parametrize("lead", [60, 300])
def test_accelerating_wear_is_not_told_too_late(lead):
    found = [passing(wear(seed, lead), "a", 7.1, "above", 360) for seed in range(10)]
    assert np.mean([each.earliest <= lead for each in found]) >= 0.9
    assert np.median([each.row or np.inf for each in found]) == pytest.approx(lead, rel=0.2)
    assert all(each.bent for each in found)


def test_a_ramp_that_is_over_does_not_go_on():
    rng = np.random.default_rng(3)
    rows = np.arange(1400)
    values = 52 + 8.8 * np.clip((rows - 700) / 500, 0, 1) + rng.normal(0, 0.15, 1400)
    readings = pd.DataFrame({"a": values}, index=pd.date_range("2025-01-01", periods=1400, freq="1min", tz="UTC"))
    assert passing(readings, "a", 65.0, "above", 240).row is None


def test_flat_and_stuck_ends_are_no_failure():
    for rows in (5, 60, 300, 600):
        readings = frame(rows=3000)
        readings.iloc[-rows:, 0] = 40.0
        assert np.isfinite(passing(readings, "a", 60.0, "above", 120).share)


@pytest.mark.parametrize("limit", [44.4, 44.6, 44.8])
def test_a_sensor_that_only_touches_the_limit_is_not_said_to_go_beyond_it(limit):
    random = np.random.default_rng(3)
    noise, readings = random.normal(0, 0.4, 4000), np.zeros(4000)
    for row in range(1, 4000):
        readings[row] = 0.9 * readings[row - 1] + noise[row]
    index = pd.date_range("2026-03-02", periods=4000, freq="1s", tz="UTC")
    calm = pd.DataFrame({"current": 43 + readings}, index=index)
    found = passing(calm, "current", limit, "above", 600)
    assert found.row is not None
    (ahead,) = forecast(calm, ["current"], 600)
    assert found.brief == bool((ahead.high[found.row - 1 :] < limit).all())
    climbing = calm + np.linspace(0, 3, 4000)[:, None]
    assert not passing(climbing, "current", limit + 3.2, "above", 2000).brief

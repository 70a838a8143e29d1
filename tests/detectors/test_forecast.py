"""Forecasts: honest bands, a trend where there is one, no crash on short or empty series."""

import numpy as np
import pandas as pd
import pytest

from detectors.errors import DetectorError
from detectors.future.forecast import forecast
from detectors.future.passing import passing

ROWS = 6000


def frame_of(**columns):
    rows = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=pd.date_range("2025-01-01", periods=rows, freq="2s", tz="UTC"))


def autoregressive(rng, keep, rows):
    out = np.zeros(rows)
    for t in range(1, rows):
        out[t] = keep * out[t - 1] + rng.normal()
    return out


def series(rng, rows):
    return {
        "white": rng.normal(size=rows),
        "wander": np.cumsum(rng.normal(size=rows)),
        "pulled": autoregressive(rng, 0.95, rows),
        "ramp": 0.01 * np.arange(rows) + rng.normal(size=rows),
    }


@pytest.mark.parametrize("horizon", [10, 120])
def test_ninety_per_cent_of_the_future_lies_in_the_band(horizon):
    inside = []
    for seed in range(12):
        frame = frame_of(**series(np.random.default_rng(seed), ROWS))
        future = frame.iloc[-horizon:]
        for each in forecast(frame.iloc[:-horizon], list(frame.columns), horizon):
            real = future[each.sensor].to_numpy()
            inside.append(np.mean((real >= each.low) & (real <= each.high)))
    assert 0.84 <= np.mean(inside) <= 0.98


def test_trend_goes_on_and_beats_the_last_value():
    frame = frame_of(**series(np.random.default_rng(1), ROWS))
    (each,) = forecast(frame.iloc[:-300], ["ramp"], 300)
    real = frame["ramp"].to_numpy()[-300:]
    assert np.abs(each.value - real).mean() < np.abs(frame["ramp"].iloc[-301] - real).mean()
    assert each.step_s == 2.0
    assert len(each.value) == len(each.low) == len(each.high) == 300


def late_drift(rows=4000, begins=1600, slope=0.004, seed=3):
    """Calm for a while, then a steady drift that is younger than a long horizon."""
    rng = np.random.default_rng(seed)
    return frame_of(a=60 + slope * np.maximum(np.arange(rows) - begins, 0) + 0.6 * rng.normal(size=rows)), slope


@pytest.mark.parametrize("horizon", [360, 1300, 2160])
def test_steady_drift_goes_on_undamped_at_every_horizon(horizon):
    frame, slope = late_drift()
    (each,) = forecast(frame, ["a"], horizon)
    expected = 60 + slope * (len(frame) - 1600 + horizon)
    assert each.value[-1] == pytest.approx(expected, abs=0.15 * slope * horizon + 0.3)
    assert each.low[-1] <= expected <= each.high[-1]


def test_forecasts_of_a_drift_agree_with_each_other_and_with_the_passage_of_a_limit():
    frame, slope = late_drift()
    (short,), (long,) = (forecast(frame, ["a"], horizon) for horizon in (360, 2160))
    assert short.value[-1] == pytest.approx(long.value[359], abs=0.5)
    limit = 60 + slope * (len(frame) - 1600 + 1200)
    found = passing(frame, "a", limit, "above", 2160)
    assert found.row == pytest.approx(int(np.argmax(long.value >= limit)), rel=0.2)


@pytest.mark.parametrize("horizon", [360, 1300])
def test_a_wandering_level_is_not_taken_for_a_drift(horizon):
    moved = []
    for seed in range(10):
        frame = frame_of(a=np.cumsum(np.random.default_rng(seed).normal(size=4000)))
        (each,) = forecast(frame, ["a"], horizon)
        moved.append(abs(each.value[-1] - frame["a"].iloc[-1]) / np.sqrt(horizon))
    assert np.median(moved) < 0.5


def test_band_widens_with_the_horizon():
    (each,) = forecast(frame_of(**series(np.random.default_rng(2), ROWS)), ["wander"], 200)
    width = each.high - each.low
    assert (np.diff(width) >= -1e-9).all()
    assert width[-1] > 3 * width[0]


@pytest.mark.parametrize("rows", [20, 35, 200])
@pytest.mark.parametrize("horizon", [1, 60, 1000])
def test_short_series_give_a_finite_band(rows, horizon):
    frame = frame_of(a=np.random.default_rng(0).normal(size=rows), constant=np.ones(rows))
    for each in forecast(frame, ["a", "constant"], horizon):
        assert np.isfinite(np.concatenate([each.value, each.low, each.high])).all()
        assert (each.low <= each.value).all()
        assert (each.value <= each.high).all()


def test_gaps_are_bridged_and_empty_sensors_left_out():
    values = np.random.default_rng(0).normal(size=ROWS)
    values[::3] = np.nan
    frame = frame_of(a=values, empty=np.full(ROWS, np.nan))
    assert [each.sensor for each in forecast(frame, ["a", "empty"], 20)] == ["a"]


@pytest.mark.parametrize("horizon", [0, -5])
def test_horizon_below_one_is_refused(horizon):
    with pytest.raises(DetectorError) as caught:
        forecast(frame_of(a=np.ones(50)), ["a"], horizon)
    assert caught.value.code == "failure_forecast_horizon"


def test_unknown_sensor_is_named():
    with pytest.raises(DetectorError) as caught:
        forecast(frame_of(a=np.ones(50)), ["b"], 5)
    assert caught.value.values["sensor"] == "b"


def test_an_evident_cycle_goes_on():
    rows = np.arange(3000)
    tank = 20 + 60 * ((rows % 240) / 240) + np.random.default_rng(0).normal(0, 0.5, 3000)
    (each,) = forecast(frame_of(tank=tank[:-120]), ["tank"], 120)
    assert np.mean((tank[-120:] >= each.low) & (tank[-120:] <= each.high)) >= 0.8
    assert np.median(each.high - each.low) < 5.0


def test_white_noise_gets_no_band_wider_than_what_was_seen():
    values = np.random.default_rng(0).normal(size=1440)
    (each,) = forecast(frame_of(a=values), ["a"], 10)
    assert each.high[-1] - each.low[-1] < 0.8 * np.ptp(values)


def test_per_cent_stay_between_0_and_100():
    rng = np.random.default_rng(0)
    frame = frame_of(level=np.clip(99 + autoregressive(rng, 0.9, 2000), 0, 100))
    (plain,), (bounded,) = (forecast(frame, ["level"], 600, percent) for percent in ((), ("level",)))
    assert plain.high.max() > 100 >= bounded.high.max()


def test_a_stuck_sensor_is_left_out():
    values = np.random.default_rng(0).normal(size=2000)
    values[-300:] = 0.5
    assert forecast(frame_of(a=values), ["a"], 60) == []


KINDS = {
    "white": lambda rng, rows: rng.normal(size=rows),
    "pulled": lambda rng, rows: autoregressive(rng, 0.9, rows),
    "slow": lambda rng, rows: autoregressive(rng, 0.98, rows),
    "walk": lambda rng, rows: np.cumsum(rng.normal(0, 0.2, rows)),
    "drift": lambda rng, rows: 0.01 * np.arange(rows) + rng.normal(size=rows),
    "cycle": lambda rng, rows: 5 * np.sin(np.arange(rows) * 2 * np.pi / 60) + rng.normal(0, 0.5, rows),
    "growth": lambda rng, rows: 0.3 * np.exp((np.arange(rows) - 1040) / 150) + rng.normal(0, 0.3, rows),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_band_covers_what_comes_whatever_kind_it_is(kind):
    inside = []
    for seed in range(20):
        real = KINDS[kind](np.random.default_rng(seed), 1560)
        (each,) = forecast(frame_of(a=real[:1440]), ["a"], 120)
        inside.append(np.mean((real[1440:] >= each.low) & (real[1440:] <= each.high)))
    assert 0.84 <= np.mean(inside) <= 0.99

"""A sensor's portrait names what was put into it, and nothing in noise, constants and gaps."""

import numpy as np
import pandas as pd
import pytest

from detectors.signs.portrait import portray

ROWS, STEP = 4_000, 2.0


def frame(**columns):
    index = pd.date_range("2025-03-01", periods=ROWS, freq="2s", tz="UTC")
    return pd.DataFrame({k: np.broadcast_to(v, ROWS).astype(float) for k, v in columns.items()}, index=index)


@pytest.fixture(scope="module")
def portraits():
    rng = np.random.default_rng(5)
    noise, t = rng.normal(size=(6, ROWS)), np.arange(ROWS)
    gappy = 20 + noise[5]
    gappy[100:500] = np.nan
    made = frame(
        still=31.5, noise=50 + noise[0], trend=10 + noise[1] * 0.2 + 3.0 * t * STEP / 3600,
        step=40 + noise[2] * 0.3 + 6.0 * (t >= 2_500), wider=noise[3] * np.where(t < 2_000, 1.0, 3.0),
        swing=100 + 2 * np.sin(2 * np.pi * t * STEP / 40) + 0.3 * noise[4], gappy=gappy, empty=np.nan,
    )  # fmt: skip
    return {p.sensor: p for p in portray(made, STEP)}


def test_a_trend_is_told_per_hour(portraits):
    assert portraits["trend"].slope_per_h == pytest.approx(3.0, rel=0.1)
    assert portraits["trend"].step is None


def test_a_step_is_told_with_its_row_and_levels(portraits):
    step = portraits["step"].step
    assert (step.row, step.before, step.after) == (
        pytest.approx(2_500, abs=90),
        pytest.approx(40, abs=0.2),
        pytest.approx(46, abs=0.2),
    )
    assert portraits["step"].slope_per_h is None


def test_a_grown_spread_a_period_and_gaps_are_told(portraits):
    assert portraits["wider"].wider == pytest.approx(3.0, rel=0.15)
    assert portraits["swing"].period_s == pytest.approx(40.0, rel=0.03)
    assert portraits["gappy"].missing_share == pytest.approx(0.1)
    assert portraits["still"].constant


def test_noise_has_a_level_and_a_spread_and_nothing_else(portraits):
    plain = portraits["noise"]
    assert (plain.slope_per_h, plain.step, plain.wider, plain.period_s, plain.missing_share) == (
        None,
        None,
        None,
        None,
        0.0,
    )
    assert (plain.median, plain.spread) == (pytest.approx(50, abs=0.1), pytest.approx(1.0, rel=0.1))


def test_an_empty_column_has_no_portrait_and_the_eventful_come_first(portraits):
    assert "empty" not in portraits
    order = list(portraits)
    assert max(order.index("step"), order.index("trend")) < min(order.index("noise"), order.index("still"))


def test_a_handful_of_rows_has_a_level_alone():
    made = frame(a=7.0).iloc[:5]
    assert [(p.median, p.spread, p.step) for p in portray(made)] == [(7.0, 0.0, None)]

"""A short normal period does not alarm on what it had too few rows to see, and still sees what is clear."""

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter

from detectors.models import calibrated
from detectors.models.short import ROWS, widening

AFTER = 300


def calm(seed, rows, sensors, own):
    """Independent sensors, first-order autoregressions, nothing wrong anywhere."""
    noise = np.random.default_rng(seed).normal(size=(rows + 300, sensors))
    values = 50 + lfilter([np.sqrt(1 - own**2)], [1, -own], noise, axis=0)[300:]
    return pd.DataFrame(values, columns=[f"s{i}" for i in range(sensors)])


def share_alarmed(model, rows, sensors, own, files=8):
    """Share of the rows after the normal period that lie at the alarm threshold or above it."""
    shares = []
    for seed in range(files):
        frame = calm(seed, rows + AFTER, sensors, own)
        detector = calibrated.load(model).fit(frame.iloc[:rows])
        shares.append(float((detector.score(frame).total[rows:] >= detector.threshold).mean()))
    return float(np.mean(shares))


@pytest.mark.parametrize("own", [0.0, 0.7])
@pytest.mark.parametrize(("rows", "sensors"), [(20, 3), (20, 10), (50, 3), (50, 10)])
def test_few_rows_of_calm_noise_hardly_alarm_afterwards(rows, sensors, own):
    assert share_alarmed("ensemble", rows, sensors, own) < 0.08


def test_single_models_are_widened_as_the_ensemble_is():
    assert share_alarmed("hotelling_t2", 20, 10, 0.0) < 0.08


@pytest.mark.parametrize("sensors", [3, 10])
def test_a_clear_step_is_still_found(sensors):
    found = 0
    for seed in range(8):
        frame = calm(seed, 50 + 120, sensors, 0.0)
        frame.iloc[110:, 1] += 6.0
        detector = calibrated.load("ensemble").fit(frame.iloc[:50])
        alarmed = detector.score(frame).total >= detector.threshold
        found += bool(alarmed[110:].any() and not alarmed[60:110].any())
    assert found >= 5


def test_more_rows_need_less_and_many_need_nothing():
    def make():
        detector = calibrated.load("ensemble")
        detector.widened = False
        return detector

    factors = [widening(make, calm(1, rows, 4, 0.5), 1.75) for rows in (20, 60, 120, ROWS)]
    assert factors[0] > factors[1] > factors[2] >= factors[3] == 1.0


def test_the_same_rows_give_the_same_scores():
    frame = calm(3, 120, 4, 0.5)
    one, other = (calibrated.load("ensemble").fit(frame.iloc[:60]).score(frame).total for _ in range(2))
    assert np.array_equal(one, other)


def test_constant_and_missing_columns_do_not_break_it():
    frame = calm(4, 60, 3, 0.0).assign(constant=1.0, empty=np.nan)
    frame.iloc[5:15, 0] = np.nan
    total = calibrated.load("ensemble").fit(frame.iloc[:40]).score(frame).total
    assert np.isfinite(total).all()

"""What the default detector adds to the contract: scales, calibration, alarms, what it knows of wandering levels."""

import numpy as np
import pandas as pd
import pytest

from detectors import alarms
from detectors.models.calibration import calibrate, folds, tolerance
from detectors.models.charts import Chart, groups, recently
from detectors.models.ensemble import Ensemble
from detectors.models.innovations import Innovations, dickey_fuller
from detectors.models.scaling import Scaling
from detectors.models.smoothing import block_means, ewma, held, moving_mean
from tests.detectors.plant import faulty, plant


def test_coarse_scales_join_when_the_reference_is_long_enough():
    frame = plant(4000)
    assert len(Ensemble().fit(frame.iloc[:300]).scales) == 1
    assert [s.pace.rows for s in Ensemble().fit(frame).scales] == [1, 8, 64]


def test_a_wandering_reference_must_be_longer_for_a_coarse_scale():
    frame = plant(1000)
    walk = np.cumsum(np.random.default_rng(3).normal(size=(1000, 6)), axis=0)
    assert len(Ensemble().fit(frame).scales) == 2
    assert len(Ensemble().fit(frame + walk).scales) == 1


def test_coarse_scales_do_not_look_ahead():
    frame, _ = faulty(5000, start=4500, size=3.0)
    detector = Ensemble().fit(frame.iloc[:4000])
    whole = detector.score(frame).total
    for rows in (4001, 4063, 4640):
        np.testing.assert_allclose(detector.score(frame.iloc[:rows]).total, whole[:rows], rtol=1e-6, atol=1e-9)


def test_a_slow_drift_is_seen_by_a_coarse_scale():
    frame = plant(8000, seed=4)
    frame.loc[frame.index[6000:], "s4"] += np.linspace(0, 4, 2000)
    detector = Ensemble().fit(frame.iloc[:5000])
    flagged = alarms.flags(detector.score(frame).total, detector.threshold)
    assert flagged[5000:6000].sum() == 0
    assert flagged[7200:].mean() > 0.9


def test_members_and_their_margins_are_told():
    detector = Ensemble().fit(plant(600))
    described = dict(detector.describe())
    assert set(described) == {f"{m}@{r}" for r in (1, 8) for m in
                              ("ar_residual", "residual_shift", "relation_residual", "relation_shift")}  # fmt: skip
    assert all(margin > 1 for margin in described.values())


def test_a_level_that_wanders_in_the_reference_does_not_alarm_later():
    random = np.random.default_rng(5)
    frame = plant(1500, seed=5)
    frame["walk"] = np.cumsum(random.normal(size=1500))
    detector = Ensemble().fit(frame.iloc[:500])
    assert alarms.flags(detector.score(frame).total, detector.threshold)[500:].mean() < 0.02


def test_one_wild_reading_alarms_at_once_and_not_for_long():
    frame = plant(900)
    frame.iloc[700, 2] += 60.0
    detector = Ensemble().fit(frame.iloc[:500])
    flagged = alarms.flags(detector.score(frame).total, detector.threshold)
    assert flagged[700] == 1
    assert flagged[760:].sum() == 0


def test_a_pause_in_the_record_is_no_fault():
    frame = pd.concat([plant(600, 1), plant(300, 2).set_axis(plant(300, 2).index + pd.Timedelta(days=2))])
    detector = Ensemble().fit(frame.iloc[:500])
    assert alarms.flags(detector.score(frame).total, detector.threshold)[500:].sum() == 0


def test_an_alarm_lasts_until_the_score_is_back_in_the_reference_band():
    total = np.array([0.5, 1.8, 1.4, 1.1, 0.9, 1.4, 1.7])
    assert alarms.flags(total, 1.75).tolist() == [0, 1, 1, 1, 0, 0, 0]
    assert alarms.flags(total, 0.8).tolist() == [0, 1, 1, 1, 1, 1, 1]


def test_unit_root_test_tells_a_walk_from_noise():
    random = np.random.default_rng(6)
    noise = random.normal(size=(2000, 20))
    assert (dickey_fuller(noise) < -2.86).mean() > 0.9
    assert (dickey_fuller(np.cumsum(noise, axis=0)) > -2.86).mean() > 0.8
    assert (dickey_fuller(noise[:5]) == 0).all()


@pytest.mark.parametrize("stride", [1, 4])
def test_innovations_of_a_known_process_are_its_noise(stride):
    random = np.random.default_rng(7)
    noise = random.normal(size=(4000, 2))
    x = np.zeros_like(noise)
    for t in range(stride, len(x)):
        x[t] = 0.6 * x[t - stride] + noise[t]
    found = Innovations(stride).fit(x[:2000]).apply(x)[2000:]
    assert np.corrcoef(found[:, 0], noise[2000:, 0])[0, 1] > 0.98
    assert found.std() == pytest.approx(1.0, abs=0.06)


def test_a_lasting_step_stays_in_the_innovations_of_a_fixed_level():
    x = np.random.default_rng(8).normal(size=(1000, 1))
    x[600:] += 3.0
    model = Innovations().fit(x[:500])
    assert not model.wanders[0]
    assert model.apply(x)[700:].mean() > 1.5


def test_cutting_a_model_into_sensors_changes_nothing():
    frame = plant(300)
    x, present = Scaling(frame).apply(frame)
    chart = Chart("relation").fit(x)
    whole = [(s.energy, s.shift) for s in chart.statistics(x, present)]
    ((columns, model),) = chart.models
    parts = [model.only(slice(j, j + 1)).apply((x @ chart.relations)[:, j : j + 1]) for j in range(6)]
    np.testing.assert_allclose(np.hstack(parts) ** 2, whole[0][0])
    assert columns == slice(0, 6)
    assert groups(10**7, 3) == [slice(0, 1), slice(1, 2), slice(2, 3)]


def test_a_missing_reading_silences_the_rows_that_need_it():
    present = np.ones((10, 1), dtype=bool)
    present[4] = False
    assert recently(present, 2)[:, 0].tolist() == [True] * 4 + [False] * 3 + [True] * 3


def test_calibration_puts_the_median_at_0_and_q99_at_1():
    values = np.random.default_rng(9).normal(size=20_000)
    scale = calibrate(values)
    assert np.median(scale.apply(values)) == pytest.approx(0, abs=1e-9)
    assert (scale.apply(values) > 1).mean() == pytest.approx(0.01, abs=1e-3)


def test_few_independent_values_widen_the_limit():
    assert tolerance(5) > 1.4 > tolerance(30) > 1.05 > tolerance(1000) >= 1
    normal = np.random.default_rng(10).normal(size=(4000, 20))
    limits = normal.mean(axis=1) + tolerance(20) * 2.3263 * normal.std(axis=1, ddof=1)
    assert (limits > 2.3263).mean() == pytest.approx(0.75, abs=0.03)  # holds q99 with the stated confidence


def test_folds_fit_only_on_earlier_rows():
    assert folds(400) == [(200, 300), (300, 400)]
    assert folds(30) == [(30, 30)]


def test_causal_averages():
    values = np.arange(1.0, 9.0)[:, None]
    assert moving_mean(values, 2)[:, 0].tolist() == [1.0, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]
    assert block_means(values, 3)[:, 0].tolist() == [2.0, 5.0]
    assert held(np.array([2.0, 5.0]), 3, 8).tolist() == [0, 0, 2, 2, 2, 5, 5, 5]
    assert ewma(np.ones(50), 3.0)[[0, 1]].tolist() == [0.5, 0.75]


def test_a_rounded_channel_has_at_least_half_a_step_of_spread():
    frame = pd.DataFrame({"a": [32.0] * 99 + [33.0] + [32.0] * 100})
    assert Scaling(frame).spread[0] == 0.5

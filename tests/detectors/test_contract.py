"""Every detector of the catalogue keeps every promise of detectors/models/base.py."""

import os
import pickle
from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from detectors import catalogue
from detectors.errors import DetectorError
from detectors.models import calibrated
from tests.detectors.plant import SENSORS, faulty, plant

CARDS = {card.name: card for card in catalogue.cards()}
NAMES = list(CARDS)
LOADERS = {"plain": catalogue.load, "calibrated": calibrated.load}
TRAIN = 500


def able(name):
    """The name, or a skip where what it needs is not installed; in CI everything is."""
    if needed := catalogue.missing(CARDS[name]):
        assert not os.environ.get("CI"), f"{needed} is not installed"
        pytest.skip(f"{', '.join(needed)} is not installed")
    return name


@cache
def fitted(kind, name):
    """A detector fitted on the first rows of the made-up plant."""
    frame, _ = faulty()
    return LOADERS[kind](able(name)).fit(frame.iloc[:TRAIN])


@pytest.fixture(params=[(kind, name) for kind in LOADERS for name in NAMES], ids="-".join)
def detector(request):
    return fitted(*request.param)


def refit(detector, frame):
    """A new detector of the same kind, fitted on `frame`."""
    load = calibrated.load if isinstance(detector, calibrated.Calibrated) else catalogue.load
    return load(detector.name).fit(frame)


def proper(scores, frame):
    """Shapes, finite, not negative."""
    assert scores.total.shape == (len(frame),)
    assert scores.by_sensor.shape == frame.shape
    for values in (scores.total, scores.by_sensor):
        assert np.isfinite(values).all()
        assert (values >= 0).all()
    return True


def test_scores_are_finite_and_not_negative(detector):
    frame, _ = faulty()
    assert proper(detector.score(frame), frame)


def test_the_same_data_give_the_same_scores(detector):
    frame, _ = faulty()
    again = refit(detector, frame.iloc[:TRAIN])
    np.testing.assert_array_equal(again.score(frame).total, detector.score(frame).total)


def test_a_row_does_not_depend_on_later_rows(detector):
    frame, _ = faulty()
    whole = detector.score(frame)
    for rows in (1, 37, 705):
        part = detector.score(frame.iloc[:rows])
        np.testing.assert_allclose(part.total, whole.total[:rows], rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(part.by_sensor, whole.by_sensor[:rows], rtol=1e-4, atol=1e-6)


def test_scoring_changes_neither_model_nor_data(detector):
    frame, _ = faulty()
    copy, before = frame.copy(), pickle.dumps(detector)
    detector.score(frame)
    assert pickle.dumps(detector) == before
    assert frame.equals(copy)


def test_a_saved_detector_scores_as_before(detector):
    frame, _ = faulty()
    loaded = pickle.loads(pickle.dumps(detector))
    np.testing.assert_array_equal(loaded.score(frame).total, detector.score(frame).total)


def test_a_constant_column_carries_nothing(detector):
    frame, _ = faulty()
    frame["fixed"] = 7.0
    fresh = refit(detector, frame.iloc[:TRAIN])
    frame.iloc[750:, -1] = 9.0
    scores = fresh.score(frame)
    assert proper(scores, frame)
    assert (scores.by_sensor[:, -1] == 0).all()


def test_a_frame_of_constants_scores_nothing(detector):
    frame = plant(200) * 0 + 3.0
    scores = refit(detector, frame.iloc[:100]).score(frame)
    assert proper(scores, frame)
    assert scores.by_sensor.max() == 0


def test_gaps_and_infinite_readings_are_bridged(detector):
    frame, _ = faulty()
    frame.iloc[:40, 0] = np.nan
    frame.iloc[100:130, 1] = np.nan
    frame.iloc[200, 3] = np.inf
    fresh = refit(detector, frame.iloc[:TRAIN])
    frame.iloc[560:, 4] = np.nan
    frame.iloc[600:620] = np.nan
    scores = fresh.score(frame)
    assert proper(scores, frame)
    assert scores.total[640:690].mean() < scores.total[710:].mean()  # the gap itself is no fault


@pytest.mark.parametrize("rows", [10, 17, 25, 60])
def test_a_short_reference_is_enough(detector, rows):
    frame, _ = faulty(rows=120, start=90)
    assert proper(refit(detector, frame.iloc[:rows]).score(frame), frame)


def test_too_short_a_reference_is_refused_by_name(detector):
    with pytest.raises(DetectorError) as failure:
        refit(detector, plant(9))
    assert failure.value.code == "failure_reference_short"
    assert failure.value.values == {"rows": 9, "needed": 10}


def test_more_sensors_than_rows_is_no_failure(detector):
    random = np.random.default_rng(1)
    frame = plant(130)
    wide = pd.DataFrame(random.normal(size=(len(frame), 90)), index=frame.index).add_prefix("w")
    frame = pd.concat([frame, wide], axis=1)
    assert proper(refit(detector, frame.iloc[:60]).score(frame), frame)


def test_one_sensor_is_enough(detector):
    frame, _ = faulty()
    frame = frame[["s2"]]
    assert proper(refit(detector, frame.iloc[:TRAIN]).score(frame), frame)


def test_columns_are_found_by_name(detector):
    frame, _ = faulty()
    np.testing.assert_allclose(detector.score(frame[SENSORS[::-1]]).total, detector.score(frame).total)


def test_units_do_not_matter(detector):
    frame, _ = faulty()
    scaled = frame * 1000 - 4e4
    fresh = refit(detector, scaled.iloc[:TRAIN])
    np.testing.assert_allclose(fresh.score(scaled).total, detector.score(frame).total, rtol=1e-3, atol=1e-4)


def test_the_disturbed_sensor_carries_the_score(detector):
    frame, _ = faulty()
    share = detector.score(frame).by_sensor[700:715].sum(axis=0)
    assert SENSORS[int(np.argmax(share))] == "s2"


def test_a_fault_is_ranked_above_normal_rows(detector):
    frame, labels = faulty()
    found = average_precision_score(labels[TRAIN:], detector.score(frame).total[TRAIN:])
    assert found > labels[TRAIN:].mean() + 0.15


@pytest.mark.parametrize("name", NAMES)
def test_calibrated_scores_of_new_normal_rows_stay_below_the_threshold(name):
    alarmed = []
    for seed in range(4):
        frame = plant(1500, seed)
        detector = calibrated.load(able(name)).fit(frame.iloc[:TRAIN])
        alarmed.append((detector.score(frame).total[TRAIN:] >= detector.threshold).mean())
    assert np.mean(alarmed) < 0.01


def test_cards_say_what_people_need_in_both_languages():
    for card in catalogue.cards():
        assert card.title_en
        assert card.source
        assert any("一" <= c <= "鿿" for c in card.best_for_zh)
    assert len(set(NAMES)) == len(NAMES)
    assert [card.name for card in catalogue.cards() if card.default] == ["ensemble"]


@pytest.mark.parametrize("load", LOADERS.values(), ids=LOADERS)
def test_an_unknown_name_is_refused_with_the_known_ones(load):
    with pytest.raises(DetectorError) as failure:
        load("oracle")
    assert failure.value.code == "failure_model_unknown"
    assert "ensemble" in str(failure.value.values["names"])

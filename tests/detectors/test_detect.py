"""The whole of detection on small frames: causal, silent in the reference, honest about what it cannot do."""

import numpy as np
import pandas as pd
import pytest

from detectors.detect import detect
from detectors.errors import DetectorError

ROWS, TRAIN, ONSET = 4000, 1600, 2800


def plant(rows=ROWS, sensors=6, seed=0):
    """Sensors that share a wandering load and have noise of their own."""
    rng = np.random.default_rng(seed)
    load = np.convolve(rng.normal(size=rows + 49), np.ones(50) / 7, "valid")
    readings = 50 + load[:, None] * rng.uniform(0.5, 1.5, sensors) + 0.5 * rng.normal(size=(rows, sensors))
    index = pd.date_range("2025-01-01", periods=rows, freq="s", tz="UTC")
    return pd.DataFrame(readings.round(3), index=index, columns=[f"s{i}" for i in range(sensors)])


@pytest.fixture(scope="module")
def broken():
    frame = plant()
    frame.iloc[ONSET:, 2] += 6.0
    return frame


@pytest.fixture(scope="module")
def detection(broken):
    return detect(broken, train=TRAIN)


def anomalies(detection):
    return [e for e in detection.events if e.kind == "anomaly"]


def test_fault_is_one_event_with_its_sensor_first(detection):
    first = anomalies(detection)[0]
    assert ONSET - 60 <= first.start <= ONSET + 60
    assert first.shares[0].name == "s2"
    assert detection.flag[: ONSET - 60].sum() == 0


def test_fault_is_described_by_a_rise_of_that_sensor(detection):
    rises = [s for s in detection.symptoms if s.kind == "rise" and s.sensor == "s2"]
    assert len(rises) == 1
    assert rises[0].values["change"] == pytest.approx(6, abs=2)


def test_given_reference_has_no_score_and_no_flag(detection):
    assert np.isnan(detection.score[:TRAIN]).all()
    assert np.isfinite(detection.score[TRAIN:]).all()
    assert detection.flag[:TRAIN].sum() == 0
    assert (detection.reference.start, detection.reference.end, detection.reference.how) == (0, TRAIN, "given")


def test_every_flagged_row_has_an_event_and_events_hold_their_rows(detection):
    assert (detection.event[detection.flag == 1] > 0).all()
    for event in detection.events:
        assert event.start <= event.peak <= event.end
        assert event.severity >= 1 or event.kind == "operating_change"
        assert 0 < sum(share.share for share in event.shares) <= 1 + 1e-9


def test_scores_and_flags_do_not_look_ahead(broken, detection):
    for cut in (ONSET + 5, ONSET + 400):
        part = detect(broken.iloc[:cut], train=TRAIN)
        assert np.allclose(part.score[TRAIN:], detection.score[TRAIN:cut])
        assert (part.flag == detection.flag[:cut]).all()


def test_proposed_reference_is_stated_and_scored(broken):
    found = detect(broken)
    assert found.reference.how == "proposed"
    assert found.reference.end <= ONSET + 100
    assert np.isfinite(found.score).all()
    assert anomalies(found)[0].shares[0].name == "s2"


def test_normal_rows_may_stand_anywhere(broken):
    found = detect(broken.iloc[::-1].set_axis(broken.index), normal=(ROWS - TRAIN, ROWS))
    assert np.isnan(found.score[ROWS - TRAIN :]).all()
    assert found.flag[: ROWS - ONSET].mean() > 0.3
    assert found.flag[ROWS - ONSET + 200 :].mean() < 0.02


def test_calm_file_has_no_event():
    assert detect(plant(seed=4), train=TRAIN).events == ()


def test_a_calm_file_tells_where_it_came_closest_to_an_alarm(detection):
    frame = plant()
    frame.iloc[3000:3006, 4] += 1.5  # too short and too small for an alarm
    found = detect(frame, train=TRAIN)
    assert not found.events
    assert found.closest.sensor == "s4"
    assert 3000 <= found.closest.row < 3100
    assert found.closest.share == pytest.approx(np.nanmax(found.score) / found.threshold)
    assert 0 < found.closest.share <= 1
    assert detection.closest is None  # where there is an alarm, that is told


def test_stuck_sensor_is_an_event_of_its_kind():
    frame = plant()
    frame.iloc[ONSET:, 1] = frame.iloc[ONSET, 1]
    found = detect(frame, train=TRAIN)
    (event,) = [e for e in found.events if e.kind == "stuck"]
    assert event.start == ONSET
    assert [share.name for share in event.shares] == ["s1"]
    assert found.flag[-1] == 1
    assert found.score[-1] > found.threshold


def test_losses_in_bursts_are_one_event():
    frame = plant()
    for first in (2800, 2900, 3100, 3200):
        frame.iloc[first : first + 30, 1] = np.nan
    found = detect(frame, train=TRAIN)
    assert [e.kind for e in found.events] == ["dropout"]


def test_constant_channel_that_moves_is_found():
    frame = plant()
    frame["valve"] = 1.0
    frame.loc[frame.index[3000] :, "valve"] = 0.0
    found = detect(frame, train=TRAIN)
    assert [(e.kind, e.start) for e in found.events] == [("moved", 3000)]


@pytest.mark.parametrize("train", [-1, 0, 9, ROWS, ROWS + 1])
def test_train_outside_the_file_is_refused_with_its_bounds(train):
    with pytest.raises(DetectorError) as caught:
        detect(plant(), train=train)
    assert caught.value.code == "failure_train_range"
    assert caught.value.values["most"] == ROWS - 1


def test_planned_change_is_listed_but_not_flagged():
    frame = plant()
    speed = np.where(np.arange(ROWS) < ONSET, 1.0, 0.7)
    frame = frame.add(40 * (speed - 1), axis=0)
    frame["speed_set"] = speed
    announced = detect(frame, train=TRAIN, setpoints=["speed_set"])
    silent = detect(frame.drop(columns="speed_set"), train=TRAIN)
    assert silent.flag.sum() > 0
    assert announced.flag.sum() == 0
    (event,) = announced.events
    assert (event.kind, event.reason, event.start) == ("operating_change", "operating_setpoint", ONSET)
    assert (event.values["column"], event.values["before"], event.values["after"]) == ("speed_set", "1", "0.7")
    assert event.values["followed"] == 6


def test_setpoints_are_never_suspected():
    frame = plant()
    frame["speed_set"] = np.where(np.arange(ROWS) < ONSET, 1.0, 0.7)
    found = detect(frame, train=TRAIN, setpoints=["speed_set"])
    assert found.flag.sum() == 0
    assert all(share.name != "speed_set" for event in found.events for share in event.shares)


def test_fault_after_a_planned_change_is_still_found():
    frame = plant()
    speed = np.where(np.arange(ROWS) < 2200, 1.0, 0.7)
    frame = frame.add(40 * (speed - 1), axis=0)
    frame["speed_set"] = speed
    frame.iloc[3300:, 3] += 6
    found = detect(frame, train=TRAIN, setpoints=["speed_set"])
    (event,) = anomalies(found)
    assert event.shares[0].name == "s3"
    assert event.start == pytest.approx(3300, abs=60)


@pytest.mark.parametrize("rows", [20, 40, 120])
def test_short_files_are_an_outcome(rows):
    found = detect(plant(rows))
    assert len(found.score) == rows


def test_frames_without_a_usable_sensor_are_an_outcome():
    index = pd.date_range("2025-01-01", periods=200, freq="s", tz="UTC")
    for frame in (
        pd.DataFrame({"a": 1.0, "b": 2.0}, index=index),
        pd.DataFrame({"a": np.full(200, np.nan)}, index=index),
        pd.DataFrame(index=index),
        pd.DataFrame({"speed_set": np.arange(200.0)}, index=index),
    ):
        found = detect(frame, train=50, setpoints=["speed_set"])
        assert found.events == ()
        assert found.notes == ("no_usable_sensor",)


def test_files_full_of_gaps_do_not_break_it():
    frame = plant()
    rng = np.random.default_rng(2)
    frame = frame.mask(rng.random(frame.shape) < 0.6)
    frame.iloc[100] = np.inf
    assert len(detect(frame).score) == ROWS


def test_wide_files_are_an_outcome():
    assert len(detect(plant(400, 500), train=200).score) == 400


def test_progress_is_told_step_by_step():
    steps = []
    detect(plant(200), train=100, progress=steps.append)
    assert steps == ["reference", "channels", "operation", "score", "events", "symptoms"]

"""The proposed normal period: early, long, calm, never the faulty part, always with its reason."""

import numpy as np
import pandas as pd
import pytest

from detectors.normal.reference import MOST, propose

ROWS = 12_000


def noise(rows=ROWS, sensors=6, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.normal(50, 1, (rows, sensors)), columns=[f"s{i}" for i in range(sensors)])


def test_calm_file_gives_its_first_part():
    found = propose(noise())
    assert (found.start, found.how, found.reason) == (0, "proposed", "calm")
    assert found.end == pytest.approx(MOST * ROWS, rel=0.05)


@pytest.mark.parametrize("onset", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("fault", ["step", "drift", "swing", "stuck", "missing"])
def test_fault_of_one_sensor_is_left_out(onset, fault):
    frame, first = noise(), int(onset * ROWS)
    rest = ROWS - first
    if fault == "step":
        frame.iloc[first:, 2] += 3
    elif fault == "drift":
        frame.iloc[first:, 2] += np.linspace(0, 12, rest)
    elif fault == "swing":
        frame.iloc[first:, 2] = 50 + 3 * (frame.iloc[first:, 2] - 50)
    elif fault == "stuck":
        frame.iloc[first:, 2] = frame.iloc[first, 2]
    else:
        frame.iloc[first::2, 2] = np.nan
    found = propose(frame)
    assert found.start == 0
    assert found.end <= first + 0.12 * ROWS


@pytest.mark.parametrize("onset", [0.335, 0.35, 0.37, 0.39, 0.4])
@pytest.mark.parametrize("ramp", [0.0, 0.03])
def test_a_fault_that_begins_in_the_last_part_of_the_longest_stretch_is_left_out(onset, ramp):
    frame, first = noise(), int(onset * ROWS)
    frame.iloc[first:, 2] += 30 * np.clip(np.arange(ROWS - first) / max(1.0, ramp * ROWS), 0, 1)
    found = propose(frame)
    assert (found.start, found.reason) == (0, "calm")
    assert first - 0.15 * ROWS <= found.end <= first


def test_a_moment_at_the_end_of_the_longest_stretch_cuts_nothing_off():
    frame, end = noise(), propose(noise()).end
    frame.iloc[end - 100 : end, 2] += 30
    assert propose(frame).end == end


def test_the_state_before_and_after_a_longer_calm_stretch_is_normal():
    frame = noise()
    frame.iloc[int(0.09 * ROWS) : int(0.44 * ROWS), 2] += 30
    found = propose(frame)
    assert found.reason == "around"
    assert found.start >= 0.44 * ROWS - ROWS / 100


@pytest.mark.parametrize(("away", "reason"), [(4, "calm"), (6, "around")])
def test_a_longer_calm_stretch_is_no_normal_one_only_when_it_lies_clearly_elsewhere(away, reason):
    frame = noise()
    frame.iloc[1500:6000, 2] += away  # times the scatter
    assert propose(frame).reason == reason


def test_a_calm_stretch_after_another_state_stays_normal_when_the_file_ends_in_a_third():
    frame = noise()
    frame.iloc[int(0.09 * ROWS) : int(0.44 * ROWS), 2] += 30
    frame.iloc[int(0.9 * ROWS) :, 1] += 30
    assert propose(frame).reason == "calm"


def test_fault_at_the_beginning_is_not_taken_for_normal():
    frame = noise()
    frame.iloc[: int(0.2 * ROWS), 1] += np.linspace(8, 0, int(0.2 * ROWS))
    assert propose(frame).start >= 0.1 * ROWS


def test_what_most_of_the_file_is_like_is_normal_although_it_begins_otherwise():
    frame, first = noise(), int(0.21 * ROWS)
    frame.iloc[:first, 1] += 8
    found = propose(frame)
    assert found.reason == "typical"
    assert first - 0.01 * ROWS <= found.start <= 0.3 * ROWS  # but for the block in which it changes
    assert found.end - found.start >= 0.3 * ROWS


def test_a_state_that_lasts_to_the_end_is_not_normal_when_it_is_not_most_of_the_file():
    frame = noise()
    frame.iloc[int(0.35 * ROWS) :, 1] += 8
    found = propose(frame)
    assert (found.start, found.reason) == (0, "calm")
    assert found.end <= 0.4 * ROWS


def test_restless_file_says_that_it_is():
    frame = noise().add(np.linspace(0, 300, ROWS), axis=0)
    assert propose(frame).reason == "calmest"


def test_moves_of_a_setpoint_are_no_unrest():
    frame = noise()
    plan = np.repeat([0.0, 5.0, -3.0, 4.0, -5.0, 2.0, -4.0, 3.0], ROWS // 8)
    for column in frame.columns:
        frame[column] += plan
    frame["speed_set"] = plan
    known, unknown = propose(frame, ["speed_set"]), propose(frame.drop(columns="speed_set"))
    assert known.end - known.start == pytest.approx(MOST * ROWS, rel=0.05)
    assert unknown.end - unknown.start < 0.25 * ROWS


@pytest.mark.parametrize("rows", [11, 20, 35, 100])
def test_short_files_get_a_period_that_leaves_rows_to_judge(rows):
    found = propose(noise(rows))
    assert 10 <= found.end - found.start < rows
    assert found.reason in ("short", "calm", "calmest")


def test_constant_and_empty_sensors_do_not_matter():
    frame = noise()
    frame["constant"], frame["empty"] = 3.0, np.nan
    assert propose(frame).reason == "calm"

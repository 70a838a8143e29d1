"""What is short and far away is kept out of the proposed normal period, and so is told."""

import numpy as np
import pandas as pd
import pytest

from detectors.detect import detect
from detectors.normal.reference import LENGTHS, propose
from detectors.normal.strays import strays
from detectors.signs.symptoms import measure
from detectors.types import Event, Reference, Share

ROWS = 1440


def shift(seed, rows=ROWS):
    """A day of a machine at a step of a minute: eight sensors that wander a little."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(rows + 60, 8))
    wander = pd.DataFrame(noise).ewm(span=5).mean().to_numpy()[60:]
    index = pd.date_range("2026-04-02 06:00", periods=rows, freq="min", tz="UTC")
    return pd.DataFrame(200 + 3 * wander, index=index, columns=[f"s{i}" for i in range(8)])


def broken(frame, *starts, rows=30):
    """The web breaks: tension and weight are gone, the steam follows."""
    for at in starts:
        part = slice(at, at + rows)
        frame.iloc[part, 0] = 2.0 + np.random.default_rng(at).normal(size=rows)
        frame.iloc[part, 1] = 0.0
        frame.iloc[part, 2] -= 60.0
    return frame


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("at", [100, 280, 500])
def test_a_break_is_no_part_of_the_normal_period_and_is_told(seed, at):
    frame = broken(shift(seed), at)
    found = detect(frame)
    assert found.reference.end <= at or found.reference.start >= at + 30
    assert found.reference.end - found.reference.start >= LENGTHS[-1] * ROWS - ROWS / 100
    (first, *_) = [event for event in found.events if event.start < at + 30 and event.end >= at]
    assert {share.name for share in first.shares[:4]} & {"s0", "s1"}
    signs = {(s.sensor, s.kind) for s in found.symptoms if s.event == first.number}
    assert {("s1", "dip"), ("s1", "fall")} & signs


@pytest.mark.parametrize("seed", range(3))
def test_several_breaks_of_a_shift_are_all_told(seed):
    starts = 300, 700, 1200
    found = detect(broken(shift(seed), *starts))
    for at in starts:
        assert found.flag[at : at + 30].any()


def test_what_the_machine_does_all_day_is_its_way_of_running():
    frame = broken(shift(4), *range(60, ROWS - 40, 120), rows=10)
    assert len(strays(frame.to_numpy(), 0, 576, 12)) == 0
    assert propose(frame).start == propose(shift(4)).start


def test_one_sensor_that_stands_at_a_far_value_is_a_stray_and_one_that_jumps_is_none():
    frame = shift(5)
    frame.iloc[200:230, 3] = 0.0
    assert strays(frame.to_numpy(), 0, 576, 12).tolist() == [[200, 230]]
    frame.iloc[200:230, 3] = np.random.default_rng(0).normal(size=30)
    assert len(strays(frame.to_numpy(), 0, 576, 12)) == 0


@pytest.mark.parametrize("seed", range(4))
def test_ordinary_operation_has_no_strays(seed):
    rng = np.random.default_rng(seed)
    heavy = pd.DataFrame(rng.standard_t(3, size=(4000, 6))).ewm(span=20).mean().to_numpy()
    walks = np.cumsum(rng.normal(size=(4000, 6)), axis=0)
    assert len(strays(np.column_stack([heavy, walks]), 0, 1600, 33)) == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_sensor_that_froze_is_not_learnt_frozen(seed):
    frame = shift(seed).round(2)
    frame.iloc[60:700, 2] = frame.iloc[60, 2]
    found = detect(frame)
    assert found.reference.start >= 700 - ROWS / 100
    (stuck,) = [event for event in found.events if event.kind == "stuck"]
    assert abs(stuck.start - 60) <= 5


def test_no_spread_is_told_as_a_multiple_of_none():
    frame = shift(1).round(2)
    frame.iloc[20:600, 2] = frame.iloc[20, 2]
    event = Event(1, 700, 900, 700, 8.0, (Share("s2", 1.0),))
    ratios = [
        s.values["spread_ratio"] for s in measure(frame, Reference(0, 600, "given"), [event]) if s.kind == "swing"
    ]
    assert ratios
    assert max(ratios) < 1e4


def test_rows_without_any_reading_say_nothing_of_calm():
    frame = shift(6)
    frame.iloc[:480] = np.nan
    frame.iloc[960:] = np.nan
    found = propose(frame)
    assert found.start >= 480
    assert found.end <= 960
    assert found.end - found.start >= 100


@pytest.mark.parametrize("seed", range(3))
def test_a_ramp_and_back_in_parts_of_a_file_is_not_calm(seed):
    frame = shift(seed, 480)
    frame.iloc[:, 4] = 60 + 0.1 * np.random.default_rng(seed).normal(size=480)
    frame.iloc[120:240, 4] += np.linspace(0, 18, 120)
    left_out = pd.DataFrame(np.nan, index=range(100), columns=frame.columns)  # rows of another product
    found = propose(pd.concat([left_out, frame], ignore_index=True))
    assert found.end <= 250 or found.start >= 330

"""A grade change that moves several levels is planned, before the normal period as well as after it."""

import numpy as np
import pandas as pd
import pytest

from detectors.detect import detect

ROWS = 1440
MADE = [(0, 480, "A"), (480, 1000, "B"), (1000, ROWS, "C")]
LEVELS = {"A": (0.0, 0.0, 0.0), "B": (-120.0, 20.0, -32.0), "C": (-200.0, 40.0, -52.0)}


def machine(seed):
    """Speed, weight and pressure follow the grade within minutes, five other sensors do not."""
    rng = np.random.default_rng(seed)
    wander = pd.DataFrame(rng.normal(size=(ROWS, 8))).ewm(span=6).mean().to_numpy()
    names = ["speed", "weight", "pressure", *(f"s{i}" for i in range(5))]
    index = pd.date_range("2026-04-02 06:00", periods=ROWS, freq="min", tz="UTC")
    frame = pd.DataFrame(
        wander + np.array([1050.0, 80.0, 147.0, 50.0, 60.0, 70.0, 80.0, 90.0]), index=index, columns=names
    )
    wanted, grade = np.zeros((ROWS, 3)), np.full(ROWS, "", dtype=object)
    for first, stop, name in MADE:
        wanted[first:stop], grade[first:stop] = LEVELS[name], name
    frame.iloc[:, :3] += pd.DataFrame(wanted).ewm(alpha=1 - np.exp(-1 / 5), adjust=False).mean().to_numpy()
    return frame, pd.DataFrame({"Grade": grade}, index=index)


def kinds(found):
    return [event.kind for event in found.events]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("normal", [None, (550, 850), (1060, 1300)])
def test_each_grade_change_is_told_and_none_is_an_alarm(seed, normal):
    frame, grades = machine(seed)
    found = detect(frame, context=grades, normal=normal)
    assert kinds(found) == ["operating_change"] * 2
    assert [event.start for event in found.events] == [480, 1000]
    assert all(event.values["followed"] >= 3 for event in found.events)
    assert found.departures == ()


@pytest.mark.parametrize("at", [100, 860, 1200])
def test_a_fault_within_a_grade_is_told_beside_it(at):
    frame, grades = machine(1)
    frame.iloc[at : at + 120, 4] += 6.0
    frame.iloc[at : at + 120, 2] += 9.0
    found = detect(frame, context=grades, normal=(550, 850))
    (fault,) = [e for e in found.events if e.kind == "anomaly" and e.start < at + 120 and e.end >= at]
    assert abs(fault.start - at) <= 15
    assert {share.name for share in fault.shares[:3]} & {"s1", "pressure"}


def test_one_sensor_that_steps_with_a_grade_is_not_explained_away():
    frame, grades = machine(2)
    plain, _ = machine(2)
    plain.iloc[:, :3] = np.random.default_rng(9).normal([1050.0, 80.0, 147.0], 0.4, size=(ROWS, 3))
    plain.iloc[480:, 4] += 40.0
    found = detect(plain, context=grades, normal=(100, 400))
    assert "anomaly" in kinds(found)
    assert "anomaly" in kinds(detect(frame, normal=(100, 400)))  # and nothing is without the announcement

"""Flags become events: grouped, with an onset before the first alarm, a peak and shares."""

import numpy as np
import pytest

from detectors.events import Evidence, group, onset, shares

ROWS = 4000
THRESHOLD = 1.5


def evidence(score, by_sensor=None, floor=0):
    parts = np.column_stack([score, np.zeros(len(score))]) if by_sensor is None else by_sensor
    return Evidence(score, 0.2, THRESHOLD, parts, np.zeros(parts.shape[1]), ("a", "b"), floor)


@pytest.fixture
def calm():
    return np.abs(np.random.default_rng(0).normal(0.2, 0.15, ROWS))


def test_no_flag_is_no_event(calm):
    assert group(np.zeros(ROWS, dtype=bool), evidence(calm)) == ()


def test_event_has_onset_end_peak_and_severity(calm):
    calm[2000:2500] = 3.0
    calm[2200] = 6.0
    (event,) = group(calm >= THRESHOLD, evidence(calm))
    assert (event.start, event.end, event.peak) == (2000, 2499, 2200)
    assert event.severity == pytest.approx(4.0)
    assert [share.name for share in event.shares] == ["a"]


def test_onset_of_a_slow_rise_lies_before_the_first_alarm(calm):
    calm[2000:3000] += np.linspace(0, 3, 1000)
    flag = calm >= THRESHOLD
    first = int(np.flatnonzero(flag)[0])
    (event,) = group(flag, evidence(calm))
    assert 2000 <= event.start < first - 50


def test_onset_is_not_moved_into_the_reference(calm):
    calm[1900:2500] = 3.0
    assert onset(evidence(calm, floor=2000), 2100, 2000) == 2000


def test_sudden_alarm_keeps_its_row(calm):
    calm[2000:] = 5.0
    assert onset(evidence(calm), 2000, 0) == 2000


def test_flicker_is_one_event_and_far_apart_ones_are_two(calm):
    calm[1000:1040] = calm[1060:1100] = 3.0
    calm[3000:3050] = 3.0
    found = group(calm >= THRESHOLD, evidence(calm))
    assert [(e.start, e.end) for e in found] == [(1000, 1099), (3000, 3049)]
    assert [e.number for e in found] == [1, 2]


def test_alarms_with_no_calm_between_are_one_event(calm):
    calm[1000:3000] = 1.2
    calm[1000:1100] = calm[2900:3000] = 3.0
    found = group(calm >= THRESHOLD, evidence(calm))
    assert [(e.start, e.end) for e in found] == [(1000, 2999)]


def test_near_alarms_of_other_sensors_stay_two_events(calm):
    calm[1000:1100] = calm[1250:1350] = 3.0
    parts = np.zeros((ROWS, 2))
    parts[1000:1100, 0] = parts[1250:1350, 1] = 3.0
    assert len(group(calm >= THRESHOLD, evidence(calm, parts))) == 2


def test_shares_are_of_the_score_above_normal():
    parts = np.tile([3.0, 2.0], (10, 1))
    usual = Evidence(np.ones(10), 0.2, THRESHOLD, parts, np.array([1.0, 2.0]), ("a", "b"))
    assert shares(usual, slice(0, 10)).tolist() == [1.0, 0.0]


def test_a_weak_alarm_long_before_a_strong_one_does_not_move_its_onset(calm):
    calm[1000:1006] = calm[1130:1137] = 1.6
    calm[1155:2000] = 6.0
    parts = np.column_stack([0.7 * calm, 0.3 * calm])
    parts[1155:2000] = [6.0, 0.0]
    parts[1000:1137] = parts[1000:1137, ::-1]
    found = group(calm >= THRESHOLD, evidence(calm, parts))
    assert [(e.start, e.end) for e in found] == [(1000, 1136), (1155, 1999)]


def test_a_weak_beginning_with_no_calm_after_it_stays_with_the_event(calm):
    calm[1000:1200] = 1.6
    calm[1200:1220] = 1.3
    calm[1220:2000] = 6.0
    found = group(calm >= THRESHOLD, evidence(calm))
    assert [(e.start, e.end) for e in found] == [(1000, 1999)]


def test_weak_alarms_of_the_very_sensors_that_go_on_are_its_beginning(calm):
    calm[1000:1006] = calm[1030:1037] = 1.6
    calm[1055:2000] = 6.0
    found = group(calm >= THRESHOLD, evidence(calm))
    assert [(e.start, e.end) for e in found] == [(1000, 1999)]

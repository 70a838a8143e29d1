"""When a score is an alarm: clearly above the threshold at once, just above it when it lasts."""

import numpy as np
import pytest

from detectors.scoring import Scorer
from detectors.signs.channels import _judged
from detectors.types import Scores

THRESHOLD = 2.0


def scorer(*scores):
    """A scorer that gave these scores, in thresholds."""
    made = Scorer.__new__(Scorer)
    made.total, made.threshold = THRESHOLD * np.array(scores), THRESHOLD
    made.by_sensor, made.usable = np.zeros((len(scores), 3)), np.array([0, 2])
    return made


def rows(scored, waiting=()):
    """The rows that alarm."""
    waits = np.isin(np.arange(len(scored.total)), list(waiting))
    return np.flatnonzero(scored.alarmed(waits)).tolist()


@pytest.mark.parametrize(("score", "alarms"), [(0.99, []), (1.2, []), (1.249, []), (1.25, [3]), (3.0, [3])])
def test_one_row_alarms_only_a_quarter_above_the_threshold(score, alarms):
    assert rows(scorer(0, 0, 0, score, 0, 0)) == alarms


def test_what_stays_just_above_the_threshold_alarms_from_the_eighth_row_on():
    assert rows(scorer(0, 0, *[1.0] * 7, 0)) == []
    assert rows(scorer(0, 0, *[1.0] * 10, 0)) == [9, 10, 11]


def test_between_threshold_and_release_an_alarm_goes_on():
    assert rows(scorer(0, 1.3, 0.6, 0.6, 0.4, 0.6)) == [1, 2, 3]  # released below 1.0, half the threshold


def test_rows_that_wait_do_not_alarm_and_end_what_lasts():
    assert rows(scorer(0, 3.0, 3.0, 3.0, 0), waiting=[2]) == [1, 3]
    assert rows(scorer(*[1.0] * 12), waiting=[6]) == []


def test_the_lower_of_two_views_counts_with_its_own_sensors():
    made = scorer(1.0, 3.0, 2.0)
    made._agree(Scores(total=np.array([3.0, 1.0, 4.0]), by_sensor=np.array([[1.0, 1], [2, 2], [3, 3]])))
    assert made.total.tolist() == [2.0, 1.0, 4.0]
    assert made.by_sensor.tolist() == [[0, 0, 0], [2, 0, 2], [0, 0, 0]]


@pytest.mark.parametrize(
    ("span", "off", "kept"),
    [
        ((2, 12), [], [(2, 12)]),
        ((2, 7), [], [(2, 7)]),  # exactly the limit
        ((2, 6), [], []),  # one row less
        ((2, 12), range(5), [(5, 12)]),  # begins where rows are judged
        ((2, 12), range(9, 20), [(2, 9)]),
        ((2, 12), [*range(5), *range(9, 20)], []),  # too few rows are left
        ((2, 12), range(4, 9), [(2, 12)]),  # five judged rows, two and three
        ((2, 12), range(4, 10), []),
        ((2, 12), range(20), []),
    ],
)
def test_a_span_counts_by_its_rows_that_may_be_judged(span, off, kept):
    judged = ~np.isin(np.arange(20), list(off))
    assert _judged(np.array([span]), judged, 5) == kept

"""The yardsticks themselves."""

import numpy as np
import pytest

from tests.benchmarks.metrics import Counts, count, runs, softened, vus_pr

LABELS = np.array([0, 0, 1, 1, 1, 0, 0, 0, 1, 1])


def test_rows_segments_and_false_alarms_are_counted():
    counts = count(np.array([1, 0, 0, 1, 1, 1, 0, 1, 0, 0]), LABELS, 60.0)
    assert (counts.hit, counts.false, counts.missed, counts.quiet) == (2, 3, 3, 2)
    assert (counts.segments, counts.found, counts.false_alarms) == (2, 1, 2)
    assert counts.delay == 1
    assert counts.f1 == pytest.approx(4 / 10)
    assert counts.false_alarms_a_day == pytest.approx(2 * 1440 / 5)


def test_one_lucky_row_credits_that_row_alone():
    flags = np.zeros(100, dtype=int)
    flags[50] = 1
    labels = (np.arange(100) >= 40).astype(int)
    assert count(flags, labels, 1.0).recall == pytest.approx(1 / 60)


def test_counts_of_files_add_up():
    one = count(LABELS, LABELS, 1.0)
    both = one + one
    assert both.f1 == 1
    assert both.segments == 4
    assert both.delays == (0, 0, 0, 0)
    assert np.isnan(Counts().delay)


def test_runs_are_half_open():
    assert runs(LABELS > 0) == [(2, 5), (8, 10)]


def test_a_perfect_score_has_a_larger_volume_than_a_late_and_a_random_one():
    labels = np.zeros(600, dtype=int)
    labels[200:300] = labels[450:500] = 1
    random = np.random.default_rng(0).random(600)
    perfect, late = vus_pr(labels + 0.01 * random, labels, 40), vus_pr(np.roll(labels, 15) + 0.01 * random, labels, 40)
    chance = vus_pr(random, labels, 40)
    assert perfect > 0.9
    assert perfect > late > chance
    assert chance == pytest.approx(0.25, abs=0.1)


def test_without_a_buffer_the_volume_is_the_plain_area_times_the_segments_touched():
    labels = np.array([0, 1, 1, 0, 0, 0])
    assert vus_pr(np.array([0.1, 0.9, 0.8, 0.2, 0.3, 0.4]), labels, 0) == pytest.approx(1.0)
    assert np.isnan(vus_pr(np.ones(6), np.zeros(6, dtype=int), 0))


def test_buffers_fall_off_on_both_sides():
    soft = softened(np.array([0, 0, 0, 1, 0, 0, 0]) > 0, 4)
    np.testing.assert_allclose(soft, [0, np.sqrt(0.5), np.sqrt(0.75), 1, np.sqrt(0.75), np.sqrt(0.5), 0])

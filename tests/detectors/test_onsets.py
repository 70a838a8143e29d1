"""When a slow change began: before an alarm or a cumulative sum sees it, and how unsure that is."""

import numpy as np
import pytest

from detectors.normal.usual import Usual
from detectors.signs.onsets import began

ROWS, BEGIN = 6400, 3000


@pytest.fixture
def calm():
    return np.random.default_rng(5).normal(10, 0.5, (ROWS, 1))


def found(values, raw=None):
    return began(values, raw, Usual(np.random.default_rng(6).normal(10, 0.5, (4000, 1))), 0, up=True, step_s=1.0)


@pytest.mark.parametrize("until", [4500, 6400])
def test_a_ramp_is_found_where_it_began(calm, until):
    calm[:, 0] += 8 * np.clip((np.arange(ROWS) - BEGIN) / (until - BEGIN), 0, 1)
    row, within = found(calm)
    assert abs(row - BEGIN) <= within + 100
    assert within < 600


def test_a_step_has_no_slow_beginning(calm):
    calm[BEGIN:] += 8
    assert found(calm) == (None, 0)


def test_what_was_taken_for_a_planned_answer_widens_it(calm):
    """The first 1000 rows of the ramp were explained away."""
    raw = calm.copy()
    raw[:, 0] += 8 * np.clip((np.arange(ROWS) - BEGIN) / 3000, 0, 1)
    plain = raw.copy()
    plain[BEGIN : BEGIN + 1000] = calm[BEGIN : BEGIN + 1000]
    late, _ = found(plain)
    row, within = found(plain, raw)
    assert row < late - 500
    assert abs(row - BEGIN) <= within

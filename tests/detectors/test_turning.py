"""When did it rise: a step's row, a slow change's beginning, the greater of two; nothing where nothing did."""

import numpy as np
import pytest

from detectors.signs.turning import greatest

ROWS = 6_000


def noise(seed=0, spread=1.0):
    return 100 + np.random.default_rng(seed).normal(0, spread, ROWS)


@pytest.mark.parametrize("at", [700, 2_500, 5_500])
@pytest.mark.parametrize("up", [True, False])
def test_a_step_is_found_at_its_row(at, up):
    values = noise()
    values[at:] += 12 if up else -12
    turn = greatest(values, up=up)
    assert turn.row == pytest.approx(at, abs=5)
    assert turn.within == 0
    assert turn.change == pytest.approx(12 if up else -12, abs=0.5)
    assert turn.before == pytest.approx(100, abs=0.5)
    assert greatest(values, up=not up) is None


def test_a_quick_ramp_is_found_where_it_begins():
    values = noise() + 30 * np.clip((np.arange(ROWS) - 3_000) / 150, 0, 1)
    assert 3_000 <= greatest(values, up=True).row <= 3_040


def test_a_slow_change_is_found_where_it_begins_with_what_that_is_unsure_by():
    values = noise() + 30 * np.clip((np.arange(ROWS) - 2_000) / 3_000, 0, 1)
    turn = greatest(values, up=True)
    assert turn.within > 0
    assert abs(turn.row - 2_000) <= max(turn.within, 200)


def test_the_greater_of_two_rises_counts_and_a_return_is_a_fall():
    values = noise()
    values[1_000:2_000] += 6
    values[3_000:5_000] += 20
    assert greatest(values, up=True).row == pytest.approx(3_000, abs=5)
    assert greatest(values, up=False).row == pytest.approx(5_000, abs=5)


def test_blank_readings_do_not_move_the_step():
    values = noise()
    values[3_000:] += 12
    values[2_900:3_000] = np.nan
    assert greatest(values, up=True).row == pytest.approx(3_000, abs=5)


def test_noise_short_excursions_and_empty_columns_turn_nothing():
    jump = noise()
    jump[2_000:2_010] += 50
    for values in (noise(), jump, np.full(ROWS, 5.0), np.full(ROWS, np.nan), noise()[:20]):
        assert greatest(values, up=True) is None
        assert greatest(values, up=False) is None

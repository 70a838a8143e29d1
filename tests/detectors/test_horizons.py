"""Whatever horizon is asked for, a sensor has one future: a longer look never takes back what a shorter one said."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.future.forecast import forecast
from detectors.future.leads import checked_rows, future, level_rows
from detectors.future.passing import passing

HORIZONS = (3, 10, 20, 45, 90, 180, 270, 400, 720, 1500)


def drifting(rng, t):
    return 0.01 * rng.choice([0.3, 1, 3]) * np.maximum(t - rng.integers(0, len(t)), 0) + rng.normal(size=len(t))


KINDS = {
    "ramp": drifting,
    "walk": lambda rng, t: np.cumsum(rng.normal(size=len(t))),
    "season": lambda rng, t: 5 * np.sin(2 * np.pi * t / rng.choice([20, 60, 240])) + rng.normal(size=len(t)),
    "seasonal drift": lambda rng, t: 5 * np.sin(2 * np.pi * t / 60) + 0.005 * t + rng.normal(size=len(t)),
    "noisy drift": lambda rng, t: 0.004 * t + 2 * rng.normal(size=len(t)),
    "step": lambda rng, t: 8.0 * (t > rng.integers(len(t) // 3, len(t))) + rng.normal(size=len(t)),
    "growth": lambda rng, t: 3 * np.exp((t - 0.9 * len(t)) / (len(t) / 8)) + rng.normal(size=len(t)),
    "constant": lambda rng, t: np.full(len(t), 5.0),
}


def readings(kind, rows, seed, silent=0):
    values = KINDS[kind](np.random.default_rng(seed), np.arange(rows, dtype=float))
    values[rows - silent :] = np.nan
    return pd.DataFrame({"a": values}, index=pd.date_range("2025-01-01", periods=rows, freq="1s", tz="UTC"))


asked = {
    "kind": st.sampled_from(sorted(KINDS)), "rows": st.sampled_from([80, 200, 600, 1400, 3000]),
    "seed": st.integers(0, 10_000), "off": st.floats(-1.0, 6.0), "side": st.sampled_from(["above", "below"]),
    "silent": st.sampled_from([0, 0, 15]),
}  # fmt: skip


@settings(max_examples=30, deadline=None, derandomize=True)
@given(**asked)
def test_a_longer_look_makes_no_passage_less_likely_and_moves_none(kind, rows, seed, off, side, silent):
    frame = readings(kind, rows, seed, silent)
    limit = float(frame["a"].tail(40).mean()) + (off if side == "above" else -off)
    found = [passing(frame, "a", limit, side, horizon) for horizon in HORIZONS]
    assert len({each.since for each in found}) == 1
    assert np.diff([each.share for each in found]).min() >= 0.0
    for told in ("row", "earliest", "latest"):
        rows_ = [getattr(each, told) for each in found]
        known = [row for row in rows_ if row is not None]
        assert len(set(known)) <= 1
        assert all((row is not None) == (bool(known) and known[0] <= h) for row, h in zip(rows_, HORIZONS, strict=True))
    for each in (each for each in found if each.since is None):
        assert (each.row is not None) == (each.share >= 0.5)
        assert (each.earliest or np.inf) <= (each.row or np.inf) <= (each.latest or np.inf)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(kind=asked["kind"], rows=asked["rows"], seed=asked["seed"])
def test_a_moment_has_one_forecast_however_much_farther_was_asked(kind, rows, seed):
    frame = readings(kind, rows, seed)
    (longest,) = forecast(frame, ["a"], HORIZONS[-1])
    for horizon in HORIZONS[:-1]:
        (each,) = forecast(frame, ["a"], horizon)
        for part in ("value", "low", "high"):
            np.testing.assert_array_equal(getattr(each, part), getattr(longest, part)[:horizon])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_paths_go_on_without_a_jump_where_one_model_hands_over_to_the_next(kind):
    values = readings(kind, 3000, 1)["a"].to_numpy()
    found = future(values, 1500)
    steps = np.abs(np.diff(found.value))
    for lead in (120, 240, 480, 960):
        here = int(np.searchsorted(found.ahead, lead))
        assert steps[here] <= 3 * np.sort(steps[max(0, here - 30) : here + 30])[-2] + 1e-9
    assert (np.diff(found.half) >= 0).all()
    assert (np.diff(found.ahead) > 0).all()


@pytest.mark.parametrize("rows", [60, 800, 100_000])
def test_the_level_is_a_mean_of_a_few_rows(rows):
    assert 3 <= level_rows(rows) <= 30


def test_a_silence_leaves_less_that_the_file_can_check():
    assert checked_rows(900) == 300
    assert checked_rows(900, 100) == 200
    assert checked_rows(20, 100) == 1


def test_the_chance_is_that_of_what_happens():
    """Of drifting and wandering series of which the file holds many horizons: told chances against outcomes."""
    told, came, horizon = [], [], 120
    for seed in range(40):
        rng = np.random.default_rng(seed)
        whole = np.cumsum(rng.normal(size=3400)) if seed % 2 else drifting(rng, np.arange(3400.0))
        frame = pd.DataFrame({"a": whole[:3000]}, index=pd.date_range("2025-01-01", periods=3000, freq="1s", tz="UTC"))
        mean = level_rows(3000)
        level = np.convolve(whole[3001 - mean : 3000 + horizon], np.ones(mean) / mean, "valid")
        limit = whole[3000 - mean : 3000].mean() + abs(rng.normal()) * (np.sqrt(horizon) if seed % 2 else 0.5)
        told.append(passing(frame, "a", limit, "above", horizon).share)
        came.append((level >= limit).any())
    assert np.mean(told) == pytest.approx(np.mean(came), abs=0.15)
    assert np.mean((np.array(told) - came) ** 2) < 0.21

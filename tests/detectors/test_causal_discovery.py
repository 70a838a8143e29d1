"""Causal discovery finds planted edges with their lags, and says nothing where there is nothing to say."""

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter

from detectors.causal import explore
from detectors.causal.granger import covariance
from detectors.causal.grid import build

CHAIN = (("a", "b", 8, 0.6), ("b", "c", 15, 0.6), ("d", "c", 4, -0.5))


def discover(frame, **limits):
    return explore(frame, **limits).edges


def plant(links=CHAIN, rows=12_000, step_s=1.0, seed=0, noise=0.3, sensors="abcde"):
    """A linear plant: each sensor remembers itself and follows its causes with their lags, in rows."""
    random = np.random.default_rng(seed)
    values = np.zeros((rows + 200, len(sensors)))
    shocks = random.standard_normal(values.shape)
    for row in range(100, len(values)):
        values[row] = 0.9 * values[row - 1] + 0.4 * shocks[row]
        for cause, effect, lag, gain in links:
            values[row, sensors.index(effect)] += 0.2 * gain * values[row - lag, sensors.index(cause)]
    values = values[200:] + noise * random.standard_normal((rows, len(sensors)))
    index = pd.date_range("2025-03-01", periods=rows, freq=pd.Timedelta(seconds=step_s), tz="UTC")
    return pd.DataFrame(values, columns=list(sensors), index=index)


def ends(edges):
    return {(edge.cause, edge.effect) for edge in edges}


def test_planted_edges_are_found_and_nothing_else():
    assert ends(discover(plant())) == {("a", "b"), ("b", "c"), ("d", "c")}


def test_every_edge_carries_its_lag_in_seconds():
    found = {(e.cause, e.effect): e.lag_s for e in discover(plant(step_s=2.0))}
    assert found["a", "b"] == pytest.approx(16, abs=4)
    assert found["b", "c"] == pytest.approx(30, abs=6)
    assert found["d", "c"] == pytest.approx(8, abs=4)


def test_edges_come_strongest_first_with_a_strength_between_0_and_1():
    strengths = [edge.strength for edge in discover(plant())]
    assert strengths == sorted(strengths, reverse=True)
    assert all(0 < strength < 1 for strength in strengths)


def test_feedback_loop_is_two_edges():
    loop = (("a", "b", 6, 0.5), ("b", "a", 10, -0.5))
    assert ends(discover(plant(loop))) == {("a", "b"), ("b", "a")}


def test_independent_sensors_have_no_edges():
    assert discover(plant(links=())) == ()


def test_indirect_influence_is_not_an_edge_even_if_it_passes_within_a_block():
    fast = (("a", "b", 1, 0.8), ("b", "c", 1, 0.8))
    assert ("a", "c") not in ends(discover(plant(fast)))


def test_longest_lag_limits_the_lags():
    edges = discover(plant(), max_lag_s=10)
    assert edges
    assert all(edge.lag_s <= 10 for edge in edges)


def test_constant_and_empty_columns_take_no_part():
    frame = plant()
    frame["constant"], frame["empty"] = 3.0, np.nan
    found = explore(frame)
    assert ends(found.edges) == ends(discover(plant()))
    assert not {"constant", "empty"} & set(found.sensors)


def test_missing_readings_do_not_hide_edges():
    frame = plant()
    holes = np.random.default_rng(1).random(frame.shape) < 0.05
    frame = frame.mask(holes)
    frame.iloc[3000:3200, 1] = np.nan
    assert ends(discover(frame)) >= {("a", "b"), ("b", "c")}


def test_gap_in_time_is_not_bridged():
    frame = plant()
    late = frame.index[6000:] + pd.Timedelta(days=30)
    frame.index = frame.index[:6000].append(late)
    grid = build(frame, list(frame.columns))
    assert len(grid.values) == len(frame) + 299
    assert not grid.values[6005:6299].any()  # the last reading is held for five rows, no longer
    assert ends(discover(frame)) == {("a", "b"), ("b", "c"), ("d", "c")}


def test_rounded_times_do_not_merge_rows():
    frame = plant(step_s=7.2)
    hours = ((frame.index - frame.index[0]) / pd.Timedelta(hours=1)).to_numpy().round(3)
    frame.index = frame.index[0] + pd.to_timedelta(hours, unit="h")
    assert len(build(frame, list(frame.columns)).values) == len(frame)


STEPS = {
    "bursts": lambda rng, rows: np.where(rng.random(rows) < 0.7, 3.0, 27.0),
    "skewed": lambda rng, rows: 10.0 * rng.lognormal(-0.3, 0.8, rows) + 1.0,
    "two rates": lambda rng, rows: np.where(np.arange(rows) // 200 % 2, 4.0, 16.0),
}


def sampled(kind, lag_s, rows=6000):
    """Two sensors that live in seconds, b follows a by `lag_s`, read at uneven times; c is by itself."""
    rng = np.random.default_rng(lag_s)
    times = np.unique(np.cumsum(STEPS[kind](rng, rows)).astype(int))
    a, b, c = (lfilter([0.25], [1, -own], rng.normal(size=times[-1] + 1)) for own in (0.97, 0.9, 0.97))
    b[lag_s:] += a[:-lag_s]
    index = pd.Timestamp("2025-03-01", tz="UTC") + pd.to_timedelta(times, unit="s")
    return pd.DataFrame({"a": a[times], "b": b[times], "c": c[times]}, index=index)


@pytest.mark.parametrize("lag_s", [60, 300])
@pytest.mark.parametrize("kind", list(STEPS))
def test_lags_are_in_seconds_however_uneven_the_steps(kind, lag_s):
    found = {(e.cause, e.effect): e.lag_s for e in discover(sampled(kind, lag_s))}
    assert found == {("a", "b"): pytest.approx(lag_s, abs=10)}


def test_a_note_says_that_very_uneven_readings_were_averaged():
    (note,) = explore(sampled("bursts", 60)).notes
    assert note.code == "causes_note_irregular"
    assert note.values["period_s"] == pytest.approx(5.1, abs=0.3)  # half the mean step


def test_no_time_index_counts_rows_as_seconds():
    found = {(e.cause, e.effect): e.lag_s for e in discover(plant().reset_index(drop=True))}
    assert found["a", "b"] == pytest.approx(8, abs=2)


@pytest.mark.parametrize("rows", [0, 1, 20, 90])
def test_short_series_has_no_edges_and_says_why(rows):
    found = explore(plant(rows=12_000).iloc[:rows])
    assert found.edges == ()
    assert [note.code for note in found.notes] == ["causes_note_too_little"]


def test_one_sensor_has_no_edges():
    assert discover(plant()[["a"]]) == ()


def test_copy_of_a_sensor_does_not_hide_its_edges():
    frame = plant()
    frame["copy of a"] = 2 * frame["a"] + 1
    found = explore(frame)
    assert ("a", "b") in ends(found.edges)
    assert ("causes_note_copies", {"sensor": "copy of a", "of": "a"}) in [(n.code, n.values) for n in found.notes]


def test_row_counter_takes_no_part():
    frame = plant()
    frame.insert(0, "t_h", np.arange(len(frame)) / 3600)
    assert "t_h" not in explore(frame).sensors


def test_wide_file_keeps_the_connected_sensors_and_those_in_focus():
    frame = plant(rows=4000)
    noise = np.random.default_rng(3).standard_normal((4000, 495))
    frame = frame.join(pd.DataFrame(noise, index=frame.index, columns=[f"n{i}" for i in range(495)]))
    found = explore(frame, focus=["n7", "a", "b", "c", "d"])
    assert set(found.sensors) >= {"n7", "a", "b", "c", "d"}
    assert len(found.sensors) <= 60
    assert ("causes_note_screened", {"kept": 60, "of": 500}) in [(n.code, n.values) for n in found.notes]


def test_weak_pairs_are_kept_apart_from_edges():
    found = explore(plant((("a", "b", 8, 0.6), ("a", "c", 8, 0.18))))
    assert ("a", "c") not in ends(found.edges)
    assert ("a", "c") in ends(found.weak)
    assert max(edge.strength for edge in found.weak) < min(edge.strength for edge in found.edges)


def test_discovery_is_deterministic_and_leaves_the_frame_alone():
    frame = plant()
    before = frame.copy()
    assert discover(frame) == discover(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_progress_is_told():
    steps = []
    explore(plant(), progress=steps.append)
    assert steps == ["screening", "testing", "lags"]


def test_moments_are_those_of_the_laid_out_lag_matrix():
    values = np.random.default_rng(0).standard_normal((50, 3)).cumsum(axis=0)
    lagged = np.concatenate([values[2 - k : 50 - k] for k in range(3)], axis=1)
    np.testing.assert_allclose(covariance(values, 2), lagged.T @ lagged / 48, atol=2e-6)


def independent(course, rows=3_000, sensors="abcd"):
    """Sensors that share nothing but their `course`, (random, rows) -> values."""
    columns = {name: course(np.random.default_rng(i), np.arange(rows)) for i, name in enumerate(sensors)}
    return pd.DataFrame(columns, index=pd.date_range("2025-03-01", periods=rows, freq="1min", tz="UTC"))


def noisy(random, rows, much=0.5):
    values = much * random.standard_normal(len(rows))
    for row in range(1, len(values)):
        values[row] += 0.8 * values[row - 1]
    return values


COURSES = {
    "trend": lambda r, t: r.normal(0, 3) * t / len(t) + 0.1 * r.standard_normal(len(t)),
    "day": lambda r, t: 5 * np.sin(2 * np.pi * t / 1_440 + r.uniform(0, 6)) + noisy(r, t),
    "cycle": lambda r, t: (t + r.integers(0, 97)) % 97 + r.standard_normal(len(t)),
    "stop": lambda r, t: 8 * ((t > 1_000 + r.integers(30)) & (t < 1_600 + r.integers(30))) + r.standard_normal(len(t)),
}


@pytest.mark.parametrize(
    ("course", "code"),
    [("trend", "causes_note_trend"), ("day", "causes_note_trend"), ("cycle", "causes_note_cycle"),
     ("stop", "causes_note_stop")],
)  # fmt: skip
def test_what_the_clock_or_a_stop_gives_to_all_is_no_edge_and_is_said(course, code):
    found = explore(independent(COURSES[course]))
    assert found.edges == ()
    assert code in {note.code for note in found.notes}


@pytest.mark.parametrize("course", ["day", "cycle", "stop"])
def test_a_planted_edge_is_found_beside_what_all_share(course):
    frame = plant(CHAIN, rows=12_000, step_s=60.0)
    shared = independent(COURSES[course], rows=12_000, sensors="abcde")
    both = frame / frame.std() + 0.7 * (shared / shared.std()).to_numpy()
    assert {("a", "b"), ("b", "c")} <= ends(discover(both))


def test_without_an_edge_what_shows_at_one_scale_only_is_said():
    random = np.random.default_rng(3)
    cause = random.standard_normal(300)
    effect = np.concatenate([[0.0], 0.5 * cause[:-1]]) + random.standard_normal(300)
    index = pd.date_range("2025-03-01", periods=300, freq="1min", tz="UTC")
    found = explore(pd.DataFrame({"a": cause, "b": effect}, index=index))
    assert found.edges == ()
    (note,) = [note for note in found.notes if note.code == "causes_note_one_scale"]
    assert "a → b" in str(note.values["links"])

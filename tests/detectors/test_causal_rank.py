"""Root-cause ranking: the sensor where a disturbance entered comes first, with and without a graph."""

import numpy as np
import pandas as pd
import pytest

from detectors.causal import explore, rank
from detectors.causal.residuals import departure
from detectors.causal.rootcause import main_event
from detectors.types import CausalEdge, Detection, Event, Reference, Share, Symptom

ROWS, ONSET, TRAIN = 9000, 7000, 5000
SENSORS = "abcde"
LINKS = (("a", "b", 8, 0.7), ("b", "c", 15, 0.7))
EDGES = (CausalEdge("a", "b", 8.0, 0.3), CausalEdge("b", "c", 15.0, 0.3))


def plant(fault=None, size=4.0, seed=0):
    """A chain a -> b -> c beside d and e; `fault` is the sensor that drifts away from ONSET on."""
    random = np.random.default_rng(seed)
    values = np.zeros((ROWS, len(SENSORS)))
    ramp = np.clip((np.arange(ROWS) - ONSET) / 300, 0, 1) * size
    shocks = random.standard_normal(values.shape)
    for row in range(20, ROWS):
        values[row] = 0.9 * values[row - 1] + 0.4 * shocks[row]
        for cause, effect, lag, gain in LINKS:
            values[row, SENSORS.index(effect)] += 0.2 * gain * values[row - lag, SENSORS.index(cause)]
        if fault:
            values[row, SENSORS.index(fault)] += 0.1 * ramp[row]
    index = pd.date_range("2025-03-01", periods=ROWS, freq="1s", tz="UTC")
    return pd.DataFrame(values + 0.2 * random.standard_normal(values.shape), columns=list(SENSORS), index=index)


def detection(events, symptoms=(), reference=(0, TRAIN)):
    flag = np.zeros(ROWS, dtype=np.int64)
    return Detection(
        score=flag.astype(float),
        flag=flag,
        event=flag,
        events=tuple(events),
        symptoms=tuple(symptoms),
        reference=Reference(*reference, "given"),
        threshold=1.5,
        model="by hand",
    )


def event(shares=(("c", 0.5), ("b", 0.3), ("a", 0.2)), start=ONSET + 40, number=1, severity=3.0, kind="anomaly"):
    carried = tuple(Share(*share) for share in shares)
    return Event(number, start, min(start + 1500, ROWS - 1), start + 300, severity, carried, kind)


def order(candidates):
    return [candidate.sensor for candidate in candidates]


@pytest.mark.parametrize("root", ["a", "b", "c", "d"])
def test_root_is_first_with_the_graph(root):
    assert order(rank(plant(root), detection([event()]), EDGES))[0] == root


@pytest.mark.parametrize("root", ["a", "d"])
def test_root_is_first_with_a_discovered_graph(root):
    frame = plant(root)
    assert order(rank(frame, detection([event()]), explore(frame).edges))[0] == root


def test_root_is_among_the_first_without_a_graph():
    assert "a" in order(rank(plant("a"), detection([event()]), ()))[:2]


def test_graph_moves_the_blame_from_what_it_explains_to_the_root():
    frame = plant("a")
    without = {c.sensor: c.score for c in rank(frame, detection([event()]), ())}
    with_graph = {c.sensor: c.score for c in rank(frame, detection([event()]), EDGES)}
    assert with_graph["a"] > without["a"]
    assert with_graph["c"] < without["c"]


def test_scores_are_shares_that_leave_room_for_the_unseen():
    found = rank(plant("a"), detection([event()]), EDGES)
    assert all(0 < candidate.score <= 1 for candidate in found)
    assert sum(candidate.score for candidate in found) < 1
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


def test_parts_say_how_a_score_came_about():
    root = rank(plant("a"), detection([event()]), EDGES)[0]
    assert root.residual > 2
    assert root.ancestry > 0
    assert root.onset_row is not None
    assert ONSET - 200 < root.onset_row < ONSET + 600


def test_quiet_event_gets_little_confidence():
    calm = sum(c.score for c in rank(plant(), detection([event()]), EDGES))
    loud = sum(c.score for c in rank(plant("a"), detection([event()]), EDGES))
    assert calm < 0.6 < loud


@pytest.mark.parametrize("kind", ["stuck", "dropout"])
def test_broken_channel_is_its_own_root(kind):
    frame = plant()
    frame.iloc[ONSET:, 1] = np.nan if kind == "dropout" else frame.iloc[ONSET, 1]
    symptom = Symptom("b", kind, 1, ONSET, ROWS - 1, 10.0)
    found = rank(frame, detection([event((("b", 1.0),), kind=kind)], [symptom]), EDGES)
    assert order(found)[0] == "b"
    as_anomaly = rank(frame, detection([event((("b", 1.0),))], [symptom]), EDGES)
    assert "b" in order(as_anomaly)[:3]


def test_worst_event_is_ranked_and_planned_changes_are_not():
    frame = plant("a")
    planned = event((("e", 1.0),), start=5200, number=1, severity=50.0, kind="operating_change")
    small = event((("e", 1.0),), start=5600, number=2, severity=1.1)
    assert order(rank(frame, detection([planned, small, event(number=3)]), EDGES))[0] == "a"
    assert rank(frame, detection([planned]), EDGES) == ()


def test_no_event_gives_no_candidates():
    assert rank(plant("a"), detection([]), EDGES) == ()


def test_reference_too_short_to_learn_from_gives_no_candidates():
    assert rank(plant("a"), detection([event()], reference=(0, 12)), EDGES) == ()


def test_reference_after_the_event_serves_as_well():
    frame = plant("d").iloc[::-1].set_index(plant().index)
    early = Event(1, 500, ROWS - ONSET, 1000, 3.0, (Share("d", 1.0),))
    assert order(rank(frame, detection([early], reference=(3000, 8000)), ()))[0] == "d"


def test_edges_to_sensors_that_are_not_in_the_frame_do_not_matter():
    strange = (*EDGES, CausalEdge("nowhere", "a", 3.0, 0.5), CausalEdge("a", "a", 1.0, 0.5))
    assert order(rank(plant("a"), detection([event()]), strange))[0] == "a"


def test_wide_file_ranks_the_sensors_that_carry_the_event():
    frame = plant("a")
    noise = np.random.default_rng(3).standard_normal((ROWS, 100))
    wide = frame.join(pd.DataFrame(noise, index=frame.index, columns=[f"n{i}" for i in range(100)]))
    found = rank(wide, detection([event()]), EDGES)
    assert order(found)[0] == "a"
    assert set(order(found)) <= {"a", "b", "c"}


def test_a_step_is_not_said_to_begin_with_the_block_that_shows_it():
    random = np.random.default_rng(4)
    usual, unusual = random.standard_normal(4000), random.standard_normal(400)
    unusual[110:] += 6.0  # in the middle of blocks of 20, 60 and 200 rows
    _, onset = departure(usual, unusual)
    assert onset is not None
    assert abs(onset - 110) <= 3


def test_a_broken_sensor_does_not_stand_before_a_process_that_weighs_more():
    short, long = Event(1, 7000, 7005, 7000, 10.0, (), "dropout"), Event(2, 7500, 8900, 7500, 5.0, ())
    found = Detection(np.zeros(ROWS), np.zeros(ROWS, dtype=int), np.zeros(ROWS, dtype=int), (short, long), (),
                      Reference(0, TRAIN, "given"), 1.5, "ensemble")  # fmt: skip
    assert main_event(found) is long

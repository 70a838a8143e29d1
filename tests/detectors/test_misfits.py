"""A sensor that leaves what the others say of it is told, and it alone, although its own level says nothing."""

import numpy as np
import pandas as pd
import pytest

from detectors.causal import rootcause
from detectors.causal.rootcause import rank
from detectors.detect import detect
from detectors.normal.behaviour import Account, Behaviour
from detectors.planned.announced import Change, unlike
from detectors.signs.departures import departures
from detectors.signs.misfits import _named, misfits
from detectors.types import CausalEdge, Reference

ROWS, SIZE, LIMIT = 6000, 50, 1.84
REFERENCE = Reference(0, 2400, "given")


def late(x, rows):
    """`x` as what takes `rows` rows to follow it."""
    return pd.Series(x).ewm(alpha=1 / rows, adjust=False).mean().to_numpy()


def gearbox(seed=0, hot=0.0, twin=0.0, more=0.0, rows=ROWS):
    """Load and weather, two temperatures that follow them late and a pressure of its own; `hot` is what the first
    temperature reads too much from row 3600 on, at full load, `twin` the second. `more` load from row 4000 on."""
    rng = np.random.default_rng(seed)
    load = 50 + 40 * np.sin(np.arange(rows) / 130.0 + 3 * late(rng.normal(0, 1, rows), 200))
    load[4000:] += more
    weather = 15 + 8 * np.sin(np.arange(rows) / 700.0) + late(rng.normal(0, 3, rows), 60)
    away = np.clip((np.arange(rows) - 3600) / 600, 0, 1) * load / 90
    oil = 45 + 0.3 * weather + 0.2 * late(load, 90) + rng.normal(0, 0.2, rows) + hot * away
    oil += 0.001 * np.maximum(late(load, 90) - 95, 0) ** 2  # no straight line beyond what was ever asked of it
    bearing = 38 + 0.5 * weather + 0.15 * late(load, 60) + rng.normal(0, 0.2, rows) + twin * away
    pressure = 4 + rng.normal(0, 0.05, rows)
    frame = pd.DataFrame({"load": load, "weather": weather, "oil": oil, "bearing": bearing, "pressure": pressure})
    frame.index = pd.date_range("2025-03-01", periods=rows, freq="60s", tz="UTC")
    return frame


def left(frame, offset=None, reference=REFERENCE):
    return misfits(frame.to_numpy(), offset, reference, SIZE, LIMIT, 3)


def named(frame, **given):
    return sorted({(frame.columns[each.at], each.kind) for each in left(frame, **given)})


@pytest.mark.parametrize("seed", range(6))
def test_a_temperature_too_high_for_its_load_is_told_although_it_was_as_high_before(seed):
    frame = gearbox(seed, hot=4.0)
    assert frame["oil"][4200:].median() < frame["oil"][:2400].max()
    (misfit,) = left(frame)
    assert (frame.columns[misfit.at], misfit.torn) == ("oil", False)
    assert misfit.kind in ("rise", "drift_up")
    assert 3500 <= misfit.start <= 4200
    assert 1.0 < misfit.measured - misfit.foretold < 4.5


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_told_of_what_goes_on_as_ever(seed):
    assert left(gearbox(seed)) == []


def test_a_sensor_that_reads_too_little_is_told_as_that():
    assert [kind in ("fall", "drift_down") for _, kind in named(gearbox(hot=-4.0))] == [True]


def test_two_sensors_that_left_are_both_named_and_no_other():
    frame = gearbox(hot=4.0)
    rng = np.random.default_rng(5)
    frame["current"] = 20 + 0.8 * frame["load"] + rng.normal(0, 1, ROWS)
    frame["flow"] = 3 + 0.1 * frame["load"] + rng.normal(0, 0.2, ROWS)
    frame.loc[frame.index[4000:], "flow"] -= 1.5
    assert named(frame) == [("flow", "fall"), ("oil", "rise")]


def test_two_that_only_tell_each_other_are_torn():
    rng = np.random.default_rng(3)
    level = 20 * np.sin(np.arange(ROWS) / 90.0) + late(rng.normal(0, 30, ROWS), 50)
    frame = pd.DataFrame({"a": level + rng.normal(0, 0.3, ROWS), "b": level + rng.normal(0, 0.3, ROWS)})
    frame["own"] = late(rng.normal(0, 30, ROWS), 50)
    frame.loc[4000:, "b"] += 5.0
    assert named(frame) == [("a", "decoupled"), ("b", "decoupled")]


def test_what_left_a_switch_that_both_follow_is_told_of_both():
    rng = np.random.default_rng(7)
    stage = np.repeat(rng.integers(1, 4, ROWS // 100), 100).astype(float)  # pumps at work: an input, never a suspect
    flow = 100 * stage * np.where(np.arange(ROWS) < 4000, 1.0, 0.9)
    frame = pd.DataFrame({"stage": stage, "flow": flow + rng.normal(0, 3, ROWS)})
    frame["power"] = 5 + 0.05 * flow + rng.normal(0, 0.3, ROWS)
    assert named(frame) == [("flow", "fall"), ("power", "fall")]


class Told:
    """A model in which sensor 0 is away from what the others say until sensor 2, which no one tells, is left aside."""

    moving, varied, usable = np.arange(3), [0, 1, 2], True

    def told_by(self, place, without=()):
        far = 9.0 if place == 0 and 2 not in without else 0.0
        ratio = np.full(60, far)
        return None if place == 2 else Account(place, np.zeros(60), ratio, ratio)


def test_one_that_agrees_when_a_single_other_is_left_aside_is_not_accused():
    (alone,) = _named(Told(), LIMIT, 3, ())
    assert (alone[0].at, alone[1]) == (0, True)


def test_what_a_planned_change_explains_is_no_misfit():
    frame = gearbox(hot=4.0)
    offset = frame.to_numpy() - gearbox().to_numpy()
    assert left(frame) != []
    assert left(frame, offset=offset) == []


def test_an_operating_point_that_the_reference_never_had_raises_doubts_and_no_misfit():
    assert left(gearbox(more=60.0)) == []


def test_sensors_that_wandered_once_tell_nothing_of_each_other():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame({f"s{i}": late(np.cumsum(rng.normal(0, 1, ROWS)), 20) for i in range(8)})
        assert left(frame) == []


def test_more_sensors_than_a_few_are_another_way_of_running():
    frame = gearbox()
    rng = np.random.default_rng(1)
    for i in range(5):
        frame[f"more{i}"] = frame["load"] * (i + 1) + rng.normal(0, 1, ROWS)
        frame.loc[frame.index[4000:], f"more{i}"] += 20.0 * (i + 1) * (-1) ** i
    assert left(frame) == []


def test_a_silent_sensor_has_not_left():
    frame = gearbox()
    frame.loc[frame.index[3800:], "oil"] = np.nan
    assert departures(frame, REFERENCE, None, (), (), 60.0) == ()


def test_too_short_a_reference_or_too_many_sensors_give_no_account():
    short = Reference(0, 500, "given")
    assert not Behaviour(gearbox().to_numpy(), short, SIZE).usable
    wide = np.random.default_rng(0).normal(size=(3000, 151))
    assert not Behaviour(wide, Reference(0, 1500, "given"), SIZE).usable


def test_a_misfit_is_a_departure_with_what_should_go_with_the_others():
    found = detect(gearbox(hot=4.0), train=2400)
    (departure,) = found.departures
    (sign,) = departure.symptoms
    assert (sign.sensor, departure.event.kind) == ("oil", "departure")
    assert sign.values["before"] == sign.values["foretold"] < sign.values["after"]
    assert found.flag.sum() == 0


def crusher(seed):
    """Two bearings that warm with the feed, the far one too much from row 3600 on, and a vibration that alarms then."""
    rng = np.random.default_rng(seed)
    feed = 300 + 60 * np.sin(np.arange(ROWS) / 90.0) + late(rng.normal(0, 400, ROWS), 60)
    heat, away = 40 + 0.06 * late(feed, 90), np.clip((np.arange(ROWS) - 3600) / 800, 0, 1)
    frame = pd.DataFrame({"feed": feed + rng.normal(0, 5, ROWS), "near": heat + rng.normal(0, 0.15, ROWS)})
    frame["far"] = heat + 1 + rng.normal(0, 0.15, ROWS) + 11 * away
    frame["vibration"] = 1.8 + 0.003 * feed + np.abs(rng.normal(0, 0.25, ROWS)) + 2.5 * away
    frame.index = pd.date_range("2025-03-01", periods=ROWS, freq="5s", tz="UTC")
    return frame


@pytest.mark.parametrize("seed", range(3))
def test_a_sensor_that_goes_on_as_ever_is_no_origin_because_its_neighbour_left(seed, monkeypatch):
    frame, edges = crusher(seed), [CausalEdge("far", "near", 10.0, 0.9)]
    found = detect(frame, train=2400)
    score = {root.sensor: root.score for root in rank(frame, found, edges)}
    assert score.get("near", 0.0) < 0.1 < score["far"] < score["vibration"]
    monkeypatch.setattr(rootcause, "misfits", lambda *_given: [])
    assert rank(frame, found, edges)[0].sensor == "near"


def change(kind, start, before="", after="", column="grade", sensors=()):
    return Change(kind, column, start, start, before, after, sensors=sensors)


def test_a_product_that_the_reference_never_had_and_a_recalibration_may_tie_the_sensors_in_another_way():
    fresh, back = change("context", 3600, "A", "B"), change("context", 4800, "B", "A")
    assert unlike([fresh, back], REFERENCE) == (3600, frozenset())
    assert unlike([change("context", 600, "A", "B"), change("context", 1200, "B", "A"), fresh], REFERENCE)[0] is None
    assert unlike([change("setpoint", 3600, "1", "2")], REFERENCE) == (None, frozenset())
    moved = change("recalibration", 3600, after="oil re-zeroed", sensors=("oil",))
    assert unlike([moved], REFERENCE) == (None, frozenset({"oil"}))
    frame = gearbox(hot=4.0)
    assert departures(frame, REFERENCE, None, (), (), 60.0) != ()
    assert departures(frame, REFERENCE, None, (), (), 60.0, announced=[fresh]) == ()
    assert departures(frame, REFERENCE, None, (), (), 60.0, announced=[moved]) == ()

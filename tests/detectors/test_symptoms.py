"""Each kind of symptom is told from the others, with its numbers, and strengths compare over sensors."""

import numpy as np
import pandas as pd
import pytest

from detectors.signs.channels import ChannelFinding
from detectors.signs.measured import Sign, with_slow
from detectors.signs.symptoms import measure
from detectors.types import Event, Reference, Share

ROWS, NORMAL, START = 8000, 4000, 6000
REFERENCE = Reference(0, NORMAL, "given")


@pytest.fixture
def frame():
    rng = np.random.default_rng(3)
    index = pd.date_range("2025-01-01", periods=ROWS, freq="s", tz="UTC")
    return pd.DataFrame(rng.normal(100, 2, (ROWS, 3)), index=index, columns=["a", "b", "c"])


def event(start=START, end=ROWS - 1, shares=(("a", 1.0),), kind="anomaly"):
    return Event(1, start, end, start, 3.0, tuple(Share(*s) for s in shares), kind)


def of(frame, sensor="a", **kw):
    found = measure(frame, REFERENCE, [event(**kw)], step_s=1.0)
    assert {s.sensor for s in found} <= {sensor}, found
    return {s.kind: s for s in found}


def test_ordinary_sensors_have_no_symptom(frame):
    assert measure(frame, REFERENCE, [event(shares=(("a", 0.05),))]) == ()


@pytest.mark.parametrize(("size", "kind"), [(6.0, "rise"), (-6.0, "fall")])
def test_step_has_its_size_in_units_sigmas_and_percent(frame, size, kind):
    frame.iloc[START + 40 :, 0] += size
    symptom = of(frame)[kind]
    assert symptom.values["before"] == pytest.approx(100, abs=0.2)
    assert symptom.values["change"] == pytest.approx(size, abs=0.5)
    assert symptom.values["change_sigma"] == pytest.approx(size / 2, abs=0.4)
    assert symptom.values["change_percent"] == pytest.approx(size, abs=0.5)
    assert symptom.onset == pytest.approx(START + 40, abs=15)


@pytest.mark.parametrize(("slope", "kind"), [(9.0, "drift_up"), (-9.0, "drift_down")])
def test_drift_has_its_slope_per_hour(frame, slope, kind):
    frame.iloc[START:, 0] += np.linspace(0, slope, ROWS - START)
    symptom = of(frame)[kind]
    assert symptom.values["slope_per_h"] == pytest.approx(slope * 3600 / (ROWS - START), rel=0.15)
    assert symptom.onset == pytest.approx(START, abs=500)


def test_wider_spread_is_a_swing_with_its_ratio(frame):
    frame.iloc[START:, 0] = 100 + 3 * (frame.iloc[START:, 0] - 100)
    found = of(frame)
    assert set(found) == {"swing"}
    assert found["swing"].values["spread_ratio"] == pytest.approx(3, abs=0.4)
    assert found["swing"].onset == pytest.approx(START, abs=60)


def test_narrower_spread_is_calm(frame):
    frame.iloc[START:, 0] = 100 + 0.2 * (frame.iloc[START:, 0] - 100)
    found = of(frame)
    assert set(found) == {"calm"}
    assert found["calm"].values["spread_ratio"] == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize("period", [12.0, 90.0, 300.0])
def test_periodic_component_is_an_oscillation_with_its_period(frame, period):
    frame.iloc[START:, 0] += 6 * np.sin(2 * np.pi * np.arange(ROWS - START) / period)
    found = of(frame)
    assert set(found) == {"oscillation"}
    assert found["oscillation"].values["period_s"] == pytest.approx(period, rel=0.05)


def test_loop_that_always_oscillates_is_ordinary(frame):
    frame["a"] += 6 * np.sin(2 * np.pi * np.arange(ROWS) / 90)
    assert of(frame, shares=(("a", 0.05),)) == {}


def test_sensor_that_wanders_by_itself_is_judged_by_its_own_wandering():
    rng = np.random.default_rng(5)
    wander = np.convolve(rng.normal(size=ROWS + 999), np.ones(1000) / 30, "valid")
    frame = pd.DataFrame({"a": wander + 0.1 * rng.normal(size=ROWS)})
    found = measure(frame, REFERENCE, [event(shares=(("a", 0.05),))])
    assert all(s.strength < 8 for s in found)


def test_ordinary_sensor_that_carries_the_event_is_decoupled(frame):
    found = of(frame, shares=(("a", 0.9),))
    assert set(found) == {"decoupled"}
    assert found["decoupled"].values["share_percent"] == pytest.approx(90)


def test_channel_findings_are_repeated_and_silence_the_rest(frame):
    frame.iloc[START:, 0] = 100.0
    stuck = ChannelFinding("a", "stuck", START, ROWS - 1, START + 20, 9.0, {"value": 100.0})
    (symptom,) = measure(frame, REFERENCE, [event(kind="stuck")], [(1, stuck)])
    assert (symptom.kind, symptom.event, symptom.onset) == ("stuck", 1, START)


def test_planned_offset_is_taken_off_but_readings_are_shown_as_read(frame):
    offset = np.zeros((ROWS, 3))
    offset[5000:, 0] = 20.0
    frame.iloc[5000:, 0] += 20.0
    frame.iloc[START:, 0] += 8.0
    (symptom,) = measure(frame, REFERENCE, [event()], offset=offset)
    assert symptom.kind == "rise"
    assert symptom.values["before"] == pytest.approx(120, abs=0.5)
    assert symptom.values["change"] == pytest.approx(8, abs=0.5)


def test_planned_changes_have_no_symptoms(frame):
    frame.iloc[START:, 0] += 9.0
    assert measure(frame, REFERENCE, [event(kind="operating_change")]) == ()


def test_strength_orders_sensors(frame):
    frame.iloc[START:, 0] += 4.0
    frame.iloc[START:, 1] += 12.0
    found = measure(frame, REFERENCE, [event()])
    assert [s.sensor for s in found] == ["b", "a"]


@pytest.mark.parametrize("length", [1, 3, 9, 40])
def test_short_events_and_gaps_do_not_break_it(frame, length):
    frame.iloc[START : START + 200, 0] = np.nan
    frame.iloc[START + 200 :, 1] += 20
    found = measure(frame, REFERENCE, [event(START + 195, START + 195 + length)])
    assert all(np.isfinite(list(s.values.values())).all() for s in found)


def test_losses_in_bursts_are_one_dropout(frame):
    bursts = [ChannelFinding("a", "dropout", at, at + 20, at + 9, 2.0, {"rows": 21.0}) for at in (6100, 6300, 6600)]
    (symptom,) = measure(frame, REFERENCE, [event(kind="dropout")], [(1, b) for b in bursts])
    assert (symptom.onset, symptom.end, symptom.values["bursts"], symptom.values["rows"]) == (6100, 6620, 3, 63)


def test_what_swung_wider_before_it_became_periodic_keeps_its_onset_and_comes_first():
    wider = Sign(0, "swing", 100, 12.0, {"spread_ratio": 4.0})
    at_once = Sign(1, "swing", 295, 12.0, {"spread_ratio": 4.0})
    calm = Sign(2, "calm", 100, 12.0, {"spread_ratio": 0.3})
    slow = [Sign(at, "oscillation", 300, 13.0, {"period_s": 20.0}) for at in range(3)]
    told = with_slow([wider, at_once, calm], slow, 1.0)
    assert [(s.at, s.kind) for s in told] == [(0, "swing"), *((at, "oscillation") for at in range(3))]
    assert told[1].strength < wider.strength
    assert [s.strength for s in told[2:]] == [13.0, 13.0]

"""A slow oscillation is found with its period and whether it goes on; natural cycles and noise stay calm."""

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter

from detectors.detect import detect
from detectors.signs.leading import leads
from detectors.signs.oscillations import oscillations
from detectors.types import Reference

STEP_S, PERIOD_S, HOURS = 10, 1200, 12
ROWS = HOURS * 3600 // STEP_S
ONSET, PERIOD = ROWS // 2, PERIOD_S // STEP_S
REFERENCE = Reference(0, int(0.4 * ROWS), "given")
SHAPES = {
    "steady": lambda part: np.ones_like(part),
    "growing": lambda part: part,
    "damped": lambda part: np.exp(-3 * part),
}


def noise(rng, rows, sigma, own=0.0):
    """First-order autoregression with standard deviation `sigma`."""
    return lfilter([sigma * np.sqrt(1 - own**2)], [1, -own], rng.normal(size=rows + 500))[500:]


def plant(seed=0, amplitude=0.3, end=ROWS, shape="steady", own=0.95):
    """Four ordinary sensors and a pressure that oscillates from ONSET to `end`."""
    rng = np.random.default_rng(seed)
    data = {f"s{i}": 50 + noise(rng, ROWS, 1.0, 0.6) for i in range(4)}
    t = np.arange(end - ONSET)
    pressure = 6 + noise(rng, ROWS, 0.07, own)
    pressure[ONSET:end] += amplitude * SHAPES[shape](t / len(t)) * np.sin(2 * np.pi * t / PERIOD)
    index = pd.date_range("2026-01-05", periods=ROWS, freq=f"{STEP_S}s", tz="UTC")
    return pd.DataFrame({**data, "pressure": pressure}, index=index)


def told(frame):
    """Signs of an oscillation in events and departures, and the events and departures themselves."""
    found = detect(frame, train=REFERENCE.end)
    signs = [*found.symptoms, *(s for d in found.departures for s in d.symptoms)]
    return [s for s in signs if s.kind == "oscillation"], [*found.events, *(d.event for d in found.departures)]


@pytest.mark.parametrize("own", [0.0, 0.95])
@pytest.mark.parametrize(("end", "amplitude"), [(ROWS, 0.3), (ROWS, 0.15), (ROWS - 900, 0.3)])
def test_a_slow_oscillation_is_one_event_with_period_amplitude_and_end(end, amplitude, own):
    (sign,), (event,) = told(plant(end=end, amplitude=amplitude, own=own))
    assert sign.sensor == event.shares[0].name == "pressure"
    assert sign.values["period_s"] == pytest.approx(PERIOD_S, rel=0.02)
    assert sign.values["amplitude"] == pytest.approx(amplitude, rel=0.15)
    assert sign.onset == pytest.approx(ONSET, abs=PERIOD)
    assert sign.end == pytest.approx(end - 1, abs=PERIOD)
    assert event.end == pytest.approx(end - 1, abs=2 * PERIOD)


@pytest.mark.parametrize(("shape", "low", "high"), [("steady", 0.7, 1.4), ("growing", 1.5, 9), ("damped", 0.05, 0.67)])
def test_growth_and_decay_are_told(shape, low, high):
    (sign,), _ = told(plant(shape=shape, own=0.8))
    assert low < sign.values["amplitude_ratio"] < high
    assert sign.values["period_s"] == pytest.approx(PERIOD_S, rel=0.03)


def calm(seed, rows=4000):
    """Columns without an oscillation that the first part does not show: noise, natural cycles, drifts, steps."""
    rng, t = np.random.default_rng(seed), np.arange(rows)
    columns = [lfilter([1], [1, -own], rng.normal(size=rows)) for own in (0, 0.5, 0.9, 0.98, 0.995, 1.0)]
    for period, own in ((60, 0.98), (120, 0.99), (200, 0.995)):  # cycles that noise drives
        columns.append(lfilter([1], [1, -2 * own * np.cos(2 * np.pi / period), own**2], rng.normal(size=rows)))
    wander = 1 + 0.4 * np.sin(2 * np.pi * t / 1100 + rng.uniform(0, 6))
    columns.append(np.sin(2 * np.pi * t / 90) * wander + 0.3 * rng.normal(size=rows))
    columns.append(np.sin(np.cumsum(2 * np.pi / (100 * (0.85 + 0.3 * wander / 2)))) + 0.3 * rng.normal(size=rows))
    columns.append(np.sin(2 * np.pi * t / 1440) + 0.1 * rng.normal(size=rows))
    columns.append(np.maximum(0, t - 2000) * 0.005 + rng.normal(size=rows))
    columns.append((t > 2500) * 5.0 + rng.normal(size=rows))
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("share", [0.15, 0.4])
def test_noise_natural_cycles_drifts_and_steps_are_none(share):
    assert [oscillations(calm(seed), Reference(0, int(4000 * share), "given")) for seed in range(20)] == [[]] * 20


def test_both_views_must_show_it():
    values = plant().to_numpy()
    answer = np.zeros_like(values)
    answer[ONSET:, 4] = 0.3 * np.sin(2 * np.pi * np.arange(ROWS - ONSET) / PERIOD)  # a setpoint that swings explains it
    assert oscillations(values, REFERENCE, answer) == []
    assert [o.at for o in oscillations(values, REFERENCE, np.zeros_like(values))] == [4]


def coupled(seed, behind, later):
    """Two sensors that share a limit cycle of 120 rows: the second `behind` rows late, from `later` rows on."""
    rng, t = np.random.default_rng(seed), np.arange(4000)
    cycle = np.sin(2 * np.pi * t / 120)
    second = 0.8 * np.roll(cycle, behind) * (t >= 2000 + later) + 0.2 * rng.normal(size=4000)
    first = cycle * (t >= 2000) + 0.3 * rng.normal(size=4000)
    values = np.stack([second, first, rng.normal(size=4000)], axis=1)
    return values, oscillations(values, Reference(0, 1600, "given"))


@pytest.mark.parametrize(("behind", "later", "how"), [(18, 0, "phase"), (20, 300, "onset"), (90, 300, "onset")])
def test_who_leads_and_by_how_much(behind, later, how):
    for seed in range(5):
        values, found = coupled(seed, behind, later)
        (lead,) = leads(values, found)
        assert (lead.leader, lead.follower, lead.how) == (1, 0, how)
        assert lead.behind == pytest.approx(behind, abs=2)


@pytest.mark.parametrize("behind", [0, 60])
def test_nobody_leads_where_phases_are_the_same_or_opposite(behind):
    for seed in range(5):
        values, found = coupled(seed, behind, 0)
        assert len(found) == 2
        assert leads(values, found) == []


def test_a_follower_names_its_leader_in_the_symptoms():
    frame = plant(own=0.5)
    frame["flow"] = 40 + 2 * np.roll(frame["pressure"] - 6, 20) + np.random.default_rng(1).normal(0, 0.1, ROWS)
    signs, _ = told(frame)
    follower = next(s for s in signs if s.sensor == "flow")
    assert follower.follows == "pressure"
    assert follower.values["behind_s"] == pytest.approx(20 * STEP_S, abs=20)
    assert next(s for s in signs if s.sensor == "pressure").values["leads"] == 1

"""A pump that goes on and off: its level is that of the pump at work, however long it works."""

import numpy as np
import pandas as pd
import pytest

from detectors.planned.running import idle
from detectors.signs.symptoms import measure
from detectors.types import Event, Reference, Share

ROWS, NORMAL = 6000, 2400


def pump(seed, work, off=0.0):
    """Current and flow of a pump; `work` (n,) is the share of each hundred rows in which it runs."""
    rng = np.random.default_rng(seed)
    on = np.arange(ROWS) % 100 < 100 * work
    noise = rng.normal(size=(ROWS, 3))
    frame = pd.DataFrame(
        {"current": np.where(on, 84.0, off) + 0.4 * noise[:, 0], "flow": np.where(on, 410.0, 0.0) + 2 * noise[:, 1],
         "temperature": 33 + 0.2 * noise[:, 2]}
    )  # fmt: skip
    return frame, on


def levels(frame, start=NORMAL + 600):
    event = Event(1, start, ROWS - 1, start, 4.0, (Share("flow", 0.5), Share("current", 0.5)))
    signs = measure(frame, Reference(0, NORMAL, "given"), [event], step_s=60.0)
    return {s.sensor: s for s in signs if s.kind in ("rise", "fall", "drift_up", "drift_down")}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("work", [0.6, 0.8])
def test_wear_is_a_loss_of_flow_although_the_pump_runs_longer(seed, work):
    frame, on = pump(seed, np.where(np.arange(ROWS) < NORMAL, 0.35, work))
    frame.loc[NORMAL:, "flow"] -= 150.0 * on[NORMAL:]
    found = levels(frame)
    assert found["flow"].values["change"] == pytest.approx(-150, abs=5)
    assert "current" not in found


def test_a_pump_that_no_longer_stops_is_told():
    frame, _ = pump(0, np.where(np.arange(ROWS) < NORMAL, 0.35, 1.0))
    assert levels(frame)["current"].values["change"] > 80


@pytest.mark.parametrize("seed", range(3))
def test_what_goes_in_step_with_the_pump_and_never_comes_to_nothing_is_compared_at_work_too(seed):
    """A tank on the roof leaves pressure in the pipe."""
    frame, on = pump(seed, np.where(np.arange(ROWS) < NORMAL, 0.35, 0.7))
    rng = np.random.default_rng(seed)
    frame["pressure"] = np.where(on, 6.0 - 0.4 * (np.arange(ROWS) >= NORMAL), 1.5) + 0.02 * rng.normal(size=ROWS)
    assert levels(frame)["pressure"].values["change"] == pytest.approx(-0.4, abs=0.05)


@pytest.mark.parametrize("seed", range(3))
def test_an_event_within_one_run_is_compared_with_the_pump_at_work(seed):
    """Not with a median that is nothing, nor with a spread that standing still has."""
    frame, on = pump(seed, np.full(ROWS, 0.35))
    frame["flow"] -= 20.0 * (on & (np.arange(ROWS) >= 5000))
    event = Event(1, 5000, 5030, 5000, 4.0, (Share("flow", 1.0),))
    signs = {s.sensor: s for s in measure(frame, Reference(0, NORMAL, "given"), [event], step_s=60.0)}
    assert set(signs) == {"flow"}
    assert signs["flow"].values["change"] == pytest.approx(-20, abs=2)


def test_sensors_with_one_state_or_two_at_work_have_no_standstill():
    rng = np.random.default_rng(3)
    one = rng.normal(84, 1, ROWS)
    near = np.where(np.arange(ROWS) % 100 < 40, 84.0, 60.0) + rng.normal(size=ROWS)
    once = np.where(np.arange(ROWS) < 500, 0.0, 84.0) + 0.1 * rng.normal(size=ROWS)
    noise = rng.normal(0, 1, ROWS)
    values = np.column_stack([one, near, once, noise])
    assert not idle(values, values[:NORMAL]).rows.any()

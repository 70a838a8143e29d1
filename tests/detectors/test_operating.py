"""Planned changes are explained within bounds; nothing is explained without evidence, nor beyond it."""

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter

from detectors.planned.announced import changes
from detectors.planned.operating import explain
from detectors.types import Reference

ROWS, NORMAL, CHANGE = 20_000, 8000, 12_000
REFERENCE = Reference(0, NORMAL, "given")
GAIN = 10.0


def plan(after=0.7, back=None):
    """Speed setpoint: small moves in the reference period, then a large one."""
    speed = np.repeat([1.0, 1.05, 0.95, 1.02, 0.97, 1.04, 0.96, 1.0], NORMAL // 8)
    rest = np.full(ROWS - NORMAL, 1.0)
    rest[CHANGE - NORMAL :] = after
    if back is not None:
        rest[back - NORMAL :] = 1.0
    return np.concatenate([speed, rest])


def caster(speed, seed=0):
    """Two currents that follow the speed within a minute, one pressure that does not."""
    rng = np.random.default_rng(seed)
    followed = lfilter([1 / 20], [1, -19 / 20], speed - speed[0]) + speed[0]
    frame = pd.DataFrame(
        {
            "first": 30 + GAIN * followed + 0.1 * rng.normal(size=ROWS),
            "second": 50 + 2 * GAIN * followed + 0.1 * rng.normal(size=ROWS),
            "pressure": 100 + rng.normal(size=ROWS),
            "speed_set": speed,
        }
    )
    return frame


def explained(frame, context=None, names=None):
    announced = changes(frame, ["speed_set"], context, names or {})
    return explain(frame, ["first", "second", "pressure"], announced, REFERENCE, 1.0)


def excuse(found, loud):
    return found.excuse(loud, lambda waiting: loud & ~waiting)


def note(text):
    texts = pd.Series([None] * ROWS, dtype="str")
    texts[CHANGE] = text
    return pd.DataFrame({"note": texts})


def test_nothing_is_explained_without_an_announcement():
    frame = caster(plan())
    frame["speed_set"] = 1.0
    found = explained(frame)
    assert found.offset is None
    assert found.planned == ()


def test_moves_inside_the_reference_range_explain_nothing_but_their_own_duration():
    found = explained(caster(plan(after=1.03)))
    assert found.offset is None
    waiting, excused = excuse(found, np.arange(ROWS) >= CHANGE)
    assert waiting[CHANGE]
    assert waiting.sum() <= 70
    assert excused == ()


def test_planned_change_is_explained_for_the_sensors_that_follow():
    found = explained(caster(plan()))
    late = found.offset[CHANGE + 2000 :].mean(axis=0)
    assert late == pytest.approx([-0.3 * GAIN, -0.6 * GAIN, 0], abs=0.4)
    (each,) = found.planned
    assert each.start == CHANGE
    assert (np.abs(each.shift[:2]) > 2).all()
    assert abs(each.shift[2]) < 2
    assert 20 <= each.after[0] <= 200


def test_offset_goes_when_the_setpoint_returns():
    found = explained(caster(plan(back=16_000)))
    assert np.abs(found.offset[15_900]).max() > 2
    assert np.abs(found.offset[-1]).max() < 0.1


def test_offset_is_causal():
    frame = caster(plan())
    whole = explained(frame).offset
    for cut in (CHANGE + 100, CHANGE + 700, CHANGE + 3000):
        other = frame.copy()
        other.iloc[cut:, :3] += 50
        assert np.allclose(explained(other).offset[:cut], whole[:cut])


def test_step_fault_at_the_same_moment_is_not_talked_away():
    frame = caster(plan())
    frame.loc[CHANGE:, "first"] += 4.0  # the reference period says -3 at this speed, not +1
    left = frame["first"] - explained(frame).offset[:, 0]
    assert left.iloc[CHANGE + 2000 :].mean() - left.iloc[:NORMAL].mean() > 1.0


def test_drift_that_goes_on_stays_visible():
    frame = caster(plan())
    frame.loc[CHANGE:, "first"] += np.linspace(0, 8, ROWS - CHANGE)
    left = frame["first"] - explained(frame).offset[:, 0]
    assert left.iloc[-200:].mean() - left.iloc[:NORMAL].mean() > 4


def test_setpoint_that_never_moved_before_leaves_the_shift_open_but_bounded():
    speed = np.where(np.arange(ROWS) < CHANGE, 1.0, 0.8)
    found = explained(caster(speed))
    assert found.offset[-1, 0] == pytest.approx(-0.2 * GAIN, abs=0.4)
    wild = caster(speed)
    wild.loc[CHANGE:, "pressure"] += 500
    assert found.offset[-1, 2] == pytest.approx(0, abs=0.5)
    assert explained(wild).offset[-1, 2] < 100


def test_new_product_may_move_any_level():
    frame = caster(plan(after=1.0))
    frame.loc[CHANGE:, "pressure"] += 3.0
    grades = pd.DataFrame({"grade": np.where(np.arange(ROWS) < CHANGE, "A", "B")}, dtype="str")
    found = explained(frame, grades)
    assert found.offset[-1, 2] == pytest.approx(3, abs=0.7)


def test_recalibration_moves_the_named_sensor_only():
    frame = caster(plan(after=1.0))
    frame.loc[CHANGE:, "pressure"] += 3.0
    frame.loc[CHANGE:, "first"] += 3.0
    found = explained(frame, note("recalibrated pressure transmitter, offset +3"))
    assert found.offset[-1, 2] == pytest.approx(3, abs=0.7)
    assert not found.offset[:, 0].any()


def test_alarms_wait_while_a_planned_change_settles_and_no_longer():
    found = explained(caster(plan()))
    alarmed = np.zeros(ROWS, dtype=bool)
    alarmed[CHANGE + 5 : CHANGE + 90] = True
    waiting, excused = excuse(found, alarmed)
    assert waiting[CHANGE : CHANGE + 90].all()
    assert not waiting[CHANGE + 450 :].any()
    assert len(excused) == 1


def test_alarm_that_does_not_end_comes_through():
    found = explained(caster(plan()))
    alarmed = np.zeros(ROWS, dtype=bool)
    alarmed[CHANGE + 5 :] = True
    waiting, _ = excuse(found, alarmed)
    assert waiting[CHANGE + 5]
    assert not waiting[CHANGE + 1000 :].any()


def test_alarm_that_was_on_before_goes_on():
    found = explained(caster(plan()))
    alarmed = np.zeros(ROWS, dtype=bool)
    alarmed[CHANGE - 100 :] = True
    waiting, excused = excuse(found, alarmed)
    assert not waiting.any()
    assert excused == ()

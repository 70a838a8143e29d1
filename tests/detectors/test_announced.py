"""Announced changes: setpoint moves, products, notes of planned work; nothing else."""

import numpy as np
import pandas as pd
import pytest

from detectors.planned.announced import changes, mentioned

ROWS = 1000


def frame_with(**columns):
    base = {"level": np.zeros(ROWS), "speed": np.ones(ROWS)}
    return pd.DataFrame(base | columns)


def context_with(column, **texts):
    series = pd.Series([None] * ROWS, dtype="str")
    for row, text in texts.items():
        series[int(row[1:])] = text
    return pd.DataFrame({column: series})


def test_ramp_of_a_setpoint_is_one_change_with_its_values():
    plan = np.concatenate([np.full(400, 1.2), np.linspace(1.2, 1.0, 100), np.full(500, 1.0)])
    (found,) = changes(frame_with(speed_set=plan), ["speed_set"], None, {})
    assert (found.kind, found.column, found.before, found.after) == ("setpoint", "speed_set", "1.2", "1")
    assert 400 <= found.start <= 401
    assert found.end == 499
    assert (found.low, found.high) == (1.0, 1.2)


def test_setpoint_that_moves_all_the_time_announces_nothing():
    plan = np.random.default_rng(0).normal(size=ROWS)
    assert changes(frame_with(speed_set=plan), ["speed_set"], None, {}) == ()


def test_gap_in_a_setpoint_is_no_change():
    plan = np.full(ROWS, 1.2)
    plan[300:400] = np.nan
    assert changes(frame_with(speed_set=plan), ["speed_set"], None, {}) == ()


@pytest.mark.parametrize("column", ["steel_grade", "钢种", "Product", "recipe"])
def test_new_product_is_a_change(column):
    grades = pd.DataFrame({column: ["A"] * 600 + ["B"] * 400}, dtype="str")
    (found,) = changes(frame_with(), [], grades, {})
    assert (found.kind, found.start, found.before, found.after) == ("context", 600, "A", "B")


@pytest.mark.parametrize("column", ["status", "alarm", "state"])
def test_states_are_no_excuse(column):
    states = pd.DataFrame({column: ["OK"] * 600 + ["FAULT"] * 400}, dtype="str")
    assert changes(frame_with(), [], states, {}) == ()


@pytest.mark.parametrize("text", ["planned speed change -0.2", "计划降速 -0.2 m/min"])
def test_planned_note_counts(text):
    (found,) = changes(frame_with(), [], context_with("note", r500=text), {})
    assert (found.kind, found.start) == ("context", 500)


def test_planned_note_adds_nothing_to_a_setpoint_nor_a_grade_note_to_a_grade_column():
    frame = frame_with(speed_set=np.full(ROWS, 1.2))
    assert changes(frame, ["speed_set"], context_with("note", r500="planned speed change"), {}) == ()
    both = context_with("note", r500="grade change A to B").assign(grade=["A"] * 500 + ["B"] * 500)
    assert [c.column for c in changes(frame_with(), [], both, {})] == ["grade"]


@pytest.mark.parametrize("text", ["noise on S8, fitter called", "level jumping", "ladle change", "噪声大"])
def test_other_notes_excuse_nothing(text):
    assert changes(frame_with(), [], context_with("note", r500=text), {}) == ()


@pytest.mark.parametrize("text", ["recalibrated the level transmitter", "结晶器液位计重新标定"])
def test_recalibration_names_its_sensors(text):
    (found,) = changes(frame_with(), [], context_with("note", r500=text), {"level": ["结晶器液位"]})
    assert (found.kind, found.sensors) == ("recalibration", ("level",))


def test_recalibration_of_nothing_known_excuses_nothing():
    assert changes(frame_with(), [], context_with("note", r500="recalibrated the scales"), {}) == ()


def test_note_repeated_over_rows_counts_once():
    note = context_with("note", r500="planned stop", r501="planned stop", r502="planned stop")
    assert len(changes(frame_with(), [], note, {})) == 1


def test_longest_name_wins():
    spoken = {"temp": ("temp", "water temp"), "temp_in": ("temp_in",), "flow": ("flow",)}
    assert mentioned("zeroed temp in", spoken) == ("temp_in",)
    assert mentioned("zeroed water-temp", spoken) == ("temp",)
    assert mentioned("temperature", spoken) == ()


def test_notes_of_one_moment_come_in_one_order_whatever_that_of_their_columns():
    # A set of columns once gave them in an order that differed from process to process, and with them the regressors.
    names = [f"note {letter}" for letter in "abcdefgh"]
    notes = pd.concat([context_with(name, r500="level recalibrated") for name in names], axis=1)
    orders = [notes, notes[names[::-1]], notes[[*names[4:], *names[:4]]]]
    told = [[c.column for c in changes(frame_with(), [], context, {})] for context in orders]
    assert told == [names] * 3

"""What of a request was not done: the first line, and what there is instead."""

from types import SimpleNamespace

import pandas as pd
import pytest

from workers.contracts import Block
from workers.telling import undone


def run(kinds, failed=(), columns=(), **more):
    """A run of tasks of these kinds, numbered from 1, of which the numbers `failed` could not be done."""
    tasks = [SimpleNamespace(kind=kind, order=n, values={}) for n, kind in enumerate(kinds, start=1)]
    done = {task.order: SimpleNamespace(status="failed" if task.order in failed else "done") for task in tasks}
    reading = SimpleNamespace(context=pd.DataFrame({name: ["a"] for name in columns}))
    return SimpleNamespace(tasks=tasks, handled=SimpleNamespace(done=done), reading=reading, lang="en", **more)


@pytest.mark.parametrize(
    ("kinds", "failed", "noted", "said"),
    [
        (["statistics", "resample"], (), False, "headline_done"),
        (["statistics", "resample"], (), True, "headline_in_part"),
        (["statistics", "resample"], (2,), False, "headline_in_part"),
        (["statistics", "resample"], (2,), True, "headline_in_part"),
        (["statistics", "resample"], (1, 2), False, "headline_not_done"),
        (["clean", "statistics"], (2,), False, "headline_not_done"),  # cleaning alone was not asked for
        (["clean"], (1,), False, "headline_done"),
    ],
)
def test_the_first_line_says_whether_all_a_part_or_nothing_was_done(monkeypatch, kinds, failed, noted, said):
    monkeypatch.setattr(undone, "notes", lambda _run: [Block(kind="note", text="no")] if noted else [])
    assert undone.headline(run(kinds, failed)) == said


@pytest.mark.parametrize(
    ("columns", "there"), [(("grade", "shift"), "(there are: grade, shift)"), ((), "(there are: -)")]
)
def test_a_group_without_a_column_is_told_with_the_columns_that_there_are(columns, there):
    (text,) = undone._groups(run(["statistics"], columns=columns), "mean pressure per recipe")
    assert "“recipe”" in text
    assert there in text


def test_nothing_is_said_of_groups_that_nobody_asked_for():
    assert undone._groups(run(["statistics"]), "mean pressure per hour") == []
    assert undone._groups(run(["plot"]), "plot the pressure per recipe") == []


def test_nothing_is_said_of_a_group_that_was_found():
    made = run(["statistics"], columns=("grade",))
    made.tasks[0].values["by"] = "grade"
    assert undone._groups(made, "mean pressure per grade") == []


@pytest.mark.parametrize(
    ("values", "unit", "drawn"),
    [
        ({}, "A", False),
        ({"limit": 45}, "A", True),
        ({"limit": 45, "unit": "A"}, "A", True),
        ({"limit": 45, "unit": "°C"}, "C", True),  # one unit, written in two ways
        ({"limit": 45, "unit": "bar"}, "A", False),
        ({"limit": 45, "unit": "bar"}, "", True),
        ({"limit": 45, "limit_for": ["S9"]}, "A", False),
        ({"limit": 45, "limit_for": ["S8", "S9"]}, "A", True),
        ({"limit": 0.045, "unit": "kA"}, "A", True),
    ],
)
def test_a_limit_is_drawn_for_its_own_sensor_in_its_own_unit(values, unit, drawn):
    names, task = SimpleNamespace(unit=lambda _sensor: unit), SimpleNamespace(values=values)
    assert undone.drawn_limits(names, task, "S8") == ([45.0] if drawn else [])


@pytest.mark.parametrize(
    ("sensors", "told"), [(["P1"], True), (["S8"], False), (["S8", "P1"], False), (["P1", "P2"], True)]
)
def test_a_limit_is_told_to_be_left_out_where_it_fits_no_sensor_of_the_plot(sensors, told):
    names = SimpleNamespace(unit=lambda sensor: "A" if sensor == "S8" else "bar", name=str)
    plot = SimpleNamespace(kind="plot", sensors=sensors, values={"limit": 45, "unit": "A"})
    found = undone._limits(run([], plots=[plot], names=names))
    assert bool(found) is told
    assert all(sensor in text for text in found for sensor in sensors)


def shifted(said, context, only=(), start=None):
    made = run(["statistics"])
    made.reading = SimpleNamespace(context=pd.DataFrame(context))
    made.plan = SimpleNamespace(output=SimpleNamespace(only={column: [] for column in only}))
    for task in made.tasks:
        task.start, task.end = start, None
    return undone._shift(made, said)


@pytest.mark.parametrize(("said", "shift"), [
    ("only the night shift", "night shift"), ("mean current of s8 during the night shift", "night shift"),
    ("只看夜班的振动", "夜班"), ("夜班的平均值", "夜班"),
])  # fmt: skip
def test_a_shift_that_no_column_names_is_not_passed_over_in_silence(said, shift):
    (text,) = shifted(said, {"grade": ["a"]})
    assert text.startswith(f"The {shift} was not picked out: no column")
    (text,) = shifted(said, {"班次": ["甲", "乙"]})
    assert text == f"The {shift} was not picked out: 班次 has 乙, 甲."


def test_nothing_is_said_of_a_shift_that_was_picked_out_or_only_told():
    assert shifted("only the night shift", {"shift": ["night"]}, only=["shift"]) == []
    assert shifted("only the night shift, from 22:00 to 06:00", {}, start="22:00") == []
    assert shifted("it began in the night shift, why?", {}) == []
    assert shifted("夜班发现液位波动，为什么", {}) == []

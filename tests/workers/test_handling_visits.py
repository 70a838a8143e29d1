"""How long a state lasts at a time: whole visits alone, or at least so long where there is none."""

from zoneinfo import ZoneInfo

import pandas as pd

from roles.manager import Plan, Subtask
from workers.handling.handle import handle
from workers.looking.findings import Teller
from workers.looking.shown import Names

LENGTHS = {"Heating": [50, 60, 61, 62, 85], "Idle": [30, 40, 35, 45, 20]}


def told(value, lang="en", lengths=LENGTHS, start=None, end=None):
    phases = [p for hot, idle in zip(*lengths.values(), strict=True) for p in ["Heating"] * hot + ["Idle"] * idle]
    index = pd.date_range("2026-09-01", periods=len(phases), freq="1min", tz="UTC")
    frame = pd.DataFrame({"T": range(len(phases))}, index=index, dtype=float)
    context = pd.DataFrame({"Phase": phases}, index=index)
    at = {"start": index[start] if start is not None else None, "end": index[end] if end is not None else None}
    task = Subtask(order=1, kind="statistics", values={"state": "Phase", "value": value}, **at)
    teller = Teller(index, Names({}, {}), ZoneInfo("UTC"), lang)
    return handle(frame, Plan(lang=lang, subtasks=[task]), teller, context).findings[0]


def test_whole_visits_are_counted_with_the_usual_and_the_longest():
    found = told("Heating")  # the first begins with the file and is not whole
    assert found.values["visits"] == 4
    assert (found.values["shortest_s"], found.values["longest_s"]) == (3600, 5100)
    assert found.values["median_s"] == 61.5 * 60
    assert found.text.startswith(
        "Heating lasted 61.5 min as a median of 4 times: 60 min to 85 min, the longest from 06:23"
    )
    assert "4.5 h in all" in found.text
    assert found.text.endswith("60 min, 61 min, 62 min, 85 min")


def test_within_the_times_that_are_named_only_visits_there_count():
    assert told("Heating", start=200, end=250).values["visits"] == 1


def test_a_visit_that_is_cut_lasted_at_least_so_long_and_none_is_said():
    cut = {"Heating": [50], "Idle": [30]}
    assert (
        told("Heating", lengths=cut).text
        == "Heating lasted at least 50 min, from 00:00: the file holds no whole visit to it"
    )
    assert told("Idle", "zh", lengths=cut).text == "Idle自00:50起至少持续30分钟：文件中没有完整的一次"
    assert told("Cleaning").text == "Phase: the file has no Cleaning at that time"


def test_a_single_whole_visit_is_told_as_one():
    once = {"Heating": [50, 60], "Idle": [30, 40]}
    assert told("Heating", lengths=once).text == "Heating lasted 60 min, once, from 01:20"

"""Two sensors held against each other: the numbers are those of the rows, and units decide whether it can be done."""

import numpy as np
import pandas as pd
import pytest

from roles.types import Sensor
from tests.workers.test_handling import INDEX, SHANGHAI, plan
from workers.handling import handle
from workers.looking.findings import Teller
from workers.looking.shown import Names

ASKED = {"kind": "statistics", "sensors": ["DS", "TS"]}


def told(frame, lang="en", units=("C", "C"), **values):
    sensors = {name: Sensor(name=name, unit=unit) for name, unit in zip(("DS", "TS"), units, strict=True)}
    teller = Teller(INDEX, Names(sensors, {}), SHANGHAI, lang)
    handled = handle(frame, plan(ASKED | {"values": {"than": "TS", "way": "above", **values}}), teller)
    (finding,) = handled.findings
    return finding


@pytest.fixture
def frame():
    gap = np.where(np.arange(600) < 300, 2.0, 6.0)
    return pd.DataFrame({"DS": 60 + gap, "TS": np.full(600, 60.0)}, index=INDEX)


def test_who_is_higher_by_how_much_at_first_and_at_last(frame):
    found = told(frame, yes_no=True)
    assert found.values["difference"] == pytest.approx(4.0)
    assert (found.values["at_first"], found.values["at_last"], found.values["share_above"]) == (2.0, 6.0, 1.0)
    assert found.values["reply"].startswith(
        "Yes: DS is higher than TS by 4 C on average (64 C against 60 C), in all rows;"
    )
    assert "2 C at first and 6 C at last (until 04:09" in found.text
    assert told(frame, yes_no=True, way="below").text.startswith("No: DS is higher than TS")
    assert told(frame, "zh", yes_no=True).text.startswith("是：DS平均比TS高4 C")
    assert told(frame).text.startswith("DS is higher")


def test_neither_is_higher_where_they_take_turns(frame):
    frame["DS"] = 60 + np.where(np.arange(600) % 2, 1.0, -1.0)
    found = told(frame, yes_no=True)
    assert found.text.startswith("No: Neither of DS and TS is the higher one")
    assert "50 % of the rows" in found.text


def test_different_units_are_not_compared_and_percents_differ_in_points(frame):
    found = told(frame, units=("C", "kN"), yes_no=True)
    assert "different units" in found.text
    assert "difference" not in found.values
    assert "4 percentage points" in told(frame, units=("%", "%")).text


def test_only_rows_with_both_readings_count(frame):
    frame.loc[INDEX[:300], "TS"] = np.nan
    assert told(frame).values["difference"] == 6.0
    assert told(frame).values["rows"] == 300

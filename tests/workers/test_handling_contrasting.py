"""A sensor in the rows that meet a condition against the rest: yes or no, with numbers, and no talk of causes."""

import numpy as np
import pandas as pd
import pytest

from roles.types import Sensor
from tests.workers.test_handling import INDEX, SHANGHAI, plan
from workers.handling import handle
from workers.looking.findings import Teller
from workers.looking.shown import Names

HIGH = np.arange(600) % 100 >= 50


@pytest.fixture
def frame():
    noise = np.random.default_rng(1).normal(0, 1, 600)
    return pd.DataFrame({"A": np.where(HIGH, 24.0, 20.0) + noise, "B": np.where(HIGH, 90.0, 60.0)}, index=INDEX)


def told(frame, lang="en", limit=80.0, way="above"):
    sensors = {"A": Sensor(name="A", unit="C"), "B": Sensor(name="B", unit="%")}
    where = {"all": [{"sensor": "B", "limit": limit, "side": "above"}]}
    values = {"where": where, "against": "rest", "way": way, "yes_no": True}
    task = {"kind": "statistics", "sensors": ["A"], "values": values}
    return handle(frame, plan(task), Teller(INDEX, Names(sensors, {}), SHANGHAI, lang)).findings[0]


def test_yes_with_both_means_their_rows_and_stretches_and_without_a_cause(frame):
    found = told(frame)
    assert found.text.startswith("Yes: A is higher with B above 80 %: mean 24")
    assert "300 rows" in found.text
    assert "6 of 6 separate stretches" in found.text
    assert "do not tell whether one causes the other" in found.text
    assert found.values["difference"] == pytest.approx(4.0, abs=0.3)
    assert told(frame, "zh").text.startswith("是：B高于80 %时A更高")


def test_no_where_it_is_alike_or_goes_the_other_way(frame):
    assert told(frame, way="below").text.startswith("No: A is higher")
    frame["A"] = np.random.default_rng(2).normal(20, 1, 600)
    found = told(frame)
    assert found.text.startswith("No: A is about the same")
    assert "causes" not in found.text


def test_one_stretch_only_is_said_and_the_spread_can_be_asked_about(frame):
    frame["B"] = np.where(np.arange(600) < 300, 60.0, 90.0)
    frame["A"] = np.where(np.arange(600) < 300, 20.0, 23.0) + np.random.default_rng(3).normal(0, 1, 600)
    assert "all in one stretch" in told(frame).text
    frame.loc[INDEX[300:], "A"] += np.tile([5.0, -5.0], 150)
    assert told(frame, way="spread").text.startswith("Yes: A varies more with B above 80 %")


def test_without_rows_on_either_side_nothing_is_claimed(frame):
    assert told(frame, limit=500.0).text.startswith("No row has B above 500 %")
    assert "no rows to compare" in told(frame, limit=1.0).text


@pytest.mark.parametrize(
    ("top", "begin"), [("max", "B was highest in the hour from 03-"), ("min", "B was lowest in the hour from 03-")]
)
def test_which_hour_is_the_highest_or_the_lowest_stands_first(frame, top, begin):
    frame["B"] = np.arange(600.0)
    teller = Teller(INDEX, Names({"B": Sensor(name="B")}, {}), SHANGHAI, "en")
    values = {"what": ["mean"], "by": "hour", "top": top}
    found = handle(frame, plan({"kind": "statistics", "sensors": ["B"], "values": values}), teller).findings[0]
    assert found.values["reply"].startswith(begin)
    shown = [value for key, value in found.values.items() if key.endswith(" mean")]
    assert f"mean {max(shown) if top == 'max' else min(shown):.3g}" in found.text

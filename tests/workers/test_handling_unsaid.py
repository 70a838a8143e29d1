"""Conditions without a number, the highest of several, and files without a time column, as they are told."""

import numpy as np
import pandas as pd
import pytest

from roles.types import Sensor
from tests.workers.test_handling import INDEX, SHANGHAI, plan
from workers.handling import handle
from workers.looking.findings import Teller
from workers.looking.shown import Names

row_numbers = np.arange(len(INDEX))
PLANT = pd.DataFrame(
    {
        "Vibration": 2.0 + row_numbers / len(INDEX),
        "T1": np.where(row_numbers < len(INDEX) // 2, 70.0, 80.0) + row_numbers % 3,
        "Burner on": (row_numbers % 4 < 1).astype(float),
        "Pump": np.where(row_numbers % 4 < 1, 0.1, 100.0),
    },
    index=INDEX,
)
UNITS = {"Vibration": "mm/s", "T1": "C", "Burner on": None, "Pump": "rpm"}


def told(frame, *, lang="en", kind="statistics", sensors=("T1",), **values):
    known = {str(name): Sensor(name=str(name), unit=UNITS.get(str(name))) for name in frame}
    teller = Teller(pd.DatetimeIndex(frame.index), Names(known, {}), SHANGHAI, lang)
    return handle(frame, plan({"kind": kind, "sensors": list(sensors), "values": values}), teller)


def test_high_without_a_number_is_told_for_both_halves_and_the_number_is_asked_for():
    where = {"all": [{"sensor": "Vibration", "level": "high"}]}
    (finding,) = told(PLANT, where=where, against="rest", way="").findings
    assert finding.values["mean"] == pytest.approx(81.0, abs=0.1)
    assert finding.values["mean_rest"] == pytest.approx(71.0, abs=0.1)
    assert "in its higher half (above its median 2.5 mm/s)" in finding.text
    assert "You named no number for high or low: which do you mean? Vibration lies between 2 and 3 mm/s" in finding.text
    (finding,) = told(PLANT, where=where, what=["max"], lang="zh").findings
    assert "以多少为界" in finding.text


@pytest.mark.parametrize(("sensor", "state"), [("Burner on", "on"), ("Burner on", "off"), ("Pump", "off")])
def test_on_and_off_are_read_from_the_values_of_a_flag_and_from_the_level_at_work_of_a_machine(sensor, state):
    (finding,) = told(PLANT, where={"all": [{"sensor": sensor, "state": state}]}, what=["mean"]).findings
    rows = PLANT["T1"][(PLANT["Burner on"] == 1) == ((sensor == "Burner on") == (state == "on"))]
    assert finding.values["mean"] == pytest.approx(rows.mean())
    assert f"{len(rows):,} of {len(INDEX):,} rows that have {sensor} in the state “{state}”" in finding.text


def test_no_rows_are_removed_for_what_is_only_called_high():
    where = {"all": [{"sensor": "Vibration", "level": "high"}], "not": True}
    handled = told(PLANT, kind="clean", sensors=(), rows_only=True, where=where)
    assert len(handled.frame) == len(PLANT)
    (step,) = handled.done.values()
    assert (step.status, step.text.startswith("no rows removed. You named no number")) == ("failed", True)


def test_the_highest_of_several_is_named_with_its_share_and_the_next_ones():
    frame = PLANT[["T1"]].assign(T2=PLANT["T1"] + 5.0, T3=PLANT["T1"] - 5.0)
    (finding,) = told(frame, sensors=("T1", "T2", "T3"), which="max").findings
    assert finding.values["reply"].startswith("T2 is the highest on average")
    assert finding.values["share_percent"] == 100.0
    assert told(frame, lang="zh", sensors=("T1", "T2", "T3"), which="min").findings[0].text.startswith("平均最低的是T3")


def test_without_a_time_column_moments_and_lengths_are_rows():
    rows = pd.date_range("1970-01-01", periods=len(PLANT), freq="s", tz="UTC")
    frame = PLANT.set_axis(rows)
    (finding,) = told(frame, what=["max"]).findings
    assert "(maximum at row 303)" in finding.text
    (finding,) = told(frame, sensors=("Pump",), stops=True).findings
    assert "from row 1 to row 2 (1 row)" in finding.text
    (finding,) = told(frame, lang="zh", what=["max"]).findings
    assert "第303行" in finding.text

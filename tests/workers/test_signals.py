"""Sensors in words: units, plant times, events and relations, in both languages."""

import re
from datetime import UTC
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from detectors.types import Detection, Event, Reference, Share
from roles.types import Edge, Sensor
from workers.contracts import DataReceipt
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.looking.signals import describe
from workers.readings import Reading

ROWS = 3_600


@pytest.fixture(scope="module")
def reading():
    rng = np.random.default_rng(1)
    index = pd.date_range("2025-03-01 00:00", periods=ROWS, freq="s", tz=UTC)
    step = 10 + 0.1 * rng.normal(size=ROWS) + 4.0 * (np.arange(ROWS) >= 1800)
    frame = pd.DataFrame({"calm": 5 + rng.normal(size=ROWS), "valve": step, "set": 1.2}, index=index)
    receipt = DataReceipt(file_name="a.csv", format="csv", rows_in=ROWS, rows_used=ROWS, sensors=3, step_s=1.0)
    none = np.empty(0, np.int32)
    return Reading(frame, pd.DataFrame(index=index), {"valve": "mm"}, none, none, receipt)


def lines(reading, lang, **more):
    names = Names({"valve": Sensor(name="valve", unit="mm"), "calm": Sensor(name="calm")}, {})
    teller = Teller(pd.DatetimeIndex(reading.frame.index), names, ZoneInfo("Asia/Shanghai"), lang)
    return describe(reading, teller, **more)


def test_the_most_eventful_sensor_comes_first_with_its_step_at_plant_time(reading):
    first, *rest = lines(reading, "en")
    assert first.startswith("valve: median ")
    assert re.search(r"level went from 10 to 14 mm at 08:(29|30|31)", first)
    assert any(line == "set: constant at 1.2" for line in rest)


def test_events_relations_and_the_question_s_sensors_are_told(reading):
    zeros = np.zeros(ROWS)
    event = Event(number=3, start=1800, end=ROWS - 1, peak=2000, severity=2.0, shares=(Share("valve", 0.9),))
    detection = Detection(
        score=zeros, flag=zeros.astype(int), event=zeros.astype(int), events=(event,), symptoms=(),
        reference=Reference(0, 900, "proposed", ""), threshold=1.0, model="m", members=(), notes=(),
    )  # fmt: skip
    edges = [Edge(cause="valve", effect="calm", lag_s=90.0, strength=0.21)]
    told = lines(reading, "zh", detection=detection, edges=edges, first=["set"])
    assert told[0] == "set：恒定为1.2"
    assert told[1].startswith("valve：")
    assert told[1].endswith("参与事件3")
    assert told[-1] == "valve在90秒后影响calm（强度0.21）"


def test_no_more_sensors_are_told_than_asked_for(reading):
    assert len(lines(reading, "en", most=1)) == 1

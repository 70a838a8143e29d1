"""A time without readings is said to be one, never answered as "never" or with a blank."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from roles.types import Sensor
from tests.workers.test_handling import INDEX, SHANGHAI, plan
from workers.handling import handle
from workers.looking.findings import Teller
from workers.looking.shown import Names

FIRST, LAST = INDEX[0].to_pydatetime(), INDEX[-1].to_pydatetime()
HOUR = timedelta(hours=1)
AFTER = {"start": LAST + HOUR, "end": LAST + 2 * HOUR}
GAP = {"start": INDEX[300].to_pydatetime(), "end": INDEX[400].to_pydatetime()}
LIMIT = {"limit": 70.0, "side": "above"}
STEPS = [
    {"kind": "statistics", "sensors": ["DS"], "values": {"what": ["mean"]}},
    {"kind": "statistics", "sensors": ["DS"], "values": {"now": True}},
    {"kind": "statistics", "sensors": ["DS"], "values": {"by": "hour"}},
    {"kind": "label", "sensors": ["DS"], "values": LIMIT},
    {"kind": "label", "sensors": ["DS", "TS"], "values": {"all": [{**LIMIT, "sensor": n} for n in ("DS", "TS")]}},
    {"kind": "statistics", "sensors": ["DS", "TS"], "values": {"than": "TS", "way": "above", "yes_no": True}},
]


@pytest.fixture
def frame():
    return pd.DataFrame({"DS": np.full(600, 64.0), "TS": np.full(600, 60.0)}, index=INDEX)


def handled(frame, *steps, lang="en"):
    names = Names({name: Sensor(name=name, unit="C") for name in ("DS", "TS")}, {})
    return handle(frame, plan(*steps), Teller(INDEX, names, SHANGHAI, lang))


@pytest.mark.parametrize("step", STEPS)
def test_outside_the_file_that_is_the_answer(frame, step):
    done = handled(frame, step | AFTER)
    (finding,) = done.findings
    assert finding.text == "The file has no readings from 05:09:59 to 06:09:59; it covers 04:00:00 to 04:09:59."
    assert finding.values["reply"] == finding.text
    assert done.done[1].status == "skipped"
    assert not done.labels
    text = handled(frame, step | AFTER, lang="zh").findings[0].text
    assert text == "文件在05:09:59至06:09:59没有读数；它覆盖04:00:00至04:09:59。"


@pytest.mark.parametrize(
    ("times", "says"),
    [
        ({"start": LAST + HOUR}, "The file has no readings after 05:09:59;"),
        ({"end": FIRST - HOUR}, "The file has no readings before 03:00:00;"),
    ],
)
def test_an_open_end_is_told_as_one(frame, times, says):
    assert handled(frame, STEPS[0] | times).findings[0].text.startswith(says)


@pytest.mark.parametrize("step", STEPS[:5])
def test_inside_the_file_the_sensor_without_readings_is_named(frame, step):
    frame.loc[INDEX[290:410], "DS"] = np.nan
    (finding,) = handled(frame, step | GAP).findings
    assert finding.text == "The file has no readings of DS from 04:05:00 to 04:06:40; it covers 04:00:00 to 04:09:59."


def test_of_two_sensors_the_one_with_readings_is_told(frame):
    frame.loc[INDEX[290:410], "DS"] = np.nan
    for step in (STEPS[0] | {"sensors": ["DS", "TS"]}, STEPS[5], STEPS[3] | {"sensors": ["DS", "TS"]}):
        nothing, other = handled(frame, step | GAP).findings
        assert "no readings of DS" in nothing.text
        assert other.sensor == "TS"


def test_two_sensors_that_never_have_readings_at_once_are_not_compared(frame):
    frame.loc[INDEX[:350], "DS"] = np.nan
    frame.loc[INDEX[350:], "TS"] = np.nan
    (finding,) = handled(frame, STEPS[5] | GAP).findings
    assert finding.text.startswith("DS and TS never have readings at the same time")


def test_the_same_sentence_is_said_once(frame):
    assert len(handled(frame, STEPS[0] | AFTER, STEPS[3] | AFTER).findings) == 1


def test_a_limit_that_counts_itself_and_small_values_keep_their_digits(frame):
    frame["DS"] = 3e-7
    done = handled(frame, {"kind": "label", "sensors": ["TS"],
                           "values": {"limit": 60.0, "side": "below", "or_equal": True}}, STEPS[0])  # fmt: skip
    limit, mean = done.findings
    assert limit.values["rows"] == 600
    assert "TS was at or below 60 C" in limit.text
    assert mean.values["mean"] == pytest.approx(3e-7)
    assert "3.00e-07" in mean.text

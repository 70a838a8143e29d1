"""Remarks and states of a file are told beside the event, in the file's words."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from detectors.types import Reference
from roles.types import Finding
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.telling import remarks

INDEX = pd.date_range("2026-03-04 06:00", periods=800, freq="min", tz="UTC")
REFERENCE = Reference(0, 300, "proposed")
TELLER = Teller(INDEX, Names({}, {}), ZoneInfo("UTC"), "en")


def context(**columns):
    return pd.DataFrame({name: pd.array(texts, dtype="str") for name, texts in columns.items()}, index=INDEX)


def column(default=None, **at):
    texts = np.full(len(INDEX), default, dtype=object)
    for row, text in at.items():
        texts[int(row[1:])] = text
    return texts


def rise(row):
    return Finding(id="F1", kind="rise", text="", sensor="a", event=1, start=INDEX[row], end=INDEX[-1])


def test_a_remark_of_one_row_is_told_at_its_time():
    found = remarks.remarks(context(Remark=column(r400="changed roll")), TELLER, REFERENCE)
    assert [(r.clock, r.column, r.text) for r in found] == [("12:40", "Remark", "changed roll")]
    (block,) = remarks.told(found, [rise(405)], 1, "en")
    assert block.text == "The file notes at 12:40: “changed roll” (Remark)"
    assert "changed roll" in remarks.told(found, [rise(405)], 1, "zh")[0].text


def test_a_remark_long_before_the_event_is_not_told():
    found = remarks.remarks(context(Remark=column(r100="changed roll")), TELLER, REFERENCE)
    assert remarks.told(found, [rise(405)], 1, "en") == []


def test_a_planned_change_is_not_told_twice():
    found = remarks.remarks(context(Remark=column(r400="speed change")), TELLER, REFERENCE)
    planned = Finding(id="F2", kind="operating_change", text="", start=INDEX[400], values={"column": "Remark"})
    assert remarks.told(found, [rise(405), planned], 1, "en") == []


def test_a_state_that_the_normal_period_does_not_show_is_told():
    status = column("RUN")
    status[790:] = "TRIP"
    found = remarks.remarks(context(Status=status), TELLER, REFERENCE)
    (block,) = remarks.changed(found, "en")
    assert block.text == "Status changes from RUN to TRIP at 19:10"
    assert remarks.told(found, [rise(790)], 1, "en") == []


@pytest.mark.parametrize("name", ["Status", "steel grade"])
def test_usual_states_and_products_are_none_of_it(name):
    status = column("RUN")
    status[50:80] = status[500:520] = "IDLE" if name == "Status" else "Q235"
    assert remarks.remarks(context(**{name: status}), TELLER, REFERENCE) == []


def test_a_long_remark_is_shortened():
    found = remarks.remarks(context(Remark=column(r400="x" * 500)), TELLER, REFERENCE)
    assert len(found[0].text) == remarks.LONGEST
    assert found[0].at - INDEX[400] == timedelta(0)

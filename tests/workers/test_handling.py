"""Data subtasks: nothing invented, limits counted, processed.csv readable again."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from roles.manager import Plan, Subtask
from roles.types import Sensor
from workers.handling import handle, write_processed
from workers.handling.steps import SHORT_GAP, clean, label, resample, statistics
from workers.looking.findings import Teller
from workers.looking.shown import Names

INDEX = pd.date_range("2026-03-01 20:00", periods=600, freq="s", tz="UTC")
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def frame():
    rng = np.random.default_rng(1)
    return pd.DataFrame({"S8": 40 + rng.normal(size=600), "液位": 800 + rng.normal(size=600)}, index=INDEX)


def teller(lang="en"):
    names = Names({"S8": Sensor(name="S8", unit="A")}, {"液位": "结晶器液位"})
    return Teller(INDEX, names, SHANGHAI, lang)


def plan(*tasks):
    return Plan(lang="en", subtasks=[Subtask(order=i, **task) for i, task in enumerate(tasks, 1)])


def test_clean_fills_short_gaps_and_leaves_long_ones(frame):
    frame.iloc[10 : 10 + SHORT_GAP, 0] = np.nan
    frame.iloc[100 : 100 + SHORT_GAP + 1, 0] = np.nan
    frame.iloc[200, 1] = np.inf
    cleaned, counts = clean(frame)
    assert not cleaned.iloc[10 : 10 + SHORT_GAP, 0].isna().any()
    assert cleaned.iloc[100 : 100 + SHORT_GAP + 1, 0].isna().all()
    assert np.isfinite(cleaned.iloc[200, 1])
    assert counts == {"infinite": 1, "spikes": 0, "filled": SHORT_GAP + 1}


def test_clean_removes_single_spikes_only_when_asked(frame):
    frame.iloc[300, 0] = 400.0
    assert clean(frame)[0].iloc[300, 0] == 400.0
    cleaned, counts = clean(frame, despike=True)
    assert cleaned.iloc[300, 0] < 50
    assert counts["spikes"] >= 1


def test_gaps_at_the_ends_are_not_extrapolated(frame):
    frame.iloc[:3, 0] = np.nan
    frame.iloc[-3:, 0] = np.nan
    cleaned, _ = clean(frame)
    assert cleaned.iloc[:3, 0].isna().all()
    assert cleaned.iloc[-3:, 0].isna().all()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"limit": 2.0, "side": "above"}, [0, 0, 1, np.nan]),
        ({"limit": 2.0, "side": "below"}, [1, 0, 0, np.nan]),
        ({"low": 1.5, "high": 2.5, "side": "outside"}, [1, 0, 1, np.nan]),
        ({"low": 1.5, "high": 2.5, "side": "inside"}, [0, 1, 0, np.nan]),
    ],
)
def test_label_follows_the_limit_and_leaves_missing_open(values, expected):
    marks = label(pd.Series([1.0, 2.0, 3.0, np.nan]), values)
    np.testing.assert_array_equal(marks.to_numpy(), expected)


def test_resample_means_blocks(frame):
    blocks = resample(frame, 60.0)
    assert len(blocks) == 10
    assert blocks.iloc[0, 0] == pytest.approx(frame.iloc[:60, 0].mean())


def test_a_step_finer_than_the_files_says_how_many_rows_are_empty(frame):
    told = handle(frame, plan({"kind": "resample", "values": {"step_s": 0.5}}), teller()).done[1]
    assert told.values["rows_empty"] == len(frame) - 1
    assert f"of which {len(frame) - 1} are empty" in told.text
    coarse = handle(frame, plan({"kind": "resample", "values": {"step_s": 60.0}}), teller()).done[1]
    assert "empty" not in coarse.text


def test_statistics_ignore_missing_readings(frame):
    frame.iloc[:300, 0] = np.nan
    numbers = statistics(frame, ["mean", "max"])["S8"]
    assert numbers == {"mean": pytest.approx(frame["S8"].iloc[300:].mean()), "max": pytest.approx(frame["S8"].max())}


@pytest.mark.parametrize(("lang", "told"), [
    ("en", "S8: maximum 60, minimum 20 A (maximum at 04:03:20, minimum at 04:05:00)"),
    ("zh", "S8: 最大值 60, 最小值 20 A（最大值在04:03:20、最小值在04:05:00）"),
])  # fmt: skip
def test_the_highest_and_the_lowest_reading_come_with_their_moments(frame, lang, told):
    frame.iloc[[200, 400], 0], frame.iloc[300, 0] = 60.0, 20.0
    wanted = plan({"kind": "statistics", "sensors": ["S8"], "values": {"what": ["max", "min"]}})
    (finding,) = handle(frame, wanted, teller(lang)).findings
    assert finding.text == told
    assert (finding.values["max"], finding.values["max_at"]) == (60.0, "04:03:20")


def test_statistics_of_a_sensor_that_the_file_has_not_are_none_of_the_others(frame):
    asked = plan({"kind": "statistics", "values": {"what": ["mean"]}})
    handled = handle(frame, asked.model_copy(update={"unknown": ["S7"]}), teller())
    assert [step.status for step in handled.done.values()] == ["failed"]
    assert handled.findings == []
    assert len(handle(frame, asked, teller()).findings) == 2


def test_a_plan_is_carried_out_in_order_and_told(frame):
    frame.iloc[400:420, 0] = 47.0
    tasks = plan(
        {"kind": "clean"},
        {"kind": "label", "sensors": ["S8"], "values": {"limit": 45.0, "side": "above"}},
        {"kind": "statistics", "sensors": ["液位"], "values": {"what": ["mean"]}},
        {"kind": "detect"},
    )
    handled = handle(frame, tasks, teller())
    assert [step.kind for step in handled.done.values()] == ["clean", "label", "statistics"]
    limit, mean = handled.findings
    assert limit.text == "S8 was above 45 A in 20 rows (3.33 %), first at 04:06:40"
    assert limit.values["rows"] == 20
    assert mean.values["mean"] == pytest.approx(frame["液位"].mean())
    assert handled.labels["S8_label"].sum() == 20


def test_a_label_between_two_times_marks_nothing_outside(frame):
    frame["S8"] = 47.0
    start, end = datetime(2026, 3, 1, 20, 1, tzinfo=UTC), datetime(2026, 3, 1, 20, 2, tzinfo=UTC)
    task = {"kind": "label", "sensors": ["S8"], "start": start, "end": end, "values": {"limit": 45.0, "side": "above"}}
    marks = handle(frame, plan(task), teller()).labels["S8_label"]
    assert marks.sum() == 61
    assert marks.loc[:start].sum() == 1


def test_a_limit_never_passed_is_said_in_words(frame):
    task = {"kind": "label", "sensors": ["液位"], "values": {"limit": 1e6, "side": "above"}}
    assert handle(frame, plan(task), teller("zh")).findings[0].text == "结晶器液位从未高于1,000,000"


@pytest.mark.parametrize(
    ("limit", "said"), [(38.25, "38.25 A"), (40.125, "40.125 A"), (39.0, "39 A"), (12345.5, "12,345.5 A")]
)
def test_a_limit_is_told_as_it_was_given(frame, limit, said):
    task = {"kind": "label", "sensors": ["S8"], "values": {"limit": limit, "side": "above"}}
    (finding,) = handle(frame, plan(task), teller()).findings
    assert f"above {said}" in finding.text
    between = {"low": 38.25, "high": 41.125, "side": "outside"}
    (outside,) = handle(frame, plan({"kind": "label", "sensors": ["S8"], "values": between}), teller()).findings
    assert "38.25-41.125 A" in outside.text


def test_processed_csv_comes_back_with_labels_and_plant_time(frame, tmp_path):
    frame.iloc[5, 0] = np.nan
    handled = handle(
        frame, plan({"kind": "label", "sensors": ["S8"], "values": {"limit": 45.0, "side": "above"}}), teller()
    )
    path = tmp_path / "processed.csv"
    anomaly = pd.Series(0, index=INDEX)
    anomaly.iloc[7] = 1
    assert write_processed(handled, {"anomaly": anomaly}, {"S8": "A"}, SHANGHAI, path) == 600
    back = pd.read_csv(path, encoding="utf-8-sig")
    assert list(back.columns) == ["time", "S8 [A]", "液位", "S8_label", "anomaly"]
    assert back["time"][0] == "2026-03-02T04:00:00+08:00"
    np.testing.assert_allclose(back["液位"], frame["液位"])
    assert np.isnan(back["S8 [A]"][5])
    assert back["anomaly"].sum() == 1

"""Labels by several limits, statistics by group, histograms and scatter plots: what the rules do without code."""

import csv
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from roles.manager import Plan, Subtask
from roles.types import Sensor
from workers.handling import handle, write_processed, write_table
from workers.handling.steps import combined, groups
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.settings import Settings
from workers.telling.pictures import Painter

ZONE = ZoneInfo("Asia/Shanghai")
INDEX = pd.date_range("2026-03-01 20:00", periods=1440, freq="min", tz="UTC")  # 04:00 of the next day at the plant
PARTS = [
    {"sensor": "S8", "limit": 45.0, "side": "above", "unit": "A"},
    {"sensor": "speed", "limit": 0.9, "side": "below"},
]


@pytest.fixture
def frame():
    table = pd.DataFrame({"S8": 44.0, "speed": 1.2}, index=INDEX)
    table.iloc[100:200, 0] = 46.0
    table.iloc[150:300, 1] = 0.5
    return table


def teller(lang="en"):
    names = Names({"S8": Sensor(name="S8", unit="A")}, {"speed": "casting speed"})
    return Teller(INDEX, names, ZONE, lang)


def do(frame, lang="en", **task):
    return handle(frame, Plan(lang=lang, subtasks=[Subtask(order=1, **task)]), teller(lang))


@pytest.mark.parametrize(("how", "rows"), [("all", 50), ("any", 200)])
def test_rows_are_labelled_by_all_or_any_of_the_limits(frame, how, rows):
    handled = do(frame, kind="label", sensors=["S8", "speed"], values={how: PARTS})
    assert int(handled.labels["label"].sum()) == rows
    found = handled.findings[0]
    assert found.values["rows"] == rows
    assert found.values["limit_1"] == 45.0
    assert f"{rows} of 1440 rows" in found.text
    assert "S8 above 45 A" in found.text
    assert "casting speed below 0.9" in found.text


def test_a_missing_reading_leaves_a_label_open_only_where_it_matters(frame):
    frame.iloc[0, 0] = np.nan  # speed is high: not all hold, whatever S8 was
    frame.iloc[160, 0] = np.nan  # speed is low: open
    both = combined(frame, PARTS, "all")
    assert (both.iloc[0], both.isna().sum()) == (0.0, 1)
    either = combined(frame, PARTS, "any")
    assert (either.iloc[160], either.isna().sum()) == (1.0, 1)


def test_a_limit_in_another_unit_labels_nothing(frame):
    parts = [{**PARTS[0], "unit": "bar"}, PARTS[1]]
    handled = do(frame, kind="label", sensors=["S8", "speed"], values={"all": parts})
    assert handled.labels == {}
    assert handled.done[1].status == "failed"


def test_shifts_begin_at_six_fourteen_and_twenty_two_of_plant_time():
    of = groups(INDEX, "shift", ZONE)
    assert list(dict.fromkeys(of)) == ["03-01 22:00", "03-02 06:00", "03-02 14:00", "03-02 22:00"]
    assert (of == "03-02 06:00").sum() == 480
    assert list(dict.fromkeys(groups(INDEX, "day", ZONE))) == ["03-02", "03-03"]
    assert groups(INDEX, "hour", ZONE).iloc[0] == "03-02 04:00"


@pytest.mark.parametrize(("lang", "words"), [("en", "mean of each shift"), ("zh", "各班次均值")])
def test_statistics_of_each_shift_are_one_finding_a_sensor(frame, lang, words):
    handled = do(frame, lang, kind="statistics", sensors=["S8"], values={"by": "shift"})
    found = handled.findings[0]
    assert words in found.text
    assert "03-02 06:00: 44.3" in found.text
    assert found.values["03-02 06:00 mean"] == pytest.approx(frame["S8"].iloc[120:600].mean())
    assert set(handled.done[1].values["statistics"]) == {"03-01 22:00", "03-02 06:00", "03-02 14:00", "03-02 22:00"}


@pytest.mark.parametrize("values", [
    {"form": "histogram"}, {"form": "histogram", "by": "shift"}, {"form": "scatter"},
    {"form": "scatter", "colour": "hour"}, {"form": "scatter", "colour": "day"},
], ids=lambda v: " ".join(v.values()))  # fmt: skip
@pytest.mark.parametrize("gaps", [False, True])
def test_other_forms_of_plots_are_drawn(frame, values, gaps, tmp_path):
    if gaps:
        frame.iloc[:, 0] = np.nan
    painter = Painter(frame, teller().names, "zh", Settings(data_dir=tmp_path, timezone="Asia/Shanghai"), tmp_path, "f")
    shown = painter.plot(Subtask(order=1, kind="plot", sensors=["S8", "speed"], values=values), 1)
    assert (tmp_path / shown.file).stat().st_size > 5_000
    assert "S8 [A]" in shown.caption
    assert (shown.width, shown.kind) == (1080, "plot")


def test_no_header_or_cell_of_processed_csv_is_a_formula(frame, tmp_path):
    handled = do(frame.rename(columns={"S8": "=HYPERLINK(1)"}), kind="clean")
    write_processed(handled, {}, {}, ZONE, tmp_path / "a.csv")
    table = pd.DataFrame({"=a": [1.5], "note": ["=1"], "at": [INDEX[0]], "hit": [True], "none": [None]})
    write_table(table, {}, ZONE, tmp_path / "b.csv")
    assert next(csv.reader((tmp_path / "a.csv").open(encoding="utf-8-sig")))[1] == "'=HYPERLINK(1)"
    rows = list(csv.reader((tmp_path / "b.csv").open(encoding="utf-8-sig")))
    assert rows == [["'=a", "note", "at", "hit", "none"], ["1.5", "'=1", "2026-03-02T04:00:00+08:00", "1", ""]]

"""Rows that count: numbers over some rows only, rows and hours off the table, shares of the hours that were named."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from roles.manager import Plan, Subtask
from roles.types import Sensor
from workers.contracts import Question
from workers.handling import handle, write_processed
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.readings import read
from workers.running import pipeline
from workers.settings import Settings

ZONE = ZoneInfo("UTC")
INDEX = pd.date_range("2026-03-10", periods=1440, freq="min", tz="UTC")
ABOVE = {"all": [{"sensor": "load", "limit": 80.0, "side": "above"}]}
MORNING = {"start": datetime(2026, 3, 10, 6, tzinfo=UTC), "end": datetime(2026, 3, 10, 12, tzinfo=UTC)}


@pytest.fixture
def frame():
    load = np.where(np.arange(1440) % 4 == 0, 90.0, 70.0)
    return pd.DataFrame({"load": load, "current": np.where(load > 80, 220.0, 200.0)}, index=INDEX)


def do(frame, lang, *tasks):
    names = Names({"load": Sensor(name="load", unit="%"), "current": Sensor(name="current", unit="A")},
                  {"current": {"en": "motor current", "zh": "电机电流"}[lang]})  # fmt: skip
    plan = Plan(lang=lang, subtasks=[Subtask(order=i, **task) for i, task in enumerate(tasks, 1)])
    return handle(frame, plan, Teller(INDEX, names, ZONE, lang))


def mean(**values):
    return {"kind": "statistics", "sensors": ["current"], "values": {"what": ["mean"], **values}}


@pytest.mark.parametrize(("lang", "said"), [
    ("en", "motor current: mean 220 A (over the 360 of 1,440 rows that have load above 80 %)"),
    ("zh", "电机电流: 均值 220 A（仅计1,440行中满足load高于80 %的360行）"),
])  # fmt: skip
def test_a_number_is_over_the_rows_that_meet_the_condition(frame, lang, said):
    handled = do(frame, lang, mean(where=ABOVE))
    assert handled.findings[0].text == said
    assert handled.findings[0].values["mean"] == 220.0
    assert len(handled.frame) == 1440


@pytest.mark.parametrize(("lang", "said"), [("en", "No row has load above 95 %"), ("zh", "没有一行满足：load高于95 %")])
def test_no_such_row_is_one_sentence(frame, lang, said):
    never = {"all": [{"sensor": "load", "limit": 95.0, "side": "above"}]}
    handled = do(frame, lang, mean(where=never))
    (found,) = handled.findings
    assert said in found.text
    assert found.values["reply"] == found.text


def test_a_condition_in_another_unit_is_said(frame):
    wrong = {"all": [{"sensor": "load", "limit": 80.0, "side": "above", "unit": "A"}]}
    handled = do(frame, "en", mean(where=wrong))
    assert handled.findings == []
    assert (handled.done[1].status, "in A" in handled.done[1].text) == ("failed", True)


@pytest.mark.parametrize(("lang", "said", "number"), [
    ("en", "removed 360 of 1,440 rows: those that have load above 80 %", "1,080 rows that are left"),
    ("zh", "从1,440行中删除了360行：load高于80 %", "剩余的1,080行"),
])  # fmt: skip
def test_rows_that_are_removed_are_counted(frame, lang, said, number):
    gone = {**ABOVE, "not": True}
    handled = do(frame, lang, {"kind": "clean", "values": {"rows_only": True, "where": gone}}, mean(where=gone))
    assert handled.done[1].text == said
    assert len(handled.frame) == 1080
    assert number in handled.findings[0].text
    assert handled.findings[0].values["mean"] == 200.0


def test_all_rows_are_never_removed(frame):
    gone = {"all": [{"sensor": "load", "limit": 0.0, "side": "above"}], "not": True}
    handled = do(frame, "en", {"kind": "clean", "values": {"rows_only": True, "where": gone}})
    assert (len(handled.frame), handled.done[1].status) == (1440, "failed")


@pytest.mark.parametrize(("lang", "said"), [("en", "(06:00 to 12:00)"), ("zh", "（06:00至12:00）")])
def test_a_number_says_its_hours(frame, lang, said):
    assert do(frame, lang, {**mean(), **MORNING}).findings[0].text.endswith(said)


@pytest.mark.parametrize(("lang", "said"), [
    ("en", "in 91 rows (25.2 %), first at 06:00; of the 361 rows of 06:00 to 12:00, 91 min in all"),
    ("zh", "（25.2%），首次出现在06:00；占06:00至12:00的361行，共91分钟"),
])  # fmt: skip
def test_a_share_is_of_the_hours_that_were_named(frame, lang, said):
    limit = {"kind": "label", "sensors": ["load"], "values": {"limit": 80.0, "side": "above"}, **MORNING}
    found = do(frame, lang, limit).findings[0]
    assert said in found.text
    assert found.values["share_percent"] == pytest.approx(100 * 91 / 361, abs=1e-3)


def test_a_table_of_some_hours_and_a_label_after_resampling_say_so(frame):
    hours = [MORNING["start"].isoformat(), MORNING["end"].isoformat()]
    handled = do(
        frame, "en", {"kind": "clean", "values": {"rows_only": True, "hours": hours}},
        {"kind": "resample", "values": {"step_s": 300.0}},
        {"kind": "label", "sensors": ["load"], "values": {"limit": 70.0, "side": "above", "name": "busy"}},
    )  # fmt: skip
    assert handled.done[1].text == "only the 361 of 1,440 rows of 06:00 to 12:00 kept"
    assert len(handled.frame) == 73
    assert "resampled to 5 min" in handled.done[3].text
    assert list(handled.labels) == ["load_label=busy"]


def test_one_resampling_follows_another(frame):
    values = {"step_s": 600.0, "how": "mean", "then": {"step_s": 3600.0, "how": "max"}}
    handled = do(frame, "en", {"kind": "resample", "values": values})
    assert len(handled.frame) == 24
    assert "144 rows became 24" in handled.done[1].text


@pytest.mark.parametrize(("lang", "said"), [("en", "every 6 h from midnight: 00:00"), ("zh", "自零点起每6小时：00:00")])
def test_steps_and_ranks_of_statistics(frame, lang, said):
    found = do(frame, lang, mean(by="span", by_s=21_600.0, ranks=[95.0])).findings[0]
    assert said in found.text
    assert found.values["18:00 p95"] == 220.0
    assert found.values["06:00 mean"] == 205.0


def test_a_labels_own_word_is_read_back_as_a_label(frame, tmp_path):
    label = {"kind": "label", "sensors": ["load"], "values": {"limit": 80.0, "side": "above", "name": "busy"}}
    write_processed(do(frame, "en", label), {}, {}, ZONE, tmp_path / "a.csv")
    again = read(tmp_path / "a.csv", zone=ZONE, max_bytes=2**20, max_rows=10_000)
    assert list(again.frame.columns) == ["load", "current"]
    assert again.receipt.own_columns == ["load_label=busy"]


@pytest.fixture
def ask(frame, tmp_path):
    def run(text, lang="en"):
        path = tmp_path / "a.csv"
        frame.rename_axis("time").tz_localize(None).to_csv(path)
        question = Question(id="1", text=text, lang=lang, artifact=str(path), file_name=path.name)
        return pipeline.answer(question, Settings(data_dir=tmp_path), tmp_path / "out", lambda *_: None)

    return run


@pytest.mark.parametrize(("text", "lang", "said", "pictures"), [
    ("mean of current when load is above 80", "en", "over the 360 of 1,440 rows that have load above 80", 0),
    ("load大于80时current的平均值", "zh", "满足load高于80的360行", 0),
    ("plot current while load is above 80", "en", "Only the 360 of 1,440 rows that have load above 80.", 1),
    ("plot current while load is above 95", "en", "Nothing was plotted: no row has load above 95.", 0),
    ("hourly mean of load as a bar chart", "en", "Each bar is the mean of 60 min.", 1),
    ("pie chart of load", "en", "no built-in step for “pie chart”", 1),
    ("export only current, drop the rest", "en", "only these columns: current", 0),
])  # fmt: skip
def test_answers_say_what_was_done(ask, text, lang, said, pictures):
    answer = ask(text, lang)
    assert said in answer.text
    assert len(answer.pictures) == pictures

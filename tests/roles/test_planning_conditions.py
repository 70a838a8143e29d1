"""Conditions, bands, columns, hours, windows, ranks and bars of a request: what is said beside its steps."""

import time
from datetime import UTC, datetime

import pytest

from roles.manager import MANAGER, Plan, Request, Subtask
from roles.planning.columns.lexicon import Lexicon
from roles.planning.limits import conditions
from roles.planning.parts import worded
from roles.planning.words import normal
from roles.types import Sensor

SENSORS = [
    Sensor(name="Load", unit="%"), Sensor(name="Motor current", unit="A"), Sensor(name="Vibration DE", unit="mm/s"),
    Sensor(name="Power_kW", unit="kW"), Sensor(name="出料量", unit="t/d"), Sensor(name="碹顶温度", unit="℃"),
    Sensor(name="烟气氧含量", unit="%"), Sensor(name="窑压", unit="Pa"),
]  # fmt: skip


def request(text):
    day = datetime(2026, 3, 10, tzinfo=UTC)
    return Request(text=text, lang="en", sensors=SENSORS, start=day, end=day.replace(hour=23, minute=59))


def read(text):
    return worded.read(normal(text), request(normal(text)))


def planned(text):
    """The plan of a request as a run makes it."""
    said = read(text)
    plan = worded.only_rows(request("")) if said.alone else MANAGER.rules(request(said.text))
    return worded.applied(plan, said).subtasks


def only(tasks, kind):
    (task,) = [task for task in tasks if task.kind == kind]
    return task


@pytest.mark.parametrize(("text", "way", "sensor", "bound", "rest"), [
    ("mean of motor current when load is above 80", "when", "Load", 80.0, "mean of motor current"),
    ("when load is above 80, what is the mean of motor current?", "when", "Load", 80.0,
     "what is the mean of motor current?"),
    ("plot motor current while vibration de is below 3", "when", "Vibration DE", 3.0, "plot motor current"),
    ("max of motor current only when load > 80", "when", "Load", 80.0, "max of motor current"),
    ("mean of motor current for rows where load is below 75", "when", "Load", 75.0, "mean of motor current"),
    ("mean of load above 80", "when", "Load", 80.0, "mean of load"),
    ("max of load when it is above 80", "when", "Load", 80.0, "max of load"),
    ("remove rows where load is below 75 and give me the mean of motor current", "remove", "Load", 75.0,
     "give me the mean of motor current"),
    ("mean of motor current after removing rows where load is below 75", "remove", "Load", 75.0,
     "mean of motor current"),
    ("keep only rows where load > 80 and resample to 5 min", "keep", "Load", 80.0, "resample to 5 min"),
    ("ignore data with load below 75, mean of motor current", "without", "Load", 75.0, "mean of motor current"),
    ("当出料量大于250的时候碹顶温度的平均值是多少", "when", "出料量", 250.0, "碹顶温度的平均值是多少"),
    ("出料量大于250时碹顶温度最大值", "when", "出料量", 250.0, "碹顶温度最大值"),
    ("画出窑压小于6时的碹顶温度", "when", "窑压", 6.0, "画出 碹顶温度"),
    ("删除出料量小于250的行，再求碹顶温度的平均值", "remove", "出料量", 250.0, "再求碹顶温度的平均值"),
    ("把出料量小于250的数据去掉，求碹顶温度平均值", "remove", "出料量", 250.0, "求碹顶温度平均值"),
    ("只保留出料量大于250的行", "keep", "出料量", 250.0, ""),
    ("忽略窑压小于5的数据，碹顶温度均值", "without", "窑压", 5.0, "碹顶温度均值"),
    ("导出出料量大于250的行", "keep", "出料量", 250.0, "导出"),
])  # fmt: skip
def test_a_condition_is_taken_off_the_request(text, way, sensor, bound, rest):
    found, left = conditions.found_in(normal(text), request(""), Lexicon(SENSORS))
    assert found is not None
    assert (found.way, found.parts[0]["sensor"], found.parts[0]["limit"], left) == (way, sensor, bound, rest)


@pytest.mark.parametrize("text", [
    "label motor current when load is above 80", "when will load reach 80?", "when was load above 80?",
    "how many rows where load is above 80?", "why did motor current jump when load was above 80?",
    "is the mean of load above 80?", "plot load with limit 80", "mean of motor current between 02:00 and 04:00",
    "mean of motor current between 2 and 4", "keep the load above 80", "load above 80", "什么时候窑压大于10？",
    "把窑压大于10的标为异常", "窑压大于10吗", "未来1小时窑压会大于10吗",
])  # fmt: skip
def test_other_limits_are_no_condition(text):
    assert conditions.found_in(normal(text), request(""), Lexicon(SENSORS)) == (None, normal(text))


def test_several_limits_are_one_condition():
    both = conditions.found_in("mean of motor current with load between 70 and 80 and vibration de < 3 mm/s",
                               request(""), Lexicon(SENSORS))[0]  # fmt: skip
    assert both is not None
    assert both.values() == {"all": [
        {"sensor": "Load", "low": 70.0, "high": 80.0, "side": "inside"},
        {"sensor": "Vibration DE", "limit": 3.0, "side": "below", "unit": "mm/s"},
    ]}  # fmt: skip
    either = read("max of load when it is above 80 or below 70").condition
    assert either is not None
    assert [part["limit"] for part in either.values()["any"]] == [80.0, 70.0]


def test_the_condition_stands_in_what_it_holds_for_and_rows_go_only_where_that_was_ordered():
    when = planned("mean of motor current when load is above 80")
    assert [task.kind for task in when] == ["statistics"]
    assert when[0].sensors == ["Motor current"]
    assert when[0].values["where"] == {"all": [{"sensor": "Load", "limit": 80.0, "side": "above"}]}
    removed = planned("删除出料量小于250的行，再求碹顶温度的平均值")
    assert [task.kind for task in removed] == ["clean", "statistics"]
    assert removed[0].values["rows_only"] is True
    assert removed[0].values["where"]["not"] is True
    assert removed[1].values["where"] == removed[0].values["where"]
    assert [task.kind for task in planned("只保留出料量大于250的行")] == ["clean"]


def test_averages_by_time_over_some_rows_are_numbers_of_those():
    task = only(planned("hourly mean of motor current when load is above 80"), "statistics")
    assert (task.sensors, task.values["by_s"], task.values["what"]) == (["Motor current"], 3600.0, ["mean"])
    assert "where" in task.values


@pytest.mark.parametrize(("text", "low", "high", "name"), [
    ("label motor current between 205 and 215 A as ok", 205.0, 215.0, "ok"),
    ("氧含量在2.5到3之间标为偏高", 2.5, 3.0, "偏高"), ("氧含量在2到3之间标为偏高", 2.0, 3.0, "偏高"),
    ("标记氧含量大于2.5到3之间的", 2.5, 3.0, None),
    ("how many rows was motor current between 205 and 215 A?", 205.0, 215.0, None),
])  # fmt: skip
def test_a_band_is_labelled(text, low, high, name):
    tasks = planned(text)
    assert [task.kind for task in tasks] == ["label"]
    values = tasks[0].values
    assert (values["low"], values["high"], values["side"], values.get("name")) == (low, high, "inside", name)


@pytest.mark.parametrize("text", ["label load between 02:00 and 04:00 above 80", "plot load between 70 and 80"])
def test_other_stretches_are_no_band(text):
    assert all(task.values.get("side") != "inside" for task in planned(text))


def test_labels_have_the_words_they_were_given_but_for_abnormal():
    hot, cold = planned("label motor current > 220 as hot and < 200 as cold")
    assert (hot.values["name"], cold.values["name"]) == ("hot", "cold")
    assert planned("把窑压大于7标为“堵塞”")[0].values["name"] == "堵塞"
    assert "name" not in planned("label load > 80 as abnormal")[0].values
    assert "name" not in planned("把窑压大于7的标为异常")[0].values


def test_only_some_columns_are_written():
    said = read("export only load and motor current at 15 min, drop the rest")
    assert (said.columns, said.text) == (["Load", "Motor current"], "resample to 15 min")
    assert set(said.ignored(SENSORS)) == {s.name for s in SENSORS} - {"Load", "Motor current"}
    zh = read("只导出碹顶温度和窑压")
    assert (set(zh.columns), zh.alone) == ({"碹顶温度", "窑压"}, True)
    assert read("导出10分钟间隔的数据").text == "重采样到10分钟"
    needed = read("export only load where motor current is above 215")
    assert "Motor current" not in needed.ignored(SENSORS)
    assert worded.applied(worded.only_rows(request("")), needed).subtasks[0].values["drop"] == ["Motor current"]


def test_only_some_hours_are_written_and_hold_for_the_rest():
    tasks = planned("label vibration de > 3.5 mm/s as abnormal, resample to 5 min, only between 14:00 and 17:00, "
                    "plot vibration de and load")  # fmt: skip
    assert [t[11:16] for t in only(tasks, "clean").values["hours"]] == ["14:00", "17:00"]
    assert all(task.start.hour == 14 and task.end.hour == 17 for task in tasks if task.kind in ("label", "plot"))
    kept = only(planned("label load > 80 only between 14:00 and 17:00"), "label")
    assert kept.start is not None
    assert only(planned("按5分钟重采样，只要14点到17点"), "clean").values["hours"]
    assert [t.kind for t in planned("resample to 10 s and plot load between 02:00 and 04:00")] == ["resample", "plot"]


@pytest.mark.parametrize("text", [
    "mean of motor current from 02:00 to 04:00 and from 20:00 to 22:00", "2点到4点和20点到22点窑压的平均值",
])  # fmt: skip
def test_each_of_two_windows_has_its_number(text):
    assert [(t.kind, t.start.hour, t.end.hour) for t in planned(text)] == [("statistics", 2, 4), ("statistics", 20, 22)]


@pytest.mark.parametrize("text", [
    "std and 95th percentile of vibration de by 6 hours", "碹顶温度的标准差和95分位数，每6小时",
])  # fmt: skip
def test_ranks_and_steps_of_statistics_are_kept(text):
    values = only(planned(text), "statistics").values
    assert (values["what"], values["ranks"], values["by"], values["by_s"]) == (["std"], [95.0], "span", 21_600.0)


@pytest.mark.parametrize("text", [
    "resample to 10 min then average by hour", "resample to 10 min, then take the mean every hour",
    "先按10分钟重采样再按小时平均",
])  # fmt: skip
def test_a_second_resampling_follows_the_first(text):
    values = only(planned(text), "resample").values
    assert (values["step_s"], values["then"]) == (600.0, {"step_s": 3600.0, "how": "mean"})


@pytest.mark.parametrize("text", ["hourly mean of load as a bar chart", "用柱状图画出每小时窑压平均值"])
def test_bars_are_bars(text):
    values = only(planned(text), "plot").values
    assert (values["form"], values["step_s"], values["how"]) == ("bars", 3600.0, "mean")


@pytest.mark.parametrize("text", ["pie chart of load", "画出窑压的饼图", "plot load as a donut chart"])
def test_a_form_that_is_not_drawn_is_refused(text):
    assert only(planned(text), "code").values["refused"] is True


def test_a_plan_of_any_engine_gets_what_the_words_say():
    plan = Plan(lang="en", subtasks=[Subtask(order=1, kind="statistics", sensors=["Motor current"])])
    made = worded.applied(plan, read("mean of motor current when load is above 80"))
    assert made.subtasks[0].values["where"]["all"][0]["sensor"] == "Load"
    assert plan.subtasks[0].values == {}


def test_a_request_without_such_words_is_left_as_it_is():
    for text in ("what is wrong?", "plot load", "label load above 80 %", "为什么窑压下降？", ""):
        said = read(text)
        assert said.text == normal(text)
        plan = MANAGER.rules(request(said.text))
        assert worded.applied(plan, said) == plan


@pytest.mark.parametrize("piece", [
    "remove rows where ", "load is above 80 and ", "when when ", "only export load, ", "between 2 and 4 and ",
    "出料量大于250且", "删除所有", "的时候的数据", "then average by ", "from 02:00 to 04:00 and ",
    "as a bar chart ", "p95 of ",
])  # fmt: skip
def test_no_text_takes_long(piece):
    text = normal(piece * (1500 // len(piece)))
    begin = time.perf_counter()
    read(text)
    assert time.perf_counter() - begin < 5.0

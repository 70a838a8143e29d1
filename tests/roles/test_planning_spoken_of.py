"""What is said of a sensor: its bands and what is taken off it, its place, the other side of a comparison, its set
point, its standstills, what it is now, drawn against another. As a run reads them: the words beside the steps first."""

from datetime import UTC, datetime

import pytest

from roles.manager import MANAGER, Request
from roles.planning.parts import worded
from roles.planning.words import normal
from roles.types import Sensor

FILES = {
    "loop": ["FIC101.PV", "FIC101.SP", "FIC101.OP", "TI-205 reactor top temp", "Agitator speed rpm"],
    "manipulated": ["FIC101.MV", "FIC101.PV", "FIC101.SV"],
    "wind": ["WindSpeed", "ActivePower", "RotorRPM", "GearOilTemp", "GenBearingTempDE", "GenBearingTempNDE"],
    "press": ["Press 1 tonnage left", "Press 1 tonnage right", "Press 2 tonnage left", "Press 2 tonnage right",
              "Press 2 die temp", "Cushion pressure", "Strokes per minute"],
    "pumps": ["1号泵电流(A)", "2号泵电流(A)", "1号泵振动", "2号泵振动", "出口压力(MPa)", "入口压力(MPa)", "油温",
              "轴承温度前", "轴承温度后"],
}  # fmt: skip


def planned(file, text):
    """The subtasks of a request as a run makes them, by their kind."""
    lang = "en" if text.isascii() else "zh"
    sensors = [Sensor(name=name) for name in FILES[file]]

    def request(said):
        first = datetime(2026, 3, 8, tzinfo=UTC)
        return Request(text=said, lang=lang, sensors=sensors, start=first, end=first.replace(day=10))

    said = worded.read(normal(text), request(normal(text)))
    plan = worded.only_rows(request("")) if said.alone else MANAGER.rules(request(said.text))
    return {task.kind: task for task in worded.applied(plan, said).subtasks}


@pytest.mark.parametrize("text", [
    "average power when wind speed is between 8 and 10", "mean power for wind speed between 8 and 10",
    "mean power with wind speed from 8 to 10", "average power while wind speed is 8 to 10",
    "average power where the wind speed stays within 8-10", "风速在8到10之间时的平均功率",
    "当风速介于8和10之间时，功率的平均值",
    "风速8到10的时候平均功率是多少", "风速8-10时的平均功率", "风速为8至10期间功率平均多少",
])  # fmt: skip
def test_a_bare_band_said_of_a_sensor_is_a_condition_and_no_time(text):
    task = planned("wind", text)["statistics"]
    assert (task.sensors, task.start, task.values["what"]) == (["ActivePower"], None, ["mean"])
    assert task.values["where"] == {"all": [{"sensor": "WindSpeed", "low": 8.0, "high": 10.0, "side": "inside"}]}


@pytest.mark.parametrize("text", [
    "average power between 8 and 10", "average wind speed and power between 8 and 10", "8点到10点的平均功率",
    "average power when wind speed is above 5 between 8 and 10", "mean power between 8 and 10 o'clock",
])  # fmt: skip
def test_hours_stay_hours(text):
    task = planned("wind", text)["statistics"]
    assert (task.start.hour, task.end.hour) == (8, 10)
    assert "low" not in str(task.values)


def test_how_long_a_sensor_was_in_a_band_is_counted():
    label = planned("wind", "how long was wind speed between 8 and 10?")["label"]
    assert (label.sensors, label.values["low"], label.values["high"], label.start) == (["WindSpeed"], 8.0, 10.0, None)


@pytest.mark.parametrize("text", [
    "把振动大于5的数据去掉再算平均", "剔除振动大于5的数据后求平均值", "去除振动超过5的数据，再统计平均值",
    "振动大于5的不算，求平均",
    "扣除振动大于5的点，平均值是多少",
])  # fmt: skip
def test_what_is_taken_off_before_a_mean_is_not_in_it(text):
    """One limit of two columns: a row goes where either passes it; the mean is of what was spoken of."""
    task = planned("pumps", text)["statistics"]
    assert (task.sensors, task.values["what"]) == (["1号泵振动", "2号泵振动"], ["mean"])
    assert task.values["where"]["not"] is True
    assert [part["limit"] for part in task.values["where"]["any"]] == [5.0, 5.0]


@pytest.mark.parametrize(("file", "text", "sensor"), [
    ("pumps", "除去振动超过5的点，油温平均多少", "油温"), ("pumps", "去掉振动大于5的数据，油温平均值是多少", "油温"),
    ("press", "drop rows where cushion pressure > 5, then average", "Cushion pressure"),
    ("press", "mean cushion pressure excluding values above 5", "Cushion pressure"),
    ("press", "average cushion pressure, not counting readings above 5", "Cushion pressure"),
    ("press", "remove the rows with cushion pressure over 5 and compute the mean", "Cushion pressure"),
])  # fmt: skip
def test_a_removal_holds_for_the_statistic_behind_or_before_it(file, text, sensor):
    task = planned(file, text)["statistics"]
    assert (task.sensors, task.values["where"]["not"]) == ([sensor], True)


@pytest.mark.parametrize(("file", "text", "columns"), [
    ("pumps", "前轴承温度趋势", ["轴承温度前"]),
    ("pumps", "画出后侧轴承温度", ["轴承温度后"]),
    ("pumps", "画出轴承前温度", ["轴承温度前"]),
    ("pumps", "画出压力出口", ["出口压力(MPa)"]), ("pumps", "画出进口压力", ["入口压力(MPa)"]),
    ("pumps", "画出轴承温度", ["轴承温度前", "轴承温度后"]),
    ("pumps", "画出进出口压力", ["出口压力(MPa)", "入口压力(MPa)"]),
    ("wind", "plot DE gen bearing temp", ["GenBearingTempDE"]),
    ("wind", "plot bearing temp NDE", ["GenBearingTempNDE"]),
    ("press", "plot left tonnage press 1", ["Press 1 tonnage left"]),
])  # fmt: skip
def test_a_place_may_stand_before_or_behind_the_name(file, text, columns):
    assert planned(file, text)["plot"].sensors == columns


def test_a_direction_behind_a_name_is_no_place():
    assert planned("pumps", "为什么轴承温度上升")["diagnose"].sensors == ["轴承温度前", "轴承温度后"]


@pytest.mark.parametrize(("file", "text", "one", "other"), [
    ("pumps", "1号泵电流比2号泵大吗", "1号泵电流(A)", "2号泵电流(A)"),
    ("pumps", "2号泵比1号泵电流大吗", "2号泵电流(A)", "1号泵电流(A)"),
    ("pumps", "前轴承比后轴承热吗", "轴承温度前", "轴承温度后"),
    ("pumps", "进出口压差多少", "入口压力(MPa)", "出口压力(MPa)"),
    ("pumps", "前后轴承温差多少", "轴承温度前", "轴承温度后"),
    ("press", "is press 1 left tonnage higher than right?", "Press 1 tonnage left", "Press 1 tonnage right"),
    ("press", "is the right tonnage of press 2 lower than the left one?", "Press 2 tonnage right",
     "Press 2 tonnage left"),
    ("press", "is press 1 tonnage left higher than press 2?", "Press 1 tonnage left", "Press 2 tonnage left"),
    ("press", "difference between left and right tonnage of press 1", "Press 1 tonnage left", "Press 1 tonnage right"),
    ("wind", "which bearing is hotter, DE or NDE?", "GenBearingTempDE", "GenBearingTempNDE"),
])  # fmt: skip
def test_the_other_side_of_a_comparison_may_say_only_what_differs(file, text, one, other):
    task = planned(file, text)["statistics"]
    assert (task.sensors, task.values["than"]) == ([one, other], other)


@pytest.mark.parametrize("text", [
    "is FIC101 following its set point?", "how far is FIC101 from its set point?", "setpoint deviation of FIC101",
    "deviation between set point and actual of FIC101", "FIC101的设定值和实际值偏差多大", "FIC101跟得上设定值吗",
])  # fmt: skip
def test_a_controller_is_held_against_its_own_set_point(text):
    tasks = planned("loop", text)
    assert set(tasks) == {"statistics", "plot"}
    assert tasks["statistics"].sensors == ["FIC101.PV", "FIC101.SP"]
    assert tasks["statistics"].values == {"than": "FIC101.SP", "way": "", "follows": True}


def test_what_a_controller_sets_is_no_reading_of_what_it_controls():
    task = planned("manipulated", "is FIC101 following its set point?")["statistics"]
    assert task.sensors == ["FIC101.PV", "FIC101.SV"]


def test_why_it_is_off_its_set_point_is_diagnosed():
    assert "diagnose" in planned("loop", "why is FIC101 off its set point?")


@pytest.mark.parametrize(("file", "text", "sensor"), [
    ("press", "strokes per minute now", "Strokes per minute"), ("loop", "TI-205 currently", "TI-205 reactor top temp"),
    ("pumps", "当前油温", "油温"), ("pumps", "油温现在", "油温"),
])  # fmt: skip
def test_a_sensor_with_now_means_its_last_reading(file, text, sensor):
    tasks = planned(file, text)
    assert set(tasks) == {"statistics"}
    assert (tasks["statistics"].sensors, tasks["statistics"].values) == ([sensor], {"now": True})


@pytest.mark.parametrize(("file", "text", "sensor", "yes_no"), [
    ("wind", "did the rotor stop yesterday?", "RotorRPM", True),
    ("loop", "搅拌转速什么时候停的", "Agitator speed rpm", False),
    ("loop", "when did the agitator stop?", "Agitator speed rpm", False),
    ("pumps", "1号泵停了几次", "1号泵电流(A)", False),
    ("loop", "how often did the agitator stop?", "Agitator speed rpm", False),
    ("pumps", "2号泵电流停过吗", "2号泵电流(A)", True),
])  # fmt: skip
def test_standstills_are_read_off_what_falls_to_nothing_with_the_machine(file, text, sensor, yes_no):
    task = planned(file, text)["statistics"]
    assert (task.sensors, task.values["stops"], bool(task.values.get("yes_no"))) == ([sensor], True, yes_no)


@pytest.mark.parametrize(("file", "text"), [
    ("wind", "when did the gear oil temp start rising?"), ("wind", "why did the rotor stop?"),
    ("wind", "when did the rotor rpm start to rise?"), ("loop", "what happened when the agitator stopped?"),
    ("wind", "did the power drop when the rotor stopped?"), ("loop", "搅拌停了之后发生了什么"),
])  # fmt: skip
def test_what_starts_to_change_is_no_standstill(file, text):
    assert "stops" not in str(planned(file, text))


@pytest.mark.parametrize(("file", "text", "columns"), [
    ("press", "why did press 2 lose tonnage", ["Press 2 tonnage left", "Press 2 tonnage right"]),
    ("press", "why did tonnage drop on press 2", ["Press 2 tonnage left", "Press 2 tonnage right"]),
    ("pumps", "2号泵为什么振动大", ["2号泵振动"]),
])  # fmt: skip
def test_a_quantity_is_that_of_the_one_machine_that_is_named(file, text, columns):
    assert planned(file, text)["diagnose"].sensors == columns


@pytest.mark.parametrize("text", [
    "power against wind speed", "plot power as a function of wind speed", "功率随风速的变化", "画功率与风速的关系",
])  # fmt: skip
def test_one_sensor_against_another_is_a_scatter_plot(text):
    plot = planned("wind", text)["plot"]
    assert (plot.sensors, plot.values) == (["ActivePower", "WindSpeed"], {"form": "scatter"})

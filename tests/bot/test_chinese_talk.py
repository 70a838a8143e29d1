"""What crews say in Chinese is understood as it is meant: the table is chinese_talk.toml, of four plants."""

import tomllib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.conversation import followups, small_talk
from roles.manager import MANAGER, Request
from roles.planning.colloquial import written
from roles.planning.wants import asked, graphed
from roles.planning.words import normal
from roles.types import Sensor
from workers.followups.meant import all_meant
from workers.replying.order import ORDER

ZONE = ZoneInfo("Asia/Shanghai")
TABLE = tomllib.loads((Path(__file__).parent / "chinese_talk.toml").read_text(encoding="utf-8"))
ROWS = [row for said in TABLE["said"].values() for row in said["rows"]]
COURSE = ("period", "drift", "pace", "rise", "fall", "change")
STEPS = ("forecast", "label", "ask", "plot", "code", "model", "resample", "statistics", "diagnose")


def plan_of(text, names, lang="zh"):
    start, end = datetime(2024, 3, 9, 6, tzinfo=ZONE), datetime(2024, 3, 10, 6, tzinfo=ZONE)
    sensors = [Sensor(name=name) for name in names]
    return MANAGER.rules(Request(text=text, lang=lang, sensors=sensors, start=start, end=end)), sensors


def kind(text, names):
    """What a message is taken for, asked in the order in which a chat asks it."""
    if small_talk.agrees(text):
        return "agrees"
    said = normal(text)
    if known := followups.kind_of(text) or asked.courtesy(said):
        return known
    plan, sensors = plan_of(text, names)
    steps = {task.kind for task in plan.subtasks}
    if graphed.linked(said, sensors) and steps <= {"clean", "detect", "causes", "diagnose"}:
        return "graph"
    if plan.unknown and not any(task.sensors for task in plan.subtasks):
        return "missing"
    form = asked.form(said)
    if "label" in steps and form == "beyond":
        return "beyond"
    step = next((each for each in STEPS if each in steps), "causes")
    if step == "statistics" and any(task.values.get("now") for task in plan.subtasks):
        return "now"
    if step == "diagnose" and ORDER.search(said):
        return "order"
    if step == "diagnose" and form in COURSE:
        return form
    return "unread" if any(task.values.get("unread") for task in plan.subtasks) else step


@pytest.mark.parametrize(("text", "plant", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_a_chinese_message_is_taken_for_what_it_is(text, plant, expected):
    assert kind(text, TABLE["plants"][plant]) == expected


@pytest.mark.parametrize("text", [row[0] for row in ROWS] + ["一点异常没有", "咋整啊", "超没超"])
def test_what_was_written_out_stays(text):
    assert written(written(text)) == written(text)


@pytest.mark.parametrize(
    ("text", "stays"),
    [("一点异常没有", "一点异常没有"), ("电机没停", "电机没停"), ("差不多", "差不多"), ("破碎机电流", "破碎机电流")],
)
def test_statements_and_other_words_are_not_rewritten(text, stays):
    assert written(text) == stays


def test_each_sentence_of_a_message_is_told_and_whether_to_stop_first():
    assert all_meant("影响产量吗？要停机吗？") == ["output", "stop"]
    assert followups.kind_of("影响产量吗？要停机吗？") == "stop"
    assert all_meant("要停机吗？损失多少吨？") == ["stop", "output"]
    assert all_meant("要停机吗？画一下车速") == []


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("1号烘缸压力怎么了", ["1号烘缸蒸汽压力"]),
        ("烘缸蒸汽压力怎么了", ["1号烘缸蒸汽压力", "2号烘缸蒸汽压力"]),
        ("3号烘缸压力怎么了", []),
    ],
)
def test_a_number_before_a_part_of_a_name_tells_columns_apart(text, columns):
    plan, _ = plan_of(text, TABLE["plants"]["paper"])
    assert next(task for task in plan.subtasks if task.kind == "diagnose").sensors == columns


@pytest.mark.parametrize("text", ["昨天和今天车速平均值各是多少", "average of 车速 yesterday and today"])
def test_two_days_are_told_apart(text):
    plan, _ = plan_of(text, TABLE["plants"]["paper"])
    assert [t.values.get("by") for t in plan.subtasks if t.kind == "statistics"] == ["day"]


@pytest.mark.parametrize("text", ["昨天夜班车速怎么样", "how was 车速 yesterday night"])
def test_last_nights_shift_is_the_night_not_the_day(text):
    plan, _ = plan_of(text, TABLE["plants"]["paper"])
    starts = {task.start.hour for task in plan.subtasks if task.start}
    assert starts == {18}

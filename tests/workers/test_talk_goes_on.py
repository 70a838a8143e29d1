"""What is said after an answer: another thing, another figure, an order to the plant, a newcomer's question."""

from datetime import UTC, datetime

import pytest

from roles.deciding.levels import Line, Matter, word
from roles.types import Finding
from workers.contracts import Question
from workers.followups.meant import meant
from workers.followups.otherpart import other_part
from workers.followups.switching import answer_order, ordered
from workers.knowledge import inventory
from workers.knowledge.ellipsis import completed
from workers.wording import say

GREASE = "which grease goes into the combustion air fan bearing?"
MEAN, MEAN_ZH = "mean of motor current", "电机电流的平均值是多少"


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        (GREASE, "and the batch charger bearing?", "which grease goes into the batch charger bearing?"),
        ("starwheel pocket clearance", "and of the lehr belt?", "lehr belt clearance"),
        ("torque of the starwheel clutch", "what about the gearbox?", "torque of the gearbox"),
        ("GF-310?", "and 302?", "GF-302?"),
        ("GF-310?", "那302呢？", "GF-302?"),
        ("how often must the starwheel be greased?", "and the lehr belt?", "how often must the lehr belt be greased?"),
        ("why does the stopper clog?", "and the nozzle?", "why does the nozzle clog?"),
        ("助燃风机轴承用什么润滑脂？", "供料机轴承呢？", "供料机轴承用什么润滑脂？"),
        ("网带张紧力是多少", "那驱动辊呢", "驱动辊张紧力是多少"),
        ("星轮离合器的扭矩是多少", "那减速机呢", "减速机的扭矩是多少"),
    ],
)
def test_another_thing_takes_the_place_of_the_one_before(before, text, whole):
    assert completed(text, before) == whole


def test_a_question_between_that_names_no_thing_changes_nothing():
    whole = completed("and the batch charger bearing?", f"{GREASE}\nand how often?")
    assert "batch charger bearing" in whole
    assert "fan" not in whole


@pytest.mark.parametrize("text", ["and in winter?", "and the quantity?"])
def test_what_is_no_thing_takes_no_place(text):
    assert "fan bearing" in completed(text, "which grease goes into the fan bearing?")


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        (MEAN, "and the max?", "max of motor current"),
        (f"{MEAN}\nand the max?", "and between 02:00 and 04:00?", "max of motor current between 02:00 and 04:00"),
        (f"{MEAN}\nand between 02:00 and 04:00?", "plot it", "plot motor current between 02:00 and 04:00"),
        (MEAN_ZH, "最大值呢", "电机电流的最大值是多少"),
        (f"{MEAN_ZH}\n最大值呢", "2点到4点呢", "2点到4点电机电流的最大值是多少"),
        (f"{MEAN_ZH}\n那2点到4点呢", "画出来", "画2点到4点电机电流"),
        ("what is wrong?", "and the max?", ""),
        ("what is wrong?", "plot it", ""),
    ],
)
def test_a_figure_goes_on(before, text, whole):
    assert other_part(text, before) == whole


@pytest.mark.parametrize("text", [
    "turn off the cooling water pump", "open valve 3", "can you stop the pump?", "raise the casting speed to 1.2 m/min",
    "关掉1号喷枪", "把拉速降到1.0", "请打开冷却水阀",
])  # fmt: skip
def test_an_order_to_the_plant_is_refused_in_one_sentence(text):
    lang = "en" if text.isascii() else "zh"
    told = answer_order(Question(id="1", text=text), lang)
    assert told is not None
    assert told.text == say("switches_nothing", lang)
    assert len(told.blocks) == 1


@pytest.mark.parametrize("text", [
    "stop the pump?", "stop", "open a work order", "lower the sensitivity", "what happens if I raise the flow?",
    "shut down procedure of the furnace", "start with line 3", "increase in pressure",
    "停一下", "关闭日报", "打开1号喷枪的图", "要不要停泵？", "停机时间", "停机最多的是哪台设备", "停的是哪台设备",
])  # fmt: skip
def test_what_orders_nothing_of_the_plant_is_no_order(text):
    assert not ordered(text)


@pytest.mark.parametrize(("text", "kind"), [("how sure?", "sure"), ("现在该做什么？", "first")])
def test_short_questions_after_an_answer_are_understood(text, kind):
    assert meant(text) == kind


@pytest.mark.parametrize(("text", "lang"), [("which documents do you know?", "en"), ("有哪些资料", "zh"),
                                            ("你知道哪些文件？", "zh")])  # fmt: skip
def test_chat_lists_the_documents_that_are_known(text, lang, monkeypatch):
    class Store:
        def list(self, *_):
            return []

        def close(self): ...

    monkeypatch.setattr(inventory, "open_knowledge", lambda _settings: Store())
    told = inventory.answer_inventory(Question(id="1", text=text), None, lang)
    assert told.text.startswith(say("inventory_head", lang, count=0, passages=0))
    assert inventory.answer_inventory(Question(id="1", text="which grease?"), None, lang) is None


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("verdict", "tells"), [("unsure", 3), ("normal", 2)])
def test_a_newcomer_is_told_more_than_the_headline_where_nothing_was_diagnosed(verdict, tells, lang):
    found = Finding(id="F1", kind="rise", text="x", sensor="Motor current", start=datetime(2026, 1, 1, tzinfo=UTC))
    matter = Matter(lang=lang, verdict=verdict, today=[Line(kind="headline", text="h")], findings=[found])
    lines = word(matter, "newcomer")
    assert sum(line.kind == "plain" for line in lines) == tells
    assert verdict == "normal" or any("Motor current" in line.text and line.refs == ["F1"] for line in lines)

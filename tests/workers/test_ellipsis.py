"""A question that goes on from the one before it is completed; one that stands alone is left alone."""

import pytest

from workers.knowledge.ellipsis import completed


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        ("mech seal interval P-201", "and for P-202?", "mech seal interval P-202"),
        ("mech seal interval P-201", "and its vibration limit?", "vibration limit P-201"),
        ("hot melt tank temp", "what about the hose", "hose temp"),
        ("hot melt tank temp\nwhat about the hose", "and the nozzle?", "nozzle temp"),
        ("P-201机械密封多久换", "那P-202呢", "P-202机械密封多久换"),
        ("热熔胶罐温度", "那喷嘴呢？", "喷嘴温度"),
        ("稀油站滤芯压差多少切换", "那供油压力呢", "稀油站供油压力"),
        ("稀油站滤芯压差多少切换\n那供油压力呢", "那XY-401呢", "XY-401供油压力"),
        ("立磨振动跳停值多少", "那罗茨风机呢", "罗茨风机振动跳停值多少"),
        ("pressure of the lube station", "and the capacity?", "of the lube station capacity"),
        ("塞棒结瘤怎么处理", "有什么征兆", "塞棒结瘤有什么征兆"),
        ("塞棒结瘤怎么处理\n有什么征兆", "谁负责？", "塞棒结瘤谁负责？"),
        ("托轮瓦温高怎么处理", "要注意什么", "托轮瓦温高要注意什么"),
        ("压板螺栓M16扭矩", "M20呢", "压板螺栓M20扭矩"),
        ("IM-3 screw diameter", "and IM-6?", "IM-6 screw diameter"),
        ("止逆环库存", "那分子筛呢", "分子筛库存"),
        ("what are the signs of stopper clogging?", "who is responsible?", "who is responsible stopper clogging"),
        ("mech seal interval P-201", "what are the steps?", "what are the steps mech seal interval P-201"),
    ],
)  # fmt: skip
def test_it_is_completed(before, text, whole):
    assert completed(text, before) == whole


@pytest.mark.parametrize("text", [
    "what are the signs of stopper clogging?", "and why did the mould level jump at 14:00 in strand 2?",
    "那里的压力是多少", "P-202?", "", "漏油怎么办", "breakout, what to do",
])  # fmt: skip
def test_one_that_stands_alone_is_not(text):
    assert completed(text, "mech seal interval P-201") == ""


def test_nothing_before_completes_nothing():
    assert completed("and for P-202?", "") == ""
    assert completed("有什么征兆", "") == ""

"""A question that goes on from the one before it is completed; one that stands alone is left alone."""

import pytest

from workers.knowledge.ellipsis import completed


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        ("mech seal interval P-201", "and for P-202?", "mech seal interval P-202"),
        ("mech seal interval P-201", "and its vibration limit?", "vibration limit P-201"),
        ("hot melt tank temp", "what about the hose", "hot melt tank temp hose"),
        ("hot melt tank temp\nwhat about the hose", "and the nozzle?", "hot melt tank temp hose nozzle"),
        ("P-201机械密封多久换", "那P-202呢", "P-202机械密封多久换"),
        ("热熔胶罐温度", "那喷嘴呢？", "热熔胶罐温度 喷嘴"),
    ],
)  # fmt: skip
def test_it_is_completed(before, text, whole):
    assert completed(text, before) == whole


@pytest.mark.parametrize("text", [
    "what are the signs of stopper clogging?", "and why did the mould level jump at 14:00 in strand 2?",
    "那里的压力是多少", "P-202?", "",
])  # fmt: skip
def test_one_that_stands_alone_is_not(text):
    assert completed(text, "mech seal interval P-201") == ""


def test_nothing_before_completes_nothing():
    assert completed("and for P-202?", "") == ""

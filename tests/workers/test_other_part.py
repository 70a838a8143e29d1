"""A question that only names another part or shift is the question before, asked of that."""

import pytest

from workers.followups.otherpart import other_part


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        ("3号流液位正常吗？", "1号流呢", "1号流液位正常吗？"),
        ("3号流拉速最高是多少\n1号流呢", "那2号流呢？", "2号流拉速最高是多少"),
        ("一流液位正常吗", "二流呢", "二流液位正常吗"),
        ("液位正常吗？", "1号流呢", "1号流液位正常吗？"),
        ("3号流液位正常吗？\n为什么？", "1号流呢", "1号流液位正常吗？"),
        ("夜班停机多少分钟", "早班呢", "早班停机多少分钟"),
        ("哪个原因停机最多", "那早班呢？", "只看早班，哪个原因停机最多"),
        ("is the level on strand 3 ok?", "and strand 2?", "is the level on strand 2 ok?"),
        ("is the level on strand 3 ok?\nand strand 2?", "what about strand 1", "is the level on strand 1 ok?"),
        ("what is the mean level?", "strand 1?", "what is the mean level on strand 1?"),
        ("is strand 3 ok?", "and pump 2?", "is pump 2 ok?"),
        ("how long did the night shift stop?", "and the morning shift?", "how long did the morning shift stop?"),
        ("top 3 downtime causes", "and the day shift?", "top 3 downtime causes, only the day shift?"),
        ("is FDV-105 on?", "and FDV-106?", "is FDV-106 on?"),
    ],
)
def test_it_is_asked_of_the_other_part(before, text, whole):
    assert other_part(text, before) == whole


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("", "1号流呢"),
        ("比较2号流和3号流", "1号流呢"),  # which of the two is it to be instead of?
        ("3号流液位正常吗？", "1号流液位为什么波动"),
        ("夜班停机多少", "早班停机最多的是哪个"),
        ("is strand 2 ok?", "limit 65"),
        ("is strand 2 ok?", "and limit 65?"),
        ("is FDV-105 on?", "FDV-106"),
        ("is S8 ok?", "since 500?"),
    ],
)
def test_what_says_more_or_names_no_part_stands_for_itself(before, text):
    assert other_part(text, before) == ""

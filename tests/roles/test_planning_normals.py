"""Which part of a file a request calls normal, by rows or by times; what is only asked or denied calls nothing so."""

from datetime import UTC, datetime

import pytest

from roles.planning.limits.numbers import train_rows
from roles.planning.parts.normals import said
from roles.planning.types import NormalPart
from roles.planning.words import normal

START, END = datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 4, 2, tzinfo=UTC)


def at(hour, minute=0):
    return datetime(2026, 3, 4, hour, minute, tzinfo=UTC)


def part_of(text):
    return said(normal(text), START, END)


@pytest.mark.parametrize(
    ("text", "rows", "rest"),
    [
        ("rows 500 to 800 are normal", (500, 800), ""),
        ("Rows 500-800 are normal, what is wrong?", (500, 800), "what is wrong?"),
        ("what is wrong? take rows 1,000 to 1,500 as the reference", (1000, 1500), "what is wrong?"),
        ("rows 800 to 500 were fine", (500, 800), ""),
        ("train on rows 500 to 800", (500, 800), ""),
        ("from row 900 on it was normal", (900, None), ""),
        ("第500到800行是正常的", (500, 800), ""),
        ("以第500-800行为基准，找异常", (500, 800), "找异常"),
        ("500至800行没问题，其余有什么异常？", (500, 800), "其余有什么异常?"),
    ],
)
def test_rows_called_normal_are_read_and_taken_off_the_text(text, rows, rest):
    part, left = part_of(text)
    assert (part.first_row, part.last_row) == rows
    assert left == rest


@pytest.mark.parametrize("text", ["the last 300 rows are normal", "最后300行是正常的"])
def test_the_last_rows_are_counted_from_the_end(text):
    assert part_of(text)[0] == NormalPart(last=300)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("take 00:10-00:40 as normal", at(0, 10), at(0, 40)),
        ("between 00:10 and 00:40 everything was normal", at(0, 10), at(0, 40)),
        ("it was fine until 01:00, what changed then?", None, at(1)),
        ("the first 30 minutes are normal", at(0), at(0, 30)),
        ("normal period: 00:10 to 00:40", at(0, 10), at(0, 40)),
        ("以0点10分到0点40分为基准", at(0, 10), at(0, 40)),
        ("1点之前都是正常的，后来怎么了？", None, at(1)),
        ("把前30分钟当作正常", at(0), at(0, 30)),
    ],
)
def test_times_called_normal_are_read(text, start, end):
    part, _ = part_of(text)
    assert (part.start, part.end) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "are rows 500 to 800 normal?",
        "rows 500 to 800 are normal?",
        "check whether rows 500 to 800 are normal",
        "rows 500 to 800 are abnormal, why?",
        "rows 500 to 800 are not normal",
        "was it normal until 01:00?",
        "is 00:10 to 00:40 normal?",
        "what happened between 00:10 and 00:40?",
        "第500到800行正常吗？",
        "第500到800行不正常",
        "第500到800行是否正常",
        "1点之前正常么",
        "不要把第500到800行当作正常",
    ],
)
def test_what_is_asked_or_denied_is_not_taken_for_normal(text):
    assert part_of(text) == (None, normal(text))


@pytest.mark.parametrize(
    "text",
    [
        "the first 800 rows are not normal",
        "the first 800 rows are abnormal",
        "are the first 800 rows normal?",
        "are rows up to 800 normal?",
        "前800行不正常",
        "前800行正常吗？",
        "前800行异常",
    ],
)
def test_the_first_rows_are_normal_only_where_that_is_said(text):
    assert train_rows(normal(text)) is None

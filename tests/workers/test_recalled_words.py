"""Which messages ask for earlier times, what they name, and which only look like it."""

import pytest

from workers.followups.recalled import recalled


@pytest.mark.parametrize(
    ("text", "kind", "thing"),
    [
        ("did we have this before?", "same", ""),
        ("have we ever had this problem before", "same", ""),
        ("has this happened before?", "same", ""),
        ("seen this before?", "same", ""),
        ("is this a known problem?", "same", ""),
        ("have we seen this on strand 2 before?", "same", "strand 2"),
        ("did we have stopper clogging before?", "same", "stopper clogging"),
        ("any history of bearing failures?", "same", "bearing failures"),
        ("has the steam trap failed before?", "same", "steam trap"),
        ("what was it last time?", "last", ""),
        ("what was the problem last time on strand 2?", "last", "strand 2"),
        ("how did we fix it last time?", "last", ""),
        ("what did we do the last time?", "last", ""),
        ("when was the last time this happened?", "last", ""),
        ("以前出过吗", "same", ""),
        ("这个问题以前有过吗？", "same", ""),
        ("请问之前遇到过这种情况吗", "same", ""),
        ("是不是第一次出现", "same", ""),
        ("塞棒结瘤以前出现过吗", "same", "塞棒结瘤"),
        ("以前出现过塞棒结瘤吗", "same", "塞棒结瘤"),
        ("上次是什么问题", "last", ""),
        ("2号流上次是什么问题", "last", "2号流"),
        ("上回怎么处理的？", "last", ""),
        ("上次怎么修好的", "last", ""),
        ("这个故障上次是什么时候", "last", ""),
    ],
)
def test_a_question_about_earlier_times_is_read_with_what_it_names(text, kind, thing):
    found = recalled(text)
    assert found is not None
    assert (found.kind, found.thing) == (kind, thing)


@pytest.mark.parametrize(
    "text",
    [
        "what was the flow last time it tripped",
        "what was the casting speed last time?",
        "when did we last change the roll?",
        "what happened before the alarm?",
        "did the pressure rise before the trip?",
        "did we have an alarm before 05:00?",
        "how many trips did we have last week?",
        "did we have more alarms last week",
        "is this normal?",
        "compare with last time",
        "why?",
        "上次检修是什么时候",
        "上次换辊是什么时候",
        "上次的拉速是什么",
        "上次更换滤芯后流量多少",
        "上个月出过多少次报警",
        "以前怎么算的",
        "之前的文件呢",
    ],
)
def test_what_asks_of_data_or_of_a_log_is_another_matter(text):
    assert recalled(text) is None

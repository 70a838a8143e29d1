"""Wishes in words, and the word stop: which messages are meant, and which only look like it."""

import pytest

from bot.conversation import stopping
from bot.conversation.wishes import clock, wish


@pytest.mark.parametrize(
    ("text", "wanted", "at"),
    [
        ("post a summary here every morning at 6", "daily", "06:00"),
        ("每天早上六点把日报发到群里", "daily", "06:00"),
        ("can you post the digest daily at 6 pm?", "daily", "18:00"),
        ("send me a report every day at 5:50", "daily", "05:50"),
        ("每天晚上八点半发总结", "daily", "20:30"),
        ("post the summary every day at 6:30 pm", "daily", "18:30"),
        ("post the summary every day at 6 p.m.", "daily", "18:00"),
        ("send me the report every evening at 8", "daily", "20:00"),
        ("每天6:30发日报", "daily", "06:30"),
        ("每天下午6：30发日报", "daily", "18:30"),
        ("每天七点十五分发日报", "daily", "07:15"),
        ("每天晚上八点二十发日报", "daily", "20:20"),
        ("每晚十点一刻发日报", "daily", "22:15"),
        ("每天中午1点发日报", "daily", "13:00"),
        ("每天晚上12点发日报", "daily", "00:00"),
        ("每天八点十份日报", "daily", "08:00"),
        ("每天早一点发日报", "daily", ""),
        ("每天25点发日报", "daily", ""),
        ("please post a summary every day", "daily", ""),
        ("remind me tomorrow", "remind", ""),
        ("提醒我明天换滤芯", "remind", ""),
        ("what changed since the last shift?", "lookback", ""),
        ("昨晚发生了什么", "lookback", ""),
        ("what happened last night on the pasteuriser?", "lookback", ""),
        ("what is the daily report?", None, ""),
        ("plot every 10 minutes", None, ""),
        ("does it remind the operator?", None, ""),
        ("what changed since 05:00?", None, "05:00"),
        ("is it worse than last night?", None, ""),
        ("summary of the last hour", None, ""),
        ("每天平均温度是多少", None, ""),
        ("how often does it trip every day", None, ""),
        ("what was the flow last night", None, ""),
    ],
)
def test_a_wish_is_told_from_a_question_about_data_and_its_clock_is_read(text, wanted, at):
    assert wish(text) == wanted
    assert not wanted or clock(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "stop",
        "STOP!",
        "stop it",
        "Stop please",
        "please stop",
        "cancel",
        "halt",
        "stop now",
        "andon stop",
        "abort",
        "stop it please",
        "never mind",
        "停",
        "停止",
        "停一下",
        "别算了",
        "不用算了",
        "取消",
        "算了",
        "请停一下",
    ],
)
def test_stop_is_heard_however_it_is_said(text):
    assert stopping.asked(text)


@pytest.mark.parametrize(
    "text",
    [
        "stop it?",
        "should we stop it",
        "stop the pump",
        "stop the pump?",
        "can we stop",
        "cancel the order",
        "stop?",
        "halt the line",
        "why did it stop",
        "the pump stopped",
        "stop at 6",
        "stop posting digests",
        "停机",
        "停机吗",
        "停泵",
        "什么时候停",
        "要不要停一下",
        "算了多少次",
        "取消报警",
        "停一下？",
    ],
)
def test_stopping_a_machine_is_another_matter(text):
    assert not stopping.asked(text)

"""Which messages are follow-ups about an answer, which set a level, and which are ordinary questions."""

import pytest

from bot.conversation.followups import asks_code, kind_of
from bot.conversation.levels import asks_who, declared, once

SAID = {
    "serious": ["is it serious?", "how bad is it?", "is this dangerous?", "严重吗？", "要紧吗"],
    "stop": [
        "should I stop the pump?",
        "should we shut it down?",
        "can I run until Monday?",
        "is it safe to keep running?",
        "what happens if we keep running?",
        "要不要停机？",
        "还能继续运行吗？",
        "机器还能不能继续开",
        "这台泵机能不能继续用？",
    ],
    "why": [
        "why?",
        "Why",
        "why?!",
        "and why?",
        "why is that?",
        "why do you think so?",
        "how do you know?",
        "why this cause?",
        "what is the evidence?",
        "为什么？",
        "为什么",
        "为什么这么说？",
        "依据是什么？",
        "你怎么判断的？",
        "为何",
    ],
    "else": [
        "what else could it be?",
        "What else?",
        "could it be something else?",
        "other causes?",
        "any alternatives",
        "还可能是什么？",
        "还可能是什么原因",
        "还有什么可能？",
        "还有其他原因吗？",
        "有没有其他原因？",
        "会不会是别的原因？",
    ],
    "checklist": [
        "checklist",
        "make a checklist please",
        "give me a check list",
        "检查清单",
        "请列一个检查清单",
        "生成检查表",
    ],
    "first": [
        "what should I do?",
        "so what now?",
        "how do we fix this?",
        "怎么办？",
        "what should we check first?",
        "what do I do first",
        "where should we start?",
        "What to check first?",
        "先检查什么？",
        "我们应该先查什么？",
        "首先检查哪里",
        "从哪里开始检查",
    ],
    "order": [
        "make a work order",
        "make a work order anyway",
        "thanks, make a work order",
        "还是开工单吧",
        "please create a work order",
        "work order",
        "can you open a work order?",
        "开工单",
        "请开一张工单",
        "帮我生成工单",
        "开个维修工单吧",
    ],
    "newcomer": [
        "explain it to a newcomer",
        "explain this for a beginner",
        "in plain words",
        "explain it simply please",
        "给新人解释一下",
        "通俗地解释一下",
        "用大白话说",
    ],
    "engineer": ["explain it to an engineer", "for the engineers", "工程师版", "给工程师看"],
    "manager": [
        "for the manager",
        "summarize it for my boss",
        "explain it to the shift manager",
        "给领导汇报一下",
        "经理版",
    ],
}


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in SAID.items() for t in texts])
def test_a_follow_up_is_recognised_with_its_courtesies_and_its_code(kind, text):
    assert kind_of(text) == kind
    assert kind_of(f"#A12 {text}") == kind


@pytest.mark.parametrize(
    "text",
    [
        "level is jumping on strand 2, why?",
        "why is the level jumping?",
        "why does the stopper clog?",
        "为什么液位波动？",
        "what else happened on strand 1?",
        "what should we check on the pump first thing in the morning shift of Tuesday?",
        "work order system is down, why?",
        "other causes of stopper clogging",
        "plot S8",
        "E-2041?",
        "",
        "checklist for tundish change",
        "工单系统为什么坏了？",
        "检查清单在哪个文件里？",
        "what is the forecast for the manager's report on S8",
    ],
)
def test_other_questions_go_the_ordinary_way(text):
    assert kind_of(text) is None


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("I am an engineer", "engineer"),
        ("I'm the shift manager.", "manager"),
        ("i am an operator", "crew"),
        ("I am a process engineer", "engineer"),
        ("我是工程师", "engineer"),
        ("我是一名维修工", "crew"),
        ("我是车间主任", "manager"),
        ("I am an engineer, why is the level jumping?", None),
        ("am I an engineer?", None),
        ("我是工程师，液位为什么波动？", None),
        ("I am tired", None),
    ],
)
def test_a_person_says_what_they_are(text, level):
    assert declared(text) == level


def test_who_am_i_is_asked_in_both_languages():
    assert all(map(asks_who, ["who am I?", "whoami", "我是谁？"]))
    assert not asks_who("who am I to judge that the level is fine?")


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("why is the level jumping? Explain it to a newcomer", "newcomer"),
        ("写一段给领导看的说明：液位为什么波动", "manager"),
        ("why is the level jumping?", None),
        ("send the report to the manager", None),
    ],
)
def test_a_longer_question_may_ask_for_a_level_once(text, level):
    assert once(text) == level


@pytest.mark.parametrize(
    "text",
    [
        "E-2041?",
        "what does E-2041 mean?",
        "F07801是什么意思？",
        "alarm E-2041",
        "故障代码F07801",
        "E-2041 and E-2042?",
        "what is fault code E-2041?",
        "E-2041怎么处理？",
    ],
)
def test_a_fault_code_alone_is_not_about_the_file_of_before(text):
    assert asks_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "S11?",
        "plot S8",
        "E-2041 since 03:10 and the level swings, why?",
        "what is S11 doing?",
        "why?",
        "2041",
        "",
    ],
)
def test_sensors_and_longer_questions_keep_the_file_of_before(text):
    assert not asks_code(text)

"""Which messages ask Andon to learn, and what."""

import pytest

from bot.conversation.learning import asset_of, told, wanted


@pytest.mark.parametrize("text", [
    "learn this", "Learn this.", "please learn these files", "learn", "Please learn this manual, thanks",
    "add this to the knowledge base", "can you learn this document?", "remember this file", "study it please",
    "learn this for the tundish", "学习一下", "请学习这份资料", "加入知识库", "把这个文件加入知识库", "记住这份文档",
    "入库", "学习这个，谢谢",
])  # fmt: skip
def test_a_file_is_to_be_learnt(text):
    assert wanted(text)
    assert told(text) == ""


@pytest.mark.parametrize("text", [
    "what did you learn?", "learn why the level swings", "is there something to learn from this?", "what is wrong?",
    "level is jumping, why? remember strand 2", "学习率是什么？", "记住的报警有哪些？", "为什么液位波动",
    "add the level to the chart", "",
])  # fmt: skip
def test_other_messages_are_questions(text):
    assert not wanted(text)
    assert told(text) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("remember: roll S8 was changed in October", "roll S8 was changed in October"),
        ("Please note that a worn pinch roll causes speed swings", "a worn pinch roll causes speed swings"),
        ("learn: E-77 means low argon pressure", "E-77 means low argon pressure"),
        ("记住：塞棒更换后液位会波动几分钟", "塞棒更换后液位会波动几分钟"),
        ("请记住，2号流的探头上周换过", "2号流的探头上周换过"),
    ],
)
def test_a_sentence_is_to_be_remembered(text, words):
    assert told(text) == words
    assert not wanted(text)


@pytest.mark.parametrize(("text", "asset"), [
    ("learn this for the tundish", "tundish"), ("Learn this manual about mould cooling.", "mould cooling"),
    ("学习这份手册，谢谢", ""), ("加入知识库 关于 结晶器", "结晶器"), ("learn this", ""),
])  # fmt: skip
def test_the_asset_may_be_named(text, asset):
    assert asset_of(text) == asset

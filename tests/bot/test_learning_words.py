"""Which messages ask Andon to learn, and what."""

import pytest

from bot.conversation.learning import asset_of, told, wanted


@pytest.mark.parametrize("text", [
    "learn this", "Learn this.", "please learn these files", "learn", "Please learn this manual, thanks",
    "add this to the knowledge base", "can you learn this document?", "remember this file", "study it please",
    "learn this for the tundish", "学习一下", "请学习这份资料", "加入知识库", "把这个文件加入知识库", "记住这份文档",
    "入库", "学习这个，谢谢",
    "pls learn this manual", "Learn this file, it is the vendor stuff", "please remember this document",
    "学习一下这个文件", "把这个手册学一下", "帮我记住这份资料", "learn this, it is the vendor's manual", "study these",
    "I'd like you to learn this manual", "hi Andon, please learn this procedure. It came yesterday.",
    "add this manual to the knowledge base", "can you save this file to your knowledge base?", "learn the attached PDF",
    "learn this maintenance manual for the tundish, it is new", "能学习一下这个文件吗？", "这份手册请学习一下",
    "把这份操作规程加入知识库，谢谢", "请帮我把它记下来", "学习一下这份塞棒手册，厂家发来的", "这个文件学一下吧",
    "学学这个", "learn this pls, its our SOP", "learn this pls its our SOP", "learn this SOP",
    "pls learn this - from the vendor", "学习一下这份通知", "learn this notice",
])  # fmt: skip
def test_a_file_is_to_be_learnt(text):
    assert wanted(text)
    assert told(text) == ""


@pytest.mark.parametrize("text", [
    "what did you learn?", "learn why the level swings", "is there something to learn from this?", "what is wrong?",
    "level is jumping, why? remember strand 2", "学习率是什么？", "记住的报警有哪些？", "为什么液位波动",
    "add the level to the chart", "",
    "what did you learn from this file?", "did you learn this file?", "have you learnt this manual?",
    "remember this morning, pump 3 tripped", "remember it, last week the pump tripped", "learn this? no, why?",
    "learn this file and tell me, why is the level jumping?", "study the level of strand 2", "remember the alarm list",
    "can you remember what this file said?", "store the level in a table", "take this file and plot pump1",
    "从这个文件学到了什么？", "学习这个文件需要多久？", "这个文件学习了吗", "这份手册里塞棒扭矩是多少？",
    "你学习了哪些资料？", "学习一下这个文件，液位为什么波动？", "把这个文件清洗一下", "这个文件有什么问题",
    "记住这个，扭矩是40牛米", "知识库里有什么？", "学习曲线是什么", "把液位画一下", "你记住什么资料",
    "还没学习这份资料",
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
    ("学习这份手册，谢谢", ""), ("learn this manual for the tundish, it is new", "tundish"),
    ("learn this file, it is for the tundish", ""), ("加入知识库 关于 结晶器", "结晶器"), ("learn this", ""),
])  # fmt: skip
def test_the_asset_may_be_named(text, asset):
    assert asset_of(text) == asset

"""Words that ask for the code behind an answer, and words that ask for something else."""

import pytest

from bot.conversation.code import wanted


@pytest.mark.parametrize("text", [
    "show the code", "Show me the code, please", "show code!", "can you show me the python code?", "give me the code",
    "显示代码", "请显示代码。", "看看代码", "查看生成的代码", "给我看一下代码",
])  # fmt: skip
def test_the_code_is_asked_for(text):
    assert wanted(text)


@pytest.mark.parametrize("text", [
    "what does fault code E2041 mean?", "show the code E-12", "show S8", "code", "故障代码E-2041是什么", "显示S8",
    "show the alarm code of strand 2", "show the code and plot S8",
])  # fmt: skip
def test_anything_else_is_a_question(text):
    assert not wanted(text)

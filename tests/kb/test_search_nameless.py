"""Questions that do not say of what they ask, and what other questions are about."""

import time

import pytest

from kb.search.nameless import nameless, thing_of
from tests.benchmarks.knowledge import questions


@pytest.mark.parametrize("question", [
    "what are the signs?", "who is responsible", "how often", "steps?", "what if it is exceeded", "why?", "有什么征兆",
    "超过了怎么办", "谁负责", "步骤", "要注意什么", "多久检查一次", "正常值是多少", "那怎么办",
])  # fmt: skip
def test_it_says_of_nothing(question):
    assert nameless(question)


@pytest.mark.parametrize("question", [
    "stopper?", "S8", "P-202?", "breakout?", "vibration is high, why", "hydraulics", "emergency number?", "塞棒",
    "跑偏了", "漏油怎么办", "压力低了怎么办", "挂牌步骤", "停电了怎么办", "有人触电怎么办", "用什么油", "", "?",
])  # fmt: skip
def test_it_names_something(question):
    assert not nameless(question)


def test_no_question_of_the_fit_part_is_one():
    asked = [q["text"] for name in ("of 200", "older") for q in questions(name, part="fit")]
    assert asked
    assert not [text for text in asked if nameless(text)]


@pytest.mark.parametrize(("question", "thing"), [
    ("what are the signs of stopper clogging?", "stopper clogging"), ("塞棒结瘤怎么处理", "塞棒结瘤"),
    ("托轮瓦温高怎么处理", "托轮瓦温高"), ("how often is the desiccant changed", "desiccant"), ("有什么征兆", ""),
])  # fmt: skip
def test_the_thing_is_what_is_left_between_the_words_that_ask(question, thing):
    assert thing_of(question) == thing


@pytest.mark.parametrize("text", ["是不是" * 2000 + "x", " " * 9000 + "x", "what are " * 2000 + "塞"])
def test_long_texts_take_no_time(text):
    began = time.perf_counter()
    thing_of(text)
    assert time.perf_counter() - began < 2

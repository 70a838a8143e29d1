"""In which language a question is answered: the words that make the sentence decide, not the names in it."""

import pytest

from kb.text import language_in


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("why is 冷却水流量 rising?", "en"),
        ("is 冷却水流量 stuck?", "en"),
        ("trend of 冷却水流量 and 阀位", "en"),
        ("plot 冷却水流量", "en"),
        ("what does 堵塞 mean", "en"),
        ("cooling_flow 为什么升高", "zh"),
        ("plot一下冷却水流量", "zh"),
        ("PLC 的 is_running 信号为什么变了", "zh"),
        ("SEN 堵塞", "zh"),
        ("冷却水流量", "zh"),
        ("K1112", None),
    ],
)
def test_the_words_of_the_sentence_decide_not_the_names(text, language):
    assert language_in(text) == language

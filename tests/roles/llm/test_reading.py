"""Thoughts, JSON with words around it, and how many tokens a text has: read, never mended."""

import json

import pytest

from roles.llm.reading import estimate_tokens, json_object, without_thoughts


@pytest.mark.parametrize(("text", "left"), [
    ("Fine.", "Fine."),
    ("<think>a</think>Fine.", "Fine."),
    ("\n<thinking>a\n{}</thinking>\n\nFine.", "Fine."),
    ("some thoughts</think>\nFine.", "Fine."),
    ("<think>never ends", ""),
    ("<thi", ""),
    ('{"a": "</think>"}', '{"a": "</think>"}'),
    ('<reasoning>{"a": 1}</reasoning>Fine.', "Fine."),
    ("[THINK]a[/THINK]Fine.", "Fine."),
    ('<|channel|>analysis<|message|>{"a": 1}<|end|><|start|>assistant<|channel|>final<|message|>Fine.', "Fine."),
    ("1 < 2", "1 < 2"),
])  # fmt: skip
def test_thoughts_are_taken_off(text, left):
    assert without_thoughts(text) == left


@pytest.mark.parametrize(("text", "found", "clean"), [
    ('{"a": 1}', {"a": 1}, True),
    (' {"a": {"b": [1, 2]}}\n', {"a": {"b": [1, 2]}}, True),
    ('```json\n{"a": 1}\n```', {"a": 1}, False),
    ('```\n{"a": 1}```', {"a": 1}, False),
    ('Sure: {"a": "}"} as asked.', {"a": "}"}, False),
    ('{"a": [1, 2,], "b": ",}",\n}', {"a": [1, 2], "b": ",}"}, True),
    ('```json\n{"a": 1,}\n```', {"a": 1}, False),
    ('```json\n{"a": 1}\n```\nthat is:\n```json\n{"a": 1}\n```', {"a": 1}, False),
])  # fmt: skip
def test_the_object_is_found(text, found, clean):
    assert json_object(text) == (found, clean)


@pytest.mark.parametrize("text", [
    "", "no", "[1]", '"a"', '{"a": 1,,}', "{'a': 1}", '{"a": NaN}', '{"a": 1', '{"a": 1} or {"a": 2}',
    '{"a": {"b": 1}, oops {"c": 1}', '```json\n{"a": 1}\n```\n```json\n{"a": 2}\n```', "[" * 100_000, '{"a":' * 100_000,
])  # fmt: skip
def test_what_is_not_json_is_not_read(text):
    assert json_object(text)[0] is None


def test_tokens_are_rather_over_than_underestimated():
    """Counts of real tokenizers (o200k): some 4 characters a token in English, 0.7 a character in Chinese."""
    english = "The stopper position rose by nine millimetres at constant casting speed. " * 20  # 12 tokens each
    chinese = "塞棒开度在拉速不变时上升九毫米。" * 20  # about 12 tokens each
    assert 240 < estimate_tokens(english) < 2 * 240 + 1
    assert 200 < estimate_tokens(chinese) < 2 * 240 + 1
    assert estimate_tokens(json.dumps({})) >= 1

"""Causal statements: precision before recall, on sentences that were labelled before the patterns were written.

A third of the set ("part": "test") took no part in writing the patterns. A statement is right when relation, cause and
effect are, word for word.
"""

import json
from pathlib import Path

import pytest

from kb.ingest.rules import Quantities, rule_of, statements
from kb.packs import Pack, load
from tests.kb.conftest import SMALL_PACK

ROWS = [json.loads(line) for line in (Path(__file__).parent / "fixtures/rules.jsonl").read_text("utf-8").splitlines()]


def scores(rows):
    """(precision, recall) of the patterns on labelled sentences."""
    found = [(rule_of(row["text"], row["lang"]), row["rule"]) for row in rows]
    told = [([rule.relation, rule.cause, rule.effect], label) for rule, label in found if rule]
    right = sum(rule == label for rule, label in told)
    return right / len(told), right / sum(label is not None for _, label in found)


def test_the_set_has_both_languages_and_hard_negatives():
    for lang in ("en", "zh"):
        labels = [row["rule"] for row in ROWS if row["lang"] == lang]
        assert len(labels) >= 40
        assert labels.count(None) >= 20


@pytest.mark.parametrize("part", ["fit", "test"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_statements_are_found_with_high_precision(part, lang, record_property):
    precision, recall = scores([row for row in ROWS if row["part"] == part and row["lang"] == lang])
    record_property("precision", precision)
    record_property("recall", recall)
    print(f"{lang} {part}: precision {precision:.2f}, recall {recall:.2f}")
    assert precision >= 0.95


def test_most_statements_of_the_kept_part_are_found():
    assert scores([row for row in ROWS if row["part"] == "test"])[1] >= 0.6


@pytest.mark.parametrize("text", [
    "Possible causes: worn bearing, dirty oil.", "Fault causes and remedies", "Code: E-1; Cause: dirt; Action: clean",
    "Dirty oil is not a cause of wear.", "If it swings, the level falls.", "See what causes the noise.",
    "原因：轴承磨损；措施：更换", "影响因素较多。", "即使拉速升高，液位也不变。", "受温度影响较大。",
])  # fmt: skip
def test_what_only_looks_like_a_statement_is_left_alone(text):
    assert list(statements(text, "zh" if text[0] > "\u2e80" else "en")) == []


def test_long_and_odd_sentences_do_not_hang():
    for text in ("a " * 20_000, "导致" * 5_000, "if " * 5_000 + ", x", "the " * 60 + "causes " + "the " * 60):
        assert list(statements(text, "en")) == list(statements(text, "zh")) == []


@pytest.mark.parametrize(("words", "tag"), [
    ("drop in the mould level", "mould_level"), ("mold level falls", "mould_level"), ("结晶器液位波动", "mould_level"),
    ("rising stopper position", "stopper_position"), ("stopper clogging", ""), ("塞棒结瘤", ""), ("level", ""),
])  # fmt: skip
def test_words_name_a_quantity_or_none(words, tag):
    assert Quantities(Pack(SMALL_PACK).vocabulary).tag(words) == tag


def test_every_name_of_the_shipped_vocabulary_is_found_back():
    vocabulary = load("continuous_casting").vocabulary
    quantities = Quantities(vocabulary)
    for quantity in vocabulary.quantities:
        assert quantities.tag(quantity.en) in (quantity.tag, "")
        assert quantities.tag(quantity.zh) in (quantity.tag, "")
    assert sum(bool(quantities.tag(q.en)) for q in vocabulary.quantities) >= 0.9 * len(vocabulary.quantities)

"""Causal statements in running text: "X causes Y", "Y is caused by X", "if X, then Y", "X does not affect Y".

Found by patterns that would rather miss one than invent one: sentences that hedge, ask, advise or depend on a
condition of their own are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kb.ingest.rules import chinese, english
from kb.ingest.rules.quantities import Quantities
from kb.ingest.rules.reported import stated
from kb.passage import Lang, Rule
from kb.text import lang_of, sentences


class Statement(NamedTuple):
    """A causal statement and the sentence that makes it."""

    sentence: str
    rule: Rule


def statements(text: str, lang: Lang, quantities: Quantities | None = None) -> Iterator[Statement]:
    """The causal statements that a text makes itself, not those that it shows (reported.py), at most one a sentence;
    tags where `quantities` know the words."""
    for sentence in sentences(stated(text)):
        sentence = " ".join(sentence.split()).lstrip("-*+•·> ")
        if rule := rule_of(sentence, lang_of(sentence) if lang == "en" else lang):
            if quantities:
                tags = {"cause_tag": quantities.tag(rule.cause), "effect_tag": quantities.tag(rule.effect)}
                rule = rule.model_copy(update=tags)
            yield Statement(sentence, rule)


def rule_of(sentence: str, lang: Lang) -> Rule | None:
    """What a sentence says about cause and effect, in its own words; None when it says nothing for certain."""
    return chinese.rule_of(sentence) if lang == "zh" else english.rule_of(sentence)


__all__ = ["Quantities", "Statement", "rule_of", "stated", "statements"]

"""Words by which a sentence tells a movement, and those that deny, suppose or end it; data in observing.toml."""

from __future__ import annotations

import re
from functools import cache

from roles.deciding import symptoms
from roles.deciding.mentions import words
from roles.deciding.quantities import SHARES

WAYS = ("up", "down", "swing")


@cache
def pattern(way: str) -> re.Pattern[str]:
    """The words of a movement "up", "down" or "swing", in both languages."""
    own, shared = words(), symptoms.sign_words()
    return re.compile(
        rf"\b(?:{own[f'{way}_en']})\b|{shared[f'{way}_en'].pattern}|{own[f'{way}_zh']}|{shared[f'{way}_zh'].pattern}"
    )


@cache
def said(kind: str) -> re.Pattern[str]:
    """Words of a kind of observing.toml ("not", "still", "supposed"), in both languages."""
    own = words()
    return re.compile(rf"\b(?:{own[f'{kind}_en']})\b|n't\b|{own[f'{kind}_zh']}" if kind == "not" else
                      rf"\b(?:{own[f'{kind}_en']})\b|{own[f'{kind}_zh']}")  # fmt: skip


def without_measures(text: str) -> str:
    """A text without its words of movement and its shares in words: they are held against what was measured."""
    for way in WAYS:
        text = pattern(way).sub(" ", text)
    return SHARES.sub(" ", text)

"""What acts on what, in a sentence: an edge of the corrected graph or a passage has to say so, the same way round."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from roles.deciding.mentions import Mention, mentions
from roles.deciding.mentions import words as observing_words
from roles.explaining.sources import Sources
from roles.sentences import sentences
from roles.types import Lang

SHARED = ("state_", "plain_", "all_seen_", "none_missing_")


@cache
def words() -> dict[str, str]:
    """The content of words.toml beside this file, and what it shares with the reading of a cause (observing.toml)."""
    shared = {key: text for key, text in observing_words().items() if key.startswith(SHARED)}
    return shared | tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


@cache
def shape(name: str, lang: Lang) -> re.Pattern[str]:
    """The words of one kind in one language."""
    return re.compile(words()[f"{name}_{lang}"], re.IGNORECASE)


def unrelated(says: str, cited: Sources) -> Iterator[str]:
    """Complaints about relations between two sensors that nothing cited bears out."""
    for first, later, one, other in _relations(says, cited):
        if first.columns & later.columns:
            continue
        links = [(link.cause, link.effect) for link in cited.links]
        if any(cause in one.columns and effect in other.columns for cause, effect in links):
            continue
        turned = any(effect in one.columns and cause in other.columns for cause, effect in links)
        if turned or not _told(one, other, cited):
            named = f"{says[one.at : one.end]} acts on {says[other.at : other.end]}"
            yield f"that {named} stands in no cited edge or passage"


def _relations(says: str, cited: Sources) -> Iterator[tuple[Mention, Mention, Mention, Mention]]:
    """Each pair of sensors that follow each other with a word of acting between them, and as cause and effect."""
    lang = cited.given.lang
    for first, later in pairwise(mentions(says, cited.given.sensors)):
        between = says[first.end : later.at]
        if _stands("backward", between, lang):
            yield first, later, later, first
        elif _stands("forward", between, lang):
            yield first, later, first, later


def _stands(kind: str, text: str, lang: Lang) -> bool:
    found = words()[f"{kind}_{lang}"]
    return re.search(found if lang == "zh" else rf"\b(?:{found})\b", text, re.IGNORECASE) is not None


def _told(one: Mention, other: Mention, cited: Sources) -> bool:
    """Does a sentence of a cited passage or cause name both, and not the other way round?"""
    for text in cited.knowledge:
        for sentence in sentences(text):
            named = mentions(sentence, cited.given.sensors)
            if not any(m.columns & one.columns for m in named) or not any(m.columns & other.columns for m in named):
                continue
            told = list(_relations(sentence, cited))
            if not any(c.columns & other.columns and e.columns & one.columns for _, _, c, e in told):
                return True
    return False

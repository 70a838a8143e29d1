"""Without a language model the passages answer in their own words: the first sentences of each, and what protects."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from roles import sentences as texts
from roles.answering.types import KnowledgeAnswer, KnowledgeQuestion, Sentence
from roles.types import Passage

MOST_PASSAGES, QUOTED = 3, 2  # passages of an answer, sentences of each


def quote(given: KnowledgeQuestion) -> KnowledgeAnswer:
    """Quotes of the passages that are similar enough, best first; nothing where none is."""
    told = [p for p in given.passages if p.confidence >= given.threshold and p.text.strip()][:MOST_PASSAGES]
    sentences = [Sentence(says=texts.first_sentences(p.text, QUOTED), evidence=[p.id]) for p in told]
    return KnowledgeAnswer(sentences=with_lockout(sentences, given.passages))


def with_lockout(sentences: list[Sentence], passages: list[Passage]) -> list[Sentence]:
    """The sentences, and after them the first lockout note of each cited passage of which none is among them."""
    cited = {id_ for sentence in sentences for id_ in sentence.evidence}
    notes = [
        Sentence(says=lockout(passage)[0], evidence=[passage.id])
        for passage in passages
        if passage.id in cited and lacks_lockout(sentences, passage)
    ]
    return [*sentences, *notes]


def lacks_lockout(sentences: list[Sentence], passage: Passage) -> bool:
    """Does the passage tell how to make the work safe, and no sentence that cites it does?"""
    told = any(passage.id in s.evidence and _lockout_words().search(s.says) for s in sentences)
    return not told and bool(lockout(passage))


def lockout(passage: Passage) -> list[str]:
    """The passage's sentences that tell how to make the work safe."""
    return [s for s in texts.sentences(passage.text) if _lockout_words().search(s)]


@cache
def words() -> dict[str, Any]:
    """The content of words.toml beside this file, read once."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


@cache
def _lockout_words() -> re.Pattern[str]:
    found = words()
    return re.compile(rf"\b(?:{'|'.join(found['lockout_en'])})|{'|'.join(found['lockout_zh'])}", re.IGNORECASE)

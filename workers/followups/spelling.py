"""Words of a hurried hand: what they are short for, and the known phrase that a whole short message is nearest to.

Only for whole messages and only where nearly every letter agrees: another question is never bent into a known one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from roles.planning.colloquial import written

LONGEST = 40  # characters of a message that is held against the known phrases
WHOLE, EACH = 0.85, 0.75  # of the letters that must agree: in all, and in each word
SHORT = 3  # words of so few letters are other words when a letter differs
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?", re.IGNORECASE)


@cache
def _short_for() -> dict[str, str]:
    """Short form -> word."""
    table = tomllib.loads((Path(__file__).parent / "spelling.toml").read_text(encoding="utf-8"))
    return {short: word for word, shorts in table["short"].items() for short in shorts}


def spelt(text: str) -> str:
    """The text with the short forms of chat written out, spoken Chinese as it is written."""
    return WORD.sub(lambda word: _short_for().get(word[0].lower(), word[0]), written(text))


def nearest(text: str, phrases: Sequence[str]) -> str:
    """The phrase that a whole message means but for a few letters; "" where none is near enough."""
    words = WORD.findall(spelt(text).lower())
    said = " ".join(words)
    if not said or len(said) > LONGEST or not text.isascii() or re.search(r"\d", text):
        return ""
    near = [phrase for phrase in phrases if _alike(words, phrase.split())]
    return max(near, key=lambda phrase: SequenceMatcher(None, said, phrase).ratio(), default="")


def _alike(said: Sequence[str], known: Sequence[str]) -> bool:
    if len(said) != len(known) or SequenceMatcher(None, " ".join(said), " ".join(known)).ratio() < WHOLE:
        return False
    return all(_same(a, b) for a, b in zip(said, known, strict=True))


def _same(said: str, known: str) -> bool:
    """The same word, or one with a slip in it: it begins alike."""
    if said == known or min(len(said), len(known)) <= SHORT:
        return said == known
    return said[0] == known[0] and SequenceMatcher(None, said, known).ratio() >= EACH

"""One form of what is written differently, and its pieces: what a glossary compares texts by.

"SC-75", "sc 75" after a capital, and "SC75" are one word, whatever its case and width. English words are compared by
their stems, British and American spelling alike; Chinese, which has no spaces, by runs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from kb.search.variants import levelled, spellings
from kb.text import stem

# The lookbehinds stand behind the first character, so that only such characters are tried as the beginning of a match.
_LETTERS = "|".join(  # so many before the dash, and none more
    rf"(?<=[A-Za-z]{{{count}}}[-_.])(?<![A-Za-z0-9][A-Za-z]{{{count}}}[-_.])" for count in range(1, 6)
)
_DASH = re.compile(rf"[-_.](?:{_LETTERS})(?=\d{{1,6}}[A-Za-z]?(?![A-Za-z0-9]))")
_SPACED_TAG = re.compile(r"([A-Z](?<![A-Za-z0-9][A-Z])[A-Z]?) (\d{2,5})(?![A-Za-z0-9]|[.,]\d| ?[°%])")
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"
PIECE = re.compile(rf"(?P<han>{_HAN})|(?P<word>[a-z0-9]+)")
_PAIR = re.compile(f"(?={_HAN}$)..")
_PIECES = re.compile(rf"{_HAN}|[a-z0-9]+")
MOST = 0.5  # of a Chinese word's pairs must stand in a text

Group = frozenset[int]  # the notions that one word of a question may mean


def level(text: str) -> str:
    """`text` with tags in one word, without case and width."""
    plain = _SPACED_TAG.sub(r"\1\2", unicodedata.normalize("NFKC", text))
    return _DASH.sub("", plain).casefold()


def levels(lines: Sequence[str]) -> list[str]:
    """level() of each of `lines`, made at once where none of them has a line end in it: no tag goes on over one."""
    found = level("\n".join(lines)).split("\n")
    return found if len(found) == len(lines) else [level(line) for line in lines]


def pieces(text: str) -> list[str]:
    """English words and runs of Chinese characters of a levelled text, in order; the former are ASCII."""
    return _PIECES.findall(text)


@lru_cache(65_536)
def root(word: str) -> str:
    """What an English word is compared by."""
    return levelled(stem(word))


def with_neighbour(piece: re.Match[str], plain: str, filler: Sequence[bool]) -> str:
    """A piece that known words left of a Chinese text; a single character with the one beside it, since known words
    took the rest of its own: 网 of 网带, where 带 is known."""
    first, last = piece.span()
    if last - first > 1:
        return piece[0]
    for place, pair in ((last, plain[first : last + 1]), (first - 1, plain[max(first - 1, 0) : last])):
        if 0 <= place < len(plain) and not filler[place] and _PAIR.fullmatch(pair):
            return pair
    return piece[0]


class Body(NamedTuple):
    """A text to be compared with questions: its notions, and its words with spaces around them."""

    notions: Group
    words: str

    def holds(self, word: str) -> float:
        """How much of a word that no notion has stands here, 0..1: of a Chinese one its share of pairs, if most do.

        A single Chinese character stands for the word that it begins or ends: 步 for 步骤.
        """
        text, needles = self.words, _needles(word)
        if word.isascii():
            return float(any(needle in text for needle in needles))
        share = sum([needle in text for needle in needles]) / max(len(needles), 1)
        return share if share >= MOST else 0.0


@lru_cache(65_536)
def _needles(word: str) -> tuple[str, ...]:
    """What to look for in a body's words for a word that no notion has: of a Chinese one its pairs of characters."""
    if not word.isascii():
        return tuple(word[i : i + 2] for i in range(len(word) - 1)) or (word,)
    if any(char.isdigit() for char in word):
        return (f" {word} ",)  # P-20 is not P-201
    return tuple(f" {spelt}" for spelt in spellings(stem(word)))

"""Quotes: the sentences of a passage that speak to a question, word for word and in one piece."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from kb.embedders import Embedder
from kb.passage import Lang
from kb.search.addressed import marked
from kb.text import is_row, query_terms, sentences, tokens

WHOLE = 360  # characters: an English passage (or correction) no longer than this is quoted whole, a Chinese one at half
FIRST = (
    760  # the passage that answers best is quoted whole up to here: a step or a warning left out changes what it says
)
WORDS_WEIGHT = 0.4  # what sharing all words with the question adds to the cosine
LEANING = 0.2  # what a beginning that leans on the sentence before it takes away
_ENDED = re.compile(r"[.!?;:,。！？；：，、…][\"'”’)）]*$")
_LEANS = re.compile(
    r"(?:then|it|its|this|that|these|those|they|such|both|so|therefore|otherwise|here|there|he|she)\b"
    r"|此时|此|这|其|则|然后|随后|否则|因此|所以|它|该",
    re.IGNORECASE,
)


_ITEM = re.compile(
    r"(?:[-*+•·▪●○–]|[(（]?\d{1,2}[.)、）]|[(（]?[一二三四五六七八九十]{1,3}[)）、]|第[一二三四五六七八九十\d]{1,3}[条步])\s*\S"
)


class Quotable(Protocol):
    """What has words in a language."""

    @property
    def text(self) -> str: ...

    @property
    def lang(self) -> Lang: ...


def quote(passage: Quotable, question: str, embedder: Embedder, most: int = 3, whole: int = WHOLE) -> str:
    """Up to `most` neighbouring sentences of the passage that together are nearest to `question`; all of a passage of
    up to `whole` characters.

    Neighbours, because sentences torn out of their place say something else; a quote that would begin with "Then"
    or "It" starts elsewhere when it can. Steps, items and rows of a table stay on lines of their own. What speaks to a
    program is left out (kb/search/addressed.py).
    """
    pieces = marked(_pieces(passage.text))
    if len(pieces) <= most or len(passage.text) <= (whole if passage.lang == "en" else whole // 2):
        return _joined(pieces, passage.lang)
    bare = [piece.strip() for piece in pieces]
    vectors = embedder.encode([question, *bare])
    terms = set(query_terms(question))
    shared = [len(terms & set(tokens(piece))) / max(len(terms), 1) for piece in bare]
    merit = vectors[1:] @ vectors[0] + WORDS_WEIGHT * np.array(shared)
    starts = range(len(pieces) - most + 1)
    worth = [merit[i : i + most].sum() - LEANING * bool(_LEANS.match(bare[i])) for i in starts]
    first = int(np.argmax(worth))
    return _joined(pieces[first : first + most], passage.lang)


def flat(quoted: str, lang: Lang) -> str:
    """A quote on one line, for a headline; what ended its line without a mark is parted from the next."""
    parting, joint = ("；", "") if lang == "zh" else (";", " ")
    lines = quoted.split("\n")
    ended = [line if _ENDED.search(line) else line + parting for line in lines[:-1]]
    return joint.join([*ended, *lines[-1:]])


def _pieces(text: str) -> list[str]:
    """Sentences, each after a line end where one begins a line that must stay one: a step, an item, a row, and what
    comes after those. A row of a table is one piece."""
    found: list[str] = []
    kept = False
    for line in text.split("\n"):
        line = " ".join(line.split())
        listed = is_row(line) or _ITEM.match(line) is not None
        for number, piece in enumerate(sentences(line)):
            found.append(f"\n{piece}" if found and not number and (listed or kept) else piece)
        kept = (listed or not _ENDED.search(line)) if line else kept
    return found


def _joined(pieces: Sequence[str], lang: Lang) -> str:
    """Sentences one after the other, items of a list and rows of a table on lines of their own."""
    joint = "" if lang == "zh" else " "
    told = "".join(piece if piece.startswith("\n") else joint + piece for piece in pieces)
    return told.strip()

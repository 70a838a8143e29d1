"""Quotes: the sentences of a passage that speak to a question, word for word and in one piece."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from kb.embedders import Embedder
from kb.passage import Lang
from kb.search.addressed import marked
from kb.text import query_terms, sentences, tokens

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
    or "It" starts elsewhere when it can. What speaks to a program is left out (kb/search/addressed.py).
    """
    pieces = marked([" ".join(piece.split()) for piece in sentences(passage.text)])
    if len(pieces) <= most or len(passage.text) <= (whole if passage.lang == "en" else whole // 2):
        return _joined(pieces, passage.lang)
    vectors = embedder.encode([question, *pieces])
    terms = set(query_terms(question))
    shared = [len(terms & set(tokens(piece))) / max(len(terms), 1) for piece in pieces]
    merit = vectors[1:] @ vectors[0] + WORDS_WEIGHT * np.array(shared)
    starts = range(len(pieces) - most + 1)
    worth = [merit[i : i + most].sum() - LEANING * bool(_LEANS.match(pieces[i])) for i in starts]
    first = int(np.argmax(worth))
    return _joined(pieces[first : first + most], passage.lang)


def _joined(pieces: Sequence[str], lang: Lang) -> str:
    """Sentences one after the other; what ends without a mark (a row of a table) is parted from the next."""
    parting, joint = ("；", "") if lang == "zh" else (";", " ")
    ended = [piece if _ENDED.search(piece) else piece + parting for piece in pieces[:-1]]
    return joint.join([*ended, *pieces[-1:]])

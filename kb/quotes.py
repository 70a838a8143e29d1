"""Quotes: the sentences of a passage that speak to a question, word for word."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from kb.embedders import Embedder
from kb.passage import Passage
from kb.text import query_terms, sentences, tokens

WHOLE = 360  # characters: a passage (or a correction) that is no longer is quoted whole
GAP = " … "
WORDS_WEIGHT = 0.4  # what sharing all words with the question adds to the cosine


def quote(passage: Passage, question: str, embedder: Embedder, most: int = 3) -> str:
    """Up to `most` sentences of the passage nearest to `question`, in their order; gaps are marked by an ellipsis."""
    pieces = [" ".join(piece.split()) for piece in sentences(passage.text)]
    joint = "" if passage.lang == "zh" else " "
    if len(pieces) <= most or len(passage.text) <= (WHOLE if passage.lang == "en" else WHOLE // 2):
        return joint.join(pieces)
    vectors = embedder.encode([question, *pieces])
    terms = set(query_terms(question))
    shared = [len(terms & set(tokens(piece))) / max(len(terms), 1) for piece in pieces]
    merit = vectors[1:] @ vectors[0] + WORDS_WEIGHT * np.array(shared)
    chosen = sorted(np.argsort(-merit, kind="stable")[:most].tolist())
    text = pieces[chosen[0]]
    for before, index in pairwise(chosen):
        text += (joint if index == before + 1 else GAP) + pieces[index]
    return text

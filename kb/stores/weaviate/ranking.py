"""BM25 as SQLite computes it (Robertson & Zaragoza 2009), over what the server found.

The server's own formula counts passages of all languages and never lets a frequent word count for nothing; its order
would differ from the embedded store's, and with it the confidence that is fitted there. The counts are the lexicon's.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kb.stores.weaviate.lexicon import ALL, LENGTH

K1, B = 1.2, 0.75
LEAST = 1e-6  # weight of a word that stands in more than half of the passages


class Ranking(NamedTuple):
    """Weights of a question's words among the passages of a language."""

    weights: Mapping[str, float]
    average: float  # words of a passage

    @classmethod
    def of(cls, terms: Sequence[str], counts: Mapping[str, int]) -> Ranking:
        """From how many passages hold each term, how many there are (ALL) and how many words they have (LENGTH)."""
        whole = max(counts[ALL], 1)
        odds = {term: (whole - counts[term] + 0.5) / (counts[term] + 0.5) for term in terms}
        weights = {term: max(math.log(odd), LEAST) if odd > 0 else LEAST for term, odd in odds.items()}
        return cls(weights, max(counts[LENGTH] / whole, 1.0))

    def score(self, words: str) -> float:
        """BM25 of a passage by its words, cut at spaces, the title's as often as they count."""
        every = words.split(" ")
        found = Counter(every)
        spread = K1 * (1 - B + B * len(every) / self.average)
        return sum(weight * found[term] * (K1 + 1) / (found[term] + spread) for term, weight in self.weights.items())

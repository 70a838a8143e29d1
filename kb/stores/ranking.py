"""BM25 as SQLite computes it (Robertson & Zaragoza 2009), by the counts of verified passages alone.

Candidates and retired passages are ranked by these counts, too, as if they stood among the verified ones. On Weaviate
everything is: the server's own formula counts passages of all languages and never lets a frequent word count for
nothing; its order would differ from the embedded store's, and with it the confidence that is fitted there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

K1, B = 1.2, 0.75
LEAST = 1e-6  # weight of a word that stands in more than half of the passages
POSTINGS = 8_000  # places in the index that one lookup walks through; in a large store the commonest words go unasked
LEAST_TERMS = 3  # the rarest words that are asked for in any case
TITLE_WEIGHT = 2  # a word in the title counts as much as so many in the text


class Statistics(NamedTuple):
    """Verified passages of a language: how many, with how many words together, and how many hold each word."""

    passages: int
    words: int
    holding: Mapping[str, int]

    def telling(self, terms: Sequence[str]) -> list[str]:
        """The rarest of `terms`, as many as POSTINGS allows: all of them in a store of some thousand passages."""
        kept: list[str] = []
        walked = 0
        for term in sorted(terms, key=lambda term: self.holding[term]):  # equally common ones keep their order
            walked += self.holding[term]
            if walked > POSTINGS and len(kept) >= LEAST_TERMS:
                break
            kept.append(term)
        return kept

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        """log(1 + (N - n + 0.5) / (n + 0.5)) of each term; see Pools.rarity."""
        whole = max(self.passages, 1)
        counts = {term: self.holding[term] for term in terms}
        return {t: math.log(1 + max(whole - n + 0.5, 0.5) / (n + 0.5)) for t, n in counts.items()}


class Ranking(NamedTuple):
    """Weights of a question's words among the passages of a language."""

    weights: Mapping[str, float]
    average: float  # words of a passage

    @classmethod
    def of(cls, terms: Sequence[str], statistics: Statistics) -> Ranking:
        """From what stands in the verified passages."""
        whole = max(statistics.passages, 1)
        held = {term: statistics.holding[term] for term in terms}
        odds = {term: (whole - n + 0.5) / (n + 0.5) for term, n in held.items()}
        weights = {term: max(math.log(odd), LEAST) if odd > 0 else LEAST for term, odd in odds.items()}
        return cls(weights, max(statistics.words / whole, 1.0))

    def score(self, found: Mapping[str, int], length: int) -> float:
        """BM25 of a passage of `length` words: how often each stands in it, in the title TITLE_WEIGHT times as much."""
        spread = K1 * (1 - B + B * length / self.average)
        return sum(
            weight * found[term] * (K1 + 1) / (found[term] + spread)
            for term, weight in self.weights.items() if term in found
        )  # fmt: skip

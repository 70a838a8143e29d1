"""Hybrid search: one pool for each language, fused by rank.

Words (BM25, Robertson & Zaragoza 2009) are looked up in the language of the question; vectors in every language, each
language a pool of its own, because a multilingual model puts texts of one language nearer to each other than their
sense deserves. Reciprocal rank fusion (Cormack, Clarke & Buettcher 2009, SIGIR) needs ranks only, so scores of
different kinds are never added. Twins of one passage in several languages count as one. The first places of the
fusion are put in the order of their confidence (kb/search/confidence.py), which sees how well each one fits,
not only how far ahead of the next it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from kb.contract import Filters
from kb.embedders import Embedder, Vectors
from kb.embedders.parts import TITLE
from kb.passage import Hit, Lang, Passage
from kb.search.confidence import Calibration, Likeness
from kb.text import codes, lang_of, query_terms, tokens

LANGUAGES: tuple[Lang, ...] = ("en", "zh")
ANSWERING = ("feedback", "case")  # kinds whose title is a question and whose text its answer
DEPTH = 50  # places of each pool that are fused
RANK_OFFSET = 5.0  # k of the fusion: small, because the first places of a pool tell most
RERANKED = 5  # first places of the fusion that are put in the order of their confidence
MAX_TERMS = 48
SAME_QUESTION = 0.92  # cosine of two questions from which they are one, if they name the same rolls and numbers
OTHER_ITEM = 0.5  # what is left of the confidence when a correction or case is about another roll, strand or code
IDENTICAL = 0.995  # the very question, word for word (vectors are kept in half precision)
CORRECTION = 10.0  # added to the score of an answer to the very question, which goes before all others
CERTAIN = 0.95  # confidence in a confirmed answer to the very question


class Found(NamedTuple):
    """A passage in a pool, with the pool's own score; `part` is where a vector matched."""

    passage: Passage
    score: float
    part: int = -1


class Pools(Protocol):
    """What a store offers to the search: lookups in one language, already filtered, best first."""

    def lexical(self, terms: Sequence[str], lang: Lang, where: Filters, limit: int) -> list[Found]:
        """By words."""
        ...

    def dense(self, vector: Vectors, lang: Lang, where: Filters, limit: int) -> list[Found]:
        """By cosine."""
        ...

    def similarity(self, passage: Passage, vector: Vectors) -> float:
        """Best cosine over the passage's parts."""
        ...

    def twins(self, pairs: Sequence[str], where: Filters) -> list[Passage]:
        """Every passage of these pairs that passes `where`."""
        ...

    def rarity(self, terms: Sequence[str], lang: Lang) -> dict[str, float]:
        """Weight of each term: rare ones tell more (inverse document frequency)."""
        ...


class Group:
    """One passage with its twins: where the pools ranked it."""

    def __init__(self) -> None:
        self.members: dict[str, Passage] = {}
        self.score = 0.0
        self.cosine: float | None = None
        self.answers_it = False  # a correction or case for this very question

    def take(self, found: Found, rank: int) -> None:
        """Note one place; places after the first of the same pool are not given."""
        self.members[found.passage.id] = found.passage
        self.score += 1.0 / (RANK_OFFSET + rank)

    def see(self, found: Found, named: frozenset[str]) -> None:
        """Note a cosine; `named` are the codes in the question."""
        self.members[found.passage.id] = found.passage
        self.cosine = max(found.score, self.cosine or -1.0)
        asked_before = found.passage.kind in ANSWERING and found.part == TITLE and found.score >= SAME_QUESTION
        self.answers_it |= asked_before and codes(found.passage.title) == named

    def order(self) -> tuple[bool, float, str, float]:
        """Sort key, best last; of corrections the nearest question, then the newest, wins."""
        created = max(p.created for p in self.members.values()) if self.answers_it else ""
        nearness = round(self.cosine or 0.0, 2)  # the same question in a few other words is the same question
        return self.answers_it, nearness if self.answers_it else 0.0, created, self.score


def fuse(pools: Sequence[Sequence[Found]]) -> dict[str, Group]:
    """Reciprocal rank fusion over groups of twins; a group has the place of its best member in each pool."""
    groups: dict[str, Group] = {}
    for pool in pools:
        ranked: set[str] = set()
        for found in pool:
            key = found.passage.pair or found.passage.id
            group = groups.setdefault(key, Group())
            if key not in ranked:
                ranked.add(key)
                group.take(found, len(ranked))
    return groups


def hybrid(
    pools: Pools, embedder: Embedder, calibration: Calibration, text: str, *,
    lang: Lang | None, limit: int, where: Filters,
) -> list[Hit]:  # fmt: skip
    """The `limit` best passages for `text`, best first; nothing for a text without a word."""
    lang = lang or lang_of(text)
    terms = query_terms(text)[:MAX_TERMS]
    if not text.strip():
        return []
    vector, named = embedder.encode([text])[0], codes(text)
    dense = [pools.dense(vector, language, where, DEPTH) for language in LANGUAGES]
    groups = fuse([pools.lexical(terms, lang, where, DEPTH), *dense])
    for found in (found for pool in dense for found in pool):
        groups[found.passage.pair or found.passage.id].see(found, named)
    best = sorted(groups.values(), key=Group.order, reverse=True)[: max(limit, RERANKED)]
    twins = pools.twins([pair for group in best for pair in _pairs(group)], where)
    judge = Judge(pools, calibration, vector, pools.rarity(terms, lang), named, lang)
    hits = [judge.hit(group, twins) for group in best]
    corrections = [hit for hit in hits if hit.score > CORRECTION]  # in their order already
    others = [hit for hit in hits if hit.score <= CORRECTION]
    # Fusion chose the candidates; among them the calibrated similarity ranks, so it is their score.
    reranked = sorted(others, key=lambda hit: hit.confidence, reverse=True)
    return (corrections + [hit.model_copy(update={"score": hit.confidence}) for hit in reranked])[:limit]


def _pairs(group: Group) -> list[str]:
    return sorted({p.pair for p in group.members.values() if p.pair})


class Judge(NamedTuple):
    """One question, ready to be compared with passages."""

    pools: Pools
    calibration: Calibration
    vector: Vectors
    rarity: dict[str, float]
    named: frozenset[str]
    lang: Lang

    def hit(self, group: Group, twins: Sequence[Passage]) -> Hit:
        """The group as a hit; its member in the language of the question stands for it."""
        found = {p.id: p for p in twins if p.pair in _pairs(group)} | group.members
        members = list(found.values())
        shown = next((p for p in members if p.lang == self.lang), members[0])
        like = Likeness(cosine=max(self.pools.similarity(p, self.vector) for p in members))
        if shown.lang == self.lang:
            whole = f"{shown.title} {shown.text} {' '.join(shown.tags)}"
            like = Likeness(cosine=like.cosine, coverage=coverage(whole, self.rarity),
                            title_coverage=coverage(shown.title, self.rarity))  # fmt: skip
        confidence, score = self.calibration.confidence(like), group.score
        if shown.kind in ANSWERING and codes(shown.title) != self.named:
            confidence *= OTHER_ITEM
        if group.answers_it:
            score += CORRECTION
            confidence = max(confidence, CERTAIN if like.cosine > IDENTICAL else 0.0)
        return Hit(passage=shown, score=score, confidence=confidence, **like.model_dump())


def coverage(text: str, rarity: dict[str, float]) -> float:
    """Share of the question's words that stand in `text`, each weighted by `rarity`; 0 without words."""
    whole = sum(rarity.values())
    if not whole:
        return 0.0
    present = set(tokens(text))
    return sum(weight for term, weight in rarity.items() if term in present) / whole

"""Hybrid search: one pool for each language and way of looking, fused by rank, then put into order by likeness.

Words (BM25, Robertson & Zaragoza 2009) are looked up with the glossary's synonyms in the language of the question, and
as their translations in the other one; vectors in every language, each language a pool of its own,
because a multilingual model puts texts of one language nearer to each other than their sense deserves. Reciprocal
rank fusion (Cormack, Clarke & Buettcher 2009, SIGIR) needs ranks only, so scores of different kinds are never added.
Twins of one passage in several languages count as one. The first places of the fusion are put in the order of their
merit (kb/search/confidence.py), which sees how well each one fits, not only how far ahead of the next it is.

A question about an alarm code is answered by passages that explain that code, or not at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from kb.contract import Filters
from kb.embedders import Embedder, Vectors
from kb.embedders.parts import TITLE
from kb.passage import Hit, Kind, Lang, Passage
from kb.search import asked
from kb.search.closer import looked_at_again
from kb.search.confidence import Calibration, Likeness
from kb.search.evidence import Candidate, likenesses
from kb.search.glossary import current
from kb.search.hits import ANSWERING, Seen, bonus, hit_of, nearness
from kb.search.named import explains, holds, spells
from kb.search.question import MAX_TERMS, SAME_QUESTION, Question, coverage
from kb.search.reranking import reranked
from kb.search.spelling import misread
from kb.text import stem

__all__ = ["DEPTH", "LANGUAGES", "MAX_TERMS", "SAME_QUESTION", "Found", "Key", "Pools",
           "coverage", "fuse", "hybrid", "look"]  # fmt: skip

LANGUAGES: tuple[Lang, ...] = ("en", "zh")
DEPTH = 50  # places of each pool that are fused
RANK_OFFSET = 5.0  # k of the fusion: small, because the first places of a pool tell most
RERANKED = 40  # first places of the fusion that are compared with the question
PHRASED = 12  # passages with the nearest phrasings, compared in any case
WEIGHTS = {"synonyms": 3.0, "translated": 3.0, "sense": 1.0, "sense across": 1.0}  # of the pools
QUESTIONS = 8  # corrections and cases whose question is compared with the one asked


class Key(NamedTuple):
    """What tells of a passage which one it is, and no more: most of those that the pools name are never read."""

    id: str
    pair: str
    lang: Lang
    kind: Kind


class Found(NamedTuple):
    """A passage in a pool, with the pool's own score; `part` is where a vector matched."""

    key: Key
    score: float
    part: int = -1


class Pools(Protocol):
    """What a store offers to the search: lookups in one language, already filtered, best first.

    Words of the index are those of kb.text.tokens over title, text and codes of a passage.
    """

    def lexical(self, terms: Sequence[str], lang: Lang, where: Filters, limit: int) -> list[Found]:
        """By words."""
        ...

    def dense(self, vector: Vectors, lang: Lang, where: Filters, limit: int) -> list[Found]:
        """By cosine."""
        ...

    def passages(self, ids: Sequence[str], pairs: Sequence[str], where: Filters) -> list[Passage]:
        """Every passage with one of these ids, or of one of these pairs, that passes `where`, oldest first."""
        ...

    def compare(self, passages: Sequence[Passage], vector: Vectors) -> Callable[[], Mapping[str, float]]:
        """Begin to compare; what comes back waits for the end and gives for the id of each passage the best cosine
        over its parts, 0 for one without vectors."""
        ...

    def rarity(self, terms: Sequence[str], lang: Lang) -> dict[str, float]:
        """Weight of each term: rare ones tell more (inverse document frequency)."""
        ...


class Group:
    """One passage with its twins: where the pools ranked it."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = {}  # those that a pool named
        self.members: dict[str, Passage] = {}  # those that were read, twins as well
        self._scores: dict[Lang, float] = {}
        self.titled: dict[str, float] = {}  # id -> cosine of its title, where that is what matched

    def take(self, found: Found, rank: int, weight: float) -> None:
        """`rank` is the group's place in a pool, from 1."""
        self.keys.setdefault(found.key.id, found.key)
        lang = found.key.lang
        self._scores[lang] = self._scores.get(lang, 0.0) + weight / (RANK_OFFSET + rank)

    @property
    def score(self) -> float:
        """Places in the pools of one language, the better one: a passage without a twin stands behind none for it."""
        return max(self._scores.values(), default=0.0)

    def see(self, found: Found) -> None:
        """A match by sense."""
        self.keys.setdefault(found.key.id, found.key)
        if found.part == TITLE:
            self.titled[found.key.id] = found.score


def fuse(pools: Sequence[tuple[Sequence[Found], float]]) -> dict[str, Group]:
    """Weighted reciprocal rank fusion over groups of twins; a group has the place of its best member in each pool."""
    groups: dict[str, Group] = {}
    for pool, weight in pools:
        ranked: set[str] = set()
        for found in pool:
            name = _name(found.key)
            group = groups.setdefault(name, Group())
            if name not in ranked:
                ranked.add(name)
                group.take(found, len(ranked), weight)
    return groups


def _name(one: Key | Passage) -> str:
    """Of the group that a passage belongs to."""
    return one.pair or one.id


def look(pools: Pools, embedder: Embedder, question: Question, where: Filters) -> list[Seen]:
    """What is near to `question`, in no order that counts."""
    groups = _read(pools, _candidates(pools, question, where), asked.nearest(question.vector, embedder, PHRASED), where)
    compared = pools.compare([p for group in groups for p in group.members.values()], question.vector)
    _compare_titles(groups, embedder, question)
    found = [_candidate(group, question) for group in groups]
    likes = likenesses(question, found, embedder, compared)
    seen = [_seen(group, question, one.shown, like) for group, one, like in zip(groups, found, likes, strict=True)]
    return _as_spelt(seen, question)


def _as_spelt(seen: list[Seen], question: Question) -> list[Seen]:
    """Where one explains the very code, those of another code with its digits (E-2041 for 2041) explain nothing."""
    if not any(one.explains and spells(one.passage, question.codes) for one in seen):
        return seen
    return [one._replace(explains=one.explains and spells(one.passage, question.codes)) for one in seen]


def _read(
    pools: Pools, groups: Mapping[str, Group], near: Sequence[tuple[str, str]], where: Filters
) -> list[Group]:  # fmt: skip
    """The groups with their passages and twins, and more groups: passages with a phrasing near to the question (id and
    pair in `near`) that no pool had among its first."""
    keys = [key for group in groups.values() for key in group.keys.values()]
    pairs = {key.pair for key in keys if key.pair} | {pair for _, pair in near}
    whole = dict(groups)
    for passage in pools.passages([key.id for key in keys if not key.pair], sorted(pairs), where):
        whole.setdefault(_name(passage), Group()).members[passage.id] = passage
    ids = {id for id, _ in near}
    return [
        group for name, group in whole.items() if group.members
        # a phrasing may be of a twin that is not here, or does not count
        and (name in groups or any(p.id in ids and p.asked for p in group.members.values()))
    ]  # fmt: skip


def _candidates(pools: Pools, question: Question, where: Filters) -> dict[str, Group]:
    """The first places of all pools together, and whatever explains a code that the question names."""
    lang, vector = question.lang, question.vector
    other = next(language for language in LANGUAGES if language != lang)
    dense = {language: pools.dense(vector, language, where, DEPTH) for language in LANGUAGES}
    groups = fuse([
        (pools.lexical(question.synonyms(lang), lang, where, DEPTH), WEIGHTS["synonyms"]),
        (pools.lexical(question.synonyms(other), other, where, DEPTH), WEIGHTS["translated"]),
        (dense[lang], WEIGHTS["sense"]),
        (dense[other], WEIGHTS["sense across"]),
    ])  # fmt: skip
    for found in (found for pool in dense.values() for found in pool):
        groups[_name(found.key)].see(found)
    order = sorted(groups, key=lambda name: -groups[name].score)
    titled = [name for name in order[RERANKED:] if any(k.kind in ANSWERING for k in groups[name].keys.values())]
    return {name: groups[name] for name in order[:RERANKED] + titled} | _explaining(pools, question, where, groups)


def _explaining(pools: Pools, question: Question, where: Filters, groups: Mapping[str, Group]) -> dict[str, Group]:
    """Groups with a passage that explains a code which the question names."""
    if not question.codes:
        return {}
    named = fuse([(pools.lexical(list(question.codes), language, where, DEPTH), 1.0) for language in LANGUAGES])
    ids = [id for group in named.values() for id in group.keys]
    explaining = {_name(p) for p in pools.passages(ids, (), where) if holds(p, question.codes)}
    return {name: groups.get(name, named[name]) for name in named if name in explaining}


def _compare_titles(groups: Sequence[Group], embedder: Embedder, question: Question) -> None:
    """Cosines of the first corrections' and cases' questions, also where another part of theirs was nearer."""
    first = [(group, p) for group in groups for p in group.members.values() if p.kind in ANSWERING][:QUESTIONS]
    unknown = [(group, p) for group, p in first if p.id not in group.titled]
    if unknown:
        cosines = embedder.encode([p.title for _, p in unknown]) @ question.vector
        for (group, p), cosine in zip(unknown, cosines, strict=True):
            group.titled[p.id] = float(cosine)


def _candidate(group: Group, question: Question) -> Candidate:
    """The group as one passage; its member in the language of the question stands for it."""
    members = list(group.members.values())
    shown = next((p for p in members if p.lang == question.lang), members[0])
    return Candidate(shown, tuple(text for p in members for text in p.asked), tuple(group.members), group.score)


def _seen(group: Group, question: Question, shown: Passage, like: Likeness) -> Seen:
    members = group.members.values()
    answers_it = any(
        p.kind in ANSWERING and question.is_asked_by(p.title, group.titled.get(p.id, 0.0)) for p in members
    )
    explaining = question.about_codes and any(explains(p, question.codes, question.text) for p in members)
    return Seen(shown, like, answers_it, explaining)


def hybrid(
    pools: Pools, embedder: Embedder, calibration: Calibration, text: str, *,
    lang: Lang | None, limit: int, where: Filters,
) -> list[Hit]:  # fmt: skip
    """The `limit` best passages for `text`, best first; nothing for a text without a word."""
    if not text.strip():
        return []
    question = Question.of(text, embedder, lang, _known(pools, text, where))
    seen = look(pools, embedder, question, where)
    ranks = {one.passage.id: calibration.rank(one.like) for one in seen}
    order = sorted(
        seen,
        key=lambda s: (bonus(s), nearness(s), -s.like.barred, ranks[s.passage.id], s.like.places, s.passage.id),
        reverse=True,
    )  # fmt: skip
    order = looked_at_again(order, calibration, embedder, question.vector)
    certain = sum(bonus(one) > 0 for one in order)  # they stand first
    order = reranked(text, order, lambda one: one.passage, certain)[:limit]
    rarity = pools.rarity(question.terms, question.lang)
    first = max(seen, key=lambda one: ranks[one.passage.id], default=None)
    most = calibration.confidence(first.like) if first else 0.0  # a passage of less merit is no surer
    return list(_falling(hit_of(one, question, calibration, most, rarity) for one in order))


def _known(pools: Pools, text: str, where: Filters) -> frozenset[str]:
    """Stems of words that look misspelt and stand in a passage all the same."""
    stems = {stem(word.lower()) for word in misread(text, current()) if word.isascii() and word.isalpha()}
    return frozenset(one for one in stems if pools.lexical([one], "en", where, 1))


def _falling(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Hits whose scores fall with their place: nearness, what bars a passage and a reranker order besides the score."""
    lowest = math.inf
    for hit in hits:
        lowest = min(lowest, hit.score)
        yield hit.model_copy(update={"score": lowest})

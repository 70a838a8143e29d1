"""The Weaviate store's answers to the search: words and vectors on the server, several lookups under way at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from itertools import product
from typing import Any, NamedTuple, TypeVar

from kb.contract import Filters
from kb.embedders import Vectors
from kb.passage import Lang, Passage
from kb.search.hybrid import DEPTH, LANGUAGES, Found, Key
from kb.search.question import Question
from kb.stores.entries import parsed
from kb.stores.ranking import Ranking, Statistics
from kb.stores.weaviate import schema
from kb.stores.weaviate.connection import Connection
from kb.stores.weaviate.lexicon import LONGEST, Lexicon, counted
from kb.stores.weaviate.shelf import MANY, Shelf, added

T = TypeVar("T")

KEY = ("pid", "pair", "kind")  # properties of a Key; its language is that of the pool
SPARE = 1.5  # so many times the wanted passages are found, to be put into order


class Mute:
    """An embedder without a voice: to read a question's words before its vector is made."""

    id, dims = "", 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """No vectors at all."""
        import numpy as np

        return np.zeros((len(texts), 0), np.float32)


class Words(NamedTuple):
    """What was found by words, and how rare the words are."""

    found: list[Any]
    statistics: Statistics


class WeaviatePools:
    """Pools (see kb/search/hybrid.py) made for one search. The first dense() asks for every language at once."""

    def __init__(self, connection: Connection, shelf: Shelf, lexicon: Lexicon, number: int) -> None:
        self._connection, self._shelf, self._lexicon, self._number = connection, shelf, lexicon, number
        self._dense: dict[tuple[Lang, Filters, int], list[tuple[str, Future[Any]]]] = {}
        self._words: dict[tuple[tuple[str, ...], Lang, Filters, int], Future[Words]] = {}
        self._cosine: dict[str, float] = {}  # best over all parts, where it is known for certain

    def expect(self, question: Question, where: Filters) -> None:
        """Begin to look up the words of `question`: lexical() and rarity() will ask for them."""
        for lang in LANGUAGES:
            terms = question.synonyms(lang)
            if terms:
                self._begin(tuple(terms), lang, where, DEPTH)

    def lexical(self, terms: Sequence[str], lang: Lang, where: Filters, limit: int) -> list[Found]:
        """See Pools. The server finds, kb/stores/ranking.py puts into order."""
        if not terms:
            return []
        found, statistics = self._begin(tuple(terms), lang, where, limit).result()
        ranking, name = Ranking.of(statistics.telling(terms), statistics), schema.words(lang)
        words = ranking.weights.keys()
        scored = [(ranking.score(*counted(o.properties[name], words)), o) for o in found]
        scored.sort(key=lambda one: -one[0])
        return [Found(_key(o, lang), score) for score, o in scored[:limit]]

    def _begin(self, terms: tuple[str, ...], lang: Lang, where: Filters, limit: int) -> Future[Words]:
        """The lookup of these words, begun now or before."""
        key = (terms, lang, where, limit)
        if key not in self._words:
            self._words[key] = self._connection.start(lambda: self._by_words(*key))
        return self._words[key]

    def _by_words(self, terms: tuple[str, ...], lang: Lang, where: Filters, limit: int) -> Words:
        statistics = self._lexicon.statistics(terms, lang, self._number)
        asked = " ".join(term[:LONGEST] for term in statistics.telling(terms))
        name, most = schema.words(lang), int(SPARE * limit)
        found: list[Any] = []
        for side, passing in self._shelf.sides(where):
            found += self._connection.patiently(
                lambda side=side, passing=passing: side.query.bm25(  # type: ignore[misc]
                    asked, query_properties=[name], limit=most, filters=passing, return_properties=[*KEY, name]
                )
            ).objects
        return Words(found, statistics)

    def dense(self, vector: Vectors, lang: Lang, where: Filters, limit: int) -> list[Found]:
        """See Pools. Each part of a passage has an index of its own; its best part counts."""
        if (lang, where, limit) not in self._dense:
            for language in LANGUAGES:
                self._dense[language, where, limit] = [
                    (part, self._start(self._near, vector, schema.vector(part, language), side, passing, limit))
                    for side, passing in self._shelf.sides(where) for part in schema.PARTS
                ]  # fmt: skip
        best: dict[str, Found] = {}
        floors, places = [], []
        for part, begun in self._dense[lang, where, limit]:
            number = schema.PARTS.index(part)
            found = [Found(_key(o, lang), 1.0 - o.metadata.distance, number) for o in begun.result()]
            floors.append(found[-1].score if len(found) == limit else -1.0)
            places.append({f.key.id for f in found})
            for one in found:
                if one.key.id not in best or best[one.key.id].score < one.score:
                    best[one.key.id] = one
        for id, one in best.items():  # a part that is not among the nearest is no nearer than the last of them
            if all(id in place or one.score >= floor for place, floor in zip(places, floors, strict=True)):
                self._cosine[id] = one.score
        return sorted(best.values(), key=lambda one: -one.score)[:limit]

    def _start(self, work: Callable[..., T], *args: Any) -> Future[T]:
        return self._connection.start(lambda: work(*args))

    def _near(
        self, vector: Vectors, target: Any, side: Any, passing: Any, limit: int, shown: Sequence[str] = KEY
    ) -> Any:
        from weaviate.classes.query import MetadataQuery

        return self._connection.patiently(
            lambda: side.query.near_vector(
                vector.tolist(), target_vector=target, limit=limit, filters=passing, return_properties=list(shown),
                return_metadata=MetadataQuery(distance=True),
            )
        ).objects  # fmt: skip

    def compare(self, passages: Sequence[Passage], vector: Vectors) -> Callable[[], Mapping[str, float]]:
        """See Pools. The server compares: a vector costs more to send than a passage."""
        from weaviate.classes.query import Filter, TargetVectors

        unknown = {schema.uid("passage", p.id): p for p in passages if p.id not in self._cosine}
        begun = []
        for lang, (side, verified) in product(LANGUAGES, ((self._shelf.verified, True), (self._shelf.waiting, False))):
            these = [u for u, p in unknown.items() if p.lang == lang and (p.status == "verified") == verified]
            if these:
                nearest = TargetVectors.minimum([schema.vector(part, lang) for part in schema.PARTS])
                passing = Filter.by_id().contains_any(these)
                begun.append(self._start(self._near, vector, nearest, side, passing, len(these), ()))

        def compared() -> Mapping[str, float]:
            for one in (one for answer in begun for one in answer.result()):
                self._cosine[unknown[str(one.uuid)].id] = 1.0 - one.metadata.distance
            return self._cosine

        return compared

    def passages(self, ids: Sequence[str], pairs: Sequence[str], where: Filters) -> list[Passage]:
        """See Pools."""
        from weaviate.classes.query import Filter

        wanted = [("pid", ids), ("pair", pairs)]
        named = [Filter.by_property(name).contains_any(list(words)) for name, words in wanted if words]
        if not named:
            return []
        these, found = Filter.any_of(named) if len(named) > 1 else named[0], []
        for side, passing in self._shelf.sides(where):
            both = these & passing if passing else these
            found += self._connection.patiently(
                lambda side=side, both=both: side.query.fetch_objects(  # type: ignore[misc]
                    filters=both, limit=MANY, return_properties=["document", "added"]
                )
            ).objects
        return [parsed(o.properties["document"]) for o in sorted(found, key=lambda o: added(o.properties))]

    def rarity(self, terms: Sequence[str], lang: Lang) -> dict[str, float]:
        """See Pools."""
        return self._lexicon.statistics(terms, lang, self._number).rarity(terms) if terms else {}


def _key(found: Any, lang: Lang) -> Key:
    id, pair, kind = (found.properties[name] for name in KEY)
    return Key(id, "" if pair == schema.NONE else pair, lang, kind)

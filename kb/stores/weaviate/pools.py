"""The Weaviate store's answers to the search: words and vectors on the server, several lookups under way at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from kb.contract import Filters
from kb.embedders import Vectors
from kb.passage import Lang, Passage
from kb.search.hybrid import DEPTH, LANGUAGES, Found
from kb.search.question import Question
from kb.stores.weaviate import schema
from kb.stores.weaviate.connection import Connection
from kb.stores.weaviate.lexicon import ALL, LONGEST, Lexicon
from kb.stores.weaviate.ranking import Ranking
from kb.stores.weaviate.shelf import MANY, SHOWN, Shelf, added, condition, cosines, passage_of

SPARE = 1.5  # so many times the wanted passages are found, to be put into order


class Mute:
    """An embedder without a voice: to read a question's words before its vector is made."""

    id, dims = "", 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """No vectors at all."""
        import numpy as np

        return np.zeros((len(texts), 0), np.float32)


class WeaviatePools:
    """Pools (see kb/search/hybrid.py) made for one search. The first dense() asks for every language at once."""

    def __init__(self, connection: Connection, shelf: Shelf, lexicon: Lexicon, number: int) -> None:
        self._connection, self._shelf, self._lexicon, self._number = connection, shelf, lexicon, number
        self._read: dict[str, Passage] = {}  # by the passage as text: one search reads each once
        self._dense: dict[tuple[Lang, Filters, int], list[Future[Any]]] = {}
        self._words: dict[tuple[tuple[str, ...], Lang, Filters, int], Future[Any]] = {}
        self._cosine: dict[str, float] = {}  # best over all parts, where it is known for certain

    def expect(self, question: Question, where: Filters) -> None:
        """Begin to look up the words of `question`: lexical() and rarity() will ask for them."""
        other = next(language for language in LANGUAGES if language != question.lang)
        for terms, lang in ((question.terms, question.lang), (question.synonyms(question.lang), question.lang),
                            (question.synonyms(other), other)):  # fmt: skip
            key = (tuple(terms), lang, where, DEPTH)
            if terms and key not in self._words:
                self._words[key] = self._connection.start(lambda key=key: self._by_words(*key))  # type: ignore[misc]

    def lexical(self, terms: Sequence[str], lang: Lang, where: Filters, limit: int) -> list[Found]:
        """See Pools. The server finds, ranking.py puts into order."""
        if not terms:
            return []
        key = (tuple(terms), lang, where, limit)
        begun = self._words.get(key)
        found, counts = begun.result() if begun else self._by_words(*key)
        ranking, name = Ranking.of(key[0], counts), schema.words(lang)
        scored = [Found(self._passage(o), ranking.score(o.properties[name])) for o in found]
        return sorted(scored, key=lambda one: -one.score)[:limit]

    def _by_words(self, terms: tuple[str, ...], lang: Lang, where: Filters, limit: int) -> Any:
        asked = " ".join(term[:LONGEST] for term in terms)
        name = schema.words(lang)
        found = self._connection.patiently(
            lambda: self._shelf.collection.query.bm25(
                asked, query_properties=[name], limit=int(SPARE * limit), filters=condition(where),
                return_properties=[*SHOWN, name],
            )
        ).objects  # fmt: skip
        return found, self._lexicon.frequencies(terms, lang, self._number)

    def dense(self, vector: Vectors, lang: Lang, where: Filters, limit: int) -> list[Found]:
        """See Pools. Each part of a passage has an index of its own; its best part counts."""
        if (lang, where, limit) not in self._dense:
            for language in LANGUAGES:
                self._dense[language, where, limit] = [
                    self._connection.start(
                        lambda part=part, language=language: self._near(vector, part, language, where, limit)  # type: ignore[misc]
                    )
                    for part in schema.PARTS
                ]
        best: dict[str, Found] = {}
        floors, places = [], []
        for number, begun in enumerate(self._dense[lang, where, limit]):
            found = [Found(self._passage(o), 1.0 - o.metadata.distance, number) for o in begun.result()]
            floors.append(found[-1].score if len(found) == limit else -1.0)
            places.append({f.passage.id for f in found})
            for one in found:
                if one.passage.id not in best or best[one.passage.id].score < one.score:
                    best[one.passage.id] = one
        for id, one in best.items():  # a part that is not among the nearest is no nearer than the last of them
            if all(id in place or one.score >= floor for place, floor in zip(places, floors, strict=True)):
                self._cosine[id] = one.score
        return sorted(best.values(), key=lambda one: -one.score)[:limit]

    def _near(self, vector: Vectors, part: str, lang: Lang, where: Filters, limit: int) -> Any:
        from weaviate.classes.query import MetadataQuery

        return self._connection.patiently(
            lambda: self._shelf.collection.query.near_vector(
                vector.tolist(), target_vector=schema.vector(part, lang), limit=limit, filters=condition(where),
                return_properties=SHOWN, return_metadata=MetadataQuery(distance=True),
            )
        ).objects  # fmt: skip

    def similarities(self, passages: Sequence[Passage], vector: Vectors) -> dict[str, float]:
        """See Pools."""
        from weaviate.classes.query import Filter

        unknown = [schema.uid("passage", p.id) for p in passages if p.id not in self._cosine]
        if unknown:
            these = Filter.by_id().contains_any(unknown)
            found = self._connection.patiently(
                lambda: self._shelf.collection.query.fetch_objects(
                    filters=these, limit=len(unknown), include_vector=True, return_properties=SHOWN
                )
            ).objects
            for one in found:
                passage = self._passage(one)
                self._cosine[passage.id] = max(cosines(one.vector, passage.lang, vector), default=0.0)
        return {p.id: self._cosine.get(p.id, 0.0) for p in passages}

    def twins(self, pairs: Sequence[str], where: Filters) -> list[Passage]:
        """See Pools."""
        from weaviate.classes.query import Filter

        if not pairs:
            return []
        these = Filter.by_property("pair").contains_any(list(pairs)) & condition(where)
        found = self._connection.patiently(
            lambda: self._shelf.collection.query.fetch_objects(
                filters=these, limit=MANY, return_properties=["document", "added"]
            )
        ).objects
        return [self._passage(o) for o in sorted(found, key=lambda o: added(o.properties))]

    def rarity(self, terms: Sequence[str], lang: Lang) -> dict[str, float]:
        """See Pools: log(1 + (N - n + 0.5) / (n + 0.5)) of the N passages of the language."""
        if not terms:
            return {}
        counts = self._lexicon.frequencies(terms, lang, self._number)
        whole = max(counts[ALL], 1)
        return {t: math.log(1 + max(whole - counts[t] + 0.5, 0.5) / (counts[t] + 0.5)) for t in terms}

    def _passage(self, found: Any) -> Passage:
        document = found.properties["document"]
        if document not in self._read:
            self._read[document] = passage_of(found.properties)
        return self._read[document]

"""The embedded store's answers to the search: full text from SQLite, vectors from memory."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence

from kb.contract import Filters
from kb.embedders import Vectors
from kb.passage import Lang, Passage
from kb.search.hybrid import Found
from kb.stores.embedded.index import Pool
from kb.stores.embedded.rows import condition

SPARE = 4  # so many times the wanted places are ranked before it is looked whether they count; ranking alone is quick
POSTINGS = 20_000  # places in the index that one lookup walks through; in a large store the commonest words go unasked
LEAST_TERMS = 3  # the rarest words that are asked for in any case
TITLE_WEIGHT = 2.0  # a word in the title counts as much as so many in the text


class EmbeddedPools:
    """Pools (see kb/search/hybrid.py) over one connection and the vectors in memory; made for one search."""

    def __init__(self, db: sqlite3.Connection, pools: dict[Lang, Pool]) -> None:
        self._db = db
        self._pools = pools
        self._read: dict[int, Passage] = {}

    def lexical(self, terms: Sequence[str], lang: Lang, where: Filters, limit: int) -> list[Found]:
        """See Pools. Terms are joined by OR; BM25 puts passages with more and rarer terms first."""
        if not terms:
            return []
        query = " OR ".join(f'"{term}"' for term in self._telling(terms, lang))  # terms are letters and digits only
        first = self._db.execute(
            f"SELECT rowid, -rank FROM words_{lang} WHERE words_{lang} MATCH ? AND rank MATCH ? ORDER BY rank LIMIT ?",
            (query, f"bm25({TITLE_WEIGHT}, 1.0)", SPARE * limit),
        ).fetchall()
        counts = self._counting([number for number, _ in first], where)
        rows = [(number, score) for number, score in first if number in counts][:limit]
        if len(rows) < limit and len(first) == SPARE * limit:  # most of the first ones do not count: ask of all
            rows = self._ranked(query, lang, where, limit)
        passages = self._passages([number for number, _ in rows])
        return [Found(passages[number], score) for number, score in rows if number in passages]

    def _counting(self, numbers: Sequence[int], where: Filters) -> set[int]:
        """Those that pass `where`."""
        if not numbers:  # SQLite reads the whole table for an empty IN ()
            return set()
        clause, values = condition(where)
        rows = self._db.execute(
            f"SELECT number FROM passages WHERE number IN ({', '.join('?' * len(numbers))}) AND {clause}",
            (*numbers, *values),
        )
        return {row[0] for row in rows}

    def _ranked(self, query: str, lang: Lang, where: Filters, limit: int) -> list[tuple[int, float]]:
        """The best of all that pass `where`, with their BM25: slow where a word is frequent."""
        clause, values = condition(where)
        return self._db.execute(
            f"SELECT passages.number, -bm25(words_{lang}, {TITLE_WEIGHT}, 1.0) AS score FROM words_{lang} "
            f"JOIN passages ON passages.number = words_{lang}.rowid "
            f"WHERE words_{lang} MATCH ? AND {clause} ORDER BY score DESC LIMIT ?",
            (query, *values, limit),
        ).fetchall()

    def _telling(self, terms: Sequence[str], lang: Lang) -> list[str]:
        """The rarest of `terms`, as many as POSTINGS allows: all of them in a store of some thousand passages."""
        counts = self._frequencies(terms, lang)
        kept: list[str] = []
        walked = 0
        for term in sorted(counts, key=lambda term: counts[term]):  # equally common ones keep their order
            walked += counts[term]
            if walked > POSTINGS and len(kept) >= LEAST_TERMS:
                break
            kept.append(term)
        return kept

    def _frequencies(self, terms: Sequence[str], lang: Lang) -> dict[str, int]:
        """In how many passages of the language each term stands."""
        known = self._pools[lang].frequencies
        new = [term for term in terms if term not in known]
        if new:
            marks = ", ".join("?" * len(new))
            found = dict(self._db.execute(f"SELECT term, doc FROM terms_{lang} WHERE term IN ({marks})", new))
            known |= {term: found.get(term, 0) for term in new}
        return {term: known[term] for term in terms}

    def dense(self, vector: Vectors, lang: Lang, where: Filters, limit: int) -> list[Found]:
        """See Pools."""
        near = self._pools[lang].nearest(vector, where, limit, self._numbers(where.also))
        passages = self._passages([n.number for n in near])
        return [Found(passages[n.number], n.cosine, n.part) for n in near if n.number in passages]

    def _numbers(self, ids: Sequence[str]) -> list[int]:
        if not ids:
            return []
        marks = ", ".join("?" * len(ids))
        return [row[0] for row in self._db.execute(f"SELECT number FROM passages WHERE id IN ({marks})", tuple(ids))]

    def _passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """Passages by their number; one search reads each once."""
        new = [number for number in numbers if number not in self._read]
        if not new:
            return self._read
        rows = self._db.execute(
            f"SELECT number, document FROM passages WHERE number IN ({', '.join('?' * len(new))})", new
        )
        self._read |= {number: Passage.model_validate_json(document) for number, document in rows}
        return self._read

    def similarities(self, passages: Sequence[Passage], vector: Vectors) -> dict[str, float]:
        """See Pools."""
        if not passages:
            return {}
        marks = ", ".join("?" * len(passages))
        ids = tuple(passage.id for passage in passages)
        numbers = dict(self._db.execute(f"SELECT id, number FROM passages WHERE id IN ({marks})", ids))
        near = {p.id: self._pools[p.lang].similarity(numbers[p.id], vector) for p in passages if p.id in numbers}
        return {p.id: found.cosine if (found := near.get(p.id)) else 0.0 for p in passages}

    def twins(self, pairs: Sequence[str], where: Filters) -> list[Passage]:
        """See Pools."""
        if not pairs:
            return []
        clause, values = condition(where)
        marks = ", ".join("?" * len(pairs))  # pair != '' makes the partial index fit
        rows = self._db.execute(
            "SELECT document FROM passages INDEXED BY passages_pair "
            f"WHERE pair != '' AND pair IN ({marks}) AND {clause} ORDER BY number",
            (*pairs, *values),
        )
        return [Passage.model_validate_json(row[0]) for row in rows]

    def rarity(self, terms: Sequence[str], lang: Lang) -> dict[str, float]:
        """See Pools: log(1 + (N - n + 0.5) / (n + 0.5)) of the N passages of the language."""
        counts = self._frequencies(terms, lang)
        whole = max(len(self._pools[lang]), 1)
        return {t: math.log(1 + (whole - counts[t] + 0.5) / (counts[t] + 0.5)) for t in terms}

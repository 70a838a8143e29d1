"""The embedded store's answers to the search: full text from SQLite, vectors from memory.

Words of verified passages are in tables of their own (see rows.words_table): what SQLite knows of rare words and usual
lengths is theirs alone, so that no candidate, however many there are, changes an answer.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from kb.contract import Filters
from kb.embedders import Vectors
from kb.passage import Lang, Passage
from kb.search.hybrid import Found, Key
from kb.stores.embedded.index import Pool
from kb.stores.embedded.rows import condition
from kb.stores.entries import parsed
from kb.stores.ranking import TITLE_WEIGHT, Ranking, Statistics

SPARE = 4  # so many times the wanted places are ranked before it is looked whether they count; ranking alone is quick


class EmbeddedPools:
    """Pools (see kb/search/hybrid.py) over one connection and the vectors in memory; made for one search."""

    def __init__(self, db: sqlite3.Connection, pools: dict[Lang, Pool]) -> None:
        self._db = db
        self._pools = pools
        self._read: dict[int, Key] = {}

    def lexical(self, terms: Sequence[str], lang: Lang, where: Filters, limit: int) -> list[Found]:
        """See Pools. Terms are joined by OR; BM25 puts passages with more and rarer terms first."""
        if not terms:
            return []
        telling = self._statistics(terms, lang).telling(terms)
        query = " OR ".join(f'"{term}"' for term in telling)  # terms are letters and digits only
        rows: list[tuple[int, float]] = []
        if where.of_verified:
            rows = self._verified(query, lang, where, limit)
        if where.of_others:
            rows = sorted([*rows, *self._others(query, telling, lang, where, limit)], key=lambda row: -row[1])[:limit]
        keys = self._keys([number for number, _ in rows])
        return [Found(keys[number], score) for number, score in rows if number in keys]

    def _verified(self, query: str, lang: Lang, where: Filters, limit: int) -> list[tuple[int, float]]:
        every = "verified" in where.statuses and not (where.kinds or where.assets)
        wanted = limit if every else SPARE * limit
        first = self._db.execute(
            f"SELECT rowid, -rank FROM words_{lang} WHERE words_{lang} MATCH ? AND rank MATCH ? ORDER BY rank LIMIT ?",
            (query, f"bm25({TITLE_WEIGHT}.0, 1.0)", wanted),
        ).fetchall()
        if every:
            return first
        counts = self._counting([number for number, _ in first], where)
        rows = [(number, score) for number, score in first if number in counts][:limit]
        if len(rows) < limit and len(first) == wanted:  # most of the first ones do not count: ask of all
            return self._ranked("words", query, lang, where, limit)
        return rows

    def _others(
        self, query: str, terms: Sequence[str], lang: Lang, where: Filters, limit: int
    ) -> list[tuple[int, float]]:
        """The best that are not verified, each with the score that it would have among the verified."""
        ranking = Ranking.of(terms, self._statistics(terms, lang))
        first = [number for number, _ in self._ranked("waiting", query, lang, where, SPARE * limit)]
        rows = self._db.execute(
            f"SELECT rowid, title, body FROM waiting_{lang} WHERE rowid IN ({_marks(first)})", first
        )
        return [(number, _score(ranking, title.split(), body.split())) for number, title, body in rows]

    def _counting(self, numbers: Sequence[int], where: Filters) -> set[int]:
        """Those that pass `where`."""
        if not numbers:  # SQLite reads the whole table for an empty IN ()
            return set()
        clause, values = condition(where, among=True)
        rows = self._db.execute(
            f"SELECT number FROM passages WHERE number IN ({_marks(numbers)}) AND {clause}",
            (*numbers, *values),
        )
        return {row[0] for row in rows}

    def _ranked(self, table: str, query: str, lang: Lang, where: Filters, limit: int) -> list[tuple[int, float]]:
        """The best of all that pass `where`, with their BM25: slow where a word is frequent."""
        clause, values = condition(where)
        return self._db.execute(
            f"SELECT passages.number, -bm25({table}_{lang}, {TITLE_WEIGHT}.0, 1.0) AS score FROM {table}_{lang} "
            f"JOIN passages ON passages.number = {table}_{lang}.rowid "
            f"WHERE {table}_{lang} MATCH ? AND {clause} ORDER BY score DESC LIMIT ?",
            (query, *values, limit),
        ).fetchall()

    def _statistics(self, terms: Sequence[str], lang: Lang) -> Statistics:
        """What the index of the language's verified passages counts."""
        pool = self._pools[lang]
        new = [term for term in terms if term not in pool.frequencies]
        if new:
            marks = ", ".join("?" * len(new))
            found = dict(self._db.execute(f"SELECT term, doc FROM terms_{lang} WHERE term IN ({marks})", new))
            pool.frequencies |= {term: found.get(term, 0) for term in new}
        if pool.totals is None:
            pool.totals = _totals(self._db, lang)
        return Statistics(*pool.totals, pool.frequencies)

    def dense(self, vector: Vectors, lang: Lang, where: Filters, limit: int) -> list[Found]:
        """See Pools."""
        near = self._pools[lang].nearest(vector, where, limit, self._numbers(where.also))
        keys = self._keys([n.number for n in near])
        return [Found(keys[n.number], n.cosine, n.part) for n in near if n.number in keys]

    def _numbers(self, ids: Sequence[str]) -> list[int]:
        if not ids:
            return []
        marks = ", ".join("?" * len(ids))
        return [row[0] for row in self._db.execute(f"SELECT number FROM passages WHERE id IN ({marks})", tuple(ids))]

    def _keys(self, numbers: Sequence[int]) -> dict[int, Key]:
        """Keys of passages by their number; one search reads each once."""
        new = [number for number in numbers if number not in self._read]
        if not new:
            return self._read
        rows = self._db.execute(
            f"SELECT number, id, pair, lang, kind FROM passages WHERE number IN ({_marks(new)})", new
        )
        self._read |= {number: Key(*key) for number, *key in rows}
        return self._read

    def passages(self, ids: Sequence[str], pairs: Sequence[str], where: Filters) -> list[Passage]:
        """See Pools."""
        clause, values = condition(where, among=True)
        found: dict[int, str] = {}
        if ids:
            found |= dict(self._db.execute(
                f"SELECT number, document FROM passages WHERE id IN ({_marks(ids)}) AND {clause}", (*ids, *values)
            ))  # fmt: skip
        if pairs:  # pair != '' makes the partial index fit
            found |= dict(self._db.execute(
                "SELECT number, document FROM passages INDEXED BY passages_pair "
                f"WHERE pair != '' AND pair IN ({_marks(pairs)}) AND {clause}", (*pairs, *values),
            ))  # fmt: skip
        return [parsed(found[number]) for number in sorted(found)]

    def compare(self, passages: Sequence[Passage], vector: Vectors) -> Callable[[], Mapping[str, float]]:
        """See Pools. The vectors are at hand: nothing to wait for."""
        if not passages:
            return dict
        ids = tuple(passage.id for passage in passages)
        numbers = dict(self._db.execute(f"SELECT id, number FROM passages WHERE id IN ({_marks(ids)})", ids))
        near = {p.id: self._pools[p.lang].similarity(numbers[p.id], vector) for p in passages if p.id in numbers}
        cosines = {p.id: found.cosine if (found := near.get(p.id)) else 0.0 for p in passages}
        return lambda: cosines

    def rarity(self, terms: Sequence[str], lang: Lang) -> dict[str, float]:
        """See Pools."""
        return self._statistics(terms, lang).rarity(terms)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _score(ranking: Ranking, title: Sequence[str], body: Sequence[str]) -> float:
    found = Counter(body)
    for word, count in Counter(title).items():
        found[word] += TITLE_WEIGHT * count
    return ranking.score(found, len(title) + len(body))


def _totals(db: sqlite3.Connection, lang: Lang) -> tuple[int, int]:
    """Passages in the index of verified ones and their words, from FTS5's own record of averages: the number of rows,
    then the words of each column, as SQLite's integers of variable length (fts5_index.c, "averages record")."""
    row = db.execute(f"SELECT block FROM words_{lang}_data WHERE id = 1").fetchone()
    numbers, value = [], 0
    for byte in row[0] if row else b"":
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(value)
            value = 0
    return (numbers[0], sum(numbers[1:])) if numbers else (0, 0)

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
        clause, values = condition(where)
        query = " OR ".join(f'"{term}"' for term in terms)  # terms are letters and digits only
        rows = self._db.execute(
            f"SELECT passages.number, -bm25(words_{lang}, {TITLE_WEIGHT}, 1.0) AS score FROM words_{lang} "
            f"JOIN passages ON passages.number = words_{lang}.rowid "
            f"WHERE words_{lang} MATCH ? AND {clause} ORDER BY score DESC LIMIT ?",
            (query, *values, limit),
        ).fetchall()
        passages = self._passages([number for number, _ in rows])
        return [Found(passages[number], score) for number, score in rows if number in passages]

    def dense(self, vector: Vectors, lang: Lang, where: Filters, limit: int) -> list[Found]:
        """See Pools."""
        near = self._pools[lang].nearest(vector, where, limit)
        passages = self._passages([n.number for n in near])
        return [Found(passages[n.number], n.cosine, n.part) for n in near if n.number in passages]

    def _passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """Passages by their number; one search reads each once."""
        new = [number for number in numbers if number not in self._read]
        rows = self._db.execute(
            f"SELECT number, document FROM passages WHERE number IN ({', '.join('?' * len(new))})", new
        )
        self._read |= {number: Passage.model_validate_json(document) for number, document in rows}
        return self._read

    def similarity(self, passage: Passage, vector: Vectors) -> float:
        """See Pools; 0 for a passage without vectors."""
        row = self._db.execute("SELECT number FROM passages WHERE id = ?", (passage.id,)).fetchone()
        near = self._pools[passage.lang].similarity(row[0], vector) if row else None
        return near.cosine if near else 0.0

    def twins(self, pairs: Sequence[str], where: Filters) -> list[Passage]:
        """See Pools."""
        if not pairs:
            return []
        clause, values = condition(where)
        rows = self._db.execute(
            f"SELECT document FROM passages WHERE pair IN ({', '.join('?' * len(pairs))}) AND {clause} ORDER BY number",
            (*pairs, *values),
        )
        return [Passage.model_validate_json(row[0]) for row in rows]

    def rarity(self, terms: Sequence[str], lang: Lang) -> dict[str, float]:
        """See Pools: log(1 + (N - n + 0.5) / (n + 0.5)) of the N passages of the language."""
        if not terms:
            return {}
        marks = ", ".join("?" * len(terms))
        counts = dict(self._db.execute(f"SELECT term, doc FROM terms_{lang} WHERE term IN ({marks})", tuple(terms)))
        whole = max(len(self._pools[lang]), 1)
        return {t: math.log(1 + (whole - counts.get(t, 0) + 0.5) / (counts.get(t, 0) + 0.5)) for t in terms}

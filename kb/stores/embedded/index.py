"""Vectors of the embedded store in memory: one pool for each language, exact cosine search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.contract import Filters
from kb.embedders import Vectors

NO_ASSET = 0


class Near(NamedTuple):
    """A passage near to a vector: its number, the best cosine over its parts and the part that it is from."""

    number: int
    cosine: float
    part: int


class Row(NamedTuple):
    """What the pool keeps of a passage beside its vectors."""

    number: int
    status: str
    kind: str
    asset: str
    content_hash: str


class Pool:
    """Passages of one language. A changed passage gets new rows; its old ones die and are left out."""

    def __init__(self, dims: int) -> None:
        self._dims = dims
        self._size = 0
        self._matrix: Vectors = np.zeros((64, dims), np.float32)
        self._labels: NDArray[np.int64] = np.zeros((64, 5), np.int64)  # number, part, status, kind, asset
        self._alive: NDArray[np.bool_] = np.zeros(64, bool)
        self._codes: dict[str, int] = {"": NO_ASSET}
        self._rows: dict[int, tuple[str, int, int]] = {}  # number -> content hash, first row, one past the last

    def __len__(self) -> int:
        return len(self._rows)

    def _code(self, word: str) -> int:
        return self._codes.setdefault(word, len(self._codes))

    def holds(self, row: Row) -> bool:
        """True when the vectors of this content are here already."""
        return self._rows.get(row.number, ("", 0, 0))[0] == row.content_hash

    def relabel(self, row: Row) -> None:
        """The content is the same; status, kind or asset may have changed."""
        _, first, last = self._rows[row.number]
        self._labels[first:last, 2:] = (self._code(row.status), self._code(row.kind), self._code(row.asset))

    def drop(self, number: int) -> None:
        """Leave the passage out, if it is here: it now has another language."""
        if number in self._rows:
            _, first, last = self._rows.pop(number)
            self._alive[first:last] = False

    def put(self, row: Row, vectors: Vectors) -> None:
        """Take in a passage whose content is new or changed. `vectors` has shape (parts, dims)."""
        self.drop(row.number)
        first, last = self._size, self._size + len(vectors)
        self._grow(last)
        self._matrix[first:last] = vectors
        self._labels[first:last, 0] = row.number
        self._labels[first:last, 1] = np.arange(len(vectors))
        self._alive[first:last] = True
        self._size = last
        self._rows[row.number] = (row.content_hash, first, last)
        self.relabel(row)

    def _grow(self, rows: int) -> None:
        room = len(self._matrix)
        if rows <= room:
            return
        more = max(rows, 2 * room) - room
        self._matrix = np.concatenate([self._matrix, np.zeros((more, self._dims), np.float32)])
        self._labels = np.concatenate([self._labels, np.zeros((more, 5), np.int64)])
        self._alive = np.concatenate([self._alive, np.zeros(more, bool)])

    def nearest(self, vector: Vectors, where: Filters, limit: int) -> list[Near]:
        """Up to `limit` passages that pass `where`, nearest first."""
        labels = self._labels[: self._size]
        mask = self._alive[: self._size] & self._among(labels[:, 2], where.statuses)
        if where.kinds:
            mask &= self._among(labels[:, 3], where.kinds)
        if where.assets:
            mask &= self._among(labels[:, 4], ("", *where.assets))
        rows = np.flatnonzero(mask)
        if not len(rows):
            return []
        matrix = self._matrix[: self._size] if len(rows) == self._size else self._matrix[rows]
        cosines = matrix @ vector
        keep = min(len(rows), 4 * limit)  # rows, of which several may belong to one passage
        top = np.argpartition(-cosines, keep - 1)[:keep]
        found: dict[int, Near] = {}
        for i in top[np.argsort(-cosines[top], kind="stable")]:
            number, part = (int(x) for x in labels[rows[i], :2])
            found.setdefault(number, Near(number, float(cosines[i]), part))
            if len(found) == limit:
                break
        return list(found.values())

    def _among(self, column: NDArray[np.int64], words: Sequence[str]) -> NDArray[np.bool_]:
        return np.isin(column, [self._codes.get(word, -1) for word in words])

    def similarity(self, number: int, vector: Vectors) -> Near | None:
        """The passage's best part, whether or not it is among the nearest."""
        if number not in self._rows:
            return None
        _, first, last = self._rows[number]
        cosines = self._matrix[first:last] @ vector
        best = int(np.argmax(cosines))
        return Near(number, float(cosines[best]), best)

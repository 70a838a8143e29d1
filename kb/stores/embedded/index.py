"""Vectors of the embedded store in memory: one pool for each language, exact cosine search."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.contract import Filters
from kb.embedders import Vectors

NO_ASSET = 0
TIED = 5  # decimals; cosines that are the same in these differ by the way they were summed up, the older one goes first
FEW = 8  # one row in so many: from there on the rows that count are taken out first, others are computed and left out


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
    vectors: int  # a hash of their bytes: other vectors, other content


class Pool:
    """Passages of one language. A changed passage gets new rows; its old ones die and are left out."""

    def __init__(self, dims: int) -> None:
        self._dims = dims
        self._size = 0
        self._matrix: Vectors = np.zeros((64, dims), np.float32)
        self._labels: NDArray[np.int64] = np.zeros((64, 5), np.int64)  # number, part, status, kind, asset
        self.frequencies: dict[str, int] = {}  # of words, as far as they were asked for since the last change
        self.totals: tuple[int, int] | None = None  # passages in the index of words and their words, likewise
        self._alive: NDArray[np.bool_] = np.zeros(64, bool)
        self._codes: dict[str, int] = {"": NO_ASSET}
        self._rows: dict[int, tuple[int, int, int]] = {}  # number -> Row.vectors, first row, one past the last

    def __len__(self) -> int:
        return len(self._rows)

    def _code(self, word: str) -> int:
        return self._codes.setdefault(word, len(self._codes))

    def holds(self, row: Row) -> bool:
        """True when the vectors of this content are here already."""
        return row.number in self._rows and self._rows[row.number][0] == row.vectors

    def _changed(self) -> None:
        self.frequencies.clear()
        self.totals = None

    def relabel(self, row: Row) -> None:
        """The content is the same; status, kind or asset may have changed."""
        self._changed()
        _, first, last = self._rows[row.number]
        self._labels[first:last, 2:] = self._standing(row)

    def _standing(self, row: Row) -> tuple[int, int, int]:
        return self._code(row.status), self._code(row.kind), self._code(row.asset)

    def drop(self, number: int) -> None:
        """Leave the passage out, if it is here: it now has another language."""
        if number in self._rows:
            self._changed()
            _, first, last = self._rows.pop(number)
            self._alive[first:last] = False

    def put(self, rows: Sequence[Row], vectors: Vectors, parts: Sequence[int]) -> None:
        """Take in passages whose content is new or changed, each once.

        `vectors` has shape (sum of `parts`, dims): the parts of each passage, one passage after the other.
        """
        self._changed()
        for row in rows:
            self.drop(row.number)
        start, end = self._size, self._size + len(vectors)
        self._grow(end)
        self._matrix[start:end] = vectors
        self._alive[start:end] = True
        ends = list(accumulate(parts, initial=start))
        codes = [(row.number, 0, *self._standing(row)) for row in rows]
        self._labels[start:end] = np.repeat(np.array(codes, np.int64).reshape(-1, 5), parts, axis=0)
        self._labels[start:end, 1] = np.arange(start, end) - np.repeat(ends[:-1], parts)
        self._size = end
        for row, first, last in zip(rows, ends, ends[1:], strict=False):
            self._rows[row.number] = (row.vectors, first, last)

    def _grow(self, rows: int) -> None:
        room = len(self._matrix)
        if rows <= room:
            return
        more = max(rows, 2 * room)  # zeros are given memory only when something is written over them
        for name in ("_matrix", "_labels", "_alive"):
            old = getattr(self, name)
            new = np.zeros((more, *old.shape[1:]), old.dtype)
            new[: self._size] = old[: self._size]
            setattr(self, name, new)

    def nearest(self, vector: Vectors, where: Filters, limit: int, also: Sequence[int] = ()) -> list[Near]:
        """Up to `limit` passages that pass `where`, nearest first; `also` numbers the ids in `where.also`."""
        labels = self._labels[: self._size]
        counts = self._among(labels[:, 2], where.statuses)
        if also:
            counts |= np.isin(labels[:, 0], also)
        mask = self._alive[: self._size] & counts
        if where.kinds:
            mask &= self._among(labels[:, 3], where.kinds)
        if where.assets:
            mask &= self._among(labels[:, 4], ("", *where.assets))
        count = int(np.count_nonzero(mask))
        if not count:
            return []
        rows = np.flatnonzero(mask) if count * FEW < self._size else None
        if rows is not None:
            cosines = self._matrix[rows] @ vector
        else:  # taking the rows out would copy nearly everything
            cosines = self._matrix[: self._size] @ vector
            cosines[~mask] = -2.0
        keep = min(count, 4 * limit)  # rows, of which several may belong to one passage
        top = np.argpartition(cosines, -keep)[-keep:]
        found: dict[int, Near] = {}
        for i in top[np.lexsort((top, -np.round(cosines[top], TIED)))]:
            number, part = (int(x) for x in labels[i if rows is None else rows[i], :2])
            found.setdefault(number, Near(number, float(cosines[i]), part))
            if len(found) == limit:
                break
        return list(found.values())

    def _among(self, column: NDArray[np.int64], words: Sequence[str]) -> NDArray[np.bool_]:
        counts = np.zeros(len(self._codes), bool)
        counts[[self._codes[word] for word in words if word in self._codes]] = True
        return counts[column]

    def similarity(self, number: int, vector: Vectors) -> Near | None:
        """The passage's best part, whether or not it is among the nearest."""
        if number not in self._rows:
            return None
        _, first, last = self._rows[number]
        cosines = self._matrix[first:last] @ vector
        best = int(np.argmax(cosines))
        return Near(number, float(cosines[best]), best)

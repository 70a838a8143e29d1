"""Writing: changes into the log, then the passages that follow from them onto the shelf.

A crash in between leaves changes that count and passages that do not follow yet; whoever writes or reads next lets
them follow (follow()). The same way a shelf is filled for another embedding model.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import NamedTuple

from kb.contract import Change
from kb.embedders import Embedder, Vectors
from kb.passage import Passage
from kb.stores.entries import NUMBERED, OTHERS, vectors_of
from kb.stores.weaviate.lexicon import Lexicon
from kb.stores.weaviate.log import Head, Log
from kb.stores.weaviate.shelf import Placed, Shelf
from kb.stores.weaviate.turns import Turn

CHUNK = 100  # passages that are embedded between two looks at the turn
WORDS = ":words"  # the lexicon's name among those who follow the log; the others are embedding models


class Books(NamedTuple):
    """What is written: the log, and what follows it."""

    log: Log
    shelf: Shelf
    lexicon: Lexicon


def done(head: Head, model: str) -> int:
    """The number of the last change that passages under `model`, and words, follow."""
    return min(head.applied.get(model, 0), head.applied.get(WORDS, 0))


def behind(head: Head, model: str) -> bool:
    """True when there are changes after that."""
    return done(head, model) < head.number


class Draft(NamedTuple):
    """A change to be written; its number is given when it is."""

    action: str
    before: Passage | None
    after: Passage
    by: str = ""
    at: str = ""
    note: str = ""
    undoes: int | None = None


class Writer:
    """One turn at writing: what is read here cannot change before it is written."""

    def __init__(self, books: Books, embedder: Embedder, turn: Turn) -> None:
        self._log, self._shelf, self._lexicon = books
        self._embedder, self._turn = embedder, turn
        self.head = self._log.head()

    @property
    def behind(self) -> bool:
        """True when something does not follow the log to its end."""
        return behind(self.head, self._embedder.id)

    def follow(self) -> None:
        """Let passages and words follow the next page of the log; do so while `behind`."""
        for changes in self._log.after(done(self.head, self._embedder.id), self.head.number):
            self._put(changes, {}, redone=True)
            self._applied(changes[-1].number)
            return

    def write(self, drafts: Sequence[Draft], vectors: Mapping[str, Vectors], memos: Mapping[str, str]) -> list[Change]:
        """Write changes, all or none, and their passages. `vectors` by content hash, of content that is new.

        `draft.undoes` counts from the log's numbers; those of changes in `drafts` are head.number + place + 1.
        """
        first = self.head.number + 1
        changes = [
            Change(number=first + i, id=d.after.id, action=d.action, before=d.before, after=d.after, by=d.by, at=d.at,
                   note=d.note, undoes=d.undoes)
            for i, d in enumerate(drafts)
        ]  # fmt: skip
        head = self.head.model_copy(update={"memos": {**self.head.memos, **memos}})
        self.head = self._log.append(head, changes, self._turn)  # from here on it counts
        if changes:
            self._put(changes, vectors)
            self._applied(self.head.number)
        return changes

    def numbered(self, passage: Passage, taken: Container[str]) -> Passage:
        """`passage` with an id: its own if it is not `taken`, else the next number of its kind."""
        if passage.id and passage.id not in taken:
            return passage
        prefix = NUMBERED.get(passage.kind, OTHERS)
        while True:
            id = f"{prefix}-{self._count(prefix)}"
            if id not in taken and self._shelf.get(id) is None:
                return passage.model_copy(update={"id": id})

    def _count(self, prefix: str) -> int:
        """The next number of this kind of id; noted with what is written next."""
        number = self.head.counters.get(prefix, 0) + 1
        self.head = self.head.model_copy(update={"counters": {**self.head.counters, prefix: number}})
        return number

    def _applied(self, number: int) -> None:
        words = max(self.head.applied.get(WORDS, 0), number)  # another model's passages may be further
        applied = {**self.head.applied, self._embedder.id: number, WORDS: words}
        self.head = self._log.put_head(self.head.model_copy(update={"applied": applied}), self._turn)

    def _put(self, changes: Sequence[Change], vectors: Mapping[str, Vectors], redone: bool = False) -> None:
        last = {change.id: change.after for change in changes}
        added = {change.id: change.number for change in reversed(changes)}
        there = self._shelf.by_ids([c.id for c in changes if c.before or redone], vectors=True)
        placed = []
        for id, after in last.items():
            old = there.get(id)
            known = vectors.get(after.content_hash)
            if known is None and old is not None and _same_content(old.passage, after):
                known = old.vectors
            passage = after.model_copy(update={"embedding_model": self._embedder.id})
            placed.append(Placed(passage, old.added if old else added[id], known))
        whole = with_vectors(placed, self._embedder, self._turn.keep)
        if redone:  # put anew: a server that lost a vector would skip what is otherwise unchanged
            self._shelf.remove(list(there), self._turn.keep)
        self._shelf.put(whole, self._turn.keep)
        for verified in (True, False) if not redone else ():
            moved = [id for id, old in there.items() if _verified(old.passage) == verified != _verified(last[id])]
            self._shelf.remove(moved, self._turn.keep, verified)
        self._lexicon.follow(changes, self._turn.keep)


def _verified(passage: Passage) -> bool:
    return passage.status == "verified"


def _same_content(one: Passage, other: Passage) -> bool:
    return (one.title, one.text, one.lang) == (other.title, other.text, other.lang)  # codes have no vector


def with_vectors(placed: Sequence[Placed], embedder: Embedder, step: Callable[[], None]) -> list[Placed]:
    """Every passage with vectors: those that lack them are embedded, with a `step` before each chunk."""
    lacking = [p for p in placed if p.vectors is None]
    made: dict[str, Vectors] = {}
    for first in range(0, len(lacking), CHUNK):
        step()
        chunk = [p.passage for p in lacking[first : first + CHUNK]]
        made |= {p.id: v for p, v in zip(chunk, vectors_of(chunk, embedder), strict=True)}
    return [p if p.vectors is not None else p._replace(vectors=made[p.passage.id]) for p in placed]

"""The passages under one embedding model, made from the log: what is searched and listed.

A shelf can always be made again from the log; it holds nothing of its own but vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kb.contract import Filters
from kb.embedders import Vectors
from kb.passage import Passage
from kb.stores.weaviate import schema
from kb.stores.weaviate.connection import Connection
from kb.stores.weaviate.lexicon import index_words

MANY = 10_000  # what a server gives at most for one question (QUERY_MAXIMUM_RESULTS)
ASKED = 500  # ids or hashes in one question
SHOWN = ["document"]


class Placed(NamedTuple):
    """A passage on the shelf: `added` is the number of its first change, `vectors` its parts' (None: not read)."""

    passage: Passage
    added: int
    vectors: Vectors | None = None


class Shelf:
    """The shelf of one tenant and one embedding model."""

    def __init__(self, connection: Connection, model: str) -> None:
        self._connection = connection
        self.collection = connection.collection(schema.shelf(model))

    def get(self, id: str) -> Passage | None:
        """The passage with this id."""
        found = self._connection.patiently(
            lambda: self.collection.query.fetch_object_by_id(schema.uid("passage", id), return_properties=SHOWN)
        )
        return passage_of(found.properties) if found else None

    def by_ids(self, ids: Sequence[str], vectors: bool = False) -> dict[str, Placed]:
        """Passages by id, those that are there."""
        found = self._among("pid", list(dict.fromkeys(ids)), vectors)
        return {placed.passage.id: placed for placed in found}

    def by_hashes(self, hashes: Sequence[str]) -> dict[str, Passage]:
        """Passages by the hash of their content; of several with one content the first."""
        found = sorted(
            self._among("content_hash", list(dict.fromkeys(hashes)), False), key=lambda placed: -placed.added
        )
        return {placed.passage.content_hash: placed.passage for placed in found}

    def _among(self, name: str, words: Sequence[str], vectors: bool) -> list[Placed]:
        from weaviate.classes.query import Filter

        found: list[Placed] = []
        for first in range(0, len(words), ASKED):
            these = Filter.by_property(name).contains_any(list(words[first : first + ASKED]))
            page = self._connection.patiently(
                lambda these=these: self.collection.query.fetch_objects(  # type: ignore[misc]
                    filters=these, limit=MANY, include_vector=vectors, return_properties=["document", "added"]
                )
            )
            found += [_placed(o, vectors) for o in page.objects]
        return found

    def put(self, placed: Sequence[Placed], step: Callable[[], None]) -> None:
        """Write passages with their vectors over what was there; `step` is called before each batch."""
        self._connection.write(self.collection, [_object(p) for p in placed], step)

    def settle(self, id: str) -> None:
        """Have the server write what it was given to its files; `id` is any passage here.

        A batch is confirmed before the last of its vectors are in the file of their index (1.30.5 flushes it while they
        are still being added), and kill -9 would lose them. A deletion flushes, too, also one that is only rehearsed.
        """
        from weaviate.classes.query import Filter

        this = Filter.by_id().equal(schema.uid("passage", id))
        self._connection.patiently(lambda: self.collection.data.delete_many(where=this, dry_run=True))

    def remove(self, ids: Sequence[str], step: Callable[[], None]) -> None:
        """Take passages off, to put them anew: a server that lost a vector would skip what is otherwise unchanged."""
        from weaviate.classes.query import Filter

        for first in range(0, len(ids), ASKED):
            these = Filter.by_id().contains_any([schema.uid("passage", id) for id in ids[first : first + ASKED]])
            step()
            self._connection.patiently(lambda these=these: self.collection.data.delete_many(where=these))  # type: ignore[misc]

    def standing(self, where: Filters | None) -> list[Passage]:
        """Passages that pass `where` in the order of their addition; all for None."""
        placed = self._some(where) if where else None
        if placed is None:
            every = (Placed(passage_of(o.properties), added(o.properties)) for o in self._all())
            placed = [p for p in every if where is None or where.admits(p.passage)]
        return [p.passage for p in sorted(placed, key=lambda p: (p.added, p.passage.id))]

    def _some(self, where: Filters) -> list[Placed] | None:
        """The passages that pass, None when they are too many for one question."""
        found = self._connection.patiently(
            lambda: self.collection.query.fetch_objects(
                filters=condition(where), limit=MANY, return_properties=["document", "added"]
            )
        )
        return [_placed(o, False) for o in found.objects] if len(found.objects) < MANY else None

    def _all(self) -> Iterator[Any]:
        after: str | None = None
        while True:
            page = self._connection.patiently(
                lambda after=after: self.collection.query.fetch_objects(  # type: ignore[misc]
                    limit=1000, after=after, return_properties=["document", "added"]
                )
            ).objects
            yield from page
            if len(page) < 1000:
                return
            after = str(page[-1].uuid)

    def count(self) -> int:
        """How many passages there are."""
        whole = self._connection.patiently(lambda: self.collection.aggregate.over_all(total_count=True))
        return int(whole.total_count or 0)


def condition(where: Filters) -> Any:
    """`where` as a filter of the client's kind."""
    from weaviate.classes.query import Filter

    standing = Filter.by_property("status").contains_any(list(where.statuses))
    parts = [standing | Filter.by_property("pid").contains_any(list(where.also)) if where.also else standing]
    if where.kinds:
        parts.append(Filter.by_property("kind").contains_any(list(where.kinds)))
    if where.assets:
        parts.append(Filter.by_property("asset").contains_any([schema.NO_ASSET, *where.assets]))
    return Filter.all_of(parts) if len(parts) > 1 else parts[0]


def passage_of(properties: Mapping[str, Any]) -> Passage:
    """The passage in an object's properties."""
    return Passage.model_validate_json(properties["document"])


def cosines(vectors: Mapping[str, Any], lang: str, question: Vectors) -> list[float]:
    """Cosine of each part of a passage to the question, in the order of schema.PARTS; from an object's vectors."""
    import numpy as np

    rows = [vectors.get(schema.vector(part, lang)) for part in schema.PARTS]
    return [float(np.dot(np.asarray(row, np.float32), question)) for row in rows if row]


def added(properties: Mapping[str, Any]) -> int:
    """The number of the passage's first change."""
    return int(properties["added"])


def _placed(found: Any, vectors: bool) -> Placed:
    import numpy as np

    passage = passage_of(found.properties)
    rows = [found.vector.get(schema.vector(part, passage.lang)) for part in schema.PARTS] if vectors else []
    whole = bool(rows) and all(rows)
    return Placed(passage, added(found.properties), np.asarray(rows, np.float32) if whole else None)


def _object(placed: Placed) -> Any:
    from weaviate.classes.data import DataObject

    passage, vectors = placed.passage, placed.vectors
    assert vectors is not None
    return DataObject(
        uuid=schema.uid("passage", passage.id),
        properties={
            "pid": passage.id, "status": passage.status, "kind": passage.kind, "lang": passage.lang,
            "asset": passage.asset or schema.NO_ASSET, "pair": passage.pair or schema.NO_ASSET,
            "content_hash": passage.content_hash, "added": placed.added, "document": passage.model_dump_json(),
            schema.words(passage.lang): " ".join(index_words(passage)),
        },
        vector={schema.vector(part, passage.lang): row.tolist()
                for part, row in zip(schema.PARTS, vectors, strict=True)},
    )  # fmt: skip

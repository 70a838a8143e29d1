"""The passages under one embedding model, made from the log: what is searched and listed.

Verified passages lie in one collection, candidates and retired ones in another (schema.py). One that changes sides is
put where it now belongs before it is taken away from where it was. A shelf can always be made again from the log; it
holds nothing of its own but vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kb.contract import Filters
from kb.embedders import Vectors
from kb.passage import Passage, Status
from kb.stores.weaviate import schema
from kb.stores.weaviate.connection import Connection
from kb.stores.weaviate.lexicon import indexed

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
        self.verified = connection.collection(schema.verified(model))
        self.waiting = connection.collection(schema.waiting(model))

    def sides(self, where: Filters | None) -> list[tuple[Any, Any]]:
        """The collections that `where` (None: everything) concerns, each with the filter for it; None lets all pass."""
        both = ((self.verified, True), (self.waiting, False))
        if where is None:
            return [(side, None) for side, _ in both]
        wanted = {True: where.of_verified, False: where.of_others}
        return [(side, condition(where, verified)) for side, verified in both if wanted[verified]]

    def get(self, id: str) -> Passage | None:
        """The passage with this id."""
        uid = schema.uid("passage", id)
        for side in (self.verified, self.waiting, self.verified):  # it may change sides in between
            found = self._connection.patiently(
                lambda side=side: side.query.fetch_object_by_id(uid, return_properties=SHOWN)  # type: ignore[misc]
            )
            if found:
                return passage_of(found.properties)
        return None

    def by_ids(self, ids: Sequence[str], vectors: bool = False) -> dict[str, Placed]:
        """Passages by id, those that are there."""
        found = self._among("pid", list(dict.fromkeys(ids)), vectors)
        return {placed.passage.id: placed for placed in found}

    def statuses(self, ids: Sequence[str]) -> dict[str, Status]:
        """The status of each passage that there is."""
        return {id: placed.passage.status for id, placed in self.by_ids(ids).items()}

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
            for side in (self.verified, self.waiting):
                page = self._connection.patiently(
                    lambda side=side, these=these: side.query.fetch_objects(  # type: ignore[misc]
                        filters=these, limit=MANY, include_vector=vectors, return_properties=["document", "added"]
                    )
                )
                found += [_placed(o, vectors) for o in page.objects]
        return found

    def put(self, placed: Sequence[Placed], step: Callable[[], None]) -> None:
        """Write passages with their vectors over what was there; `step` is called before each batch."""
        for side, of in ((self.verified, True), (self.waiting, False)):
            there = [p for p in placed if (p.passage.status == "verified") == of]
            if there:
                self._connection.write(side, [_object(p) for p in there], step)
                self._settle(side, there[0].passage.id)

    def _settle(self, side: Any, id: str) -> None:
        """Have the server write what it was given to its files; `id` is any passage there.

        A batch is confirmed before the last of its vectors are in the file of their index (1.30.5 flushes it while they
        are still being added), and kill -9 would lose them. A deletion flushes, too, also one that is only rehearsed.
        """
        from weaviate.classes.query import Filter

        this = Filter.by_id().equal(schema.uid("passage", id))
        self._connection.patiently(lambda: side.data.delete_many(where=this, dry_run=True))

    def remove(self, ids: Sequence[str], step: Callable[[], None], verified: bool | None = None) -> None:
        """Take passages off one side of the shelf, None: off both."""
        from weaviate.classes.query import Filter

        sides = [side for side, of in ((self.verified, True), (self.waiting, False)) if verified in (None, of)]
        for first in range(0, len(ids), ASKED):
            these = Filter.by_id().contains_any([schema.uid("passage", id) for id in ids[first : first + ASKED]])
            for side in sides:
                step()
                self._connection.patiently(
                    lambda side=side, these=these: side.data.delete_many(where=these)  # type: ignore[misc]
                )

    def standing(self, where: Filters | None) -> list[Passage]:
        """Passages that pass `where` in the order of their addition; all for None."""
        placed: dict[str, Placed] = {}
        for side, passing in self.sides(where):
            some = self._some(side, passing)
            if some is None:
                every = (_placed(o, False) for o in self._all(side))
                some = [p for p in every if where is None or where.admits(p.passage)]
            placed |= {p.passage.id: p for p in some}
        return [p.passage for p in sorted(placed.values(), key=lambda p: (p.added, p.passage.id))]

    def _some(self, side: Any, passing: Any) -> list[Placed] | None:
        """The passages that pass, None when they are too many for one question."""
        found = self._connection.patiently(
            lambda: side.query.fetch_objects(filters=passing, limit=MANY, return_properties=["document", "added"])
        )
        return [_placed(o, False) for o in found.objects] if len(found.objects) < MANY else None

    def _all(self, side: Any) -> Iterator[Any]:
        after: str | None = None
        while True:
            page = self._connection.patiently(
                lambda after=after: side.query.fetch_objects(  # type: ignore[misc]
                    limit=1000, after=after, return_properties=["document", "added"]
                )
            ).objects
            yield from page
            if len(page) < 1000:
                return
            after = str(page[-1].uuid)


def condition(where: Filters, verified: bool) -> Any:
    """`where` as a filter of the client's kind, for the collection of verified passages or of the others; None: all."""
    from weaviate.classes.query import Filter

    parts = []
    if not verified or "verified" not in where.statuses:
        standing = Filter.by_property("status").contains_any(list(where.statuses))
        parts.append(standing | Filter.by_property("pid").contains_any(list(where.also)) if where.also else standing)
    if where.kinds:
        parts.append(Filter.by_property("kind").contains_any(list(where.kinds)))
    if where.assets:
        parts.append(Filter.by_property("asset").contains_any([schema.NONE, *where.assets]))
    if where.documents:
        parts.append(Filter.by_property("source").contains_any(list(where.documents)))
    return Filter.all_of(parts) if len(parts) > 1 else parts[0] if parts else None


def passage_of(properties: Mapping[str, Any]) -> Passage:
    """The passage in an object's properties."""
    return Passage.model_validate_json(properties["document"])


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
            "asset": passage.asset or schema.NONE, "pair": passage.pair or schema.NONE,
            "source": passage.document or schema.NONE, "content_hash": passage.content_hash, "added": placed.added,
            "document": passage.model_dump_json(), schema.words(passage.lang): indexed(passage),
        },
        vector={schema.vector(part, passage.lang): row.tolist()
                for part, row in zip(schema.PARTS, vectors, strict=True)},
    )  # fmt: skip

"""The log of changes: what was ever done to a passage, in the order of its numbers. It is the truth of the store.

The head says how far the log goes; writing it is the moment from which changes count. Changes that a killed writer
left above it are not there for readers, and the next writer's stand under the same UUIDs. Only who has the turn writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import Field

from kb.contract import Change
from kb.errors import KnowledgeError
from kb.passage import Frozen
from kb.stores.weaviate import schema
from kb.stores.weaviate.connection import Connection
from kb.stores.weaviate.turns import Turn

PAGE = 500  # changes read at once
MANY = 10_000  # what a server gives at most for one question (QUERY_MAXIMUM_RESULTS)


class Head(Frozen):
    """How far the log goes (`number`) and how far each embedding model's passages follow it (`applied`)."""

    version: int = schema.VERSION
    number: int = 0
    applied: Mapping[str, int] = Field(default_factory=dict)
    counters: Mapping[str, int] = Field(default_factory=dict)  # of numbered ids, by prefix
    memos: Mapping[str, str] = Field(default_factory=dict)


class Log:
    """The log of one tenant."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._state = connection.collection(schema.STATE)
        self._changes = connection.collection(schema.CHANGES)
        self._uid = schema.uid("head")

    def head(self) -> Head:
        """The head as it is now; an empty one when nothing was written yet. KnowledgeError: a newer Andon wrote it."""
        found = self._connection.patiently(lambda: self._state.query.fetch_object_by_id(self._uid))
        if found is None:
            return Head()
        head = Head.model_validate_json(str(found.properties["document"]))
        if head.version > schema.VERSION:
            raise KnowledgeError("failure_kb_newer", path=self._connection.place.url)
        if head.version < schema.VERSION:  # what followed the log lies in other collections now
            return head.model_copy(update={"version": schema.VERSION, "applied": {}})
        return head

    def put_head(self, head: Head, turn: Turn) -> Head:
        """Write the head. Needs the turn."""
        from weaviate.classes.data import DataObject

        document = DataObject(properties={"document": head.model_dump_json()}, uuid=self._uid)
        self._connection.write(self._state, [document], turn.keep)
        return head

    def append(self, head: Head, changes: Sequence[Change], turn: Turn) -> Head:
        """Write changes that are numbered from head.number + 1 on, then `head` with their last number."""
        from weaviate.classes.data import DataObject

        objects = [
            DataObject(
                properties={"passage": c.id, "number": c.number, "document": c.model_dump_json()},
                uuid=schema.uid("change", c.number),
            )
            for c in changes
        ]
        self._connection.write(self._changes, objects, turn.keep)
        last = changes[-1].number if changes else head.number
        return self.put_head(head.model_copy(update={"number": last}), turn)

    def of(self, id: str) -> list[Change]:
        """The changes of one passage, oldest first."""
        from weaviate.classes.query import Filter

        here = Filter.by_property("passage").equal(id)
        reading = self._connection.start(self.head)
        found = self._connection.patiently(lambda: self._changes.query.fetch_objects(filters=here, limit=MANY))
        last = reading.result().number
        changes = sorted((_change(o.properties) for o in found.objects), key=lambda c: c.number)
        return [c for c in changes if c.id == id and c.number <= last]

    def after(self, number: int, last: int) -> Iterator[list[Change]]:
        """The changes with numbers in (number, last], oldest first, a page at a time."""
        from weaviate.classes.query import Filter

        for first in range(number, last, PAGE):
            end = min(first + PAGE, last)
            by = Filter.by_property("number")
            within = by.greater_than(first) & by.less_or_equal(end)
            found = self._connection.patiently(
                lambda within=within: self._changes.query.fetch_objects(filters=within, limit=PAGE)  # type: ignore[misc]
            )
            yield sorted((_change(o.properties) for o in found.objects), key=lambda c: c.number)


def _change(properties: Mapping[str, object]) -> Change:
    return Change.model_validate_json(str(properties["document"]))

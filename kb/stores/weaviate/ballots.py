"""Votes on the server: one object for each (passage, by, about), so that a second vote stands in place of the first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kb.contract import Record, Vote
from kb.stores.weaviate import schema
from kb.stores.weaviate.connection import Connection
from kb.stores.weaviate.log import MANY

ASKED = 200  # passages in one question
PAGE = 1000


class Ballots:
    """The votes of one tenant."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._votes = connection.collection(schema.VOTES)

    def put(self, votes: Sequence[Vote]) -> None:
        """Write votes over those of the same person on the same matter."""
        from weaviate.classes.data import DataObject

        self._connection.write(self._votes, [
            DataObject(properties={"passage": v.passage, "document": v.model_dump_json()},
                       uuid=schema.uid("vote", v.passage, v.by, v.about))
            for v in votes
        ])  # fmt: skip

    def take_back(self, ids: Sequence[str], by: str, about: str) -> None:
        """Remove one person's votes on a matter."""
        for id in ids:
            self._connection.patiently(
                lambda id=id: self._votes.data.delete_by_id(schema.uid("vote", id, by, about))  # type: ignore[misc]
            )

    def on(self, ids: Sequence[str]) -> list[Vote]:
        """The votes on these passages, oldest first."""
        from weaviate.classes.query import Filter

        found: list[Vote] = []
        for first in range(0, len(ids), ASKED):
            these = Filter.by_property("passage").contains_any(list(ids[first : first + ASKED]))
            page = self._connection.patiently(
                lambda these=these: self._votes.query.fetch_objects(filters=these, limit=MANY)  # type: ignore[misc]
            )
            found += [Vote.model_validate_json(str(o.properties["document"])) for o in page.objects]
        return _in_order(found)

    def records(self, ids: Sequence[str]) -> dict[str, Record]:
        """How often each passage was right and wrong."""
        votes = self.on(ids)
        right, wrong = (Counter(v.passage for v in votes if v.right == said) for said in (True, False))
        return {id: Record(right=right[id], wrong=wrong[id]) for id in ids}

    def all(self) -> list[Vote]:
        """Every vote, oldest first."""
        found: list[Vote] = []
        after: str | None = None
        while True:
            page = self._connection.patiently(
                lambda after=after: self._votes.query.fetch_objects(limit=PAGE, after=after)  # type: ignore[misc]
            ).objects
            found += [Vote.model_validate_json(str(o.properties["document"])) for o in page]
            if len(page) < PAGE:
                return _in_order(found)
            after = str(page[-1].uuid)


def _in_order(votes: Sequence[Vote]) -> list[Vote]:
    return sorted(votes, key=lambda v: (v.at, v.passage, v.by, v.about))

"""Taking in another store's passages: which of them differ here, and the changes that bring them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kb.contract import Change
from kb.passage import Passage
from kb.stores.entries import now
from kb.stores.weaviate.shelf import Shelf
from kb.stores.weaviate.writer import Draft


def differing(passages: Sequence[Passage], shelf: Shelf) -> list[Passage]:
    """Those that are not here as they are."""
    there = shelf.by_ids([p.id for p in passages])
    return [p for p in passages if p.id not in there or there[p.id].passage != p]


def moved(
    passages: Sequence[Passage], changes: Mapping[str, Sequence[Change]], shelf: Shelf, number: int
) -> list[Draft]:
    """The changes to write after `number`: the history of passages that were not here, "migrate" for those that were.

    Vectors are made anew, so an embedding model is no difference between the last change and the passage.
    """
    there = shelf.by_ids([p.id for p in passages])
    copied = [change for p in passages if p.id not in there for change in changes.get(p.id, ())]
    drafts = _copies(sorted(copied, key=lambda c: c.number), number)
    last = {draft.after.id: draft.after for draft in drafts}
    for passage in passages:
        before = there[passage.id].passage if passage.id in there else last.get(passage.id)
        model = {"embedding_model": passage.embedding_model}
        if before is None or before.model_copy(update=model) != passage:
            drafts.append(Draft("migrate", before, passage, at=now()))
    return drafts


def _copies(changes: Sequence[Change], number: int) -> list[Draft]:
    """Another store's changes, under the numbers that follow `number`."""
    numbers = {change.number: number + place for place, change in enumerate(changes, 1)}
    return [
        Draft(c.action, c.before, c.after, c.by, c.at, c.note, numbers.get(c.undoes) if c.undoes is not None else None)
        for c in changes
    ]

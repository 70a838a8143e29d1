"""What newly added passages contradict of what is known, within bounds of time and number.

A long document has thousands of passages and each takes a search or more, so this looks at as many as the time allows
and says how many these were. Cases tell what happened once, so they contradict nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from pydantic import Field

from kb.contract import KnowledgeBase
from kb.growth.alike import LOOKED_AT, Alike, compare
from kb.growth.statements import pieces, statement
from kb.passage import Frozen, Passage

MOST = 20  # contradictions that are told
SECONDS = 10.0  # that the search for them may take


class Conflict(Frozen):
    """A new passage, and the known one that it contradicts."""

    id: str
    title: str
    other: Alike


class Conflicts(Frozen):
    """What was found among the first `looked_at` of `new` passages."""

    found: list[Conflict] = Field(default_factory=list)
    looked_at: int = 0
    new: int = 0


def conflicts(store: KnowledgeBase, ids: Sequence[str], *, most: int = MOST, seconds: float = SECONDS) -> Conflicts:
    """What the new passages `ids` contradict of the verified ones, each pair of sentences once.

    Each passage is looked up as a whole first; what time is left goes to its sentences with an amount, whose
    counterpart often stands in a passage about something else. What a document says against itself is left alone.
    """
    until, new = time.monotonic() + seconds, frozenset(ids)
    passages = [p for p in (store.get(id) for id in ids) if p is not None and p.kind == "manual"]
    found: dict[frozenset[str], Conflict] = {}
    looked_at = 0
    whole = [(p, f"{p.title}\n{p.text}") for p in passages]
    for number, (part, asked) in enumerate([*whole, *_sentences(passages)]):
        if len(found) >= most or time.monotonic() > until:
            break
        looked_at = min(number + 1, len(passages))
        for near in _against(store, part, asked, new):
            found.setdefault(frozenset((near.mine, near.theirs)), Conflict(id=part.id, title=part.title, other=near))
    return Conflicts(found=list(found.values())[:most], looked_at=looked_at, new=len(passages))


def _sentences(passages: Sequence[Passage]) -> Iterator[tuple[Passage, str]]:
    """The sentences that name an amount, each with its passage as it would stand with that sentence alone."""
    for passage in passages:
        said = pieces(passage.text)
        if len(said) > 1:
            yield from ((passage.model_copy(update={"text": s}), s) for s in said if statement(s).amounts)


def _against(store: KnowledgeBase, part: Passage, asked: str, new: frozenset[str]) -> list[Alike]:
    """The passages found by `asked` that contradict `part`."""
    others = [hit.passage for hit in store.search(asked, limit=LOOKED_AT)]
    others = [p for p in others if p.lang == part.lang and p.kind != "rule" and p.id != part.id]
    near = (compare(part, p) for p in others if p.id not in new or p.document != part.document)
    return [each for each in near if each is not None and each.kind == "contradiction"]

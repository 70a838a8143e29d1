"""What newly added passages contradict of what is known, within a bound of work.

A long document has thousands of passages and each takes a search or more, so this looks at as many as the bound allows
and says how many these were. The bound counts searches, no seconds: the same document gives the same report however
busy the machine is. Cases tell what happened once, so they contradict nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from pydantic import Field

from kb.contract import KnowledgeBase
from kb.growth.alike import LOOKED_AT, Alike, compare
from kb.growth.statements import pieces, statement
from kb.passage import Frozen, Passage

MOST = 20  # contradictions that are told
LOOKUPS = 200  # searches for them: some 5 s of a laptop, 20 s of a busy one with thousands of passages


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


def conflicts(store: KnowledgeBase, ids: Sequence[str], *, most: int = MOST, lookups: int = LOOKUPS) -> Conflicts:
    """What the new passages `ids` contradict of the verified ones, each pair of sentences once.

    Each passage is looked up as a whole first; what is left of the `lookups` goes to its sentences with an amount,
    whose counterpart often stands in a passage about something else. What a document says against itself is left alone.
    """
    new = frozenset(ids)
    passages = [p for p in (store.get(id) for id in ids) if p is not None and p.kind == "manual"]
    found: dict[frozenset[str], Conflict] = {}
    looked_at = 0
    whole = ((p, f"{p.title}\n{p.text}") for p in passages)
    for number, (part, asked) in enumerate(islice(chain(whole, _sentences(passages)), lookups)):
        if len(found) >= most:
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

"""What a passage's history says about its standing: who decided, and whether somebody refused it."""

from __future__ import annotations

from collections.abc import Sequence

from kb.contract import Change, KnowledgeBase
from kb.errors import KnowledgeError
from kb.passage import Passage


def get(store: KnowledgeBase, id: str) -> Passage:
    """The passage with this id; KnowledgeError when there is none."""
    passage = store.get(id)
    if passage is None:
        raise KnowledgeError("failure_kb_unknown_id", id=id)
    return passage


def standing(changes: Sequence[Change]) -> list[Change]:
    """The changes that are not taken back, oldest first."""
    undone = {change.undoes for change in changes}
    return [change for change in changes if change.action != "undo" and change.number not in undone]


def confirmed_by_crew(changes: Sequence[Change]) -> bool:
    """Is it verified because the crew agreed, and by no keeper's decision since?"""
    decisions = [change for change in standing(changes) if change.action in ("approve", "confirm")]
    return bool(decisions) and decisions[-1].action == "confirm"


def refused(changes: Sequence[Change]) -> bool:
    """Did somebody decide against it: rejected, retired, or took the crew's confirmation back?

    The crew's agreement does not turn that round; a keeper's does.
    """
    undone = {change.undoes for change in changes}
    return any(
        (change.action in ("reject", "retire", "merge") and change.number not in undone)
        or (change.action == "confirm" and change.number in undone)
        for change in changes
    )

"""Corrections and what they correct: a verified correction marks the passages that the wrong answer cited.

The mark follows the correction's standing: it comes with the approval and goes when that is taken back. An answer
that quotes a marked passage says so; the passage itself stays, because it may be right for every other question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import get_args

from kb.contract import Edit, KnowledgeBase, last_standing
from kb.errors import KnowledgeError
from kb.passage import Lang, Passage

# Tags of shipped passages that no disagreement with an answer puts in doubt: what is about safety, and how one thing
# acts on another, which people judge edge by edge in the graph.
UNTOUCHABLE = frozenset({"safety", "lockout", "causal"})
TRIES = 5  # somebody else may be writing the same passage


def disputable(store: KnowledgeBase, ids: Iterable[str]) -> list[str]:
    """Those of `ids` that a correction may speak against: known passages, but not the shipped UNTOUCHABLE ones."""
    known = (store.get(id) for id in dict.fromkeys(ids))
    return [p.id for p in known if p is not None and not (p.origin and UNTOUCHABLE & set(p.tags))]


def twins(store: KnowledgeBase, passage: Passage) -> list[Passage]:
    """The passage and its versions in other languages ("CC-012-en", "CC-012-zh" of the pair "CC-012")."""
    if not passage.pair:
        return [passage]
    others = (store.get(f"{passage.pair}-{lang}") for lang in get_args(Lang) if lang != passage.lang)
    return [passage, *(p for p in others if p is not None and p.pair == passage.pair)]


def corrects(correction: Passage, passage: Passage) -> bool:
    """Does the correction speak against this passage, in whatever language?"""
    wrong = set(correction.corrects)
    return bool(wrong & {passage.id, *(f"{passage.pair}-{lang}" for lang in get_args(Lang) if passage.pair)})


def follow(store: KnowledgeBase, correction: Passage, by: str = "") -> None:
    """Bring the marks on what `correction` corrects to its standing. Doing it again changes nothing."""
    for id in correction.corrects:
        passage = store.get(id)
        for each in twins(store, passage) if passage is not None else []:
            _mark(store, each.id, correction, by)


def _mark(store: KnowledgeBase, id: str, correction: Passage, by: str) -> None:
    wanted = correction.status == "verified"
    for left in reversed(range(TRIES)):
        passage = store.get(id)
        if passage is None or (correction.id in passage.disputed_by) == wanted:
            return
        if wanted and passage.status != "verified":
            return
        try:
            if not wanted and _take_back(store, passage, correction.id, by):
                return
            marks = [*passage.disputed_by, correction.id]
            if not wanted:
                marks = [mark for mark in passage.disputed_by if mark != correction.id]
            edit = Edit(before=passage, after=passage.model_copy(update={"disputed_by": marks}))
            store.revise([edit], action="dispute" if wanted else "settle", by=by, note=correction.id)
            return
        except KnowledgeError as error:
            if error.code != "failure_kb_changed" or not left:
                raise


def _take_back(store: KnowledgeBase, passage: Passage, mark: str, by: str) -> bool:
    """Undo the mark where it is the last change, so that the next undo of the passage is about something else."""
    change = last_standing(store.history(passage.id))
    if change is None or change.action != "dispute" or change.note != mark:
        return False
    with suppress(KnowledgeError):
        return mark not in store.undo(passage.id, by=by).disputed_by
    return False


def disputed_by(store: KnowledgeBase, correction: Passage) -> list[str]:
    """The ids that carry the mark of `correction`."""
    wrong = (passage for id in correction.corrects if (passage := store.get(id)) is not None)
    return [each.id for passage in wrong for each in twins(store, passage) if correction.id in each.disputed_by]


def in_force(store: KnowledgeBase, passage: Passage) -> list[Passage]:
    """The verified corrections that speak against `passage`."""
    marks = (store.get(id) for id in passage.disputed_by)
    return [correction for correction in marks if correction is not None and correction.status == "verified"]


def against(store: KnowledgeBase, passages: Sequence[Passage]) -> dict[str, list[Passage]]:
    """Passage id -> the verified corrections that speak against it; only those that have any."""
    found = {passage.id: in_force(store, passage) for passage in passages if passage.disputed_by}
    return {id: corrections for id, corrections in found.items() if corrections}

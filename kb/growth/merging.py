"""Merging a near-duplicate: the candidate goes, what people said for or against it counts for the other passage."""

from __future__ import annotations

from kb.contract import Edit, KnowledgeBase, last_standing
from kb.errors import KnowledgeError
from kb.growth.alike import nearly_same
from kb.growth.crew import Keepers
from kb.growth.disputes import follow
from kb.growth.standing import get
from kb.passage import Passage

QUOTE = 80  # characters of a passage in the sentence that refuses a merge


def merge(
    store: KnowledgeBase, id: str, into: str, by: str, keepers: Keepers, *, force: bool = False
) -> Passage:  # fmt: skip
    """Retire `id` and give its votes to `into`; undoing it on `id` takes both back. Gives `into`. Again is no change.

    KnowledgeError when `into` does not say what `id` says, unless `force`.
    """
    keepers.check(by)
    passage, other = get(store, id), get(store, into)
    if id == into or other.status == "retired":
        raise KnowledgeError("failure_kb_merge", id=id, into=into)
    after = passage
    if not _merged(store, passage, into):
        if passage.status == "retired":
            raise KnowledgeError("failure_kb_status", id=id, status=passage.status)
        if not force and not nearly_same(passage, other):
            quotes = {"mine": _short(passage.text), "theirs": _short(other.text)}
            raise KnowledgeError("failure_kb_merge_unlike", id=id, into=into, **quotes)
        retired = passage.model_copy(update={"status": "retired", "based_on": [*passage.based_on, into]})
        after = store.revise([Edit(before=passage, after=retired)], action="merge", by=by, note=into)[0]
    for vote in store.votes([id]):
        store.vote([into], vote.right, by=vote.by, about=_about(id, vote.about))
    follow(store, after, by)
    return other


def _merged(store: KnowledgeBase, passage: Passage, into: str) -> bool:
    """Was it joined with that one, as the last that happened to it?"""
    last = last_standing(store.history(passage.id)) if passage.status == "retired" else None
    return last is not None and (last.action, last.note) == ("merge", into)


def part(store: KnowledgeBase, id: str, into: str) -> None:
    """Take back what merging `id` gave to `into`."""
    for vote in store.votes([into]):
        if vote.about.startswith(_about(id, "")):
            store.vote([into], None, by=vote.by, about=vote.about)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTE else line[: QUOTE - 1] + "…"


def _about(id: str, about: str) -> str:
    return f"{id}: {about}"

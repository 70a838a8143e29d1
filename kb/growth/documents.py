"""A whole document at once: what of it waits, one decision on all of that, and one undo that takes it back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from kb.contract import ANY, Change, Filters, KnowledgeBase, last_standing
from kb.errors import KnowledgeError
from kb.growth.candidates import approve, decided, reject, retire, undo
from kb.growth.crew import Keepers
from kb.passage import Frozen, Passage, Status
from kb.text import content_hash

DocumentAction = Literal["approve", "reject", "retire"]
DECIDABLE: dict[DocumentAction, tuple[Status, ...]] = {
    "approve": ("candidate",), "reject": ("candidate",), "retire": ("candidate", "verified"),
}  # fmt: skip
TOGETHER = re.compile(r"document (?P<name>.+) #(?P<token>\S+)", re.DOTALL)  # of a change that was one of many
SAID = re.compile(  # as workers/knowledge/learning.py names a sentence
    r"note \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d(?: [0-9a-f]{6})?\.txt"
)
NOBODY = ("failure_kb_not_keeper", "failure_kb_no_user", "failure_kb_no_keepers")  # the same for every passage


class Together(Frozen):
    """What one decision came to: the passages that changed, those that stood so already, and why others did not."""

    document: str
    changed: list[Passage] = Field(default_factory=list)
    same: list[str] = Field(default_factory=list)
    refused: dict[str, str] = Field(default_factory=dict)  # id -> code of the sentence


def handle(document: str) -> str:
    """A short name for a document, as buttons carry it: names are as long as a file system takes."""
    return content_hash(document)[:12]


def document_named(store: KnowledgeBase, words: str) -> str:
    """The document in the store that is called so, also in another case, or has this handle; "" when there is none."""
    words = words.strip().strip("“”\"'《》")
    if not words:
        return ""
    names = dict.fromkeys(p.document for p in store.list(Filters(statuses=ANY)) if p.document)
    exact = [name for name in names if name == words] or [name for name in names if name.casefold() == words.casefold()]
    return next(iter(exact or [name for name in names if handle(name) == words]), "")


def waiting_documents(store: KnowledgeBase) -> dict[str, list[Passage]]:
    """Document -> what of it waits for a keeper, oldest first; a rule after the passages."""
    found: dict[str, list[Passage]] = {}
    for passage in store.list(Filters(statuses=("candidate",))):
        if passage.document:
            found.setdefault(passage.document, []).append(passage)
    return {name: sorted(waits, key=lambda p: p.kind == "rule") for name, waits in found.items()}


def of_document(store: KnowledgeBase, document: str, action: DocumentAction) -> list[str]:
    """The passages of a document that can be decided on so, a rule after what it was taken from."""
    found = store.list(Filters(documents=(document,), statuses=DECIDABLE[action]))
    return [p.id for p in sorted(found, key=lambda p: p.kind == "rule")]


def note_together(document: str, token: str) -> str:
    """What the history says of a decision on a whole document; `token` tells one decision from the next."""
    return f"document {document} #{token}"


def decide_on(
    store: KnowledgeBase, action: DocumentAction, document: str, by: str, keepers: Keepers, token: str
) -> Together:
    """Approve, reject or retire all of a document that can be. KnowledgeError when `by` may not, or nothing can be.

    Doing it again with the same `token` (a worker died in between) goes on where it was left, as one decision.
    """
    note = note_together(document, token)
    ids = of_document(store, document=document, action=action)
    earlier = [p for p, change in _decided(store, document) if change.note == note]
    if not ids and not earlier:
        raise KnowledgeError("failure_kb_none_of_document", document=document)
    acts = {"approve": approve, "reject": reject, "retire": retire}
    made = Together(document=document, changed=earlier)
    for id in ids:
        if decided(store, id, by, note) is not None:
            continue  # decided on so before, and taken back by somebody since
        before = store.get(id)
        try:
            after = acts[action](store, id, by, keepers, note=note)
        except KnowledgeError as error:
            if error.code in NOBODY and not made.changed:
                raise
            made.refused[id] = error.code
            continue
        if after == before:
            made.same.append(id)
        else:
            made.changed.append(after)
    return made


def last_decision(store: KnowledgeBase, document: str) -> list[str]:
    """The passages of the last decision on the whole document that nobody changed since, the last decided first."""
    lasts = [(change, said["token"]) for _, change in _decided(store, document)
             if (said := TOGETHER.fullmatch(change.note)) is not None]  # fmt: skip
    if not lasts:
        return []
    newest = max(lasts, key=lambda pair: (pair[0].at, pair[0].number))[1]
    return [c.id for c, token in sorted(lasts, key=lambda pair: -pair[0].number) if token == newest]


def _decided(store: KnowledgeBase, document: str) -> list[tuple[Passage, Change]]:
    """The passages of a document whose last change that stands was a decision on all of it, with that change."""
    found = []
    for passage in store.list(Filters(documents=(document,), statuses=ANY)):
        change = last_standing(store.history(passage.id))
        said = TOGETHER.fullmatch(change.note) if change is not None else None
        if change is not None and said is not None and said["name"] == document:
            found.append((passage, change))
    return found


def undo_on(store: KnowledgeBase, document: str, by: str, keepers: Keepers, token: str = "") -> Together:
    """Take back the last decision on a whole document. KnowledgeError when there is none, or `by` may not.

    Doing it again with the same `token` goes on where it was left and takes no earlier decision back.
    """
    note = note_together(document, token) if token else ""
    earlier, ids = _undone(store, document, note)
    if not earlier:
        ids = last_decision(store, document)
    if not ids and not earlier:
        raise KnowledgeError("failure_kb_nothing_of_document", document=document)
    made = Together(document=document, changed=[p for id in earlier if (p := decided(store, id, by, note)) is not None])
    for id in ids:
        try:
            made.changed.append(undo(store, id, by, keepers, note=note))
        except KnowledgeError as error:
            if error.code in NOBODY and not made.changed:
                raise
            made.refused[id] = error.code
    return made


def _undone(store: KnowledgeBase, document: str, note: str) -> tuple[list[str], list[str]]:
    """What of a document was undone under this note, and what of the same decision still stands."""
    done: list[str] = []
    of: set[str] = set()
    for passage in store.list(Filters(documents=(document,), statuses=ANY)) if note else ():
        changes = store.history(passage.id)
        for change in changes:
            if change.action == "undo" and change.note == note:
                done.append(passage.id)
                of |= {c.note for c in changes if c.number == change.undoes}
    return done, [p.id for p, change in _decided(store, document) if change.note in of]


def told_apart(waiting: Sequence[Passage]) -> tuple[dict[str, list[Passage]], list[Passage]]:
    """Candidates as documents of which several passages wait, and the others: one by one a long document would bury
    them. What somebody said in a sentence is no document."""
    found: dict[str, list[Passage]] = {}
    for passage in waiting:
        if passage.document and passage.kind in ("manual", "rule") and not SAID.fullmatch(passage.document):
            found.setdefault(passage.document, []).append(passage)
    whole = {name: sorted(waits, key=lambda p: p.kind == "rule") for name, waits in found.items() if len(waits) > 1}
    return whole, [p for p in waiting if p.document not in whole or p not in whole[p.document]]

"""Results as candidates: kept apart from every answer until somebody who may do so says that they are right."""

from __future__ import annotations

import json
from collections.abc import Sequence

from kb.contract import ANY, Filters, KnowledgeBase
from kb.passage import Passage
from kb.text import content_hash, lang_of
from kb.web.contract import WebHit

MOST_WAITING = 500  # candidates of kind web in all; the oldest that nobody judged make room
BY = "andon:web"  # who makes room and takes back in: no person
PUBLISHED = "published:"  # a tag's beginning: the day that the engine gave
SHOWN, MOST_SHOWN = "web shown", 100  # a memo, and the last questions of which it keeps what the web answered


def keep(
    store: KnowledgeBase, hits: Sequence[WebHit], engine: str, most_waiting: int = MOST_WAITING
) -> list[Passage | None]:
    """The passage of each hit, stored as a candidate unless it is known; None where somebody refused this page.

    The same words, or the same page, are not stored twice. What only made room is taken in again.
    """
    earlier = store.list(Filters(statuses=ANY, kinds=("web",)))
    pages = {hit.url for hit in hits}
    retired = [p for p in earlier if p.status == "retired" and p.source in pages]
    refused = {p.source for p in retired if not _made_room(store, p)}
    wanted = [hit for hit in hits if hit.url not in refused]
    added = store.add([_passage(hit, engine) for hit in wanted], by=f"web:{engine}")
    passages = {(p.title, p.text): p for p in [*added.known, *added.stored]}
    kept: list[Passage | None] = []
    for hit in hits:
        passage = passages.get((hit.title, hit.text or hit.title)) if hit.url not in refused else None
        if passage is not None and passage.status == "retired":
            passage = _back_in(store, passage)
        kept.append(passage)
    _make_room(store, most_waiting, {p.id for p in kept if p is not None})
    return kept


def note_shown(store: KnowledgeBase, question: str, ids: Sequence[str]) -> None:
    """Note that `question` was answered with these results, so that a word on the answer finds them."""
    shown, key = _shown(store), _key(question)
    if shown.get(key) == [*ids]:
        return
    shown.pop(key, None)
    kept = dict([*shown.items(), (key, [*ids])][-MOST_SHOWN:])
    store.revise([], action="document", by=BY, memo=(SHOWN, json.dumps(kept)))


def shown_for(store: KnowledgeBase, question: str) -> list[Passage]:
    """The results that answered `question` last, without those that somebody refused or that made room since."""
    found = map(store.get, _shown(store).get(_key(question), []))
    return [passage for passage in found if passage is not None and passage.status != "retired"]


def _shown(store: KnowledgeBase) -> dict[str, list[str]]:
    shown: dict[str, list[str]] = json.loads(store.memo(SHOWN) or "{}")
    return shown


def _key(question: str) -> str:
    return content_hash(question.casefold())[:16]


def _passage(hit: WebHit, engine: str) -> Passage:
    return Passage(
        id="", title=hit.title, text=hit.text or hit.title, source=hit.url, lang=lang_of(f"{hit.title} {hit.text}"),
        kind="web", status="candidate", author=f"web:{engine}", tags=[f"{PUBLISHED}{hit.date}"] if hit.date else [],
    )  # fmt: skip


def _made_room(store: KnowledgeBase, passage: Passage) -> bool:
    """Was it retired to make room, not by somebody?"""
    changes = store.history(passage.id)
    return bool(changes) and changes[-1].by == BY


def _back_in(store: KnowledgeBase, passage: Passage) -> Passage | None:
    """A candidate again when it had only made room; the same words from a page that was refused stay out."""
    if not _made_room(store, passage):
        return None
    return store.set_status(passage.id, "candidate", by=BY, action="reopen", expected=("retired", "candidate"))


def _make_room(store: KnowledgeBase, most: int, used: set[str]) -> None:
    """Retire the oldest candidates that nobody judged, beyond `most`."""
    waiting = store.list(Filters(statuses=("candidate",), kinds=("web",)))
    if len(waiting) <= most:
        return
    records = store.records([p.id for p in waiting])
    open_ = [p for p in waiting if p.id not in used and not (records[p.id].right or records[p.id].wrong)]
    for passage in open_[: len(waiting) - most]:
        store.set_status(passage.id, "retired", by=BY, action="retire", note=f"more than {most} web candidates",
                         expected=("candidate",))  # fmt: skip

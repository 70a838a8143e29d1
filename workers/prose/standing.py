"""How the knowledge behind an answer stands: its track record, and the corrections that speak against it."""

from __future__ import annotations

from collections.abc import Sequence

from kb import growth
from kb.contract import KnowledgeBase
from workers.contracts import Evidence
from workers.wording import say


def with_standing(evidence: Sequence[Evidence], store: KnowledgeBase) -> list[Evidence]:
    """The evidence with its track record and the verified corrections that speak against it."""
    ids = [e.id for e in evidence]
    records = growth.track_records(store, ids)
    passages = [passage for id in ids if (passage := store.get(id)) is not None]
    against = growth.against(store, passages)
    return [
        e.model_copy(update={
            "right": records[e.id].right, "wrong": records[e.id].wrong,
            "disputed_by": [correction.id for correction in against.get(e.id, [])],
        })
        for e in evidence
    ]  # fmt: skip


def record(right: int, wrong: int, lang: str) -> str:
    """ "; right 7 of 9 times", "" when nobody has said anything yet."""
    return say("ask_record", lang, right=right, count=right + wrong) if right + wrong else ""


def disputes(evidence: Evidence, store: KnowledgeBase, lang: str) -> list[str]:
    """A sentence for each correction that speaks against the passage: for which question, and its id."""
    corrections = (store.get(id) for id in evidence.disputed_by)
    return [
        say("ask_disputed", lang, passage=evidence.id, question=c.title, id=c.id) for c in corrections if c is not None
    ]


def disputed(evidence: Sequence[Evidence], lang: str) -> list[tuple[str, str]]:
    """(id, sentence) for each passage behind a diagnosis that verified corrections speak against."""
    return [
        (e.id, say("answer_disputed", lang, passage=e.id, ids=", ".join(e.disputed_by)))
        for e in evidence if e.disputed_by
    ]  # fmt: skip

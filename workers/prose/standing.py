"""How the knowledge behind an answer stands: its track record, and the corrections and documents that speak against
it."""

from __future__ import annotations

from collections.abc import Sequence

from kb import growth
from kb.contract import KnowledgeBase
from workers.contracts import Evidence, Otherwise
from workers.wording import say

MOST_COMPARED = 3  # passages, first cited first, for which other documents are looked through: each takes a search


def with_standing(evidence: Sequence[Evidence], store: KnowledgeBase) -> list[Evidence]:
    """The evidence with its track record, the verified corrections and the other documents that speak against it."""
    ids = [e.id for e in evidence]
    records = growth.track_records(store, ids)
    passages = [passage for id in ids if (passage := store.get(id)) is not None]
    against = growth.against(store, passages)
    quotes = {e.id: e.quote for e in evidence}
    contrary = {p.id: growth.otherwise(store, p, quotes[p.id]) for p in passages[:MOST_COMPARED]}
    return [
        e.model_copy(update={
            "right": records[e.id].right, "wrong": records[e.id].wrong,
            "disputed_by": [correction.id for correction in against.get(e.id, [])],
            "contradicted_by": [
                Otherwise(id=c.id, title=c.title, source=c.source, quoted=c.mine, says=c.theirs)
                for c in contrary.get(e.id, []) if c.id not in ids or ids.index(c.id) > ids.index(e.id)
            ],
        })
        for e in evidence
    ]  # fmt: skip


def record(right: int, wrong: int, lang: str) -> str:
    """ "; right 7 of 9 times", "" when nobody has said anything yet."""
    return say("ask_record", lang, right=right, count=right + wrong) if right + wrong else ""


def disputes(evidence: Evidence, store: KnowledgeBase, lang: str) -> list[str]:
    """A sentence for each correction that speaks against the passage, for which question and its id; and for each other
    document that says otherwise."""
    corrections = (store.get(id) for id in evidence.disputed_by)
    said = (say("ask_disputed", lang, passage=evidence.id, question=c.title, id=c.id) for c in corrections if c)
    return [*said, *contradictions(evidence, lang)]


def contradictions(evidence: Evidence, lang: str) -> list[str]:
    """A sentence for each document that says otherwise than the quote, with its words."""
    return [
        say("answer_contradicted", lang, passage=evidence.id, id=c.id, source=c.source or c.title, says=c.says)
        for c in evidence.contradicted_by
    ]  # fmt: skip


def disputed(evidence: Sequence[Evidence], lang: str) -> list[tuple[str, str]]:
    """(id, sentence) for each passage behind an answer that verified corrections or other documents speak against."""
    corrected = [
        (e.id, say("answer_disputed", lang, passage=e.id, ids=", ".join(e.disputed_by)))
        for e in evidence if e.disputed_by
    ]  # fmt: skip
    return corrected + [(e.id, sentence) for e in evidence for sentence in contradictions(e, lang)]

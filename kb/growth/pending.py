"""What waits for a keeper and would answer a question: known to be there, and quoted nowhere before it is approved."""

from __future__ import annotations

from kb.contract import KnowledgeBase
from kb.growth.answers import LOOKED_AT, quoted
from kb.passage import Passage


def would_answer(store: KnowledgeBase, question: str, threshold: float) -> list[Passage]:
    """The candidates that an answer to `question` would quote if they were verified, best first."""
    if not any(status == "candidate" and count for (status, _), count in store.counts().items()):
        return []
    hits = store.search(question, limit=LOOKED_AT, statuses=("verified", "candidate"))
    return [hit.passage for hit in quoted(hits, threshold, question) if hit.passage.status == "candidate"]

"""Learning that was broken off and is done again: what the run took before counts as taken by it, not as known."""

from __future__ import annotations

from datetime import UTC, datetime

from kb.contract import KnowledgeBase
from kb.ingest import Report, Taken
from kb.passage import Passage


def recounted(report: Report, knowledge: KnowledgeBase, began: datetime, by: str) -> Report:
    """The report of a run that first began at `began`, told as if it had gone through at once."""
    since = began.astimezone(UTC).isoformat(timespec="seconds")  # as passages carry their time (kb/stores/entries.py)
    ours = [passage for passage in knowledge.list() if passage.created >= since and passage.author == by]
    return report.model_copy(update={"taken": [_with_ours(taken, ours) for taken in report.taken]})


def _with_ours(taken: Taken, ours: list[Passage]) -> Taken:
    of_it = [p for p in ours if p.document == taken.file or p.document.startswith(f"{taken.file}/")]
    stored = list(dict.fromkeys([*(p.id for p in of_it if p.kind != "rule"), *taken.stored]))
    rules = list(dict.fromkeys([*(p.id for p in of_it if p.kind == "rule"), *taken.rules]))
    before = len(stored) - len(taken.stored)
    if not before:
        return taken
    waiting = max(0, taken.waiting - sum(p.status == "candidate" for p in of_it if p.id not in taken.stored))
    known = max(0, taken.known - before)
    return taken.model_copy(
        update={"stored": stored, "rules": rules, "known": known, "waiting": waiting, "unchanged": False}
    )

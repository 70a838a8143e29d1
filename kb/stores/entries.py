"""What every store does with a passage before it keeps it: clean it, name it, date it, make its vectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise

from kb.contract import Filters, Hits
from kb.embedders import Embedder, Vectors
from kb.embedders.parts import parts_of
from kb.passage import Hit, Passage, Status
from kb.search.hits import CORRECTION
from kb.text import clean, content_hash

ACTIONS: dict[Status, str] = {"verified": "approve", "retired": "retire", "candidate": "reopen"}
NUMBERED = {"feedback": "FB", "case": "CASE", "web": "WEB"}  # kinds whose passages answer a question: their prefix
OTHERS = "K"  # prefix of a numbered passage of another kind
REMEMBERED = 4096  # passages that were read: questions of a plant find the same ones again and again


def now() -> str:
    """The time as passages and changes carry it: ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def prepared(passage: Passage, model: str, by: str = "") -> Passage:
    """`passage` as it is stored: text cleaned, hash, embedding model, author and date filled in."""
    # an answer belongs to its question; the same words from another document are the same knowledge
    heading = passage.title if passage.kind in NUMBERED or passage.origin else ""
    title, text = clean(passage.title), clean(passage.text)
    return passage.model_copy(update={
        "title": title, "text": text, "content_hash": content_hash(heading, text, passage.lang),
        "embedding_model": model, "author": passage.author or by, "created": passage.created or now(),
    })  # fmt: skip


def differs(one: Passage, other: Passage) -> bool:
    """Are vectors and words of the two not the same? A better title changes them, though the content is the same."""
    return one.lang != other.lang or one.codes != other.codes or parts_of(one) != parts_of(other)


@lru_cache(REMEMBERED)
def parsed(document: str) -> Passage:
    """The passage that was stored as this JSON."""
    return Passage.model_validate_json(document)


def vectors_of(passages: Sequence[Passage], embedder: Embedder) -> Sequence[Vectors]:
    """The vectors of each passage's parts, shape (parts, dims)."""
    texts = [parts_of(passage) for passage in passages]
    rows = embedder.encode([part for parts in texts for part in parts])
    ends = [0]
    for parts in texts:
        ends.append(ends[-1] + len(parts))
    return [rows[a:b] for a, b in pairwise(ends)]


def borne(
    find: Callable[[int], Hits], limit: int, where: Filters, statuses: Callable[[Sequence[str]], Mapping[str, Status]],
    get: Callable[[str], Passage | None],
) -> Hits:  # fmt: skip
    """The first `limit` hits of `find(how many)` without verified rules of which no source counts any more, and with
    passages in the place of the questions that lead to them.

    `statuses` gives the status of each id that there is, `get` a passage.
    """
    more = 0
    while True:
        hits = find(limit + more)
        fallen = _fallen(hits, where, statuses)
        kept = _led([hit for hit in hits if hit.passage.id not in fallen], where, get)
        if len(kept) >= limit or len(hits) < limit + more:
            return kept[:limit]
        more = len(hits) - len(kept)


def _led(hits: Hits, where: Filters, get: Callable[[str], Passage | None]) -> Hits:
    """Each case that leads to another passage (Passage.answered_by) replaced by that one, where it is the very question
    that was asked and the passage passes `where`; else it is no answer and left out. Where kinds are named, or only
    what is not verified, it was looked for itself."""
    if where.kinds or not where.of_verified:
        return hits
    kept: dict[str, Hit] = {}
    for hit in hits:
        if hit.passage.answered_by:
            passage = get(hit.passage.answered_by) if hit.score > CORRECTION else None
            if passage is None or not where.admits(passage):
                continue
            twins = (other.passage for other in hits if passage.pair and other.passage.pair == passage.pair)
            shown = next(twins, passage)
            sure = max((other.confidence for other in hits if other.passage.id == shown.id), default=0.0)
            hit = hit.model_copy(update={"passage": shown, "confidence": max(hit.confidence, sure)})
        kept.setdefault(hit.passage.id, hit)
    return list(kept.values())


def _fallen(hits: Hits, where: Filters, statuses: Callable[[Sequence[str]], Mapping[str, Status]]) -> set[str]:
    """Verified rules whose sources are all retired, candidates or gone."""
    rules = [h.passage for h in hits if h.passage.kind == "rule" and h.passage.based_on]
    rules = [rule for rule in rules if rule.status == "verified"]
    if not rules:
        return set()
    known = statuses(list(dict.fromkeys(id for rule in rules for id in rule.based_on)))
    counting = {id for id, status in known.items() if status in ("verified", *where.statuses) or id in where.also}
    return {rule.id for rule in rules if counting.isdisjoint(rule.based_on)}

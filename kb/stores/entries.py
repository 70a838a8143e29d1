"""What every store does with a passage before it keeps it: clean it, name it, date it, make its vectors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from kb.embedders import Embedder, Vectors
from kb.embedders.parts import parts_of
from kb.passage import Passage, Status
from kb.text import clean, content_hash

ACTIONS: dict[Status, str] = {"verified": "approve", "retired": "retire", "candidate": "reopen"}
NUMBERED = {"feedback": "FB", "case": "CASE", "web": "WEB"}  # kinds whose passages answer a question: their prefix
OTHERS = "K"  # prefix of a numbered passage of another kind


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


def vectors_of(passages: Sequence[Passage], embedder: Embedder) -> Sequence[Vectors]:
    """The vectors of each passage's parts, shape (parts, dims)."""
    texts = [parts_of(passage) for passage in passages]
    rows = embedder.encode([part for parts in texts for part in parts])
    ends = [0]
    for parts in texts:
        ends.append(ends[-1] + len(parts))
    return [rows[a:b] for a, b in pairwise(ends)]

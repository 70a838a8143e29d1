"""Reranking: a model that reads question and passage together puts the first hits into a new order. Off by default.

What it says changes the order among the first hits, never the confidence: that is fitted for the embedding model. An
answer to the very question or code stays first. When the model does not answer in time, the order stays as it was.
"""

from __future__ import annotations

import json
import logging
import math
import urllib.request
from collections.abc import Callable, Sequence
from http.client import HTTPException
from typing import Protocol, TypeVar

from kb.noredirect import NoRedirect
from kb.passage import Passage

LOG = logging.getLogger(__name__)
FIRST = 20  # hits that are put into a new order
SECONDS = 3.0  # that a question waits
MOST_BYTES = 1_000_000
MAX_CHARS = 4000  # of a passage
T = TypeVar("T")


class Reranker(Protocol):
    """Scores passages for a question."""

    def scores(self, question: str, passages: Sequence[Passage]) -> list[float]:
        """One score for each passage, higher is better; OSError or ValueError when there are none."""
        ...


class RerankEndpoint:
    """A reranking model at POST {url}: the API that Jina, Cohere, vLLM, llama.cpp and Infinity have in common."""

    def __init__(self, url: str, model: str, key: str | None = None, seconds: float = SECONDS) -> None:
        """`url` is the whole address, such as https://host/v1/rerank."""
        self._url, self._model, self._key, self._seconds = url, model, key, seconds

    def scores(self, question: str, passages: Sequence[Passage]) -> list[float]:
        """See Reranker."""
        documents = [f"{p.title}\n{p.text}"[:MAX_CHARS] for p in passages]
        body = {"model": self._model, "query": question, "documents": documents, "top_n": len(documents)}
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        request = urllib.request.Request(self._url, json.dumps(body).encode(), headers)
        if request.type not in ("http", "https"):
            raise ValueError("only http and https")
        with urllib.request.build_opener(NoRedirect).open(request, timeout=self._seconds) as response:
            told = json.loads(response.read(MOST_BYTES))
        try:
            found = {row["index"]: float(row["relevance_score"]) for row in told["results"]}
            scores = [found[place] for place in range(len(documents))]
        except (KeyError, TypeError) as error:
            raise ValueError("not an answer of a reranking model") from error
        if not all(map(math.isfinite, scores)):
            raise ValueError("a score is no number")
        return scores


_used: Reranker | None = None


def use(reranker: Reranker | None) -> None:
    """From now on searches of this process ask `reranker`; None: nobody."""
    global _used
    _used = reranker


def reranked(question: str, ordered: Sequence[T], passage_of: Callable[[T], Passage], fixed: int) -> list[T]:
    """`ordered` with the first ones after the first `fixed` in the reranker's order; as it is when there is none."""
    some = list(ordered[fixed:FIRST])
    if _used is None or len(some) < 2:
        return list(ordered)
    try:
        scores = _used.scores(question, [passage_of(one) for one in some])
    except (OSError, ValueError, HTTPException) as error:  # also time-outs, refusals, answers that are no JSON
        LOG.warning("the reranking model did not answer (%s); the order stays as it was", type(error).__name__)
        return list(ordered)
    new = sorted(range(len(some)), key=lambda place: -scores[place])
    return [*ordered[:fixed], *(some[place] for place in new), *ordered[max(fixed, FIRST) :]]

"""An embedding model behind an OpenAI-compatible endpoint: POST {base_url}/embeddings."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from kb.embedders.contract import MAX_CHARS, Vectors
from kb.errors import KnowledgeError

BATCH = 64  # texts in one request
SECONDS = 30.0  # for one request
TRIES = 4  # of one request, when the server is busy or the line breaks
PAUSE = 0.5  # seconds before the second try; doubled each time
LONGEST_PAUSE = 20.0  # seconds, also when the server asks for more
PROBE = "level"  # a text by which the number of dimensions is learnt


class Endpoint:
    """Embedder on a server. Rows are brought to length 1. Making one asks the server for the size of its vectors.

    The id holds model and dimensions, so vectors of another model or size are never taken for these. Every failure is
    a KnowledgeError in words: failure_kb_embedding_url (no address), _extra (package openai missing), _refused (the
    server says no: key, model), _down (no answer after all tries), _answer (an answer that is no embedding).
    """

    def __init__(
        self, model: str, base_url: str | None, api_key: str | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        if not base_url:
            raise KnowledgeError("failure_kb_embedding_url", model=model)
        self.model, self._url, self._key, self._sleep = model, base_url, api_key, sleep
        self.dims = int(self._request([PROBE]).shape[1])  # told by the first answer
        self.id = f"{model}@{self.dims}"

    @cached_property
    def _client(self) -> Any:
        try:
            from openai import OpenAI  # loaded on use, and only where an endpoint is configured
        except ImportError as error:
            raise KnowledgeError("failure_kb_embedding_extra", model=self.model) from error
        return OpenAI(base_url=self._url, api_key=self._key or "-", timeout=SECONDS, max_retries=0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Embedder. An empty text is encoded as a space."""
        if not texts:
            return np.zeros((0, self.dims), np.float32)
        cut = [text[:MAX_CHARS] if text.strip() else " " for text in texts]
        rows = [self._request(cut[first : first + BATCH]) for first in range(0, len(cut), BATCH)]
        if any(part.shape[1] != self.dims for part in rows):
            raise self._wrong("vectors of several sizes")
        return np.concatenate(rows)

    def _request(self, texts: list[str]) -> Vectors:
        """One request, tried again while the server is busy or not there."""
        import openai

        pause = PAUSE
        for attempt in range(TRIES):
            try:
                answer = self._client.embeddings.create(model=self.model, input=texts, encoding_format="float")
                return self._rows(answer, len(texts))
            except openai.APIStatusError as error:
                if error.status_code not in (408, 409, 429) and error.status_code < 500:
                    raise KnowledgeError(
                        "failure_kb_embedding_refused", model=self.model, url=self._url, status=error.status_code
                    ) from error
                why, wait = f"HTTP {error.status_code}", _asked_pause(error.response.headers.get("retry-after"))
            except openai.APIConnectionError as error:  # also time-outs and answers that break off
                why, wait = type(error).__name__, 0.0
            except (openai.APIResponseValidationError, ValueError) as error:  # not JSON
                raise self._wrong(type(error).__name__) from error
            if attempt + 1 < TRIES:
                self._sleep(min(max(pause, wait), LONGEST_PAUSE))
                pause *= 2
        raise KnowledgeError("failure_kb_embedding_down", model=self.model, url=self._url, why=why)

    def _rows(self, answer: Any, count: int) -> Vectors:
        """The vectors of an answer in the order of the texts, checked and brought to length 1."""
        data = getattr(answer, "data", None) or []
        if len(data) != count:
            raise self._wrong(f"{len(data)} vectors for {count} texts")
        if sorted(entry.index for entry in data) != list(range(count)):
            raise self._wrong("vectors without their places")
        vectors = [_numbers(entry.embedding) for entry in sorted(data, key=lambda entry: entry.index)]
        if len({vector.shape for vector in vectors}) != 1 or vectors[0].ndim != 1 or not vectors[0].size:
            raise self._wrong("vectors of several sizes")
        rows = np.asarray(vectors, np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.isfinite(rows).all() or not lengths.all():
            raise self._wrong("NaN or zero vectors")
        return np.asarray(rows / lengths, np.float32)

    def _wrong(self, why: str) -> KnowledgeError:
        return KnowledgeError("failure_kb_embedding_answer", model=self.model, url=self._url, why=why)


def _numbers(embedding: Any) -> Any:
    """A vector as numbers; some servers send base64 of float32 whatever was asked for."""
    if isinstance(embedding, str):
        return np.frombuffer(base64.b64decode(embedding), np.float32)
    return np.asarray(embedding, np.float32)


def _asked_pause(header: str | None) -> float:
    """Seconds that a busy server asks to wait; 0 when it does not say so as a number."""
    try:
        return max(float(header or 0.0), 0.0)
    except ValueError:
        return 0.0

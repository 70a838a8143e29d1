"""What an embedder is: text to unit vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

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

"""Stores to test: every store passes the same contract suite. The real embedder is loaded once."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

import kb
from kb.embedders import Usem3
from kb.packs import Pack

SMALL_PACK = Path(__file__).parent / "fixtures/small_pack"


class WordEmbedder:
    """Bags of words, each word a fixed random direction: quick, and alike texts are near."""

    id = "words"
    dims = 64

    def encode(self, texts):
        rows = np.zeros((len(texts), self.dims), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
                row += np.random.default_rng(seed).normal(size=self.dims)
            row /= np.linalg.norm(row) or 1.0
        return rows


@pytest.fixture(scope="session")
def usem3():
    return Usem3()


@pytest.fixture(scope="session")
def small_pack():
    return Pack(SMALL_PACK)


@pytest.fixture(params=["file", "memory"])
def store(request, tmp_path):
    """An empty store of each kind."""
    where = ":memory:" if request.param == "memory" else tmp_path / "knowledge.sqlite"
    opened = kb.open_store(where, WordEmbedder(), packs=())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def known(usem3, small_pack):
    """The small pack under the real embedder; read-only."""
    opened = kb.open_store(":memory:", usem3, packs=[small_pack])
    yield opened
    opened.close()

"""Stores to test: every store passes the same contract suite. The real embedder is loaded once."""

import hashlib
import itertools
import os
import uuid
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

import kb
from kb.embedders import Usem3
from kb.packs import Pack
from kb.stores.weaviate.place import Place
from tests.services import weaviate_server

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


class Weaviate:
    """A running Weaviate server: places on it, each test in a tenant of its own."""

    def __init__(self, url, grpc_port, api_key=None):
        self.url, self.grpc_port, self.api_key = url, grpc_port, api_key
        self._mark, self._count = uuid.uuid4().hex[:8], itertools.count()

    def place(self, **more):
        """An empty place; `more` are fields of Place."""
        fields = {"url": self.url, "grpc_port": self.grpc_port, "api_key": self.api_key, "turn": 3.0,
                  "tenant": f"test-{self._mark}-{next(self._count)}"}  # fmt: skip
        return Place(**fields | more)

    def forget(self):
        """Remove the tenants that tests made on a server that is not ours."""
        from kb.stores.weaviate.connection import Connection

        connection = Connection(self.place())
        for name in connection.names():
            tenants = connection.whole(name).tenants
            mine = [tenant for tenant in tenants.get() if tenant.startswith(f"test-{self._mark}-")]
            if mine:
                tenants.remove(mine)
        connection.close()


@pytest.fixture(scope="session")
def weaviate(tmp_path_factory):
    """A Weaviate server: the one at TEST_WEAVIATE_URL, else one that is started here."""
    with ExitStack() as stack:
        if url := os.environ.get("TEST_WEAVIATE_URL"):
            given = Weaviate(
                url, int(os.environ.get("WEAVIATE_GRPC_PORT", "50051")), os.environ.get("WEAVIATE_API_KEY")
            )
            stack.callback(given.forget)
            yield given
        else:
            server = stack.enter_context(weaviate_server(tmp_path_factory.mktemp("weaviate")))
            yield Weaviate(server.url, server.grpc_port)


@pytest.fixture(params=["file", "memory", "weaviate"])
def store(request, tmp_path):
    """An empty store of each kind."""
    where = {
        "file": lambda: tmp_path / "knowledge.sqlite", "memory": lambda: ":memory:",
        "weaviate": lambda: request.getfixturevalue("weaviate").place(),
    }[request.param]()  # fmt: skip
    opened = kb.open_store(where, WordEmbedder(), packs=())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def known(usem3, small_pack):
    """The small pack under the real embedder; read-only."""
    opened = kb.open_store(":memory:", usem3, packs=[small_pack])
    yield opened
    opened.close()

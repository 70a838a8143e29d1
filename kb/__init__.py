"""The memory: passages, two stores (embedded, Weaviate), embeddings, hybrid search and the shipped packs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.contract import KnowledgeBase
    from kb.embedders import Embedder
    from kb.packs import Pack
    from kb.stores.weaviate.place import Place

FILE = "knowledge.sqlite"
PACKS = ("continuous_casting",)


def open_store(
    where: str | Path | Place, embedder: Embedder | None = None, packs: Sequence[str | Path | Pack] = PACKS
) -> KnowledgeBase:
    """Open the knowledge base at `where`: a folder (holds knowledge.sqlite), a .sqlite file, ":memory:", or a Place
    on a Weaviate server (kb/stores/weaviate/place.py).

    The shipped packs are loaded at first use and again when their content has changed. Nothing heavy is imported
    before; the embedder loads its weights at the first text. KnowledgeError: the file cannot be opened, or the server
    does not answer.
    """
    from kb.opening import open_at

    return open_at(where, embedder, packs, FILE)

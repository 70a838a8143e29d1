"""From a place to an open knowledge base with the shipped packs in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kb.contract import KnowledgeBase
from kb.embedders import Embedder, default_embedder
from kb.errors import KnowledgeError
from kb.packs import Pack, load
from kb.packs.sync import sync
from kb.search import asked
from kb.stores.weaviate.place import Place


def open_at(
    where: str | Path | Place, embedder: Embedder | None, packs: Sequence[str | Path | Pack], file: str
) -> KnowledgeBase:
    """See kb.open_store; `file` is the name of an embedded store in its folder."""
    store = _store(where, embedder or default_embedder(), file)
    for pack in packs:
        shipped = pack if isinstance(pack, Pack) else load(pack)
        sync(store, shipped)
        asked.know(shipped.passages)
    return store


def _store(where: str | Path | Place, embedder: Embedder, file: str) -> KnowledgeBase:
    if isinstance(where, Place):
        from kb.stores.weaviate.store import WeaviateStore

        return WeaviateStore(where, embedder)
    from kb.stores.embedded.store import EmbeddedStore

    return EmbeddedStore(_file(where, file), embedder)


def _file(where: str | Path, file: str) -> Path | None:
    if where == ":memory:":
        return None
    if "://" in str(where):
        raise KnowledgeError("failure_kb_place", place=where)
    path = Path(where)
    return path if path.suffix in (".sqlite", ".db") else path / file

"""The one place where the knowledge base of an installation is opened, as the settings say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import kb
from kb.contract import KnowledgeBase
from kb.packs import Pack
from kb.stores.weaviate.place import Place
from workers.settings import Settings


def open_knowledge(settings: Settings, packs: Sequence[str | Pack] = kb.PACKS) -> KnowledgeBase:
    """The configured store with the shipped packs in it: Weaviate when WEAVIATE_URL is set, else the file."""
    return kb.open_store(weaviate_place(settings) if settings.weaviate_url else embedded_place(settings), packs=packs)


def embedded_place(settings: Settings) -> Path:
    """The file of the embedded store."""
    return settings.data_dir / kb.FILE


def weaviate_place(settings: Settings) -> Place:
    """The tenant on the Weaviate server that the settings name."""
    return Place(
        url=(settings.weaviate_url or "").rstrip("/"),
        api_key=settings.weaviate_api_key,
        grpc_port=settings.weaviate_grpc_port,
        tenant=settings.weaviate_tenant,
        replication=settings.weaviate_replication,
        consistency=settings.weaviate_consistency,
        authorities=settings.ssl_cert_file,
    )

"""The one place where the knowledge base of an installation is opened, as the settings say, and who keeps it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import kb
from kb import growth
from kb.contract import KnowledgeBase
from kb.embedders import Embedder
from kb.embedders.choice import embedder_for
from kb.packs import General, Pack, load
from kb.search import asked, confidence, glossary, reranking
from kb.stores.weaviate.place import Place
from workers.settings import Settings


def shipped(settings: Settings) -> list[Pack]:
    """The shipped packs, whole or, with ANDON_PACKS=none, what of them holds for any plant."""
    packs = [load(name) for name in kb.PACKS]
    return packs if settings.packs != "none" else [General(pack) for pack in packs]


def open_knowledge(settings: Settings, packs: Sequence[str | Pack] | None = None) -> KnowledgeBase:
    """The configured store with `packs` (None: the shipped ones) in it: Weaviate when WEAVIATE_URL is set, else the
    file.

    The plant's own words and calibrations in the data folder count in this process from now on.
    """
    glossary.use(settings.data_dir / "glossary.toml")
    confidence.use(settings.data_dir / "calibration")
    asked.use(settings.data_dir / "vectors")
    reranking.use(_reranker(settings))
    place = weaviate_place(settings) if settings.weaviate_url else embedded_place(settings)
    return kb.open_store(place, embedder(settings), packs=shipped(settings) if packs is None else packs)


def keepers(settings: Settings) -> growth.Keepers:
    """Who may approve."""
    return growth.Keepers.parse(settings.keepers, strict=settings.mode == "production")


def _reranker(settings: Settings) -> reranking.Reranker | None:
    """The reranking model that the settings name; none under ANDON_PRIVACY, since it reads the question as it is."""
    if not settings.rerank_url or not settings.rerank_model or settings.privacy:
        return None
    key = settings.rerank_api_key.get_secret_value() if settings.rerank_api_key else None
    return reranking.RerankEndpoint(settings.rerank_url, settings.rerank_model, key)


def embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name; its weights are loaded once a process."""
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    return _embedder(settings.embedding_model, settings.openai_base_url, key, settings.cache, settings.privacy)


@cache
def _embedder(name: str | None, base_url: str | None, api_key: str | None, folder: Path, private: bool) -> Embedder:
    return embedder_for(name, base_url=base_url, api_key=api_key, cache=folder, private=private)


def embedded_place(settings: Settings) -> Path:
    """The file of the embedded store."""
    return settings.data_dir / kb.FILE


def weaviate_place(settings: Settings) -> Place:
    """The tenant on the Weaviate server that the settings name."""
    return Place(
        # Weaviate takes a key, no password in the URL; one that stands there must not be shown with it
        url=re.sub(r"://.*@", "://", settings.weaviate_url or "").rstrip("/"),
        api_key=settings.weaviate_api_key,
        grpc_port=settings.weaviate_grpc_port,
        tenant=settings.weaviate_tenant,
        replication=settings.weaviate_replication,
        consistency=settings.weaviate_consistency,
        authorities=settings.ssl_cert_file,
    )

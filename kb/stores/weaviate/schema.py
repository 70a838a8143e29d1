"""The collections on the server and the UUIDs of what is in them.

Every collection is multi-tenant: an installation is a tenant, and several share a cluster. The vectors are ours, so
no vectoriser is configured. Passages have two collections for each embedding model, verified ones and all others:
vectors of two models never meet, and neither do words that count and words that do not. Texts for the keyword search
are stored as the project's own words (kb/text.py) cut at spaces, one property for each language, so that both stores
rank alike and Chinese does not depend on a switch of the server.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import Any

VERSION = 2  # of what is written; passages of an older one are made anew from the log, a newer one is left alone
MINIMUM = (1, 30)  # the oldest server that this was tried with

STATE = "AndonState"  # one object: how far the log goes
CHANGES = "AndonChange"  # the log
VOTES = "AndonVote"
TURNS = "AndonTurn"  # no objects: its tenants are the flags of those who write (turns.py)
WORDS = "AndonTerm"  # in how many verified passages each word stands (lexicon.py)
SHARED = (STATE, CHANGES, VOTES, TURNS, WORDS)

PARTS = ("title", "whole")  # names of the vectors of a passage, in the order of kb/embedders/parts.py
NONE = "-"  # an empty text is not indexed

_NAMESPACE = uuid.UUID("5f6c0d1e-52a5-5c0e-9d0e-8a1f6b1f2d11")


def uid(kind: str, *key: object) -> str:
    """The UUID of one thing, the same on every host: written twice it is still one."""
    return str(uuid.uuid5(_NAMESPACE, "\x00".join([kind, *map(str, key)])))


def verified(model: str) -> str:
    """The collection of the verified passages under one embedding model: what answers are made of."""
    return f"AndonVerified_{_plain(model)}"


def waiting(model: str) -> str:
    """The collection of all others: candidates and retired ones. Apart, they change nothing that the server counts."""
    return f"AndonWaiting_{_plain(model)}"


def _plain(model: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9]", "_", model)
    return plain if plain == model else f"{plain}_{_short(model)}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def words(lang: str) -> str:
    """The property with the words of passages in `lang`."""
    return f"words_{lang}"


def vector(part: str, lang: str) -> str:
    """The name of a vector: each language has an index of its own, as the search wants it."""
    return f"{part}_{lang}"


def _text(name: str, *, filterable: bool = False, searchable: bool = False) -> dict[str, Any]:
    return {"name": name, "dataType": ["text"], "tokenization": "whitespace" if searchable else "field",
            "indexFilterable": filterable, "indexSearchable": searchable}  # fmt: skip


def _number(name: str, *, filterable: bool = False) -> dict[str, Any]:
    return {"name": name, "dataType": ["int"], "indexFilterable": filterable, "indexRangeFilters": filterable}


_PROPERTIES: dict[str, list[dict[str, Any]]] = {
    STATE: [_text("document")],
    CHANGES: [_text("passage", filterable=True), _number("number", filterable=True), _text("document")],
    VOTES: [_text("passage", filterable=True), _text("document")],
    TURNS: [_text("document")],
    WORDS: [_text("page", filterable=True), _text("document")],
}
_PASSAGE: list[dict[str, Any]] = [
    *(_text(n, filterable=True) for n in ("pid", "status", "kind", "lang", "asset", "pair", "source", "content_hash")),
    _text("words_en", searchable=True),
    _text("words_zh", searchable=True),
    _number("added"),
    _text("document"),
]
_INVERTED = {"bm25": {"k1": 1.2, "b": 0.75}, "stopwords": {"preset": "none"}}  # as SQLite's BM25
# A node that was away finds what it missed; of a passage that was taken off meanwhile, the later deed counts.
_REPAIR = {"deletionStrategy": "TimeBasedResolution"}
_INDEX = {"distance": "cosine", "maxConnections": 16, "efConstruction": 96, "ef": 128, "flatSearchCutoff": 4_000}


def collection(name: str, replication: int) -> dict[str, Any]:
    """The definition of a collection, as the server takes it."""
    plan: dict[str, Any] = {
        "class": name,
        "description": f"Andon, version {VERSION}",
        "multiTenancyConfig": {"enabled": True, "autoTenantCreation": True, "autoTenantActivation": True},
        "replicationConfig": {"factor": replication, "asyncEnabled": replication > 1, **_REPAIR},
        "invertedIndexConfig": _INVERTED,
        "properties": _PROPERTIES.get(name, _PASSAGE),
    }
    if name in SHARED:
        return plan | {"vectorizer": "none", "vectorIndexConfig": {"skip": True}}
    index = {"vectorizer": {"none": {}}, "vectorIndexType": "hnsw", "vectorIndexConfig": _INDEX}
    return plan | {"vectorConfig": {vector(part, lang): index for part in PARTS for lang in ("en", "zh")}}

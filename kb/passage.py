"""A passage: the unit of knowledge, with where it came from and who stands behind it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Lang = Literal["en", "zh"]
Kind = Literal["manual", "case", "rule", "feedback", "web"]
Status = Literal["candidate", "verified", "retired"]


class Passage(BaseModel):
    """One passage. `source` names the document, page or line, or URL; `id` is stable over restarts and stores."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    text: str
    source: str = ""
    asset: str = ""
    tags: list[str] = Field(default_factory=list)
    lang: Lang = "en"
    kind: Kind = "manual"
    status: Status = "verified"
    author: str = ""
    verifier: str = ""
    created: str = ""  # ISO 8601, UTC
    content_hash: str = ""
    embedding_model: str = ""


class Hit(BaseModel):
    """A passage found by a search. `score` ranks; `confidence` is the calibrated similarity, 0..1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    passage: Passage
    score: float
    confidence: float

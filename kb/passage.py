"""A passage: the unit of knowledge, with where it came from and who stands behind it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Lang = Literal["en", "zh"]
Kind = Literal["manual", "case", "rule", "feedback", "web"]
Status = Literal["candidate", "verified", "retired"]
Relation = Literal["required", "forbidden"]


class Frozen(BaseModel):
    """Base of every value of this room: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(Frozen):
    """A causal or if-then statement that a passage makes: `cause` makes `effect` happen, or never does (forbidden).

    Both stand in the words of the passage; the tags are the vocabulary's, "" where it does not know the words.
    """

    relation: Relation = "required"
    cause: str
    effect: str
    cause_tag: str = ""
    effect_tag: str = ""


class Shown(Frozen):
    """What one sensor did in the data of an answer: `kind` as a finding has it, `strength` in multiples of usual."""

    sensor: str
    kind: str
    strength: float = 0.0


class Observed(Frozen):
    """The data that a case or correction was learnt from: the file's name and what its event showed."""

    file: str = ""
    shown: list[Shown] = Field(default_factory=list)


class Passage(Frozen):
    """One passage. `source` names the document, page or line, or URL; `id` is stable over restarts and stores.

    An empty `id` lets the store number it ("FB-3"). A feedback or case passage has the question as its title.
    `pair` ties versions of one passage in several languages; `origin` is "pack:NAME" for shipped knowledge.
    `codes` are the alarm and part codes that it explains, as written; `based_on` the passages that it was taken from;
    `corrects` those that it says are wrong, and `disputed_by` the verified corrections that say so of this one.
    `asked` are questions that it answers, in its language, as people ask them: they help to find it.
    `observed` is what the data showed when somebody of the crew said this of an answer. `answered_by` is the passage
    that answers a case's question: a search gives that one in its place (kb/growth/attached.py).
    """

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
    verified_at: str = ""  # ISO 8601, UTC; when `verifier` said so
    content_hash: str = ""
    embedding_model: str = ""
    pair: str = ""
    origin: str = ""
    document: str = ""  # the file that it was taken from
    codes: list[str] = Field(default_factory=list)
    rule: Rule | None = None  # of kind "rule"
    based_on: list[str] = Field(default_factory=list)
    corrects: list[str] = Field(default_factory=list)
    disputed_by: list[str] = Field(default_factory=list)
    asked: list[str] = Field(default_factory=list)
    observed: Observed | None = None
    answered_by: str = ""


class Hit(Frozen):
    """A passage found by a search. `score` ranks; `confidence` is the calibrated similarity, 0..1.

    `cosine` is the best similarity of the question to a part of the passage (or its twin in another language),
    `coverage` and `title_coverage` the shares of the question's words, weighted by rarity, that stand in it and in
    its title; None across languages. Of two hits with the merits a and b the first is exp(a - b) times as likely to be
    the one that answers (a conditional logit, kb/search/fitting.py).
    """

    passage: Passage
    score: float
    confidence: float
    merit: float = 0.0
    cosine: float = 0.0
    coverage: float | None = None
    title_coverage: float | None = None

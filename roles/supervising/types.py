"""What the supervisor is given and what it says."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from roles.types import Edge, Fact, Frozen, Lang, Passage, Sensor


class Candidates(Frozen):
    """The discovered edges and the facts that speak of their sensors. `sensors` are all columns of the file.

    `weak` are pairs that were measured but fell short of an edge: the traces that the data show of them, with their
    lags. None when that was not measured. `telling` is False where the rows are too few to doubt a fact by them.
    `passages` are texts that may speak of the edges, and `named` says by which words they may name a sensor; the rules
    read facts alone.
    """

    lang: Lang
    edges: list[Edge]
    facts: list[Fact] = Field(default_factory=list)
    sensors: list[str] = Field(default_factory=list)
    weak: list[Edge] | None = None
    telling: bool = True
    passages: list[Passage] = Field(default_factory=list)
    named: list[Sensor] = Field(default_factory=list)


class Edit(Frozen):
    """What the supervisor did with one edge and why. No source, no edit."""

    action: Literal["keep", "remove", "reverse", "add"]
    cause: str
    effect: str
    reason: str
    source: str


class Supervision(Frozen):
    """The corrected graph. With no applicable fact, corrected equals the discovered edges."""

    corrected: list[Edge]
    removed: list[Edge] = Field(default_factory=list)
    edits: list[Edit] = Field(default_factory=list)
    conflicts: list[str] = Field(default_factory=list)  # facts left unapplied, each with why: a sentence

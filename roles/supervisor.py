"""Supervisor: corrects the algorithm's causal graph with knowledge (input and output types)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from roles.types import Edge, Fact, Frozen, Lang


class Candidates(Frozen):
    """The discovered edges and the facts that speak of their sensors. `sensors` are all columns of the file."""

    lang: Lang
    edges: list[Edge]
    facts: list[Fact] = Field(default_factory=list)
    sensors: list[str] = Field(default_factory=list)


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
    conflicts: list[str] = Field(default_factory=list)  # facts that contradict each other, left unapplied

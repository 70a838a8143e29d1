"""What a benchmark returns: a table, goals met or not, and data sets that were not there (never left out silently)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Goal:
    """A figure to reach: "SKAB F1" >= 0.80."""

    name: str
    value: float
    goal: str  # ">= 0.80"
    met: bool


@dataclass
class Report:
    """One benchmark's outcome: `columns` and `rows` as printed, `notes` say how it was measured."""

    title: str
    columns: list[str]
    rows: list[list[object]] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

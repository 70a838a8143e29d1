"""What became of the table that data subtasks were carried out on."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from roles.types import Finding
from workers.contracts import PlanStep


@dataclass
class Handled:
    """The processed table, its label columns, what was measured on the way, and how each step went."""

    frame: pd.DataFrame
    labels: dict[str, pd.Series] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    done: dict[int, PlanStep] = field(default_factory=dict)  # by the subtask's order
    changed: bool = False
    context: pd.DataFrame | None = None  # the texts of the rows, as they were read; not changed by the steps
    removed: dict[str, int] = field(default_factory=dict)  # condition in words -> rows taken off the table for it
    step_s: float | None = None  # of the resampling that was done before, s

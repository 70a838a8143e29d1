"""What code worked out, as a run keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from roles.coder import Script
from roles.role import Outcome
from roles.types import Finding
from workers.contracts import Generated, Picture


@dataclass
class Coded:
    """How code went: `note` is the sentence for the person when it did not; `table` its processed table."""

    generated: Generated
    findings: list[Finding] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    table: pd.DataFrame | None = None
    note: str = ""
    outcome: Outcome[Script] | None = None
    receipt: dict[str, Any] | None = None  # of the last run in the sandbox

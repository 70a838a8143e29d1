"""What the doctor finds of one part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "missing", "broken"]


@dataclass(frozen=True)
class Check:
    """One part: its state, what was seen, and what to do when it is not well."""

    part: str
    status: Status
    seen: str
    remedy: str = ""

"""What the steps of reading found out, on its way to the receipt."""

from __future__ import annotations

from dataclasses import dataclass

from workers.readings.clock import Clock
from workers.readings.filled import Filled
from workers.readings.layout import Long
from workers.readings.opening import Source
from workers.readings.positions import Positions
from workers.readings.table import Table
from workers.readings.timecolumn import TimeColumn


@dataclass(frozen=True)
class Facts:
    """Everything that the steps of reading found out."""

    source: Source
    table: Table
    time: TimeColumn
    clock: Clock
    where: Positions
    filled: Filled
    layout: Long | None
    spread: bool
    sha256: str

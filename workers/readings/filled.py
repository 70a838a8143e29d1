"""What a pass over the data gives, wide or long: values, texts, and what the cells were."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow.compute as pc

from detectors.types import FloatArray
from workers.readings.cells import Numbers


@dataclass
class Tally:
    """What the cells of one column were, summed over the batches."""

    numeric: int = 0
    text: int = 0
    bad: int = 0
    truth: int = 0
    infinite: int = 0

    def add(self, found: Numbers) -> None:
        """Count one more batch."""
        self.numeric += found.numeric
        self.text += found.text
        self.bad += found.bad
        self.truth += found.truth
        self.infinite += found.infinite

    @property
    def kind(self) -> str:
        """The column as a whole: "number", "text", or "empty" when nothing but lost readings stands in it."""
        if self.text > self.numeric:
            return "text"
        return "number" if self.numeric else "empty"


@dataclass
class Filled:
    """Columns of the frame before it is one. `values` is (rows, len(names)); `context` maps a name to (rows,) texts."""

    names: list[str]
    units: dict[str, str]
    values: FloatArray
    tallies: dict[str, Tally]
    context: dict[str, Any] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)  # answers of Andon's that came back
    counters: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)  # name -> header (long: tag) as the file has it
    simulated: bool = False  # its rows say that the simulator made them
    switches: bool = False  # words for on and off were read as 1 and 0
    held: bool = False  # long only: each value stands until the next one
    on_change: bool = False  # long only: some tags are stored on change, so time without rows is no gap
    bad_quality: int = 0  # long only: readings that their quality column calls bad
    duplicates: int = 0


class Texts:
    """One column of texts on the frame's rows; of several in one row the last stays."""

    def __init__(self, rows: int) -> None:
        self.values = np.full(rows, None, dtype=object)

    def add(self, row: Any, texts: Any) -> None:
        """Take in an Arrow array of strings at frame rows `row`."""
        said = ~np.asarray(pc.is_null(texts).to_numpy(zero_copy_only=False), dtype=bool)
        if said.any():
            self.values[row[said]] = np.array(texts.to_pylist(), dtype=object)[said]

"""Where the rows of a long table go: which tag, which row of the frame, and how long a value holds.

Historians store tags at their own instants. When most cells of the plain pivot would be empty, values are held. In a
file whose tags are mostly scanned regularly, such a tag keeps a value for at most 2.5 of its own steps, so that a
dropout stays visible. Where tags are stored on change only, a value stands until the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from detectors.types import BoolArray, FloatArray, IntArray
from workers.readings.headers import headings, named_columns
from workers.readings.positions import Positions, place
from workers.readings.table import as_text

SPARSE = 0.5  # share of filled cells below which tags have clocks of their own
REGULAR = 0.7  # share of a tag's steps near its median that makes it scanned
FEWEST_STEPS = 10  # of a tag before they can be called regular
HOLD_STEPS = 2.5


@dataclass(frozen=True)
class Tags:
    """The tag of each of n rows as a number into `names`; -1 for a row without one. `headers`: name -> tag as it is
    written."""

    of_row: npt.NDArray[np.int32]
    names: list[str]
    units: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pivot:
    """Where rows go, and how long each tag's value holds in microseconds (0: not at all, inf: until the next)."""

    where: Positions
    hold_us: FloatArray
    duplicates: int


def collect_tags(columns: list[Any], unit_columns: list[Any]) -> Tags:
    """Tags of all rows from the batches of the tag column; units from the batches of the unit column, if any."""
    numbers_of: dict[str, int] = {}
    parts = []
    units: dict[int, str] = {}
    for i, column in enumerate(columns):
        encoded = pc.utf8_trim_whitespace(as_text(column)).dictionary_encode()
        table = np.array([numbers_of.setdefault(t, len(numbers_of)) for t in encoded.dictionary.to_pylist()] or [0])
        index = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
        tag = np.where(index < 0, -1, table[index]).astype(np.int32)
        parts.append(tag)
        if unit_columns and len(units) < len(numbers_of):
            said = as_text(unit_columns[i]).to_pylist()
            seen, first = np.unique(tag, return_index=True)
            units |= {int(t): said[k] for t, k in zip(seen, first, strict=True) if t >= 0 and said[k]}
    names, own = named_columns(list(numbers_of), None)
    found = {name: units.get(i) or own[i] for i, name in enumerate(names)}
    of_row = np.concatenate(parts) if parts else np.empty(0, np.int32)
    return Tags(of_row, list(names), {n: u for n, u in found.items() if u}, headings(names, list(numbers_of)))


def plan_pivot(utc: IntArray, tags: Tags, cap: int) -> Pivot:
    """Rows of the pivoted frame, at most `cap`, and how long values hold."""
    count = len(tags.names)
    where = place(utc, cap)
    known = where.known & (tags.of_row >= 0)
    pair = where.row_of[known].astype(np.int64) * count + tags.of_row[known]
    repeated = 0
    if where.block == 1:  # one more than one reading of a tag at one instant
        repeated = len(pair) - len(np.unique(pair))
    if (known.sum() - repeated) >= SPARSE * where.instants * count:
        return Pivot(where, np.zeros(count), repeated)
    steps, regular = _tag_steps(utc, tags, known)
    if 2 * np.count_nonzero(regular) <= count:
        return Pivot(where, np.full(count, np.inf), repeated)
    where = place(utc, cap, grid_us=int(np.quantile(steps[regular], 0.25, method="lower")))
    return Pivot(where, np.where(regular, HOLD_STEPS * steps, np.inf), repeated)


def _tag_steps(utc: IntArray, tags: Tags, known: BoolArray) -> tuple[FloatArray, BoolArray]:
    """Median step of each tag in microseconds, and whether the tag keeps to it."""
    order = np.lexsort((utc[known], tags.of_row[known]))
    times, tag = utc[known][order], tags.of_row[known][order]
    bounds = np.searchsorted(tag, np.arange(len(tags.names) + 1))
    steps = np.full(len(tags.names), np.inf)
    regular = np.zeros(len(tags.names), dtype=bool)
    for i in range(len(tags.names)):
        own = np.diff(times[bounds[i] : bounds[i + 1]])
        own = own[own > 0]
        if len(own) >= FEWEST_STEPS:
            steps[i] = np.median(own)
            regular[i] = np.mean(np.abs(own - steps[i]) <= 0.5 * steps[i]) >= REGULAR
    return steps, regular

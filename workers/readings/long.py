"""A long table: one row a reading (time, tag, value), brought to one column a tag.

Historians store tags at their own instants. When most cells of the plain pivot would be empty, values are held. In a
file whose tags are mostly scanned regularly, such a tag keeps a value for at most 2.5 of its own steps, so that a
dropout stays visible. Where tags are stored on change only, a value stands until the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from detectors.types import BoolArray, FloatArray, IntArray
from workers.readings.cells import Numbers, classify, numbers
from workers.readings.filled import Filled, Tally, Texts
from workers.readings.grid import Grid
from workers.readings.headers import named_columns
from workers.readings.layout import Long
from workers.readings.parquet import as_text
from workers.readings.positions import Positions, place
from workers.readings.table import Table

SPARSE = 0.5  # share of filled cells below which tags have clocks of their own
REGULAR = 0.7  # share of a tag's steps near its median that makes it scanned
FEWEST_STEPS = 10  # of a tag before they can be called regular
HOLD_STEPS = 2.5
OPC_GOOD = 192  # OPC DA quality: the two high bits set
BAD_QUALITY = r"(?i)^(?:bad.*|no.?good|invalid.*|fail.*|error.*|坏.*|差|无效.*|不良|异常)$"


@dataclass(frozen=True)
class Tags:
    """The tag of each of n rows as a number into `names`; -1 for a row without one."""

    of_row: npt.NDArray[np.int32]
    names: list[str]
    units: dict[str, str]


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
    return Tags(of_row, list(names), {n: u for n, u in found.items() if u})


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


def fill_long(table: Table, layout: Long, tags: Tags, pivot: Pivot, step: Callable[[float], None]) -> Filled:
    """Read the values into one column a tag."""
    where = pivot.where
    rows = len(where.index)
    grid = Grid(rows, len(tags.names), where.block > 1)
    gathered = Gathered([Tally() for _ in tags.names], {}, rows)
    out = Filled([], dict(tags.units), np.empty(0), {}, duplicates=pivot.duplicates)
    wanted = [layout.value] + ([] if layout.quality is None else [layout.quality])
    done = 0
    for batch in table.batches(wanted):
        part = slice(done, done + len(batch[0]))
        tag, row = tags.of_row[part].astype(np.int64), where.row_of[part].astype(np.int64)
        found = numbers(batch[0], table.style)
        usable = where.known[part] & (tag >= 0)
        gathered.add(batch[0], found, tag, row, usable)
        if len(batch) > 1:
            bad = bad_quality(batch[1])
            out.bad_quality += int(np.count_nonzero(bad & ~np.isnan(found.values)))
            usable &= ~bad
        grid.add_cells((tag * rows + row)[usable], found.values[usable])
        out.switches = out.switches or found.truth > 0
        done = part.stop
        step(done / max(len(where.row_of), 1))
    out.values = grid.finish(where.sizes)
    return _sorted_out(out, tags, gathered, pivot)


@dataclass
class Gathered:
    """What the cells of each tag were, and the texts among them on the frame's `rows` rows."""

    tallies: list[Tally]
    texts: dict[int, Texts]
    rows: int

    def add(self, column: Any, found: Numbers, tag: IntArray, row: IntArray, usable: BoolArray) -> None:
        """Count one batch and keep its texts."""
        none = np.isnan(found.values)
        for i, count in enumerate(np.bincount(tag[usable & ~none], minlength=0)):
            self.tallies[i].numeric += int(count)
        left = np.flatnonzero(none & usable)
        if not len(left):
            return
        cells = as_text(column).take(pa.array(left))
        kinds = classify(cells)
        for i in np.unique(tag[left]):
            own = tag[left] == i
            tally = self.tallies[i]
            tally.infinite += int(kinds["infinite"][own].sum())
            tally.bad += int(kinds["bad"][own].sum())
            said = own & kinds["text"]
            if said.any():
                tally.text += int(said.sum())
                self.texts.setdefault(int(i), Texts(self.rows)).add(row[left[said]], cells.filter(pa.array(said)))


def _sorted_out(out: Filled, tags: Tags, gathered: Gathered, pivot: Pivot) -> Filled:
    """Tags of numbers become columns, with values held where the pivot says so; tags of texts become context."""
    sensors = [i for i, tally in enumerate(gathered.tallies) if tally.kind == "number"]
    for i, tally in enumerate(gathered.tallies):
        name = tags.names[i]
        if tally.kind == "number":
            out.names.append(name)
            out.tallies[name] = tally
        elif tally.kind == "text":
            out.context[name] = gathered.texts[i].values
        else:
            out.empty.append(name)
    out.units = {name: unit for name, unit in out.units.items() if name in out.tallies}
    values = np.ascontiguousarray(out.values.T[sensors])
    for row, i in enumerate(sensors):
        if pivot.hold_us[i] > 0:
            hold(values[row], pivot.where.index, float(pivot.hold_us[i]))
            out.held = True
            out.on_change = out.on_change or bool(np.isinf(pivot.hold_us[i]))
    out.values = values.T
    return out


def hold(values: FloatArray, times: IntArray, limit_us: float) -> None:
    """Fill each missing value (n,) in place with the last one before it, when that is at most `limit_us` old."""
    seen = np.where(np.isnan(values), -1, np.arange(len(values)))
    last = np.maximum.accumulate(seen)
    fill = np.flatnonzero((last >= 0) & np.isnan(values))
    fill = fill[times[fill] - times[last[fill]] <= limit_us]
    values[fill] = values[last[fill]]


def bad_quality(column: Any) -> BoolArray:
    """True where a quality column calls the reading bad: OPC numbers below 192 by their high bits, or words."""
    if not pa.types.is_string(column.type):
        column = as_text(column)
    words = pc.fill_null(pc.match_substring_regex(column, BAD_QUALITY), False).to_numpy(zero_copy_only=False)
    digits = pc.fill_null(pc.match_substring_regex(column, r"^\d{1,3}$"), False).to_numpy(zero_copy_only=False)
    result = np.array(words, dtype=bool)
    if digits.any():
        code = np.array(pc.cast(pc.if_else(pa.array(digits), column, "192"), pa.int64()).to_numpy(zero_copy_only=False))
        # A column of 0 and 1 is a flag of its own making: only the OPC scale is known.
        if code[digits].max() >= OPC_GOOD:
            result |= digits & ((code & OPC_GOOD) == 0)
    return result

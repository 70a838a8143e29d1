"""A long table: one row a reading (time, tag, value), brought to one column a tag as `pivot` planned it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors.types import BoolArray, FloatArray, IntArray
from workers.readings.cells import Numbers, classify, numbers
from workers.readings.filled import Filled, Tally, Texts
from workers.readings.grid import Grid
from workers.readings.layout import Long
from workers.readings.pivot import Pivot, Tags
from workers.readings.table import Table, as_text

OPC_GOOD = 192  # OPC DA quality: the two high bits set
BAD_QUALITY = r"(?i)^(?:bad.*|no.?good|invalid.*|fail.*|error.*|坏.*|差|无效.*|不良|异常)$"


def fill_long(table: Table, layout: Long, tags: Tags, pivot: Pivot, step: Callable[[float], None]) -> Filled:
    """Read the values into one column a tag."""
    where = pivot.where
    rows = len(where.index)
    grid = Grid(rows, len(tags.names), where.block > 1)
    gathered = Gathered([Tally() for _ in tags.names], {}, rows)
    out = Filled([], dict(tags.units), np.empty(0), {}, duplicates=pivot.duplicates, headers=tags.headers)
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

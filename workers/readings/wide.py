"""A wide table: one column a sensor."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from detectors.types import FloatArray, IntArray
from workers.readings.cells import numbers
from workers.readings.filled import Filled, Tally, Texts
from workers.readings.grid import Grid
from workers.readings.headers import headings
from workers.readings.own import own_columns, says_simulated
from workers.readings.positions import Positions
from workers.readings.table import Table, as_text

# Answers, not readings: data sets for testing carry them, and a detector that sees them proves nothing.
LABEL = re.compile(
    r"^(?:is[_ ]?anomal(?:y|ous)|anomaly(?:[_ ]label)?|anomalies|change[_ ]?points?|labels?|ground[_ ]?truth|y[_ ]?true"
    r"|outliers?|is[_ ]?outlier|attack|fault[_ ]?(?:label|class)|标签|异常标签|是否异常)$",
    re.IGNORECASE,
)
LABEL_LEVELS = 30
# Numbers that name something: a heat, a batch, a grade.
CODE = re.compile(
    r"^(?:steel[_ ]?)?grade$|^(?:heat|batch|lot|order|coil|slab|recipe|shift|ladle|tundish)"
    r"[_ ]?(?:no|nr|id|number|code)\.?$|钢种|牌号|炉号|炉次|批号|批次|工单|班次|班组|编号$",
    re.IGNORECASE,
)
COUNTER = re.compile(
    r"^(?:unnamed: ?\d+|index|idx|row(?:[_ ]?(?:no|id|number))?|no\.?|nr\.?|#|id|序号|行号|编号)$", re.IGNORECASE
)


def fill_wide(
    table: Table, time_columns: Sequence[int], where: Positions, step: Callable[[float], None]
) -> Filled:  # fmt: skip
    """Read all columns but the time into a grid, texts into the context."""
    columns = [i for i in range(len(table.header.names)) if i not in time_columns]
    grid = Grid(len(where.index), len(columns), where.block > 1)
    tallies = [Tally() for _ in columns]
    texts = {i: Texts(len(where.index)) for i in columns if table.header.kinds[i] in ("text", "empty", "time")}
    done = 0
    for batch in table.batches(columns):
        count = len(batch[0]) if batch else 0
        rows, known = _rows(where, done, done + count)
        for place, column in enumerate(batch):
            found = numbers(column, table.style)
            tallies[place].add(found)
            grid.add(place, rows, found.values if known is None else found.values[known])
            if columns[place] in texts:
                texts[columns[place]].add(*_said(column, where, done, count))
        done += count
        step(done / max(len(where.row_of), 1))
    _late_texts(table, columns, tallies, texts, where)
    return _sorted_out(table, columns, grid.finish(where.sizes), tallies, texts)


def _rows(where: Positions, start: int, stop: int) -> tuple[IntArray | slice, Any]:
    """Frame rows of input rows start..stop, and which of them have a time (None: all)."""
    rows, known = where.row_of[start:stop].astype(np.int64), where.known[start:stop]
    if not known.all():
        return rows[known], known
    if len(rows) and rows[-1] - rows[0] == len(rows) - 1 and (np.diff(rows) == 1).all():
        return slice(int(rows[0]), int(rows[-1]) + 1), None
    return rows, None


def _said(column: Any, where: Positions, start: int, count: int) -> tuple[Any, Any]:
    return where.row_of[start : start + count], as_text(column)


def _late_texts(
    table: Table, columns: list[int], tallies: list[Tally], texts: dict[int, Texts], where: Positions
) -> None:  # fmt: skip
    """Columns that looked like numbers in the sample and hold texts: one more pass over them alone."""
    late = [i for i, t in zip(columns, tallies, strict=True) if _is_context(table, i, t) and i not in texts]
    if not late:
        return
    for i in late:
        texts[i] = Texts(len(where.index))
    done = 0
    for batch in table.batches(late):
        for i, column in zip(late, batch, strict=True):
            texts[i].add(*_said(column, where, done, len(column)))
        done += len(batch[0])


def _is_context(table: Table, column: int, tally: Tally) -> bool:
    name = table.header.names[column]
    return tally.kind == "text" or (tally.kind == "number" and bool(CODE.search(name) or LABEL.match(name)))


def _sorted_out(
    table: Table, columns: list[int], values: FloatArray, tallies: list[Tally], texts: dict[int, Texts]
) -> Filled:  # fmt: skip
    """Each column to its place: sensors, context, or left out with the reason noted."""
    names, units = table.header.names, table.header.units
    out = Filled([], {}, values, {}, headers=headings(names, table.header.raw))
    sensors = []
    own = own_columns([names[i] for i in columns], values)
    for place, (i, tally) in enumerate(zip(columns, tallies, strict=True)):
        name = names[i]
        if place in own and tally.kind != "text":
            out.own.append(name)
        elif i in texts and says_simulated(name, texts[i].values.tolist()):
            out.simulated = True
        elif tally.kind == "empty":
            out.empty.append(name)
        elif tally.kind == "text" or CODE.search(name):
            out.context[name] = texts[i].values
        elif LABEL.match(name) and _levels(values[:, place]) <= LABEL_LEVELS:
            out.labels.append(name)
            out.context[name] = texts[i].values
        elif (COUNTER.match(name) or not table.header.raw[i].strip()) and _counts(table.sample[i]):
            out.counters.append(name)
        else:
            sensors.append(place)
            out.names.append(name)
            out.tallies[name] = tally
            out.switches = out.switches or tally.truth > 0
            if units[i]:
                out.units[name] = units[i]
    out.values = values if len(sensors) == len(columns) else _picked(values, sensors)
    return out


def _picked(values: FloatArray, places: list[int]) -> FloatArray:
    """Columns `places` of `values`, still column by column in memory."""
    return np.ascontiguousarray(values.T[places]).T


def _levels(values: FloatArray) -> int:
    return len(np.unique(values[~np.isnan(values)]))


def _counts(cells: Sequence[str]) -> bool:
    """True for 1, 2, 3, ...: a row number, which would look like a drifting sensor."""
    if len(cells) < 3 or not all(cell.strip().isdigit() for cell in cells):
        return False
    return bool((np.diff([int(cell) for cell in cells]) == 1).all())

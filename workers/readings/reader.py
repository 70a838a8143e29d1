"""Reading a data file: open, sniff, place the rows in time, fill the frame, account for it.

Two passes over the file, none of which holds it: the first takes the times (and tags) and decides where every row
goes, the second fills the frame. Small files are parsed once and stay in memory between the passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from roles.types import Lang
from workers.errors import AndonError
from workers.readings.clock import Clock, read_clock
from workers.readings.digest import Digest
from workers.readings.facts import Facts
from workers.readings.filled import Filled
from workers.readings.layers import DAMAGED
from workers.readings.layout import Long, find_long
from workers.readings.long import fill_long
from workers.readings.opening import Source, open_source
from workers.readings.pivot import collect_tags, plan_pivot
from workers.readings.positions import Positions, place
from workers.readings.reading import Reading
from workers.readings.receipt import speech_for, write_receipt
from workers.readings.repeats import spread_repeats
from workers.readings.table import NotRectangular, Table, as_text
from workers.readings.texttable import text_table
from workers.readings.timecolumn import TimeColumn, find_time
from workers.readings.timestamps import NO_TIME
from workers.readings.wide import fill_wide

MIN_ROWS = 20
MAX_CELLS = 48_000_000  # of the frame: 384 MB as float64, and up to 2.5 times that while blocks are averaged
MOST_ROWS = 30_000_000  # their times alone take a gigabyte
MOST_TAGS = 5000  # a column with more different texts is no column of tags
UNREADABLE = 0.5  # share of rows without a readable time from which the time column is at fault


def read(
    path: Path,
    *,
    zone: ZoneInfo,
    lang: Lang = "en",
    max_bytes: int,
    max_rows: int,
    progress: Callable[[float], None] | None = None,
) -> Reading:
    """Read a CSV (plain, .gz, in a .zip), Excel or Parquet file of sensor readings; told by content, not by name.

    zone: plant time, for times that name no zone. lang: language of the receipt's sentences. max_bytes: what the file
    may unpack to. max_rows: rows of the frame; a longer file is averaged in blocks onto at most that many, fewer when
    it is wide (MAX_CELLS). progress: told the share done, 0..1.

    Raises AndonError (code failure_data_...) for everything that is no table of readings, with fewer than 20 rows, or
    over the limits.
    """
    report = progress or (lambda share: None)
    report(0.0)
    with Digest(path) as digest, _damage(path):
        source = open_source(path, max_bytes)
        table = _table(source)
        report(0.1)
        try:
            facts = _facts(source, table, zone, max_rows, report)
        except NotRectangular:
            if table.tolerant is None:
                raise
            facts = _facts(source, table.tolerant(), zone, max_rows, report)
        facts = replace(facts, sha256=digest.hex())
    speech = speech_for(lang, zone, facts.time, facts.clock)
    receipt = write_receipt(facts, speech)
    report(1.0)
    index = pd.DatetimeIndex(facts.where.index.view("datetime64[us]"), tz="UTC")
    frame = pd.DataFrame(facts.filled.values, index=index, columns=facts.filled.names, copy=False)
    texts = {name: pd.array(values, dtype="str") for name, values in facts.filled.context.items()}
    context = pd.DataFrame(texts, index=index)
    return Reading(frame, context, facts.filled.units, facts.where.row_of, facts.clock.texts, receipt)


def _table(source: Source) -> Table:
    """The raw table by its form. Readers of the rarer forms are loaded on use: they cost 40 ms."""
    if source.form == "parquet":
        from workers.readings.parquet import parquet_table

        return parquet_table(source)
    if source.form == "xlsx":
        from workers.readings.workbook import workbook_table

        return workbook_table(source)
    return text_table(source)


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    """Broken packing shows itself in the middle of reading; so does what this machine cannot hold."""
    try:
        yield
    except MemoryError as error:  # Arrow's is one
        raise AndonError("failure_data_memory", file=path.name) from error
    except DAMAGED as error:
        raise AndonError("failure_data_damaged", file=path.name) from error


@dataclass(frozen=True)
class FirstPass:
    """What the first pass takes of every row: the times as text, and the tags of a long table."""

    rows: int
    times: list[Any]
    tags: list[Any]
    units: list[Any]


def _facts(source: Source, table: Table, zone: ZoneInfo, max_rows: int, report: Callable[[float], None]) -> Facts:
    """Both passes."""
    name = source.path.name
    if len(table.header.names) < 2:
        raise AndonError("failure_data_one_column", file=name)
    time = find_time(table.header.raw, table.sample, table.style)
    layout = find_long(table.header, table.sample, time)
    taken = _first_pass(table, time, layout, name)
    if taken.rows < MIN_ROWS:
        code = "failure_data_short" if taken.rows else "failure_data_header_only"
        raise AndonError(code, file=name, rows=taken.rows, needed=MIN_ROWS)
    clock = read_clock(taken.times, taken.rows, time, table.style, zone)
    _refuse_unreadable(clock, table, time, name)
    report(0.3)

    def step(share: float) -> None:
        report(0.3 + 0.6 * share)

    spread = False
    if layout:
        where, filled = _fill_long(name, table, layout, taken, clock, max_rows, step)
    else:
        clock, spread = spread_repeats(clock)
        cap = min(max_rows, max(MAX_CELLS // len(table.header.names), MIN_ROWS))
        where = place(clock.utc, cap)
        filled = fill_wide(table, time.columns, where, step)
    if not filled.names:
        raise AndonError("failure_data_own_only" if filled.own else "failure_data_no_numbers", file=name)
    if len(where.index) < MIN_ROWS:
        raise AndonError("failure_data_few_times", file=name, times=len(where.index), needed=MIN_ROWS)
    return Facts(source, table, time, clock, where, filled, layout, spread, "")


def _first_pass(table: Table, time: TimeColumn, layout: Long | None, name: str) -> FirstPass:
    """Times of all rows, and the tag column's batches; nothing else is kept."""
    wanted = list(time.columns)
    if layout:
        wanted += [layout.tag, *([] if layout.unit is None else [layout.unit])]
    rows = 0
    columns: list[list[Any]] = [[] for _ in wanted]
    for batch in table.batches(wanted or [0]):
        rows += len(batch[0])
        if rows > MOST_ROWS:
            raise AndonError("failure_data_many_rows", file=name, most=MOST_ROWS // 1_000_000)
        for kept, column in zip(columns, batch, strict=False):
            kept.append(column)
    count = len(time.columns)
    times = [_whole([as_text(part) for part in parts]) for parts in columns[:count]]
    rest = columns[count:]
    return FirstPass(rows, times, rest[0] if rest else [], rest[1] if len(rest) > 1 else [])


def _whole(parts: list[Any]) -> Any:
    return pa.concat_arrays(parts) if parts else pa.array([], pa.string())


def _fill_long(
    name: str, table: Table, layout: Long, taken: FirstPass, clock: Clock, max_rows: int, step: Callable[[float], None]
) -> tuple[Positions, Filled]:  # fmt: skip
    tags = collect_tags(taken.tags, taken.units)
    if len(tags.names) > MOST_TAGS:
        raise AndonError("failure_data_many_tags", file=name, tags=len(tags.names), most=MOST_TAGS)
    cap = min(max_rows, max(MAX_CELLS // max(len(tags.names), 1), MIN_ROWS))
    pivot = plan_pivot(clock.utc, tags, cap)
    filled = fill_long(table, layout, tags, pivot, step)
    filled.unused = [table.header.names[i] for i in layout.extra]
    return pivot.where, filled


def _refuse_unreadable(clock: Clock, table: Table, time: TimeColumn, name: str) -> None:
    lost = clock.utc == NO_TIME
    if np.count_nonzero(lost) <= UNREADABLE * len(lost):
        return
    example = clock.texts[int(np.argmax(lost))].as_py() or '""'
    column = " + ".join(table.header.names[i] for i in time.columns)
    raise AndonError("failure_data_times", file=name, column=column, example=example)

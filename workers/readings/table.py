"""The raw table of any format: named columns and batches of Arrow arrays, read again as often as wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workers.readings.cells import NumberStyle
from workers.readings.headers import Header

BATCH_ROWS = 16_384
MEMORY_CELLS = 16_000_000  # a table of rows with fewer cells is kept in memory as Arrow strings
# Positions of columns (all when None) -> batches; a batch is one array per wanted column, all of one length.
Batches = Callable[[Sequence[int] | None], Iterator[list[Any]]]


@dataclass
class Oddities:
    """What a tolerant reader met on its way. Counted once, in the first pass."""

    ragged: int = 0  # rows with more or fewer cells than columns
    skipped: int = 0  # lines that are no rows: footers, comments
    encoding: str | None = None


class NotRectangular(Exception):
    """The fast reader gave up on a row; the tolerant one takes over. Never leaves this package."""


@dataclass(frozen=True)
class Table:
    """A raw table. `sample` holds the first data cells of each column as text.

    `tolerant` gives the same table through the reader that forgives ragged rows, None where there is no other.
    """

    header: Header
    style: NumberStyle
    sample: list[list[str]]
    batches: Batches
    delimiter: str | None = None
    oddities: Oddities = field(default_factory=Oddities)
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    tolerant: Callable[[], Table] | None = None


def in_memory(table: pa.Table) -> Batches:
    """Batches of a table that fits into memory."""

    def batches(columns: Sequence[int] | None) -> Iterator[list[Any]]:
        wanted = table if columns is None else table.select(list(columns))
        for batch in wanted.to_batches():
            yield batch.columns

    return batches


def from_rows(rows: Callable[[], Iterator[Sequence[str | None]]], width: int) -> Batches:
    """Batches of a table that comes as rows of `width` texts. Kept in memory when it is small, else read again."""
    kept: list[list[Any]] | None = None

    def batches(columns: Sequence[int] | None) -> Iterator[list[Any]]:
        nonlocal kept
        if kept is None:
            fresh: list[list[Any]] | None = []
            for batch in _blocks(rows()):
                if fresh is not None:
                    fresh = [*fresh, batch] if len(fresh) * BATCH_ROWS * width < MEMORY_CELLS else None
                yield batch if columns is None else [batch[i] for i in columns]
            kept = fresh
            return
        for batch in kept:
            yield batch if columns is None else [batch[i] for i in columns]

    return batches


def _blocks(rows: Iterator[Sequence[str | None]]) -> Iterator[list[Any]]:
    block: list[Sequence[str | None]] = []
    for row in rows:
        block.append(row)
        if len(block) == BATCH_ROWS:
            yield _columns(block)
            block = []
    if block:
        yield _columns(block)


def _columns(block: list[Sequence[str | None]]) -> list[Any]:
    return [pa.array(column, pa.string()) for column in zip(*block, strict=True)]


def as_text(column: Any) -> Any:
    """Any Arrow array as strings: times as ISO 8601 with "Z" when they are instants, numbers as written by Arrow."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_text(column.dictionary_decode())
    if pa.types.is_timestamp(kind):
        micro = pc.cast(column, pa.timestamp("us", kind.tz), safe=False)
        return pc.cast(pc.cast(micro, pa.timestamp("us", "UTC" if kind.tz else None)), pa.string())
    try:
        return pc.cast(column, pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # nested columns are no readings
        return pa.nulls(len(column), pa.string())

"""How much the texts of a Parquet file are before they are made.

A Parquet file names a text once and repeats it by number, or by what it shares with the one before: a few kilobytes can
ask for gigabytes. So texts are read by number, counted, and only then written out, a bounded piece at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workers.errors import AndonError
from workers.readings.budget import Budget, human

BATCH_BYTES = 128 * 2**20  # of the texts of one batch
LONGEST = 128 * 2**10  # bytes of a cell: four times what a cell of Excel takes; no reading and no note is longer
CELL_BYTES = 8


def check_declared(metadata: Any, budget: Budget) -> None:
    """Raise AndonError when what a file says of itself is over the budget: its cells, and its pages unpacked.

    Run lengths pack a billion equal rows into a few bytes, so the size that counts is the decoded one; lists hold more
    values than the file has rows.
    """
    chunks = list(_chunks(metadata))
    values = max(metadata.num_rows * metadata.num_columns, sum(chunk.num_values for chunk in chunks))
    budget.check(max(values * CELL_BYTES, sum(chunk.total_uncompressed_size for chunk in chunks)))


def by_number(metadata: Any) -> list[str]:
    """The columns of text that can be read as numbers into a list of texts; those that store differences cannot."""
    told = _delta(metadata)
    columns = [metadata.schema.column(i) for i in range(metadata.num_columns)]
    return [each.path for each in columns if each.physical_type == "BYTE_ARRAY" and each.path not in told
            and each.logical_type.type in ("STRING", "NONE")]  # fmt: skip


def rows_at_once(metadata: Any, most: int) -> int:
    """Rows of a batch: fewer where a column stores differences, for each row may be as long as all of them together."""
    told = _delta(metadata)
    widest = max((c.total_uncompressed_size for c in _chunks(metadata) if c.path_in_schema in told), default=0)
    return max(1, min(most, BATCH_BYTES // widest if widest else most))


def _chunks(metadata: Any) -> Iterator[Any]:
    for group in range(metadata.num_row_groups):
        for column in range(metadata.num_columns):
            yield metadata.row_group(group).column(column)


def _delta(metadata: Any) -> set[str]:
    """Columns of text with a part that is stored as differences."""
    return {chunk.path_in_schema for chunk in _chunks(metadata) if chunk.physical_type.endswith("BYTE_ARRAY")
            and any(encoding.startswith("DELTA") for encoding in chunk.encodings)}  # fmt: skip


class Texts:
    """Counts the texts of one pass over a file against its budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget, self._bytes = budget, 0

    def pieces(self, columns: Sequence[Any]) -> Iterator[list[Any]]:
        """The columns of a batch with their texts written out, in pieces of at most BATCH_BYTES.

        Raises AndonError for a cell of more than LONGEST, or when the texts together are over the budget.
        """
        lengths = [_lengths(column) for column in columns]
        if any(int(pc.max(found[0]).as_py() or 0) > LONGEST for found in lengths if found):
            raise AndonError("failure_data_long_cell", file=self._budget.file_name, limit=human(LONGEST))
        self._bytes += sum(_size(found) for found in lengths)
        self._budget.check(self._bytes)
        yield from _halved(list(columns))


def _halved(columns: list[Any]) -> Iterator[list[Any]]:
    rows = len(columns[0])
    if rows > 1 and sum(_size(_lengths(column)) for column in columns) > BATCH_BYTES:
        for start, stop in ((0, rows // 2), (rows // 2, rows)):
            yield from _halved([column.slice(start, stop - start) for column in columns])
        return
    yield [_written_out(column) for column in columns]


def _lengths(column: Any) -> tuple[Any, ...]:
    """The bytes of each distinct text and, when they come by number, the numbers; () for what is no text."""
    if pa.types.is_fixed_size_binary(column.type):
        return (pa.array([column.type.byte_width]), pa.array([0] * len(column)))
    if pa.types.is_dictionary(column.type):
        return (pc.binary_length(column.dictionary), column.indices) if _is_bytes(column.type.value_type) else ()
    return (pc.binary_length(column),) if _is_bytes(column.type) else ()


def _size(lengths: tuple[Any, ...]) -> int:
    if not lengths:
        return 0
    each = lengths[0] if len(lengths) == 1 else pc.take(lengths[0], lengths[1])
    return int(pc.sum(pc.cast(each, pa.int64())).as_py() or 0)


def _is_bytes(kind: Any) -> bool:
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(test(kind) for test in tests)


def _written_out(column: Any) -> Any:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column

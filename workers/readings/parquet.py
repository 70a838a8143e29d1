"""A Parquet file as a table. Types come with the file; columns of text are read as those of a CSV are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workers.errors import AndonError
from workers.readings.cells import NumberStyle
from workers.readings.dialect import LINES, number_style
from workers.readings.headers import ColumnKind, Header, cell_kind, named_columns
from workers.readings.opening import Source
from workers.readings.table import Table, as_text

BATCH_ROWS = 65_536
BROKEN = (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError, UnicodeDecodeError)
PANDAS_INDEX = re.compile(r"^__index_level_\d+__$")


def parquet_table(source: Source) -> Table:
    """The table in a Parquet file. Raises AndonError when it is damaged, or decodes to more than the limit."""
    try:
        with source.open() as stream, pq.ParquetFile(stream) as file:
            # Run lengths pack a billion equal rows into a few bytes, so the size that counts is the decoded one.
            source.budget.check(file.metadata.num_rows * file.metadata.num_columns * 8)
            schema = file.schema_arrow
            first = next(file.iter_batches(LINES), None)
            texts = [as_text(_checked(column)) for column in first.columns] if first is not None else []
            sample = [["" if cell is None else cell for cell in column.to_pylist()] for column in texts]
    except BROKEN as error:
        raise AndonError("failure_data_damaged", file=source.path.name) from error
    if len(schema) < 2:
        raise AndonError("failure_data_one_column", file=source.path.name)
    if first is None:
        raise AndonError("failure_data_header_only", file=source.path.name)
    words = [cells for cells, field in zip(sample, schema, strict=True) if _is_text(field.type)]
    style = number_style(list(zip(*words, strict=True)), ";")
    raw = ["time" if PANDAS_INDEX.match(n) and pa.types.is_timestamp(schema.field(n).type) else n for n in schema.names]
    names, units = named_columns(raw, None)
    kinds = tuple(_kind(schema.field(i).type, sample[i], style) for i in range(len(schema)))
    header = Header(names, units, kinds, tuple(raw), 0, True, 0)

    def batches(columns: Sequence[int] | None) -> Iterator[list[Any]]:
        wanted = range(len(schema)) if columns is None else columns
        try:
            with source.open() as stream, pq.ParquetFile(stream) as file:
                chosen = [schema.names[i] for i in wanted]
                for batch in file.iter_batches(BATCH_ROWS, columns=chosen):
                    yield [_checked(batch.column(batch.schema.get_field_index(name))) for name in chosen]
        except BROKEN as error:
            raise AndonError("failure_data_damaged", file=source.path.name) from error

    return Table(header, style, sample, batches)


def _checked(column: Any) -> Any:
    """`column` when its strings are valid UTF-8; Parquet doesn't promise it. Raises pa.ArrowInvalid otherwise."""
    if _is_text(column.type) and not pa.types.is_dictionary(column.type):
        pc.cast(pc.cast(column, pa.large_binary()), pa.large_string())
    return column


def _is_text(kind: Any) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _kind(kind: Any, cells: list[str], style: NumberStyle) -> ColumnKind:
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return "time"
    return cell_kind(cells, style)

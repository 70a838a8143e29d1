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
from workers.readings.textsize import Texts, by_number, check_declared, rows_at_once

BATCH_ROWS = 65_536
BROKEN = (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError, UnicodeDecodeError)
PANDAS_INDEX = re.compile(r"^__index_level_\d+__$")


def parquet_table(source: Source) -> Table:
    """The table in a Parquet file. Raises AndonError when it is damaged, or decodes to more than the limit."""
    try:
        with source.open() as stream, pq.ParquetFile(stream) as file:
            metadata, schema = file.metadata, file.schema_arrow
            check_declared(metadata, source.budget)
        first = next(_batches(source, metadata, schema, range(len(schema)), LINES), None)
        texts = [as_text(column) for column in first] if first is not None else []
        sample = [["" if cell is None else cell for cell in column.to_pylist()[:LINES]] for column in texts]
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
            yield from _batches(source, metadata, schema, wanted, BATCH_ROWS)
        except BROKEN as error:
            raise AndonError("failure_data_damaged", file=source.path.name) from error

    return Table(header, style, sample, batches)


def _batches(source: Source, metadata: Any, schema: Any, wanted: Sequence[int], most: int) -> Iterator[list[Any]]:
    """Batches of at most `most` rows of these columns, texts counted before they are written out. What is nested is no
    reading: it is not read, and empty."""
    flat = {i: schema.names[i] for i in wanted if not pa.types.is_nested(schema.field(i).type)}
    counted = Texts(source.budget)
    if not flat:
        for start in range(0, metadata.num_rows, most):
            yield [pa.nulls(min(most, metadata.num_rows - start), pa.string()) for _ in wanted]
        return
    with source.open() as stream, pq.ParquetFile(stream, read_dictionary=by_number(metadata)) as file:
        for batch in file.iter_batches(rows_at_once(metadata, most), columns=list(flat.values())):
            columns = [_checked(batch.column(batch.schema.get_field_index(name))) for name in flat.values()]
            for piece in counted.pieces(columns):
                known = dict(zip(flat, piece, strict=True))
                rows = len(piece[0])
                yield [known[i] if i in known else pa.nulls(rows, pa.string()) for i in wanted]


def _checked(column: Any) -> Any:
    """`column` when its strings are valid UTF-8; Parquet doesn't promise it. Raises pa.ArrowInvalid otherwise."""
    if pa.types.is_dictionary(column.type) and _is_text(column.type):
        _checked(column.dictionary)
    elif _is_text(column.type):
        pc.cast(pc.cast(column, pa.large_binary()), pa.large_string())
    return column


def _is_text(kind: Any) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _kind(kind: Any, cells: list[str], style: NumberStyle) -> ColumnKind:
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return "time"
    return cell_kind(cells, style)

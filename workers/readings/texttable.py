"""Delimited text as a table: the sample decides the dialect and the header, Arrow reads the rest."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as pacsv

from workers.errors import AndonError
from workers.readings.dialect import LINES, WHITESPACE, Dialect, sniff, split
from workers.readings.encoding import Utf8Stream, detect
from workers.readings.headers import Header, find_header
from workers.readings.layers import buffered
from workers.readings.opening import Source
from workers.readings.table import Batches, NotRectangular, Oddities, Table, from_rows, in_memory
from workers.readings.timepatterns import looks_like_time

SAMPLE = 2**20
IN_MEMORY = 96 * 2**20  # text up to this size is parsed at once, on all cores
BLOCK = 2**21
LINE_END = re.compile(rb"\r\n|\n|\r")
MAX_LINE = 2**22  # characters; a longer line is cut, so that a file without line ends doesn't fill the memory


def text_table(source: Source) -> Table:
    """The table in a delimited text. Raises AndonError when there is none."""
    name = source.path.name
    with source.open() as raw:
        encoding = detect(raw.read(SAMPLE))
    with _utf8(source, encoding) as stream:
        head = stream.read(SAMPLE)
    lines = _lines(head, whole=len(head) < SAMPLE)
    dialect = sniff(lines)
    if dialect is None:
        raise AndonError("failure_data_one_column", file=name)
    numbered = split(lines, dialect.delimiter)
    rows = [row for _, row in numbered]
    header = find_header(rows, dialect.style)
    if header is None:
        few = len(rows) < 3
        raise AndonError("failure_data_header_only" if few else "failure_data_no_numbers", file=name)
    start = _offset(head, numbered[header.first - 1][0] if header.first else 0)
    oddities = Oddities(encoding=encoding)

    def opener() -> IO[bytes]:
        stream = _utf8(source, encoding, oddities)
        stream.read(start)
        return stream

    sample = _sample(rows[header.first :], len(header.names))
    return _table(opener, dialect, header, sample, oddities, quoted=b'"' in head)


def _table(
    opener: Callable[[], IO[bytes]], dialect: Dialect, header: Header, sample: list[list[str]], oddities: Oddities,
    quoted: bool,
) -> Table:  # fmt: skip
    def tolerant() -> Table:
        rows = from_rows(lambda: _rows(opener, dialect, width, oddities), width)
        return Table(header, dialect.style, sample, rows, dialect.delimiter, oddities)

    width = len(header.names)
    if dialect.delimiter == WHITESPACE:
        return tolerant()
    options = partial(_options, dialect, width, quoted)
    with opener() as stream:
        text = stream.read(IN_MEMORY + 1)
        stray = _stray_quote(stream)
    if len(text) > IN_MEMORY:
        del text
        batches = _streamed(opener, options)
        return Table(header, dialect.style, sample, batches, dialect.delimiter, oddities, tolerant=tolerant)
    if stray:
        return tolerant()
    try:
        table = pacsv.read_csv(pa.BufferReader(text), *options())
    except pa.ArrowInvalid:
        return tolerant()
    return Table(header, dialect.style, sample, in_memory(table), dialect.delimiter, oddities)


def _options(dialect: Dialect, width: int, quoted: bool, columns: Sequence[int] | None = None) -> tuple[Any, Any, Any]:
    """Every column as a string: what a cell means is decided later, over the whole column."""
    names = [str(i) for i in range(width)]
    return (
        pacsv.ReadOptions(column_names=names, block_size=BLOCK),
        pacsv.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=quoted),
        pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
            include_columns=[str(i) for i in columns] if columns is not None else None,
        ),
    )


def _streamed(opener: Callable[[], IO[bytes]], options: Callable[..., tuple[Any, Any, Any]]) -> Batches:
    """Batches of a text that is too large to hold, parsed anew in each pass."""

    def batches(columns: Sequence[int] | None) -> Iterator[list[Any]]:
        with opener() as stream:
            try:
                for batch in pacsv.open_csv(stream, *options(columns)):
                    yield batch.columns
            except pa.ArrowInvalid as error:
                raise NotRectangular from error
            if _stray_quote(stream):
                raise NotRectangular

    return batches


def _stray_quote(stream: Any) -> bool:
    """True when a quote was opened and never closed: Arrow takes the rest of the file for one cell."""
    return bool(stream.raw.quotes % 2)


def _utf8(source: Source, encoding: str, oddities: Oddities | None = None) -> IO[bytes]:
    """The text as UTF-8 from its start; `oddities` learns which encoding it was in the end."""
    recoded = Utf8Stream(source.open(), encoding)
    if oddities is not None:
        recoded.found = lambda used: setattr(oddities, "encoding", used)
    return buffered(recoded)


def _lines(head: bytes, whole: bool) -> list[str]:
    """The first lines of the sample, without their ends; a line that the sample cuts is left out."""
    lines = re.split(r"\r\n|\n|\r", head.decode("utf-8", "ignore"))
    if not whole and len(lines) > 1:
        lines.pop()
    return lines[:LINES]


def _offset(head: bytes, line: int) -> int:
    """Where line number `line` (from 0) begins."""
    ends = LINE_END.finditer(head)
    at = 0
    for _ in range(line):
        found = next(ends, None)
        at = found.end() if found else len(head)
    return at


def _sample(rows: list[list[str]], width: int) -> list[list[str]]:
    fitting = [row for row in rows if len(row) == width]
    return [[row[i] for row in fitting] for i in range(width)]


def _rows(
    opener: Callable[[], IO[bytes]], dialect: Dialect, width: int, oddities: Oddities
) -> Iterator[list[str | None]]:
    """Row by row, padded or cut to `width` cells: slower, and never stopped by one bad line."""
    oddities.ragged = oddities.skipped = 0
    with opener() as stream, io.TextIOWrapper(stream, "utf-8", "replace", newline=None) as text:
        for line in iter(lambda: text.readline(MAX_LINE), ""):
            row = _fields(line.rstrip("\n"), dialect.delimiter)
            if len(row) != width:
                if not any(cell.strip() for cell in row):
                    continue
                if len(row) == 1 and width > 2 and not looks_like_time(row[0]):
                    oddities.skipped += 1
                    continue
                oddities.ragged += 1
                row = [*row, *[""] * (width - len(row))][:width]
            yield [cell or None for cell in row]


def _fields(line: str, delimiter: str) -> list[str]:
    if delimiter == WHITESPACE:
        return line.split()
    if '"' not in line:
        return line.split(delimiter)
    if line.count('"') % 2:  # a stray inch mark
        return [cell.strip('"') for cell in line.split(delimiter)]
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        return line.split(delimiter)

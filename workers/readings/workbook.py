"""An Excel workbook as a table: the first sheet that holds one, read row by row."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO

from workers.errors import AndonError
from workers.readings.cells import NumberStyle
from workers.readings.dialect import LINES
from workers.readings.headers import find_header
from workers.readings.layers import BROKEN_DIRECTORY, DAMAGED
from workers.readings.opening import Source
from workers.readings.sheetsize import check_sheets
from workers.readings.spreadsheet import Book, CalamineError, Row, Sheet, open_book, rows
from workers.readings.table import Oddities, Table, from_rows

BROKEN = (*DAMAGED, *BROKEN_DIRECTORY, CalamineError)
STYLE = NumberStyle()
Cells = list[str]


def workbook_table(source: Source) -> Table:
    """The first sheet of a workbook that looks like a table. Raises AndonError when none does."""
    try:
        with source.open() as stream:
            book, samples = _look(stream, source)
    except BROKEN as error:
        raise AndonError("failure_data_damaged", file=source.path.name) from error
    for sheet, sample in samples:
        header = find_header(sample, STYLE)
        if header is None or len(header.names) < 2:
            continue
        width, skip = len(header.names), header.first
        columns = [[row[i] for row in sample[skip:] if len(row) == width] for i in range(width)]
        batches = from_rows(lambda: _rows(book, sheet, width, skip), width)  # noqa: B023 - returned at once
        others = tuple(other.title for other, _ in samples if other != sheet)
        return Table(header, STYLE, columns, batches, None, Oddities(), sheet.title, others)
    raise _no_table(source.path.name, [sample for _, sample in samples if sample])


def _no_table(name: str, samples: list[list[Cells]]) -> AndonError:
    """What is missing in a workbook without a table."""
    if not samples:
        return AndonError("failure_data_empty", file=name)
    if max(len(row) for sample in samples for row in sample) < 2:
        return AndonError("failure_data_one_column", file=name)
    few = max(len(sample) for sample in samples) < 3
    return AndonError("failure_data_header_only" if few else "failure_data_no_numbers", file=name)


def _look(stream: IO[bytes], source: Source) -> tuple[Book, list[tuple[Sheet, list[Cells]]]]:
    """The workbook and the first rows of each visible sheet. What it would inflate to is checked before it does."""
    with zipfile.ZipFile(stream) as archive:
        inflated = sum(part.file_size for part in archive.infolist())
        if inflated > source.budget.limit:
            source.budget.check(inflated)
        check_sheets(archive, source.path.name)
    stream.seek(0)
    book = open_book(stream)
    return book, [(s, _squared(itertools.islice(rows(book, s), LINES))) for s in book.sheets]


def _squared(first: Iterator[Row]) -> list[Cells]:
    """Rows padded to the widest, as trailing empty cells are not written; a banner of one cell stays short."""
    found = [[cell or "" for cell in row] for row in first]
    width = max((len(row) for row in found), default=0)
    return [[*row, *[""] * (width - len(row))] if len(row) > 1 else row for row in found]


def _rows(book: Book, sheet: Sheet, width: int, skip: int) -> Iterator[Sequence[str | None]]:
    """The data rows of one sheet, each of `width` cells."""
    for row in itertools.islice(rows(book, sheet), skip, None):
        if len(row) != width:
            row = [*row, *[None] * (width - len(row))][:width]
        if any(cell is not None for cell in row):
            yield row

"""An Excel workbook as a table: the first sheet that holds one, read row by row."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import openpyxl

from workers.errors import AndonError
from workers.readings.cells import NumberStyle
from workers.readings.dialect import LINES
from workers.readings.headers import find_header
from workers.readings.opening import Source
from workers.readings.table import Oddities, Table, from_rows

SHARED_LIMIT = 256 * 2**20  # bytes of the table of shared texts, which openpyxl holds in memory
BROKEN = (zipfile.BadZipFile, KeyError, ValueError, TypeError, ParseError, EOFError, OSError)
STYLE = NumberStyle()


def workbook_table(source: Source) -> Table:
    """The first sheet of a workbook that looks like a table. Raises AndonError when none does."""
    name = source.path.name
    try:
        with source.open() as stream:
            _refuse_huge(stream, source)
            sheets = _sheets(stream)
    except BROKEN as error:
        raise AndonError("failure_data_damaged", file=name) from error
    for title, rows in sheets:
        header = find_header(rows, STYLE)
        if header is None or len(header.names) < 2:
            continue
        width = len(header.names)
        sample = [[row[i] for row in rows[header.first :] if len(row) == width] for i in range(width)]
        skipped = header.first
        batches = from_rows(lambda: _rows(source, title, width, skipped), width)  # noqa: B023 - returned at once
        others = tuple(other for other, _ in sheets if other != title)
        return Table(header, STYLE, sample, batches, None, Oddities(), title, others)
    filled = [rows for _, rows in sheets if rows]
    if not filled:
        raise AndonError("failure_data_empty", file=name)
    width = max(len(row) for rows in filled for row in rows)
    if width < 2:
        raise AndonError("failure_data_one_column", file=name)
    few = max(len(rows) for rows in filled) < 3
    raise AndonError("failure_data_header_only" if few else "failure_data_no_numbers", file=name)


def _refuse_huge(stream: IO[bytes], source: Source) -> None:
    with zipfile.ZipFile(stream) as archive:
        shared = sum(i.file_size for i in archive.infolist() if i.filename.endswith("sharedStrings.xml"))
        if shared > SHARED_LIMIT:
            source.budget.check(source.budget.limit + 1)
    stream.seek(0)


def _sheets(stream: IO[bytes]) -> list[tuple[str, list[list[str]]]]:
    """Title and first rows of each visible sheet, blank rows left out."""
    book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    found = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()  # programs write wrong ones
        rows = (_trimmed([_text(v) or "" for v in row]) for row in sheet.iter_rows(values_only=True))
        found.append((sheet.title, list(itertools.islice((row for row in rows if row), LINES))))
    book.close()
    return [(title, _squared(rows)) for title, rows in found]


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row.pop()
    return row


def _squared(rows: list[list[str]]) -> list[list[str]]:
    """Rows padded to the widest, as trailing empty cells are not written; a banner of one cell stays short."""
    width = max((len(row) for row in rows), default=0)
    return [[*row, *[""] * (width - len(row))] if len(row) > 1 else row for row in rows]


def _rows(source: Source, title: str, width: int, skip: int) -> Iterator[Sequence[str | None]]:
    """The data rows of one sheet as texts; blank rows are no rows."""
    with source.open() as stream:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        sheet: Any = book[title]
        sheet.reset_dimensions()
        blank = [None] * width
        seen = 0
        try:
            for values in sheet.iter_rows(values_only=True):
                if not any(v is not None for v in values):
                    continue
                seen += 1
                if seen > skip:
                    yield [*(_text(v) for v in values[:width]), *blank[len(values) :]]
        except BROKEN as error:
            raise AndonError("failure_data_damaged", file=source.path.name) from error
        finally:
            book.close()


def _text(value: Any) -> str | None:
    """A cell as the text that a CSV export of the sheet would hold, None for an empty one."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) or None

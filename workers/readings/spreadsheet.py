"""The sheets of a workbook through calamine: each row as the texts that a CSV export of the sheet would hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

__all__ = ["Book", "CalamineError", "Row", "Sheet", "open_book", "rows"]

Row = list[str | None]


@dataclass(frozen=True)
class Sheet:
    """A visible sheet of cells."""

    title: str


@dataclass(frozen=True)
class Book:
    """A workbook and its visible sheets, in order."""

    workbook: CalamineWorkbook
    sheets: tuple[Sheet, ...]


def open_book(stream: IO[bytes]) -> Book:
    """The workbook in `stream`. Raises CalamineError when it is broken."""
    workbook = CalamineWorkbook.from_filelike(stream)
    shown = [
        Sheet(each.name)
        for each in workbook.sheets_metadata
        if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet
    ]
    return Book(workbook, tuple(shown))


def rows(book: Book, sheet: Sheet) -> Iterator[Row]:
    """The rows of `sheet` as texts, None for an empty cell; rows without any cell are left out, ends trimmed."""
    for cells in book.workbook.get_sheet_by_name(sheet.title).iter_rows():
        row = [_text(cell) for cell in cells]
        while row and row[-1] is None:
            row.pop()
        if row:
            yield row


def _text(value: Any) -> str | None:
    """A cell as text. Milliseconds are as fine as Excel's day numbers are."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        rounded = value + timedelta(microseconds=500)
        return rounded.replace(microsecond=rounded.microsecond // 1000 * 1000).isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return repr(value.total_seconds())
    return None if value is None else str(value)

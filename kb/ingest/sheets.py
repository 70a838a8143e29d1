"""Spreadsheets and CSV: each sheet a table. Cells become text as a reader of the sheet sees it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from kb.errors import KnowledgeError
from kb.ingest.texts import decode, tidy
from kb.ingest.values import Opened, Place, Row, Section, Table

DELIMITERS = ",;\t|"
SAMPLE = 20  # lines by which the delimiter is told
MOST_MERGED = 10_000  # rows of one merged cell
OFTEN = 500  # rows between two words on progress


def comma_separated(opened: Opened) -> Iterator[Section | Table]:
    """One table; the delimiter is the one that cuts the first lines into equally many cells."""
    text = decode(opened.path.read_bytes(), opened.name)
    yield Table((), _csv_rows(opened, text, _delimiter(text)))


def _delimiter(text: str) -> str:
    lines = [line for line in text.split("\n", SAMPLE)[:SAMPLE] if line.strip()]

    def fitness(mark: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=mark)]
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(DELIMITERS, key=fitness)


def _csv_rows(opened: Opened, text: str, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    size, done = max(text.count("\n"), 1), 0
    while True:
        begin = reader.line_num + 1  # a cell may hold line ends
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise KnowledgeError("failure_kb_damaged_file", file=opened.name) from error
        done += 1
        if done % OFTEN == 0:
            opened.progress(min(begin / size, 1.0))
        yield Row(Place("row", begin), [cell.strip() for cell in cells])


def workbook(opened: Opened) -> Iterator[Section | Table]:
    """The visible sheets of a workbook. Hidden, empty and chart sheets and pictures are noted."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_path(str(opened.path))
    except PasswordError as error:
        raise KnowledgeError("failure_kb_encrypted", file=opened.name) from error
    except (CalamineError, OSError, zipfile.BadZipFile) as error:
        raise KnowledgeError("failure_kb_damaged_file", file=opened.name) from error
    _note_pictures(opened)
    sheets = book.sheets_metadata
    for number, sheet in enumerate(sheets):
        opened.progress(number / len(sheets))
        if sheet.visible != SheetVisibleEnum.Visible:
            opened.notes.add("hidden_sheets", sheet.name)
        elif sheet.typ != SheetTypeEnum.WorkSheet:
            opened.notes.add("images", sheet.name)
        else:
            try:
                rows = list(_sheet_rows(book.get_sheet_by_name(sheet.name), sheet.name))
            except CalamineError as error:
                raise KnowledgeError("failure_kb_damaged_file", file=opened.name) from error
            if any(any(row.cells) for row in rows):
                yield Table((), rows)
            else:
                opened.notes.add("empty_sheets", sheet.name)


def _sheet_rows(sheet: Any, name: str) -> Iterator[Row]:
    """Rows under their own numbers; a cell merged over rows stands in each, one merged over columns in the first."""
    merged = {
        (row, left): (top, left)
        for (top, left), (bottom, _right) in sheet.merged_cell_ranges or []
        if bottom - top < MOST_MERGED
        for row in range(top, bottom + 1)
    }
    anchors: dict[tuple[int, int], str] = {}
    for row, values in enumerate(sheet.to_python(skip_empty_area=False)):
        cells = [cell_text(value) for value in values]
        for column, cell in enumerate(cells):
            anchor = merged.get((row, column))
            if anchor == (row, column):
                anchors[anchor] = cell
            elif anchor:
                cells[column] = anchors.get(anchor, "")
        yield Row(Place("row", row + 1, name), cells)


def cell_text(value: object) -> str:
    """A cell's value as its reader sees it: 2041 not 2041.0, a date without its midnight."""
    if value is None or isinstance(value, str):
        return tidy(value or "").strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)


def _note_pictures(opened: Opened) -> None:
    if not zipfile.is_zipfile(opened.path):
        return
    with zipfile.ZipFile(opened.path) as archive:
        pictures = sum(1 for name in archive.namelist() if name.startswith("xl/media/"))
    if pictures:
        opened.notes.add("images", count=pictures)

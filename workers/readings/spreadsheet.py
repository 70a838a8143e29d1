"""The parts of an .xlsx package (ECMA-376, part 1) that hold readings: sheets, shared texts, date formats, rows.

Own and small because plants send workbooks of millions of cells: rows stream through expat five times faster than
through a reader that builds cells with styles, and memory stays flat.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat

CHUNK = 2**18
BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
NOT_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
EPOCH_1900, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
DATES = (0.0, 2_958_466.0)  # day numbers up to the year 9999
Row = list[str | None]


@dataclass(frozen=True)
class Sheet:
    """A visible sheet: its title and the part that holds it."""

    title: str
    part: str


@dataclass(frozen=True)
class Book:
    """What all sheets share: texts, which cell styles are dates, the day that number 0 stands for."""

    sheets: tuple[Sheet, ...]
    texts: tuple[str, ...]
    date_styles: frozenset[str]
    epoch: datetime


def open_book(archive: zipfile.ZipFile) -> Book:
    """The shared parts of a workbook. Raises KeyError, ValueError or ElementTree.ParseError when it is broken."""
    root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    targets = {
        part.get("Id", ""): posixpath.normpath(posixpath.join("xl", part.get("Target", "")).replace("xl//xl", "xl"))
        for part in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    sheets = []
    for element in root.iter():
        if _local(element.tag) == "sheet" and element.get("state", "visible") == "visible":
            link = next((value for key, value in element.attrib.items() if _local(key) == "id"), "")
            part = targets.get(link, "").lstrip("/")
            if "worksheets/" in part:  # not a sheet of one chart
                sheets.append(Sheet(element.get("name", ""), part))
    settings = next((e for e in root.iter() if _local(e.tag) == "workbookPr"), None)
    since_1904 = settings is not None and settings.get("date1904", "0") in ("1", "true")
    epoch = EPOCH_1904 if since_1904 else EPOCH_1900
    return Book(tuple(sheets), tuple(_shared(archive)), frozenset(_date_styles(archive)), epoch)


def rows(archive: zipfile.ZipFile, sheet: Sheet, book: Book) -> Iterator[Row]:
    """The rows of `sheet` as texts, None for an empty cell; rows without any cell are left out."""
    reader = _Rows(book)
    with archive.open(sheet.part) as stream:
        while chunk := stream.read(CHUNK):
            reader.parser.Parse(chunk, False)
            yield from reader.take()
    reader.parser.Parse(b"", True)
    yield from reader.take()


class _Rows:
    """Collects rows while expat walks through a sheet."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._done: list[Row] = []
        self._row: Row = []
        self._column = 0
        self._kind = self._style = ""
        self._text: list[str] = []
        self._reading = False
        self._columns: dict[str, int] = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def take(self) -> list[Row]:
        """Rows finished since the last call."""
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._column = self._index(attributes.get("r", "").rstrip("0123456789"))
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._text = []
        elif name == "v" or name == "t":
            self._reading = True
        elif name == "row":
            self._row = []

    def _end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v" or name == "t":
            self._reading = False
        elif name == "c":
            if self._text:
                if self._column > len(self._row):
                    self._row += [None] * (self._column - len(self._row))
                self._row.append(self._value("".join(self._text)))
        elif name == "row" and any(cell is not None for cell in self._row):
            self._done.append(self._row)

    def _characters(self, text: str) -> None:
        if self._reading:
            self._text.append(text)

    def _index(self, letters: str) -> int:
        found = self._columns.get(letters)
        if found is None:
            if not letters:  # references may be left out
                return len(self._row)
            found = 0
            for letter in letters:
                found = found * 26 + ord(letter) - 64
            self._columns[letters] = found = found - 1
        return found

    def _value(self, text: str) -> str | None:
        """A cell as the text that a CSV export of the sheet would hold."""
        if self._kind == "n":
            return self._moment(text) if self._style in self._book.date_styles else text
        if self._kind == "s":
            return self._book.texts[int(text)] or None
        if self._kind == "b":
            return "TRUE" if text.strip() == "1" else "FALSE"
        return text or None

    def _moment(self, text: str) -> str:
        """A day number as ISO 8601; below 1 it is a time of day. Milliseconds are as fine as day numbers are."""
        number = float(text)
        if not DATES[0] <= number < DATES[1]:
            return text
        moment = self._book.epoch + timedelta(milliseconds=round(number * 86_400_000))
        return moment.isoformat(sep=" ") if number >= 1 else moment.time().isoformat()


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _shared(archive: zipfile.ZipFile) -> Iterator[str]:
    """The shared texts in order; pronunciation aids left out."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return
    with archive.open("xl/sharedStrings.xml") as stream:
        for _, element in _iterate(stream):
            if _local(element.tag) == "si":
                runs = [e for e in element if _local(e.tag) in ("t", "r")]
                yield "".join(t.text or "" for run in runs for t in run.iter() if _local(t.tag) == "t")
                element.clear()


def _iterate(stream: IO[bytes]) -> Iterator[tuple[str, Any]]:
    yield from ElementTree.iterparse(stream, events=("end",))


def _date_styles(archive: zipfile.ZipFile) -> Iterator[str]:
    """Indices of cell styles whose number format is a date or a time."""
    if "xl/styles.xml" not in archive.namelist():
        return
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    formats = {e.get("numFmtId", ""): e.get("formatCode", "") for e in root.iter() if _local(e.tag) == "numFmt"}
    cells: Iterable[Any] = next((e for e in root if _local(e.tag) == "cellXfs"), [])
    for i, style in enumerate(cells):
        code = style.get("numFmtId", "0")
        if (code in formats and is_date_format(formats[code])) or (code not in formats and int(code) in BUILT_IN_DATES):
            yield str(i)


def is_date_format(code: str) -> bool:
    """True for a number format that shows a date or a time: it has one of y m d h s outside of literals."""
    first = NOT_CODES.sub("", code).split(";")[0]
    return first.lower() != "general" and bool(re.search(r"[ymdhs]", first, re.IGNORECASE)) and "#" not in first

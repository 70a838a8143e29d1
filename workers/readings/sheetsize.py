"""How large the sheets of a workbook are, told by their XML before calamine holds all of it.

It makes one cell for each place between the first and the last of a sheet, and a copy of a shared text for each cell
that names it: a few kilobytes can ask for gigabytes.
"""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import IO

from workers.errors import AndonError
from workers.readings.budget import human
from workers.readings.textsize import LONGEST

MOST_CELLS = 12_000_000  # of all sheets: some 70 bytes each in memory, and two seconds a million
MOST_PLACES = 24_000_000  # of one sheet, from its first corner to its last: 32 bytes each
MOST_TEXT = 256 * 2**20  # bytes of the texts of all cells
CELL = 200  # bytes of XML that a cell may take on the average before the rest counts as text
PIECE = 2**20
TAIL = 2**20  # of a piece that is kept for the next one, at most
NEAR = 4096  # from the end of a piece, where the last beginning is looked for first


class _Tags:
    """The beginnings of tags that count, with a prefix of their names or (much faster to find) without."""

    def __init__(self, prefix: bytes) -> None:
        name = rb"<" + prefix
        self.cell = re.compile(name + rb"c[\s/>]")
        self.column = re.compile(name + rb"c\s[^>]{0,60}?\br=[\"']([A-Za-z]{1,4})")
        self.row = re.compile(name + rb"row[\s/>]")
        self.row_number = re.compile(name + rb"row\s[^>]{0,60}?\br=[\"'](\d{1,9})")
        self.shared = re.compile(rb"\bt=[\"']s[\"'][^>]{0,60}>\s*" + name + rb"v>(\d{1,9})<")
        self.text = re.compile(name + rb"si[\s/>]")
        self.begin = re.compile(name + rb"(?:c|row|si)[\s/>]")


_PLAIN, _ANY = _Tags(b""), _Tags(rb"(?:\w{1,20}:)?")


def _tags(text: bytes) -> _Tags:
    return _ANY if any(part in text for part in (b":c ", b":c>", b":c/", b":row", b":si", b":v>")) else _PLAIN


@dataclass
class Size:
    """What one part of a workbook holds."""

    cells: int = 0
    rows: int = 0
    last_row: int = 0
    columns: set[bytes] = field(default_factory=set)
    length: int = 0
    shared: int = 0  # cells that name a shared text

    @property
    def places(self) -> int:
        """Places of the rectangle that a sheet spans. Cells and rows that name no place follow the one before."""
        widest = max((_number(name) for name in self.columns), default=0)
        return max(self.last_row, self.rows) * max(widest, self.cells // max(self.rows, 1))

    def add(self, text: bytes) -> None:
        """Count the tags of a piece."""
        tags = _tags(text)
        if tags is _PLAIN:  # counting is ten times as fast as finding
            self.cells += sum(text.count(b"<c" + end) for end in (b" ", b">", b"/", b"\n", b"\t", b"\r"))
        else:
            self.cells += len(tags.cell.findall(text))
        self.rows += len(tags.row.findall(text))
        if b't="s"' in text or b"t='s'" in text:
            self.shared += len(tags.shared.findall(text))
        self.columns.update(tags.column.findall(text))
        self.last_row = max(self.last_row, max(map(int, tags.row_number.findall(text)), default=0))
        self.length += len(text)


def check_sheets(archive: zipfile.ZipFile, file_name: str) -> None:
    """Raise AndonError when the sheets of a workbook are more than a machine should hold."""
    cells = shared = 0
    lengths: array[int] = array("q")
    for part in archive.infolist():
        size = Size()
        with archive.open(part) as stream:
            for text in _whole_tags(stream):
                size.add(text)
                if size.cells + cells > MOST_CELLS or size.length - CELL * size.cells > MOST_TEXT:
                    raise _too_large(file_name)
        if size.places > MOST_PLACES:
            raise _too_large(file_name)
        cells, shared = cells + size.cells, shared + size.shared
        if not size.cells:
            with archive.open(part) as stream:
                lengths.extend(_text_lengths(stream))
    longest = max(lengths, default=0)
    if longest > LONGEST:
        raise AndonError("failure_data_long_cell", file=file_name, limit=human(LONGEST))
    if longest * shared > MOST_TEXT and _texts(archive, lengths) > MOST_TEXT:
        raise _too_large(file_name)


def _too_large(file_name: str) -> AndonError:
    return AndonError("failure_data_many_cells", file=file_name, most=MOST_CELLS // 1_000_000)


def _whole_tags(stream: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces, each of which ends before a cell, a row or a shared text begins."""
    tail = b""
    while piece := stream.read(PIECE):
        text = tail + piece
        cut = _last_beginning(text)
        cut = cut if len(text) - cut < TAIL else len(text)
        tail = text[cut:]
        yield text[:cut]
    yield tail


def _last_beginning(text: bytes) -> int:
    """Where the last cell, row or shared text begins; 0 where none does."""
    for start in (max(0, len(text) - NEAR), 0):
        found = [match.start() for match in _tags(text).begin.finditer(text, start)]
        if found:
            return found[-1]
    return 0


def _text_lengths(stream: IO[bytes]) -> Iterator[int]:
    """Bytes of each shared text, with its tags."""
    yield from (after - before for before, after in pairwise(_starts(stream)))


def _starts(stream: IO[bytes]) -> Iterator[int]:
    """Where each shared text begins, and where the last one ends."""
    at = 0
    found = False
    for text in _whole_tags(stream):
        for match in _tags(text).text.finditer(text):
            found = True
            yield at + match.start()
        at += len(text)
    if found:
        yield at


def _texts(archive: zipfile.ZipFile, lengths: array[int]) -> int:
    """Bytes of all cells that name a shared text, as if each had a copy of it."""
    total = 0
    for part in archive.infolist():
        with archive.open(part) as stream:
            for text in _whole_tags(stream):
                numbers = map(int, _tags(text).shared.findall(text))
                total += sum(lengths[number] for number in numbers if number < len(lengths))
    return total


def _number(column: bytes) -> int:
    """The number of a column from its letters: A is 1, XFD is 16384."""
    number = 0
    for letter in column.upper():
        number = number * 26 + letter - 64
    return number

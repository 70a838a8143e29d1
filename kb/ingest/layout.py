"""From lines on pages to paragraphs under headings: what repeats on pages goes, broken lines and words are joined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kb.ingest.codes import codes_in_headings
from kb.ingest.texts import NUMBERED, depth
from kb.ingest.values import Notes, Place, Row, Section, Table

MARGIN = 0.1  # share of the page at its top and bottom where headers and footers stand
LARGE = 1.15  # times the size of the running text: a heading
MOST_HEADING = 120  # characters
GAP = 0.8  # line heights between paragraphs
SHORT = 0.85  # of the column's width: a line that ends before was ended on purpose
FEW = 20  # characters beside a picture of the whole page that do not make it a page of text
_PAGE_NUMBER = re.compile(
    r"^\W*(?:page|p\.|seite|第)?\s*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of|von|-|–|共)\s*\d{1,4})?\s*(?:页)?\W*$",
    re.IGNORECASE,
)
_OWN_NUMBER = re.compile(r"(?<![\w.-])\d{1,4}(?:\s*/\s*\d{1,4})?(?![\w.-])")
_ITEM = re.compile(r"^(?:[-*+•·▪●○◦–]|\(?\d{1,2}[.)、）]|[a-z][.)])\s*\S")
_BULLET = re.compile(r"^[•·▪●○◦]\s*")
_ENDED = (".", "。", "!", "！", "?", "？", ":", "：", ";", "；")


class Box(NamedTuple):
    """A rectangle on a page, in points from its left and top."""

    left: float
    top: float
    right: float
    bottom: float


class Line(NamedTuple):
    """A line of a page; points from left and top. `right` is where its column ends, `depth` 0 (top) to 1."""

    text: str
    size: float
    bold: bool
    left: float
    ends: float
    top: float
    bottom: float
    right: float
    depth: float


class PageLines(NamedTuple):
    """What was read from one page. `scan`: it may be the picture of a page; `hidden` letters were left out."""

    number: int
    parts: list[Line | list[Row]]
    hidden: int = 0
    pictures: int = 0
    scan: bool = False

    def lines(self) -> list[Line]:
        """The lines outside of tables."""
        return [part for part in self.parts if isinstance(part, Line)]


def furniture(pages: Sequence[PageLines]) -> Counter[str]:
    """How many pages have each line in their margins; numbers of pages count as equal."""
    return Counter(key for page in pages for key in {_key(line) for line in page.lines() if _in_margin(line)})


def _in_margin(line: Line) -> bool:
    return line.depth < MARGIN or line.depth > 1 - MARGIN


def _key(line: Line) -> str:
    """A line as its repetitions share it; "Alarm 12" on a page of its own is a heading, not "Page 12"."""
    text = line.text if codes_in_headings([line.text]) else _OWN_NUMBER.sub("#", line.text)
    return f"{line.depth < MARGIN} {text.casefold()}"


class Flow:
    """Joins the lines of a document, page by page, into sections."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.path: list[tuple[tuple[float, int], str]] = []
        self.held: list[Line] = []
        self.text, self.page = "", 0
        self.seen = 0
        self.after_heading: Line | None = None

    def pages(self, pages: Sequence[PageLines], body: float, repeated: Mapping[str, int]) -> Iterator[Section | Table]:
        """The sections and tables of some pages; `body` is the size of the running text in points."""
        self.seen += len(pages)
        often = min(3, max(2, self.seen))
        for page in pages:
            kept = [
                part for part in page.parts if not (isinstance(part, Line) and _is_furniture(part, repeated, often))
            ]
            letters = sum(len(part.text) if isinstance(part, Line) else FEW for part in kept)
            if page.scan and letters < FEW:
                self.notes.add("scanned_pages", page.number)
                continue
            if page.pictures:
                self.notes.add("images", page.number)
            for part in kept:
                if isinstance(part, Line):
                    yield from self._line(part, page.number, body)
                else:
                    yield from self.end()
                    yield Table(self._headings(), part)

    def end(self) -> Iterator[Section]:
        """The paragraph that is still open."""
        if self.text.strip():
            yield Section(self._headings(), Place("page", self.page), self.text.strip())
        self.held, self.text, self.after_heading = [], "", None

    def _headings(self) -> tuple[str, ...]:
        return tuple(text for _, text in self.path)

    def _line(self, line: Line, page: int, body: float) -> Iterator[Section]:
        rank = heading_rank(line, body)
        if rank is not None:
            before = self.after_heading
            yield from self.end()
            if (
                before
                and self.path
                and self.path[-1][0] == rank
                and line.top - before.bottom < line.size
                and line.top > before.top
            ):
                self.path[-1] = (rank, join(self.path[-1][1], line.text))  # a heading in two lines
            else:
                while self.path and self.path[-1][0] >= rank:
                    self.path.pop()
                self.path.append((rank, line.text))
            self.after_heading = line
            return
        self.after_heading = None
        if self.held and self._begins(line, page):
            yield from self.end()
        if not self.held:
            self.page, self.text = page, _BULLET.sub("- ", line.text)
        else:
            ended = self.held[-1].ends - self.held[-1].left < SHORT * (self.held[-1].right - self.held[-1].left)
            hyphen = self.held[-1].text.endswith("-")
            self.text = f"{self.text}\n{line.text}" if ended and not hyphen else join(self.text, line.text)
        self.held.append(line)

    def _begins(self, line: Line, page: int) -> bool:
        """Whether `line` begins a new paragraph after the one that is held."""
        before = self.held[-1]
        if _ITEM.match(line.text) or abs(before.size - line.size) > 1:
            return True
        if line.top < before.top:  # a new page or column: a sentence goes on there
            first = line.text[:1]
            return before.text.endswith(_ENDED) or not (first.islower() or first > "\u2e80")
        return line.top - before.bottom > GAP * max(line.bottom - line.top, 1.0)


def _is_furniture(line: Line, repeated: Mapping[str, int], often: int) -> bool:
    return _in_margin(line) and (repeated.get(_key(line), 0) >= often or _PAGE_NUMBER.match(line.text) is not None)


def heading_rank(line: Line, body: float) -> tuple[float, int] | None:
    """How high a heading stands (smaller is higher), None for running text: by size, weight and number."""
    text = line.text
    if len(text) > MOST_HEADING or text.endswith((".", "。", ";", "；", ",", "，")) or not re.search(r"[^\W\d_]", text):
        return None
    match = NUMBERED.match(text)
    large = body > 0 and line.size >= LARGE * body
    if not (large or (line.bold and (match or (len(text) <= 80 and not text.endswith((":", "：")))))):
        return None
    return (-line.size, depth(match) if match else 9)


def join(before: str, line: str) -> str:
    """Two lines as one: a word cut by a hyphen is whole again, Chinese needs no space."""
    if before.endswith("-") and len(before) > 1 and before[-2].isalpha() and line[:1].isalpha() and line[:1].islower():
        return before[:-1] + line
    if before.endswith("-") and len(before) > 1 and before[-2].isalnum():
        return before + line  # "E-" and "2041"
    if before[-1:] > "\u2e80" and line[:1] > "\u2e80":
        return before + line
    return f"{before} {line}"

"""What readers hand on: running text, tables, and notes on what they left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, NamedTuple

from kb.passage import Frozen, Lang

Unit = Literal["", "line", "page", "paragraph", "table", "row"]
ZH: dict[Unit, str] = {
    "": "", "line": "第 {} 行", "page": "第 {} 页", "paragraph": "第 {} 段", "table": "表 {}", "row": "第 {} 行",
}  # fmt: skip


class Place(NamedTuple):
    """Where something stands in its document; `number` counts from 1."""

    unit: Unit = ""
    number: int = 0
    sheet: str = ""

    def words(self, lang: Lang) -> str:
        """ "sheet Drives, row 7", "第 12 页"; "" for the document as a whole."""
        where = (
            (ZH[self.unit].format(self.number) if lang == "zh" else f"{self.unit} {self.number}") if self.unit else ""
        )
        sheet = f"{'工作表' if lang == 'zh' else 'sheet'} {self.sheet}" if self.sheet else ""
        return ", ".join(part for part in (sheet, where) if part)


class Section(NamedTuple):
    """Running text under one path of headings, paragraphs parted by blank lines."""

    path: tuple[str, ...]
    at: Place
    text: str


class Row(NamedTuple):
    """One row of a table; a cell without content is ""."""

    at: Place
    cells: list[str]


class Table(NamedTuple):
    """A table under one path of headings. `rows` are read once; which of them is the header is not told yet."""

    path: tuple[str, ...]
    rows: Iterable[Row]


class Draft(NamedTuple):
    """A passage in the making, not yet bound to its document."""

    title: str
    text: str
    at: Place
    kind: Literal["manual", "case"] = "manual"
    codes: tuple[str, ...] = ()
    asset: str = ""


NoteKind = Literal[
    "scanned_pages", "broken_pages", "empty_rows", "hidden_text", "hidden_sheets", "empty_sheets", "measured",
    "images", "text_boxes", "form_lines", "other_files", "too_many_files",
]  # fmt: skip


class Note(Frozen):
    """Something of a document that was not taken: `count` of it, and which (page or row numbers, names)."""

    kind: NoteKind
    count: int
    which: str = ""


class Notes:
    """Collects notes while a document is read."""

    def __init__(self) -> None:
        self._found: dict[NoteKind, list[str]] = {}

    def add(self, kind: NoteKind, which: str | int = "", count: int = 1) -> None:
        """One more of `kind`; `count` of them when they have no names."""
        self._found.setdefault(kind, []).extend([str(which)] * count)

    def all(self) -> list[Note]:
        """The notes in the order of their first appearance."""
        return [Note(kind=kind, count=len(which), which=spans(which)) for kind, which in self._found.items()]


def spans(which: list[str], most: int = 12) -> str:
    """Numbers as spans ("3, 7-9"), names once each; a long list ends in "..."."""
    names = list(dict.fromkeys(name for name in which if name))
    if not all(name.isdigit() for name in names):
        return ", ".join(names[:most]) + (", ..." if len(names) > most else "")
    runs: list[list[int]] = []
    for number in sorted(int(name) for name in names):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    parts = [str(a) if a == b else f"{a}-{b}" for a, b in runs]
    return ", ".join(parts[:most]) + (", ..." if len(parts) > most else "")


class Opened(NamedTuple):
    """A document being read: where it lies, its name for people, what to note, whom to tell the share done (0..1)."""

    path: Path
    name: str
    notes: Notes
    progress: Callable[[float], None] = lambda share: None

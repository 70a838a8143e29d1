"""Readers, one for each format: file -> sections of running text and tables. A new format is one function and a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import PurePosixPath
from typing import NamedTuple

from kb.errors import KnowledgeError
from kb.ingest.archives import check_inflated
from kb.ingest.values import Opened, Section, Table

ARCHIVE = ".zip"
Reader = Callable[[Opened], Iterator[Section | Table]]


class Format(NamedTuple):
    """How files of a format are read. `most` megabytes; `packed`: it is a ZIP file inside. Readers load on use."""

    reader: str
    most: int
    packed: bool = False

    def load(self) -> Reader:
        """The function behind `reader`, a dotted path "module:function"."""
        module, name = self.reader.split(":")
        reader: Reader = getattr(import_module(module), name)
        return reader


_MARKDOWN, _PLAIN = Format("kb.ingest.texts:markdown", 32), Format("kb.ingest.texts:plain", 32)
_HTML, _CSV = Format("kb.ingest.html:html", 32), Format("kb.ingest.sheets:comma_separated", 64)
FORMATS: dict[str, Format] = {
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".txt": _PLAIN,
    ".html": _HTML,
    ".htm": _HTML,
    ".csv": _CSV,
    ".tsv": _CSV,
    ".xlsx": Format("kb.ingest.sheets:workbook", 64, packed=True),
    ".docx": Format("kb.ingest.word:word", 128, packed=True),
    ".pdf": Format("kb.ingest.pdf:pdf", 512),
}
KNOWN = ", ".join(sorted([*FORMATS, ARCHIVE]))


def format_of(name: str) -> Format | None:
    """How a file with this name is read, None when it is not."""
    return FORMATS.get(PurePosixPath(name).suffix.casefold())


def read(opened: Opened) -> Iterator[Section | Table]:
    """The content of a document by its ending, piece by piece.

    KnowledgeError: not there, another format, too large, locked, damaged, or no text.
    """
    kind = format_of(opened.name)
    check_file(opened)
    if kind is None:
        raise KnowledgeError("failure_kb_format", file=opened.name, formats=KNOWN)
    try:
        if opened.path.stat().st_size > kind.most * 2**20:
            raise KnowledgeError("failure_kb_too_large", file=opened.name, limit=kind.most)
        if kind.packed:
            check_inflated(opened.path, opened.name)
        yield from kind.load()(opened)
    except OSError as error:
        raise KnowledgeError("failure_kb_unreadable", file=opened.name) from error


def check_file(opened: Opened) -> None:
    """KnowledgeError when there is no such file."""
    if not opened.path.is_file():
        raise KnowledgeError("failure_kb_no_file", file=opened.name)

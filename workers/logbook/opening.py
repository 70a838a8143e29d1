"""The cells of a small table, as text: CSV (any delimiter, UTF-8, UTF-16, GB18030) and Excel."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from kb.errors import KnowledgeError
from kb.ingest.formats import format_of
from kb.ingest.formats import read as read_document
from kb.ingest.values import Notes, Opened, Row, Table

MOST_BYTES = 16 * 2**20
MOST_ROWS = 100_000
TABLES = {".csv", ".tsv", ".txt", ".xlsx"}
FEWEST = 2  # rows of data

Cells = list[list[str]]


def tables_of(path: Path, name: str) -> Iterator[Cells]:
    """The tables of a file, each with its first rows; nothing for a file that is none, too large, or cannot be read:
    whoever reads sensor series says what is wrong with it."""
    ending = PurePosixPath(name.lower()).suffix
    try:
        if ending not in TABLES or path.stat().st_size > MOST_BYTES or format_of(f"x{ending}") is None:
            return
        shown = f"x{'.csv' if ending == '.txt' else ending}"
        for part in read_document(Opened(path, shown, Notes())):
            if isinstance(part, Table):
                cells = [row.cells for row in _first(part)]
                if len(cells) > FEWEST:
                    yield cells
    except (KnowledgeError, OSError, csv.Error):
        return


def _first(table: Table) -> Iterator[Row]:
    for number, row in enumerate(table.rows):
        if number >= MOST_ROWS:
            return
        yield row

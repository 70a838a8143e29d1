"""Tables of fault codes without lines: columns are told by where the words of their header begin.

Only tables whose header names a column of codes are looked for; anything else that stands in columns is left as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from kb.ingest.codes import codes_in_cell
from kb.ingest.columns import names_codes
from kb.ingest.layout import Box, join

Word = dict[str, Any]
CELL_GAP = 7.0  # points between two cells of a line; words of one cell are nearer
SLACK = 4.0  # points by which a cell may begin left of its header
FEWEST = 2  # rows with a code


class Aligned(NamedTuple):
    """A table found: where it stands, and its rows from the header on."""

    box: Box
    rows: list[list[str]]


def aligned_tables(words: Sequence[Word]) -> Iterator[Aligned]:
    """The tables among the words of a page."""
    lines = _lines(words)
    place = 0
    while place < len(lines):
        header = _cells(lines[place])
        titles = [" ".join(word["text"] for word in cell) for cell in header]
        if len(header) < 2 or not names_codes(titles):
            place += 1
            continue
        rows, end = _rows(lines, place + 1, [cell[0]["x0"] for cell in header])
        if sum(bool(codes_in_cell(row[0])) for row in rows) >= FEWEST:
            inside = [word for line in lines[place:end] for word in line]
            box = Box(min(w["x0"] for w in inside), min(w["top"] for w in inside),
                      max(w["x1"] for w in inside), max(w["bottom"] for w in inside))  # fmt: skip
            yield Aligned(box, [titles, *rows])
            place = end
        else:
            place += 1


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words side by side, from the top; each line from the left."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word["bottom"]):
        if lines and abs(lines[-1][0]["bottom"] - word["bottom"]) < 3.0:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word["x0"]) for line in lines]


def _cells(line: Sequence[Word]) -> list[list[Word]]:
    cells: list[list[Word]] = []
    for word in line:
        if cells and word["x0"] - cells[-1][-1]["x1"] < CELL_GAP:
            cells[-1].append(word)
        else:
            cells.append([word])
    return cells


def _rows(lines: Sequence[Sequence[Word]], start: int, starts: Sequence[float]) -> tuple[list[list[str]], int]:
    """Rows below a header whose columns begin at `starts`, and the line after them.

    The first column holds the codes; a line without one goes on with the row above. A cell that runs over the
    beginning of the next column is no longer of the table, nor is what stands a long way below.
    """
    rows: list[list[str]] = []
    for place in range(start, len(lines)):
        row = [""] * len(starts)
        for cell in _cells(lines[place]):
            column = sum(cell[0]["x0"] >= begin - SLACK for begin in starts) - 1
            over = column + 1 < len(starts) and cell[-1]["x1"] > starts[column + 1] + SLACK
            if column < 0 or over:
                return rows, place
            row[column] = " ".join(filter(None, (row[column], " ".join(word["text"] for word in cell))))
        height = lines[place][0]["bottom"] - lines[place][0]["top"]
        far = lines[place][0]["top"] - lines[place - 1][0]["bottom"] > 2.5 * height
        if far or (row[0] and not codes_in_cell(row[0])) or (not row[0] and not rows):
            return rows, place
        if row[0]:
            rows.append(row)
        else:
            rows[-1] = [join(a, b) if a and b else a or b for a, b in zip(rows[-1], row, strict=True)]
    return rows, len(lines)

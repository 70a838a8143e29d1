"""Rows of tables that are no fault lists: which of them say something by themselves, and what each is called.

A row of a parts list, a lubrication card or a check list is read alone: it has several columns of its own and begins
with words. A list of two columns, or one that begins with ranges ("100-250 degC"), is read as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kb.ingest.cells import flat
from kb.ingest.values import Row
from kb.text import lang_of

FEWEST_COLUMNS = 3
MOST_NAME = 40  # characters of a cell that can be a name
NAMED = 0.7  # share of rows whose cell in a column is a name, for the column to name rows
MOST_NAMES = 3  # columns that a row is named by
_WORDS = re.compile(r"[^\W\d_]{2,}|[\u3400-\u9fff]")
_AMOUNT = re.compile(
    r"[-+±≤≥<>≈~～]*\s*[\d.,]+\s*(?:[-–—~～至]|\.{2,3}|to)?\s*[\d.,]*\s*"
    r"(?:[^\W\d_]{1,4}|[%‰°℃/³²·]|\s){0,8}(?:以上|以下|以内|左右)?$",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"规格|型号|牌号|图号|\b(?:types?|models?|specifications?|spec|part (?:no|number)|order (?:no|number))\b",
    re.IGNORECASE,
)
_TELLING = re.compile(r"^(?:注|备注|说明|notes?|remarks?)\b|^(?:注|备注|说明)[:：1]|[。！？；]", re.IGNORECASE)


class Naming(NamedTuple):
    """Which columns name a row, in their order; none: the rows are read together."""

    columns: tuple[int, ...] = ()

    def of(self, row: Row) -> str:
        """What a row is called, "" where its names are missing."""
        cells = [flat(row.cells[n]) for n in self.columns if n < len(row.cells) and row.cells[n]]
        return " ".join(dict.fromkeys(cells))


def naming(header: Sequence[str], rows: Sequence[Row]) -> Naming:
    """What names the rows of a table with this header: its first columns of words, as many as tell rows apart, and the
    model that stands beside the name. Numbers of parts and running numbers name nothing for people."""
    full = [row for row in rows if not is_lone(row)]
    if sum(bool(cell) for cell in header) < FEWEST_COLUMNS or not full:
        return Naming()
    wide = sum(sum(map(bool, row.cells)) >= FEWEST_COLUMNS for row in full)
    words = [n for n in range(len(header)) if _share(n, full, _is_name) >= NAMED]
    labels = [n for n in range(len(header)) if n in words or _share(n, full, _is_label) >= NAMED]
    first = next((n for n in range(len(header)) if not _all_numbers(n, full)), None)
    if wide < NAMED * len(full) or not words or first != labels[0]:
        return Naming()
    chosen: list[int] = []
    for column in labels[:MOST_NAMES]:
        chosen.append(column)
        if words[0] <= column and len({Naming(tuple(chosen)).of(row) for row in full}) == len(full):
            break
    beside = next((n for n in range(len(header)) if _MODEL.search(header[n]) and n not in chosen), None)
    if beside is not None and beside == chosen[-1] + 1:
        chosen.append(beside)
    return Naming(tuple(sorted(chosen)))


def is_lone(row: Row) -> bool:
    """Has the row one cell alone? It is a heading within the table, or a note below it."""
    return len({cell for cell in row.cells if cell}) == 1


def heads(row: Row) -> bool:
    """Is the one cell of a row the heading of what follows?"""
    cell = next(cell for cell in row.cells if cell)
    return len(cell) <= MOST_NAME and _TELLING.search(cell) is None


def _share(column: int, rows: Sequence[Row], fits: Callable[[str], bool]) -> float:
    cells = [row.cells[column] if column < len(row.cells) else "" for row in rows]
    return sum(map(fits, cells)) / len(cells)


def _is_label(cell: str) -> bool:
    """ "P1", "B-203": a name that needs words beside it."""
    return re.fullmatch(r"[A-Za-z]{1,5}[-_.]?\d[\w-]{0,8}", cell) is not None


def _is_name(cell: str) -> bool:
    least = 1 if lang_of(cell) == "zh" else 2
    return len(cell) <= MOST_NAME and len("".join(_WORDS.findall(cell))) >= least and _AMOUNT.match(cell) is None


def _all_numbers(column: int, rows: Sequence[Row]) -> bool:
    """Is the column one of running numbers or numbers of parts, as wide as they are ("010233", "3")?"""
    cells = [row.cells[column] for row in rows if column < len(row.cells) and row.cells[column]]
    return all(re.fullmatch(r"#?\d[\d./-]*", cell) for cell in cells)

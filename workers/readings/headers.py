"""Where the data begin in a text table, what the columns are called and in which units they are.

Above the data there may be anything: the historian's banner, comment lines, a row of names, a row of units, a row of
descriptions. The data say where they begin: they are the rows whose cells have the types of the rows further down.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import workers.readings.cells as cells
from workers.readings.cells import NumberStyle
from workers.readings.dialect import DATA_LINES, field_count
from workers.readings.timepatterns import looks_like_time
from workers.readings.units import is_unit, split_unit

ColumnKind = Literal["number", "time", "text", "empty"]
Row = Sequence[str]
COMMENT = re.compile(r"^\s*(?:#+|//+|%+|\*+|!+|--+)\s*")
JUDGED = 40  # typed cells of a row that are looked at
UNIT_SHARE = 0.6  # of the cells of a row that is a row of units


@dataclass(frozen=True)
class Header:
    """The columns of a table and how many rows of the sample stand above its first data row.

    `names` are without units, unique and never blank; `units` (same length) are "" where none is written; `kinds`
    what the sampled cells hold. `named` is False when the file has no row of names. `raw` are the headers as written.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    kinds: tuple[ColumnKind, ...]
    raw: tuple[str, ...]
    first: int
    named: bool
    preamble: int


def find_header(rows: Sequence[Row], style: NumberStyle) -> Header | None:
    """The header of the sampled `rows` (fields as text); None when no row looks like data."""
    width, _ = field_count([row for row in rows if row])
    kinds = column_kinds([row for row in rows if len(row) == width][-DATA_LINES:], width, style)
    flags = [_is_data(row, kinds, style) for row in rows]
    first = next(
        (i for i, flag in enumerate(flags) if flag and sum(flags[i : i + 5]) >= 0.6 * len(flags[i : i + 5])), -1
    )
    if first < 0:
        return None
    above = [_uncommented(row) for row in rows[:first]]
    candidates = [row for row in above if abs(len(row) - width) <= 1 and sum(bool(c.strip()) for c in row) > width / 2]
    if first == 0 and _counts_up(rows[0]) and width > 2:
        candidates, first = [rows[0]], 1
    names = max(candidates, key=_name_score, default=None)
    units = next((row for row in candidates if row is not names and _is_units(row)), None)
    raw = _fitted(names, width, rows[first:]) if names is not None else [""] * width
    columns = named_columns(raw, _fitted(units, width, rows[first:]) if units is not None else None)
    used = (names is not None) + (units is not None)
    return Header(*columns, tuple(kinds), tuple(raw), first, names is not None, max(first - used, 0))


def column_kinds(rows: Sequence[Row], width: int, style: NumberStyle) -> list[ColumnKind]:
    """What each column of the sampled data rows holds, by the majority of its cells that say something."""
    return [cell_kind([row[i] for row in rows if i < len(row)], style) for i in range(width)]


def cell_kind(column: Sequence[str], style: NumberStyle) -> ColumnKind:
    """What a column of cells holds, by the majority of those that say something."""
    said = [cell for cell in column if not cells.is_missing(cell)]
    if not said:
        return "empty"
    if 2 * sum(_is_value(cell, style) for cell in said) >= len(said):
        return "number"
    return "time" if 2 * sum(looks_like_time(cell) for cell in said) >= len(said) else "text"


def _is_value(cell: str, style: NumberStyle) -> bool:
    return cells.is_number(cell, style) or cells.is_truth(cell) or cells.is_infinite(cell)


def _is_data(row: Row, kinds: Sequence[ColumnKind], style: NumberStyle) -> bool:
    """True when the row's cells are of the columns' types; the first time column must agree when it says something."""
    if abs(len(row) - len(kinds)) > 1 or (row and COMMENT.match(row[0]) and not _is_value(row[0], style)):
        return False
    typed = [(cell, kind) for cell, kind in zip(row, kinds, strict=False) if kind in ("number", "time")][:JUDGED]
    times = [cell for cell, kind in typed if kind == "time"]
    if times and not (cells.is_missing(times[0]) or cells.is_bad(times[0]) or looks_like_time(times[0])):
        return False
    said = [(cell, kind) for cell, kind in typed if not (cells.is_missing(cell) or cells.is_bad(cell))]
    fits = sum(_is_value(c, style) if kind == "number" else looks_like_time(c) for c, kind in said)
    return fits > 0 and 2 * fits >= len(said)


def _uncommented(row: Row) -> Row:
    return [COMMENT.sub("", row[0]), *row[1:]] if row and COMMENT.match(row[0]) else row


def _counts_up(row: Row) -> bool:
    """True for the header 0, 1, 2, ... (or 1, 2, 3, ...) of a table whose columns had no names."""
    said = [cell.strip() for cell in row if cell.strip()]
    return len(said) >= len(row) - 1 and any(said == [str(i + k) for i in range(len(said))] for k in (0, 1))


def _name_score(row: Row) -> float:
    """How well a row serves as names: distinct, said, and no units. `max` keeps the first of equals."""
    said = [cell.strip() for cell in row if cell.strip()]
    return len(set(said)) - (len(row) if _is_units(row) else 0)


def _is_units(row: Row) -> bool:
    said = [cell for cell in row if cell.strip()]
    return bool(said) and sum(is_unit(cell) for cell in said) >= UNIT_SHARE * len(said)


def _fitted(row: Row, width: int, data: Sequence[Row]) -> list[str]:
    """A header row of `width` cells: a trailing delimiter, or an unnamed first column, makes it one off."""
    cells_ = [str(cell) for cell in row]
    if len(cells_) == width - 1:
        trailing = all(not r[-1].strip() for r in data if len(r) == width)
        return [*cells_, ""] if trailing else ["", *cells_]
    return cells_[:width]


def named_columns(raw: Sequence[str], units: Sequence[str] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(names, units) of raw headers: tidy, split, unique. A name that loses its uniqueness keeps its unit."""
    tidy = [" ".join(name.replace("\ufeff", "").replace("\u200b", "").strip().strip("\"'").split()) for name in raw]
    siblings = frozenset(tidy)
    pairs = [split_unit(name, siblings) for name in tidy]
    if units is not None:
        pairs = [
            (name, unit.strip().strip("[]()（）【】") or own) for (name, own), unit in zip(pairs, units, strict=True)
        ]
    counts = Counter(name for name, _ in pairs)
    names = [full if counts[name] > 1 else name for (name, _), full in zip(pairs, tidy, strict=True)]
    return tuple(unique(names)), tuple(unit for _, unit in pairs)


def headings(names: Sequence[str], raw: Sequence[str]) -> dict[str, str]:
    """Name -> header as the file has it, by which scripts join; the name where the file has none, or the same twice."""
    said = [header.removeprefix("\ufeff") for header in raw]
    counts = Counter(said)
    pairs = zip(names, said, strict=True)
    return {name: header if header.strip() and counts[header] == 1 else name for name, header in pairs}


def unique(names: Sequence[str]) -> list[str]:
    """`names` with blanks named by place and repetitions numbered: "flow", "flow (2)"."""
    taken: set[str] = set()
    result = []
    for place, name in enumerate(names, 1):
        base = name or f"column_{place}"
        candidate, number = base, 2
        while candidate in taken:
            candidate, number = f"{base} ({number})", number + 1
        taken.add(candidate)
        result.append(candidate)
    return result

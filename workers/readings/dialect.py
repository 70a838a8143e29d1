"""How a text table is written: delimiter, decimal mark, thousands mark; told from its first lines."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import workers.readings.cells as cells
from workers.readings.cells import NumberStyle
from workers.readings.timepatterns import looks_like_time

DELIMITERS = (",", ";", "\t", "|")
WHITESPACE = " "
LINES = 120
CELLS_JUDGED = 40  # of each line: a wide file repeats itself
DATA_LINES = 60  # from the end of the sample, where a preamble no longer reaches
AGREE = 0.7  # share of data lines that must have one field count
BLANKS = 0.7  # trust in blanks as delimiters: the one between date and clock separates nothing
SURE = 0.9  # of the cells read well: no need to try blanks too


@dataclass(frozen=True)
class Dialect:
    """`delimiter` is one character; " " stands for any run of blanks. `style` says how numbers are written."""

    delimiter: str
    style: NumberStyle


def sniff(lines: Sequence[str]) -> Dialect | None:
    """The dialect of the sampled `lines` (whole lines, without line ends); None when no delimiter gives columns.

    Every candidate splits the lines; the one whose cells read best as numbers, times and blanks wins, so the comma
    of "1,5;2,5" is a decimal mark and the semicolon in a note is text.
    """
    best: tuple[float, int, Dialect] | None = None
    for delimiter in (*DELIMITERS, WHITESPACE):
        if delimiter == WHITESPACE and best is not None and best[0] >= SURE:
            break  # blanks separate only where nothing else does
        rows = [row for _, row in split(lines, delimiter)]
        width, share = field_count(rows)
        if width < 2 or share < AGREE:
            continue
        data = [row for row in rows[-DATA_LINES:] if len(row) == width]
        style = number_style(data, delimiter)
        trust = BLANKS if delimiter == WHITESPACE else 1.0
        rated = trust * share * readable(data, style), width, Dialect(delimiter, style)
        if best is None or rated[:2] > best[:2]:
            best = rated
    return best[2] if best else None


def split(lines: Sequence[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """`lines` as (number of lines read so far, fields), blank lines left out; a quoted cell may span lines."""
    if delimiter == WHITESPACE:
        return [(i, line.split()) for i, line in enumerate(lines, 1) if line.strip()]
    try:
        reader = csv.reader(lines, delimiter=delimiter)
        return [(reader.line_num, row) for row in reader if row]
    except csv.Error:  # a quote that never ends
        return [(i, line.split(delimiter)) for i, line in enumerate(lines, 1) if line.strip()]


def field_count(rows: Sequence[Sequence[str]]) -> tuple[int, float]:
    """The commonest number of fields among the last data lines, and the share of lines that have it."""
    tail = rows[-DATA_LINES:] if len(rows) <= DATA_LINES else rows[len(rows) // 3 :][-DATA_LINES:]
    if not tail:
        return 0, 0.0
    width, count = max(Counter(len(row) for row in tail).items(), key=lambda item: (item[1], item[0]))
    return width, count / len(tail)


def readable(rows: Sequence[Sequence[str]], style: NumberStyle) -> float:
    """Share of cells that are numbers, times or say "no value"; blanks count half, they prove little."""
    good = total = 0.0
    for row in rows:
        for cell in row[:CELLS_JUDGED]:
            total += 1
            if cells.is_number(cell, style) or looks_like_time(cell) or cells.is_truth(cell):
                good += 1
            elif cells.is_missing(cell):
                good += 0.5
    return good / total if total else 0.0


def number_style(rows: Sequence[Sequence[str]], delimiter: str) -> NumberStyle:
    """Decimal and thousands marks by the evidence of all cells; "1,234" alone proves nothing either way."""
    comma = dot = grouped_comma = grouped_dot = either = 0
    for row in rows:
        for cell in row[:CELLS_JUDGED]:
            text = cell.strip().lstrip("+-")
            if not text or not text[0].isdigit() or looks_like_time(text):
                continue
            commas, dots = text.count(","), text.count(".")
            if cells.GROUPED_COMMA.match(text) and (commas or dots > 1):
                grouped_dot += 1  # 1.234,5 or 1.234.567: the dot groups
            elif cells.GROUPED_DOT.match(text) and (dots or commas > 1):
                grouped_comma += 1
            elif cells.GROUPED_DOT.match(text):
                either += 1  # 1,234
            elif commas == 1 and not dots and text.replace(",", "").isdigit():
                comma += 1
            elif dots == 1 and not commas:
                dot += 1
    if grouped_dot and not grouped_comma:
        return NumberStyle(",", ".")
    if comma > dot:
        return NumberStyle(",")
    if grouped_comma and not comma:
        return NumberStyle(".", ",")
    if either and not comma and delimiter in (";", "\t") and not dot:
        return NumberStyle(",")  # a semicolon file comes from where the comma is the decimal mark
    return NumberStyle(".", ",") if either and not comma else NumberStyle()

"""Headers of two rows: "压力" above "下限 | 上限" is read as "压力 › 下限" and "压力 › 上限". What says enough alone
("Code", "Action") keeps its own name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kb.ingest.columns import HEADER_WITHIN, MOST_HEADER, is_number, layout
from kb.ingest.values import Row

BELOW = " › "
FEWEST = 2  # cells of the upper row: one alone is a title
NUMBERS = 0.5  # share of the cells below a span that are numbers: then what stands above them is a header
LOOKED_AT = 8  # rows below the header


def one_header(rows: Sequence[Row]) -> list[Row]:
    """The first rows of a table with a header of two rows made one; as they are where there is none."""
    for place in range(min(HEADER_WITHIN, len(rows) - 2)):
        upper, lower = rows[place].cells, rows[place + 1].cells
        body = rows[place + 2 : place + 2 + LOOKED_AT]
        spans = _spans(upper, lower, body)
        if spans and _heads(upper, lower, spans, body):
            alone = _alone(lower, spans, body)
            above = {column: top for column, top in spans.items() if column not in alone}
            joined = [_name(upper, lower, column, above.get(column)) for column in range(len(lower))]
            return [*rows[:place], rows[place]._replace(cells=joined), *rows[place + 2 :]]
    return list(rows)


def _spans(upper: Sequence[str], lower: Sequence[str], body: Sequence[Row]) -> dict[int, int]:
    """Column -> the column of the cell above that it stands under, for cells above several filled ones, and for one of
    words above numbers ("Oil tank" above "Volume (l)").

    {} where the rows are no header: a cell below one that spans nothing must be empty or the same, merged over both
    rows, or head numbers, unless names are told apart by their spans alone ("Low", "High" below two of them).
    """
    under: dict[int, list[int]] = {}
    above = None
    for column in range(len(lower)):
        if column < len(upper) and upper[column] and not _same_span(upper, lower, column, above):
            above = column
        if above is not None and lower[column]:
            under.setdefault(above, []).append(column)
    wide = {above: columns for above, columns in under.items() if len(columns) > 1}
    spans = {column: above for above, columns in wide.items() for column in columns}
    if not wide:
        return {}
    told_apart = bool(_repeated(lower, spans))
    for above, columns in under.items():
        if above in wide or lower[columns[0]] == upper[above]:
            continue
        if _over_numbers(columns[0], body):
            spans[columns[0]] = above
        elif not told_apart:
            return {}
    return spans


def _same_span(upper: Sequence[str], lower: Sequence[str], column: int, above: int | None) -> bool:
    """Does the cell go on with the one before it: the same words above others, as where it is merged?"""
    return above is not None and upper[column] == upper[above] and lower[column] != lower[above]


def _over_numbers(column: int, body: Sequence[Row]) -> bool:
    """Do numbers alone stand below?"""
    cells = [row.cells[column] for row in body if column < len(row.cells) and row.cells[column]]
    return bool(cells) and all(map(is_number, cells))


def _repeated(lower: Sequence[str], spans: Mapping[int, int]) -> set[str]:
    """The names that stand below more than one span."""
    pairs = {(lower[column], above) for column, above in spans.items()}
    return {name for name, count in Counter(name for name, _ in pairs).items() if count > 1}


def _alone(lower: Sequence[str], spans: Mapping[int, int], body: Sequence[Row]) -> set[int]:
    """Columns below a span that say by themselves what they hold: the code of a fault, what to do."""
    repeated = _repeated(lower, spans)
    return {column for column in layout(lower, body).columns.values() if lower[column] not in repeated}


def _heads(upper: Sequence[str], lower: Sequence[str], spans: dict[int, int], body: Sequence[Row]) -> bool:
    """Are these two rows of words a header, by what stands below or beside the spans?"""
    filled = [cell for cell in [*upper, *lower] if cell]
    if sum(map(bool, upper)) < FEWEST or any(is_number(cell) or len(cell) > MOST_HEADER for cell in filled):
        return False
    alone = any(cell and column not in spans.values() for column, cell in enumerate(upper))
    names = [lower[column] for column in spans]
    below = [row.cells[c] for row in body for c in spans if c < len(row.cells) and row.cells[c]]
    numbers = sum(map(is_number, below)) >= NUMBERS * len(below) > 0
    return alone or len(set(names)) < len(names) or numbers


def _name(upper: Sequence[str], lower: Sequence[str], column: int, above: int | None) -> str:
    if above is not None:
        return f"{upper[above]}{BELOW}{lower[column]}"
    return lower[column] or (upper[column] if column < len(upper) else "")

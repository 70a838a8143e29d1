"""Tables into passages that can be understood alone: one for each fault code or logged case, else groups of rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from kb.ingest.cells import APART, flat
from kb.ingest.chunks import MAX_WORDS, cut, weight
from kb.ingest.codes import codes_in_cell, codes_in_headings, is_code
from kb.ingest.columns import Layout, Role, find_header, is_measured
from kb.ingest.forms import is_form
from kb.ingest.headers import one_header
from kb.ingest.rows import heads, is_lone, naming
from kb.ingest.values import Draft, Notes, Place, Row, Table
from kb.text import lang_of

LOOK_AHEAD = 50  # rows by which a table is recognised
MOST_TITLE = 80  # characters
_UNNAMED = re.compile(r"(?:(?:sheet|tabelle|工作表)\s*\d*)?$", re.IGNORECASE)  # says nothing of what is in the sheet
LONG_ROW = 3 * MAX_WORDS  # a row is kept in one piece up to here


class Tables:
    """Turns the tables of one document into drafts; a table that goes on over a page keeps its header."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self._last: tuple[Row, Layout] | None = None

    def drafts(self, table: Table) -> Iterator[Draft]:
        """The passages of one table. Rows without content and readings of sensors are noted."""
        rows = iter(table.rows)
        first = one_header(list(islice(rows, LOOK_AHEAD)))
        place, known = find_header(first)
        if self._goes_on(first, known):
            assert self._last is not None
            header, known, path, place = *self._last, table.path, -1
        else:
            titles = [" ".join(row.cells).strip() for row in first[: max(place, 0)]]
            path = (*table.path, *[title for title in titles if 0 < len(title) <= MOST_TITLE and self._tells(title)])
            header = first[place] if place >= 0 else Row(Place(), [])
        self._last = (header, known)
        body = chain(first[place + 1 :], rows)
        if known.kind == "other":
            yield from self._others(path, header.cells, first[place + 1 :], body)
            return
        for row in _joined(body, known):
            if _says_nothing(row, known):
                if sum(bool(cell) for cell in row.cells) > 1 or is_code(cell_of(row, known.columns.get("code"))):
                    self.notes.add("empty_rows", _name(row, known))  # one cell alone is a heading within the table
                continue
            yield from _row_drafts(row, header.cells, known)

    def _goes_on(self, rows: Sequence[Row], known: Layout) -> bool:
        """Whether these rows belong to the table before: no header of their own, as many columns, codes in place."""
        if self._last is None or known.kind != "other" or self._last[1].kind == "other" or not rows:
            return False
        header, last = self._last
        page = rows[0].at.unit == "page" and rows[0].at.number >= header.at.number
        code = last.columns.get("code")
        fits = code is None or any(codes_in_cell(row.cells[code]) for row in rows[:2] if code < len(row.cells))
        return page and fits and len(rows[0].cells) == len(header.cells)

    def _tells(self, line: str) -> bool:
        """False for a line of a form ("编制：... 审核：..."), which is noted."""
        if form := is_form(line):
            self.notes.add("form_lines", line)
        return not form

    def _others(
        self, path: Sequence[str], header: Sequence[str], first: Sequence[Row], rows: Iterable[Row]
    ) -> Iterator[Draft]:
        """Each row with a name of its own by itself, others in groups."""
        if is_measured(first):
            self.notes.add("measured", first[0].at.sheet if first else "")
            return
        sheet = first[0].at.sheet if first else ""
        path = path or [sheet] * (_UNNAMED.match(sheet) is None)
        named = naming(header, [row for row in first if not is_form(_line(row))])
        filled = (row for row in rows if any(row.cells) and self._tells(_line(row)))
        if not named.columns:
            yield from _groups(" › ".join(path), header, filled)
            return
        above, waiting = "", Row(Place(), [])  # a heading within the table; it waits for its first row
        for row in filled:
            if is_lone(row):
                yield from _lone(path, waiting)
                above, waiting = ("", Row(Place(), [])) if not heads(row) else (next(filter(None, row.cells)), row)
                if not above:
                    yield from _lone(path, row)
                continue
            waiting = Row(Place(), [])
            yield from _named([*path, above], short(named.of(row)), row, header)
        yield from _lone(path, waiting)


def _line(row: Row) -> str:
    return " ".join(filter(None, row.cells))


def _named(path: Sequence[str], name: str, row: Row, header: Sequence[str]) -> Iterator[Draft]:
    """A row that is read alone, under its own name. A tag in the name is no alarm code that the row explains."""
    text = row_text(row.cells, header)
    title = " › ".join(filter(None, [*path, name])) or short(text)
    for part in [text] if weight(text) <= LONG_ROW else cut(text):
        yield Draft(title, part, row.at, codes=tuple(codes_in_headings([" › ".join(filter(None, path))])))


def _lone(path: Sequence[str], row: Row) -> Iterator[Draft]:
    """A note of one cell within a table."""
    if text := next(filter(None, row.cells), ""):
        yield Draft(" › ".join(filter(None, path)) or short(text), flat(text), row.at)


def _groups(title: str, header: Sequence[str], rows: Iterable[Row]) -> Iterator[Draft]:
    """Rows together, as many as one answer can quote."""
    joint = "、" if lang_of("".join(header)) == "zh" else ", "
    title = title or short(joint.join(filter(None, map(flat, header))))
    held: list[str] = []
    at = Place()
    for row in rows:
        text = row_text(row.cells, header)
        if held and sum(map(weight, held)) + weight(text) > MAX_WORDS:
            yield _group(title, held, at)
            held = []
        at = at if held else row.at
        held.append(text)
    if held:
        yield _group(title, held, at)


def _group(title: str, lines: Sequence[str], at: Place) -> Draft:
    return Draft(title or short(lines[0]), "\n".join(lines), at, codes=tuple(codes_in_headings([title])))


def _joined(rows: Iterable[Row], known: Layout) -> Iterator[Row]:
    """Rows in one piece: a row without a code goes on with the row before it (several causes of one fault)."""
    code = known.columns.get("code")
    if known.kind != "codes" or code is None:
        yield from (row for row in rows if any(row.cells))
        return
    held: Row | None = None
    for row in rows:
        filled = [place for place, cell in enumerate(row.cells) if cell]
        if not filled:
            continue
        alone = len(filled) == 1 and filled[0] < min(known.columns.get(r, 99) for r in ("cause", "action"))
        if held is None or cell_of(row, code) or alone:
            if held:
                yield held
            held = row
        else:
            width = max(len(held.cells), len(row.cells))
            pairs = zip(_padded(held.cells, width), _padded(row.cells, width), strict=True)
            held = held._replace(cells=[APART.join(part for part in pair if part) for pair in pairs])
    if held:
        yield held


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def cell_of(row: Row, column: int | None) -> str:
    """The cell of a column, "" where the row has none."""
    return row.cells[column] if column is not None and column < len(row.cells) else ""


def _says_nothing(row: Row, known: Layout) -> bool:
    def has(*roles: Role) -> bool:
        return any(cell_of(row, known.columns.get(role)) for role in roles)

    if known.kind == "codes":
        return not (has("code") and has("meaning", "symptom", "cause", "action"))
    return not (has("symptom", "meaning", "code") and has("cause", "action"))


def _name(row: Row, known: Layout) -> str:
    named = (cell_of(row, known.columns.get(role)) for role in ("code", "symptom", "meaning"))
    return short(next((cell for cell in (*named, *row.cells) if cell), ""), 40)


def _row_drafts(row: Row, header: Sequence[str], known: Layout) -> Iterator[Draft]:
    def value(role: Role) -> str:
        return flat(cell_of(row, known.columns.get(role)))

    what = value("meaning") or value("symptom") or value("cause") or value("action")
    text = row_text(row.cells, header)
    asset = value("asset") if len(value("asset")) <= MOST_TITLE else ""
    codes = tuple(codes_in_cell(cell_of(row, known.columns.get("code"))))
    if known.kind == "codes":
        mark = "：" if lang_of(what) == "zh" else ": "
        title = short(f"{value('code')}{mark}{what}")
    else:
        what = value("symptom") or value("meaning") or value("code")
        place = f"（{asset}）" if lang_of(what) == "zh" else f" ({asset})"
        title = short(what) + (place if asset and asset not in what else "")
        codes = codes or tuple(codes_in_headings([what]))
    parts = [text] if weight(text) <= LONG_ROW else cut(text)
    for part in parts:
        kind = "case" if known.kind == "log" else "manual"
        yield Draft(title, part, row.at, kind, codes, asset)  # type: ignore[arg-type]  # one of the two kinds


def row_text(cells: Sequence[str], header: Sequence[str]) -> str:
    """ "Code: E-2041; Meaning: drive overtemperature": each cell under its header, empty ones left out."""
    named = [(flat(header[n]) if n < len(header) else "", flat(cell)) for n, cell in enumerate(cells)]
    han = lang_of(" ".join(value for _, value in named)) == "zh"
    mark, joint = ("：", "；") if han else (": ", "; ")
    parts = [f"{name.rstrip(':：')}{mark}{value}" if name else value for name, value in named if value]
    return joint.join(part.rstrip("；;") if number + 1 < len(parts) else part for number, part in enumerate(parts))


def short(text: str, limit: int = MOST_TITLE) -> str:
    """The first line of `text`, at most `limit` characters."""
    line = text.split("\n", 1)[0]
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"

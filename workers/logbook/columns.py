"""Which column of a log is what: by the words of its heading, checked against its cells, or as the question says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from workers.logbook.opening import Cells
from workers.logbook.values import minutes, missing, moment, number

HEADER_WITHIN = 8  # rows from the top in which the heading is looked for
MOST_HEADING = 40  # characters
SHARE = 0.7  # of a column's cells that must be what its heading says
MOST_OTHER = 3  # further columns of numbers that a log may have; a sensor table has many
NUMBERS = ("good", "rework", "scrap", "total")
WORDS = ("reason", "result", "line", "asset", "shift", "product", "person")
HEAD = 16_384  # bytes by which a text is judged
LOOK = 200  # rows by which a column is judged
BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
SAID = {  # what people call a role when they say which column it is
    "reason": r"reason|cause|原因|grund|ursache", "minutes": r"minutes|duration|downtime|dauer|时长|分钟|停机时间",
    "date": r"date|日期|时间",
    "good": r"good|合格|一次合格", "rework": r"rework|返修|返工", "scrap": r"scrap|报废",
    "total": r"total|all|总数|产量",
    "line": r"line|产线", "shift": r"shift|班次", "product": r"product|产品", "asset": r"asset|machine|设备",
    "person": r"person|technician|人员|维修人",
}  # fmt: skip
ASSIGNS = r"\s*(?:column|col\.?|列)?\s*(?:=|:|：|is in|is|are|在|是|为)\s*(?:the\s+)?(?:column|列)?\s*[\"“'「]?"


class Columns(NamedTuple):
    """Where the heading stands, the headings, and role -> column (both from 0); `guessed` roles fit other columns, too,
    or were named by the question."""

    at: int
    headings: list[str]
    roles: dict[str, int]
    guessed: tuple[str, ...] = ()

    @property
    def downtime(self) -> bool:
        """Can causes be ranked by minutes?"""
        return "reason" in self.roles and ("minutes" in self.roles or {"start", "end"} <= set(self.roles))

    @property
    def quality(self) -> bool:
        """Can first-time quality be counted?"""
        counts = {"good", "rework", "scrap", "total"} & set(self.roles)
        return "result" in self.roles or len(counts) >= 2


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    table = tomllib.loads((Path(__file__).parent / "headings.toml").read_text(encoding="utf-8"))
    return [(role, re.compile(rf"\b(?:{words['en']})\b|{words['zh']}", re.IGNORECASE)) for role, words in table.items()]


def plausible(path: Path, name: str) -> bool:
    """Could a file be a log? Told by its first bytes, so that a large sensor file costs no time here; a workbook has
    to be opened to know."""
    if name.lower().endswith(".xlsx"):
        return True
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError:
        return False
    texts = [head.decode(encoding, "ignore") for encoding in ("utf-8", "utf-16", "gb18030")]
    told = [pattern for role, pattern in _patterns() if role in ("reason", "result", "rework", "scrap", "minutes")]
    labels = [label(line) for text in texts for line in text.splitlines()[:HEADER_WITHIN]]
    return any(pattern.search(label) for label in labels for pattern in told)


def find_columns(cells: Cells, said: str = "") -> Columns | None:
    """The columns of a table that is a log; None when it is none. said: a question that may name columns."""
    for at, row in enumerate(cells[:HEADER_WITHIN]):
        headings = [cell.strip() for cell in row]
        if not _is_heading(headings):
            continue
        found = Columns(at, headings, *_roles(headings, cells[at + 1 :], said))
        if (found.downtime or found.quality) and not _is_series(found, cells[at + 1 :]):
            return found
    return None


def heading_row(cells: Cells) -> list[str]:
    """The headings of a table of whatever kind; nothing when there are none."""
    return next(([c.strip() for c in row] for row in cells[:HEADER_WITHIN] if _is_heading(row)), [])


def _is_heading(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell.strip()]
    words = all(number(cell) is None and moment(cell) is None and len(cell) <= MOST_HEADING for cell in filled)
    return len(filled) >= 2 and words


def _roles(headings: Sequence[str], rows: Cells, said: str) -> tuple[dict[str, int], tuple[str, ...]]:
    """role -> column; what the question says first, then by words, each checked against the cells. Those that could
    be another column, too."""
    roles: dict[str, int] = {}
    guessed: list[str] = []
    for role, column in named(headings, said).items():
        roles[role] = column
        guessed.append(role)
    for role, pattern in _patterns():
        if role in roles:
            continue
        fitting = [
            place for place, heading in enumerate(headings)
            if place not in roles.values() and pattern.search(label(heading)) and holds(role, cells_of(rows, place))
        ]  # fmt: skip
        if fitting:
            roles[role] = _best(role, fitting, rows)
        guessed += [role] if len(fitting) > 1 else []
    return roles, tuple(guessed)


def label(heading: str) -> str:
    """A heading without brackets and underscores, but with them when nothing else is left."""
    plain = " ".join(re.sub(r"[_\-/]+", " ", BRACKETS.sub(" ", heading)).split())
    return plain or heading


def _best(role: str, places: Sequence[int], rows: Cells) -> int:
    """Of several reasons the one that groups: few different words rather than free text. Else the first."""
    if role != "reason":
        return places[0]

    def variety(place: int) -> float:
        said = [cell for cell in cells_of(rows, place) if not missing(cell)]
        return len({cell.strip().lower() for cell in said}) / max(len(said), 1)

    return min(places, key=lambda place: (round(variety(place), 2), place))


def cells_of(rows: Cells, place: int) -> list[str]:
    """The first cells of a column."""
    return [row[place] if place < len(row) else "" for row in rows[:LOOK]]


def holds(role: str, cells: Sequence[str]) -> bool:
    """Are the cells of a column what its heading says?"""
    said = [cell for cell in cells if not missing(cell)]
    if not said:
        return False
    if role == "minutes":
        return sum(minutes(cell) is not None for cell in said) >= SHARE * len(said)
    if role in NUMBERS:
        return sum(number(cell) is not None for cell in said) >= SHARE * len(said)
    if role in ("date", "start", "end"):
        return sum(moment(cell) is not None or ":" in cell for cell in said) >= SHARE * len(said)
    if role in ("reason", "result"):
        words = [cell for cell in said if number(cell) is None and moment(cell) is None]
        return len(words) >= SHARE * len(said)
    return True


def says_columns(said: str) -> bool:
    """Does a question say which column is which ("reason = Grund")?"""
    return any(re.search(rf"(?:{words})\s*(?:=|＝)\s*\S", said, re.IGNORECASE) for words in SAID.values())


def named(headings: Sequence[str], said: str) -> dict[str, int]:
    """Columns that a question names: "reason = Grund, minutes = Dauer"."""
    roles = {}
    for role, words in SAID.items():
        for place, heading in enumerate(headings):
            if heading and re.search(rf"(?:{words}){ASSIGNS}{re.escape(heading)}(?!\w)", said, re.IGNORECASE):
                roles[role] = place
    return roles


def _is_series(found: Columns, rows: Cells) -> bool:
    """Are there more columns of plain numbers than a log has? Then it is a table of readings with a remark in it."""
    others = [place for place in range(len(found.headings)) if place not in found.roles.values()]
    numeric = 0
    for place in others:
        said = [cell for cell in cells_of(rows, place) if not missing(cell)]
        numeric += bool(said) and sum(number(cell) is not None for cell in said) >= SHARE * len(said)
    return numeric > MOST_OTHER

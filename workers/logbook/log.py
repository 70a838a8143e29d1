"""A log as typed rows: a frame with the columns that are known, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from workers.logbook.columns import NUMBERS, WORDS, Columns
from workers.logbook.opening import Cells
from workers.logbook.scale import scale_of
from workers.logbook.values import between, clocked, day_first, minutes, missing, moment, number

WEEKDAY = "weekday {}"  # 0 for Monday: the values of the column weekday
OTHER = "other:{}"  # a column whose heading no role knows; it is only looked for what a question names
TOTALS = ("total", "sum", "subtotal", "合计", "总计", "小计")
GOOD_WORDS = r"^(?:ok|good|pass(?:ed)?|first.?(?:time|pass).*|accept(?:ed)?|一次合格|合格|通过|良品|正常)$"
REWORK_WORDS = r"rework|repair|返修|返工|让步|修"
SCRAP_WORDS = r"scrap|reject|nok|fail|废|不合格|次品"


@dataclass(frozen=True, eq=False)  # tables are not compared
class Log:
    """Rows of a log. `frame` has the known columns of: when (naive plant time), begin and finish of a stop where its
    clock time is written, reason, minutes, line, asset, shift, product, good, rework, scrap, total (float), result;
    day (2025-03-03), week (2025-W10), month, quarter, year and weekday (WEEKDAY) where the rows are dated; further
    columns of words as OTHER. `headings`: role -> heading as written; `guessed` roles may be other columns;
    `day_leads`: 03/05/2025 is the third of May."""

    frame: pd.DataFrame
    headings: dict[str, str]
    rows_in: int
    guessed: tuple[str, ...] = ()
    day_leads: bool = True

    def has(self, *roles: str) -> bool:
        """Are these columns there?"""
        return all(role in self.frame.columns for role in roles)

    @property
    def others(self) -> list[str]:
        """The columns that no role knows."""
        return [name for name in self.frame.columns if name.startswith(OTHER.format(""))]


def make_log(cells: Cells, columns: Columns) -> Log:
    """The typed rows of a table; empty rows and rows of totals are no rows of the log."""
    roles, width = columns.roles, len(columns.headings)
    rows = [[*row, *[""] * (width - len(row))] for row in cells[columns.at + 1 :]]
    rows = [row for row in rows if any(not missing(cell) for cell in row) and not _is_total(row)]
    taken = {role: [row[place].strip() for row in rows] for role, place in roles.items()}
    data: dict[str, list[object]] = {}
    leads: dict[str, bool] = {role: day_first(taken[role]) for role in ("date", "start", "end") if role in taken}
    if "date" in taken or "start" in taken:
        data["when"] = list(_whens(taken, leads))
    if "minutes" in taken:
        scale = scale_of(columns.headings[roles["minutes"]])
        data["minutes"] = [minutes(cell, scale) for cell in taken["minutes"]]
    elif "start" in taken and "end" in taken:
        on = data["when"]
        data["minutes"] = [
            between(a, b, day, day_leads=leads["start"])  # type: ignore[arg-type]  # a datetime or None
            for a, b, day in zip(taken["start"], taken["end"], on, strict=True)
        ]
    if "minutes" in data and (begins := list(_begins(taken, leads))):
        ends = _ends(taken, begins, data["minutes"], leads)
        data |= {"begin": [*begins], "finish": [*ends]}
    data |= {role: [number(cell) for cell in taken[role]] for role in NUMBERS if role in taken}
    data |= {role: [_word(cell) for cell in taken[role]] for role in WORDS if role in taken}
    data |= _others(columns, rows)
    frame = pd.DataFrame(data)
    for role in ("when", "begin", "finish"):
        if role in frame:
            frame[role] = pd.to_datetime(frame[role])
    for role in ("minutes", *NUMBERS):
        if role in frame:
            frame[role] = pd.to_numeric(frame[role], errors="coerce")
    headings = {role: columns.headings[place] for role, place in sorted(roles.items(), key=lambda each: each[1])}
    guessed, leading = columns.guessed, next(iter(leads.values()), True)
    return Log(_counted(_dated(frame)), headings, len(rows), guessed, leading)


def _others(columns: Columns, rows: list[list[str]]) -> dict[str, list[object]]:
    """Columns of words that have no role: tags, names, remarks."""
    found: dict[str, list[object]] = {}
    for place, heading in enumerate(columns.headings):
        cells = [_word(row[place]) for row in rows]
        said = [cell for cell in cells if cell is not None]
        if (
            heading
            and place not in columns.roles.values()
            and said
            and not all(number(cell) is not None for cell in said)
        ):
            found[OTHER.format(heading)] = [*cells]
    return found


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """With the day, week, month, quarter, year and weekday of each row."""
    if "when" not in frame or not frame["when"].notna().any():
        return frame
    when = frame["when"]
    week = when.map(lambda at: "{}-W{:02d}".format(*at.isocalendar()[:2]), na_action="ignore")
    quarter = when.map(lambda at: f"{at.year}-Q{at.quarter}", na_action="ignore")
    weekday = when.map(lambda at: WEEKDAY.format(at.weekday()), na_action="ignore")
    return frame.assign(
        day=when.dt.strftime("%Y-%m-%d"), week=week, month=when.dt.strftime("%Y-%m"), quarter=quarter,
        year=when.dt.strftime("%Y"), weekday=weekday,
    )  # fmt: skip


def _whens(taken: dict[str, list[str]], leads: Mapping[str, bool]) -> list[object]:
    """The day of each row, or its start; a day that stands only in the first of several rows goes on."""
    found: list[object] = []
    role = "date" if "date" in taken else "start"
    for cell in taken[role]:
        at = moment(cell, day_leads=leads[role])
        found.append(at if at is not None or not missing(cell) else (found[-1] if found else None))
    return found


def _begins(taken: dict[str, list[str]], leads: Mapping[str, bool]) -> Iterator[datetime | None]:
    """When each stop began; None without a time of day, nothing where no column has one."""
    role = "start" if "start" in taken else "date"
    if ":" not in "".join(taken.get(role, ())).replace("：", ":"):
        return
    day = None
    for place, cell in enumerate(taken[role]):
        if "date" in taken:
            day = moment(taken["date"][place], day_leads=leads["date"]) or day
        yield clocked(cell, day, day_leads=leads[role])


def _ends(
    taken: dict[str, list[str]], begins: list[datetime | None], lasted: list[object], leads: Mapping[str, bool]
) -> list[datetime | None]:  # fmt: skip
    """When each stop ended: as written, else its begin and duration."""
    written = taken.get("end", [""] * len(begins))
    found: list[datetime | None] = []
    for begin, cell, minutes_ in zip(begins, written, lasted, strict=True):
        end = clocked(cell, begin, day_leads=leads.get("end", True)) if begin is not None else None
        if end is not None and begin is not None and end < begin:
            end = end + timedelta(days=1)  # clocks alone, over midnight
        by_length = begin + timedelta(minutes=minutes_) if begin and isinstance(minutes_, float) else None
        found.append(end or by_length)
    return found


def _word(cell: str) -> str | None:
    return None if missing(cell) else " ".join(cell.split())


def _is_total(row: list[str]) -> bool:
    first = next((cell.strip().lower().rstrip(":：") for cell in row if cell.strip()), "")
    return first in TOTALS


def _counted(frame: pd.DataFrame) -> pd.DataFrame:
    """A log with a result a piece counts like one with numbers: good, rework, scrap are 1 or 0."""
    if "result" not in frame or any(role in frame for role in ("good", "rework", "scrap")):
        return frame
    said = frame["result"].fillna("").str.lower()
    rework = said.str.contains(REWORK_WORDS, regex=True)
    scrap = said.str.contains(SCRAP_WORDS, regex=True) & ~rework
    good = said.str.match(GOOD_WORDS) & ~rework & ~scrap
    known = good | rework | scrap
    pieces = frame["total"] if "total" in frame else pd.Series(1.0, index=frame.index)
    parts = {"good": good, "rework": rework, "scrap": scrap}
    made = {name: np.where(known, pieces.where(mask, 0.0), np.nan) for name, mask in parts.items()}
    return frame.drop(columns=["total"], errors="ignore").assign(**made)

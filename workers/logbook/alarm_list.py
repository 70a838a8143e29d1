"""A list of alarms (time, tag, text, state) as alarms with their begin and end: told from a series, and paired."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from workers.logbook.columns import HEADER_WITHIN, SHARE, cells_of, heading_row, label
from workers.logbook.opening import Cells
from workers.logbook.values import clocked, day_first, missing, moment, number

ALARM_WORD = re.compile(r"\balarms?\b|\balert|报警|告警|警报", re.IGNORECASE | re.ASCII)
MOST_NUMBERS = 3  # columns of values and limits beside a text
MOST_HEADINGS = 12  # a table of readings has more
HEAD = 16_384  # bytes by which a file is judged


@dataclass(frozen=True)
class Alarm:
    """One time that an alarm came; `off` None while it was still active at the end of the list, or where the list does
    not say when alarms went. `name`: its tag, else its text."""

    name: str
    text: str
    on: datetime
    off: datetime | None = None


@dataclass(frozen=True)
class AlarmList:
    """All alarms in the order in which they came. `rows` of the table, `unread` of them without a readable time or
    state; `paired`: the list says when alarms went."""

    alarms: list[Alarm]
    rows: int
    unread: int
    paired: bool
    first: datetime
    last: datetime


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "alarms.toml").read_text(encoding="utf-8"))


def limit(name: str) -> int:
    """A limit of alarms.toml."""
    return int(_table()["limits"][name])


@cache
def _states() -> dict[str, str]:
    return {word: state for state, words in _table()["states"].items() for word in words.split()}


@cache
def _headings() -> dict[str, re.Pattern[str]]:
    return {
        role: re.compile(rf"^(?:{words['en']})$|{words['zh']}", re.IGNORECASE)
        for role, words in _table()["headings"].items()
    }


def seems_alarms(path: Path) -> bool:
    """Could a text file be a list of alarms? Told by its first lines."""
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError:
        return False
    for encoding in ("utf-8", "utf-16", "gb18030"):
        for line in head.decode(encoding, "ignore").splitlines()[:HEADER_WITHIN]:
            cells = [label(cell.strip(' "')) for cell in re.split(r"[,;\t|]", line)]
            if len(cells) <= MOST_HEADINGS and any(map(ALARM_WORD.search, cells)):
                return True
            roles = {role for role, pattern in _headings().items() if any(map(pattern.search, cells))}
            if len(cells) <= MOST_HEADINGS and "state" in roles and roles & {"text", "tag"}:
                return True
    return False


def read_alarms(cells: Cells) -> AlarmList | None:
    """The alarms of a table; None when it is no list of alarms."""
    headings = heading_row(cells)
    at = next((i for i, row in enumerate(cells[:HEADER_WITHIN]) if [c.strip() for c in row] == headings), None)
    if at is None:
        return None
    rows = [[*row, *[""] * (len(headings) - len(row))] for row in cells[at + 1 :] if any(not missing(c) for c in row)]
    roles = _roles(headings, rows)
    if roles is None:
        return None
    leads = day_first([row[roles["time"]] for row in rows])
    events = [event for row in rows if (event := _event(row, roles, leads)) is not None]
    if not events:
        return None
    events.sort(key=lambda event: event[0])
    paired = any(state == "off" for _, _, _, state in events)
    alarms = sorted(_paired(events), key=lambda alarm: alarm.on)
    if not alarms:
        return None
    return AlarmList(alarms, len(rows), len(rows) - len(events), paired, events[0][0], events[-1][0])


def _roles(headings: Sequence[str], rows: Cells) -> dict[str, int] | None:
    """role -> column; None where it is no list of alarms but, say, a series with a state in it."""
    roles: dict[str, int] = {}
    for role, pattern in _headings().items():
        for place, heading in enumerate(headings):
            if place not in roles.values() and pattern.search(label(heading)) and _holds(role, cells_of(rows, place)):
                roles[role] = place
                break
    if "time" not in roles or not {"text", "tag"} & set(roles):
        return None
    others = [place for place in range(len(headings)) if place not in roles.values()]
    numbers = sum(_share(cells_of(rows, place), lambda cell: number(cell) is not None) >= SHARE for place in others)
    named = any(ALARM_WORD.search(heading) for heading in headings)
    if "state" in roles:
        return roles if numbers == 0 or ("text" in roles and numbers <= MOST_NUMBERS) else None
    return roles if named and "text" in roles and numbers == 0 else None


def _share(cells: Sequence[str], test: Any) -> float:
    said = [cell for cell in cells if not missing(cell)]
    return sum(bool(test(cell)) for cell in said) / len(said) if said else 0.0


def _holds(role: str, cells: Sequence[str]) -> bool:
    tests = {
        "time": lambda cell: moment(cell) is not None and re.search(r"\d[:：]\d", cell),
        "state": lambda cell: _state(cell) is not None,
        "text": lambda cell: number(cell) is None and moment(cell) is None and _state(cell) is None,
        "tag": lambda cell: number(cell) is None or cell.strip().isdigit(),
        "priority": lambda cell: len(cell.strip()) <= 12,
    }
    return _share(cells, tests[role]) >= SHARE


def _state(cell: str) -> str | None:
    return _states().get(cell.strip().casefold())


def _event(row: list[str], roles: dict[str, int], leads: bool) -> tuple[datetime, str, str, str] | None:
    """Time, name, text and state of a row; None where one cannot be read."""
    cell = row[roles["time"]]
    at = clocked(cell, None, day_leads=leads)
    state = _state(row[roles["state"]]) if "state" in roles else "on"
    text = row[roles["text"]].strip() if "text" in roles else ""
    name = row[roles["tag"]].strip() if "tag" in roles and not missing(row[roles["tag"]]) else text
    if at is None or state is None or not name:
        return None
    seconds = re.search(r":\d{2}:(\d{2})", cell)
    return at + timedelta(seconds=int(seconds[1]) if seconds else 0), name, text, state


def _paired(events: Sequence[tuple[datetime, str, str, str]]) -> Iterator[Alarm]:
    """Each coming with the next going of the same tag and text; of several that came, the last is the first to go."""
    open_: dict[tuple[str, str], list[Alarm]] = {}
    for at, name, text, state in events:
        active = open_.setdefault((name, text), [])
        if state == "on":
            active.append(Alarm(name, text, at))
        elif state == "off" and active:
            came = active.pop()
            yield Alarm(came.name, came.text, came.on, at)
    for active in open_.values():
        yield from active

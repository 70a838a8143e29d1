"""Several logs of one question as one: two shifts, two lines, or a ZIP file of them."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

import pandas as pd

from workers.contracts import Question
from workers.logbook.alarm_list import seems_alarms
from workers.logbook.columns import NUMBERS, find_columns, plausible
from workers.logbook.log import Log, make_log
from workers.logbook.opening import MOST_BYTES, TABLES, Cells, tables_of

MOST_FILES = 24
LITTER = ("__MACOSX/", "._", ".DS_Store")
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError)


@dataclass(frozen=True)
class LogFile:
    """A file that may be a log; `name` is what people call it."""

    name: str
    path: Path


@dataclass(frozen=True, eq=False)
class Found:
    """What the files of a question hold: logs by the name of their file, tables that are none, other files."""

    logs: list[tuple[str, Log]]
    tables: list[tuple[str, Cells]]
    others: list[str]
    digest: str

    @property
    def name(self) -> str:
        """All logs in one name."""
        return " + ".join(name for name, _ in self.logs)


@contextmanager
def files_of(question: Question, find: Callable[[str], Path]) -> Iterator[list[LogFile]]:
    """The files of a question, ZIP files unpacked for as long as it takes. FileNotFoundError when one is not there."""
    assert question.artifact is not None
    given = [(question.artifact, question.file_name or Path(question.artifact).name)]
    given += [(source.artifact, source.file_name) for source in question.more]
    with tempfile.TemporaryDirectory(prefix="andon-") as folder:
        files: list[LogFile] = []
        for number, (artifact, name) in enumerate(given):
            one = LogFile(name, find(artifact))
            files += list(_unpacked(one, Path(folder) / str(number))) if name.lower().endswith(".zip") else [one]
        yield files


def _unpacked(packed: LogFile, folder: Path) -> Iterator[LogFile]:
    """The tables in a ZIP file; the file itself when it has none, or is damaged, locked or too large."""
    try:
        made = list(_members(packed, folder))
    except DAMAGED:
        made = []
    yield from made or [packed]


def _members(packed: LogFile, folder: Path) -> Iterator[LogFile]:
    with zipfile.ZipFile(packed.path) as archive:
        tables = [
            i
            for i in archive.infolist()
            if PurePosixPath(i.filename).suffix.lower() in TABLES
            and not i.filename.startswith(LITTER)
            and not PurePosixPath(i.filename).name.startswith(LITTER)
        ]
        # zipfile never yields more than the size that the directory declares
        if len(tables) > MOST_FILES or sum(i.file_size for i in tables) > MOST_BYTES:
            return
        folder.mkdir()
        for number, member in enumerate(tables):
            name = PurePosixPath(member.filename).name
            path = folder / f"{number}{PurePosixPath(name).suffix.lower()}"
            path.write_bytes(archive.read(member))
            yield LogFile(name, path)


def look(files: Sequence[LogFile], text: str, *, meant: bool) -> Found:
    """Which files are logs. meant: the question is about logs, so a file that hardly looks like one is opened, too."""
    logs: list[tuple[str, Log]] = []
    tables: list[tuple[str, Cells]] = []
    others: list[str] = []
    sums: dict[str, str] = {}
    for file in files:
        opened = meant or plausible(file.path, file.name) or seems_alarms(file.path)
        cells = list(tables_of(file.path, file.name)) if opened else []
        found = next(((c, columns) for c in cells if (columns := find_columns(c, text)) is not None), None)
        if found is not None:
            digest = sha256(file.path.read_bytes()).hexdigest()
            if digest in sums:  # the same log sent twice happened once
                continue
            sums[digest] = file.name
            logs.append((file.name, make_log(*found)))
        elif cells:
            tables.append((file.name, cells[0]))
        else:
            others.append(file.name)
    whole = next(iter(sums), "") if len(sums) < 2 else sha256("\n".join(sums).encode()).hexdigest()
    return Found(logs, tables, others, whole)


def together(logs: Sequence[Log]) -> Log:
    """The rows of all logs under each other."""
    if len(logs) == 1:
        return logs[0]
    headings: dict[str, str] = {}
    for log in logs:
        headings = {**log.headings, **headings}
    guessed = tuple(dict.fromkeys(role for log in logs for role in log.guessed))
    frame = pd.concat([log.frame for log in logs], ignore_index=True)
    return Log(frame, headings, sum(log.rows_in for log in logs), guessed, logs[0].day_leads)


def stops_of(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of stops, where another log counts pieces."""
    return _with(rows, ("reason", "minutes"))


def pieces_of(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of pieces, where another log counts stops."""
    return _with(rows, NUMBERS)


def _with(rows: pd.DataFrame, roles: Sequence[str]) -> pd.DataFrame:
    known = [role for role in roles if role in rows]
    return rows[rows[known].notna().any(axis=1)] if known else rows

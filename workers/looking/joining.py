"""The data files of one question as one reading.

Each file is read in the ordinary way; several become one Parquet table that is read in the ordinary way again, so that
receipt, row numbers and everything after them speak of one table. Files with the same columns follow each other; files
with different columns are joined by time. A file that cannot take part is left out, and a sentence says so.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from roles.types import Lang
from workers.contracts import DataReceipt, Source
from workers.errors import AndonError
from workers.readings import Reading, read
from workers.settings import Settings
from workers.simulator.naming import is_simulated
from workers.wording import say

MOST_NAMED = 4
TIME_NAMES = ("timestamp", "datetime", "time stamp")  # those that `readings` takes before all others
PART_ISSUES = ("text_cells", "infinite")  # of a file, no longer to be seen in the table that it became a part of

Find = Callable[[str], Path]


@dataclass(frozen=True, eq=False)  # tables are not compared
class Part:
    """One file that could be read."""

    name: str
    reading: Reading

    @property
    def columns(self) -> dict[str, str]:
        """Sensor -> unit ("" when none is named)."""
        return {str(c): self.reading.units.get(str(c), "") for c in self.reading.frame.columns}

    @property
    def dated(self) -> bool:
        """Do its rows stand at moments that other files know, too?"""
        return self.reading.receipt.timezone_how != "no time column"


@dataclass(frozen=True, eq=False)
class Gathered:
    """The data of a question; `joined` says how files became one, `left_out` why one had no part in it."""

    reading: Reading
    joined: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def gather(sources: Sequence[Source], find: Find, settings: Settings, lang: Lang) -> Gathered:
    """Read all `sources`. Raises the first one's AndonError when none can be read."""
    parts: list[Part] = []
    errors: list[AndonError] = []
    for source in sources:
        try:
            parts.append(Part(source.file_name, _read_one(source, find, settings, lang)))
        except AndonError as error:
            errors.append(error)
    if not parts:
        raise errors[0]
    left_out = [say("joined_left_out", lang, why=say(e.code, lang, **e.values)) for e in errors]
    backing = {f"left_out_{n}_{key}": v for n, e in enumerate(errors, start=1) for key, v in e.values.items()
               if isinstance(v, int | float)}  # fmt: skip
    firsts = {part.reading.receipt.sha256: part for part in reversed(parts)}
    copies = [part for part in parts if part is not firsts[part.reading.receipt.sha256]]
    left_out += [say("joined_copy", lang, file=p.name, like=firsts[p.reading.receipt.sha256].name) for p in copies]
    parts = [part for part in parts if part not in copies]
    fitting = _fitting(parts)
    left_out += [say("joined_no_time", lang, file=part.name) for part in parts if part not in fitting]
    joined: list[str] = []
    reading = fitting[0].reading
    if len(fitting) > 1:
        reading, joined = _join(fitting, settings, lang)
    receipt = reading.receipt
    notes, counts = [*joined, *left_out, *receipt.notes], {**receipt.counts, **backing}
    return Gathered(_with(reading, receipt.model_copy(update={"notes": notes, "counts": counts})), joined, left_out)


def _read_one(source: Source, find: Find, settings: Settings, lang: Lang) -> Reading:
    """One file under the name that people know it by, wherever it lies."""
    try:
        path = find(source.artifact)
    except FileNotFoundError as error:
        raise AndonError("failure_data_missing", file=source.file_name) from error
    return _read(path, source.file_name, settings, lang)


def _read(path: Path, name: str, settings: Settings, lang: Lang) -> Reading:
    try:
        reading = read(
            path, zone=settings.zone, lang=lang, max_bytes=settings.max_input_bytes, max_rows=settings.max_rows
        )
    except AndonError as error:
        if name == path.name:
            raise
        raise AndonError(error.code, **{**error.values, "file": name}) from error
    made = reading.receipt.simulated or is_simulated(name)
    return _with(reading, reading.receipt.model_copy(update={"file_name": name, "simulated": made}))


def _with(reading: Reading, receipt: DataReceipt) -> Reading:
    return Reading(reading.frame, reading.context, reading.units, reading.row_of, reading.time_text, receipt)


def _fitting(parts: list[Part]) -> list[Part]:
    """The files that can become one table: all of the same rows without time, else those with dates."""
    alike = all(part.columns == parts[0].columns for part in parts)
    counted = [part for part in parts if part.reading.receipt.time_column is None]
    if alike and len(counted) == len(parts):
        return parts
    dated = [part for part in parts if part.dated]
    return dated or parts[:1]


def _join(parts: list[Part], settings: Settings, lang: Lang) -> tuple[Reading, list[str]]:
    """The parts as one reading, and the sentence that says how they were joined."""
    alike = all(part.columns == parts[0].columns for part in parts)
    name = _name([part.name for part in parts])
    frame, context, headers = _stacked(parts) if alike else _beside(parts)
    with tempfile.TemporaryDirectory(prefix="andon-") as folder:
        path = Path(folder) / "joined.parquet"
        _write(path, frame, context, headers, timed=parts[0].dated)
        reading = _read(path, name, settings, lang)
    repeated = len(frame) - len(frame.index.unique()) if alike and parts[0].dated else 0
    how = "joined_columns" if not alike else "joined_rows_repeated" if repeated else "joined_rows"
    sentence = say(how, lang, files=name, count=repeated)
    return _with(reading, _receipt(parts, reading.receipt, repeated)), [sentence]


def _stacked(parts: list[Part]) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]:
    """Rows one after the other, in the order of the files; at a time that two files have, the later file's stays."""
    frame = pd.concat([part.reading.frame for part in parts])
    context = pd.concat([part.reading.context for part in parts])
    units = {name: unit for part in parts for name, unit in part.columns.items()}
    return frame, context, {name: _header(name, unit) for name, unit in units.items()}


def _beside(parts: list[Part]) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]:
    """Columns beside each other on all times; a sensor that two files have is filled from the later one."""
    index = parts[0].reading.frame.index
    for part in parts[1:]:
        index = index.union(part.reading.frame.index)
    frame: dict[str, pd.Series] = {}
    context: dict[str, pd.Series] = {}
    headers: dict[str, str] = {}
    for part in parts:
        for name, unit in part.columns.items():
            strange = name in headers and headers[name] != _header(name, unit)  # the same name in another unit
            key = f"{name} ({Path(part.name).stem})" if strange else name
            series = part.reading.frame[name].reindex(index)
            frame[key] = frame[key].combine_first(series) if key in frame else series
            headers[key] = _header(key, unit)
        for name in part.reading.context.columns:
            series = part.reading.context[name].reindex(index)
            context[name] = context[name].combine_first(series) if name in context else series
    return pd.DataFrame(frame, index=index), pd.DataFrame(context, index=index), headers


def _header(name: str, unit: str) -> str:
    return f"{name} [{unit}]" if unit else name


def _write(path: Path, frame: pd.DataFrame, context: pd.DataFrame, headers: dict[str, str], *, timed: bool) -> None:
    columns: dict[str, pa.Array] = {}
    if timed:
        taken = {str(c).lower() for c in [*frame.columns, *context.columns]}
        time = next((n for n in TIME_NAMES if n not in taken), "timestamp (joined)")
        moments = pd.DatetimeIndex(frame.index).as_unit("us").asi8
        columns[time] = pa.array(moments).cast(pa.timestamp("us", "UTC"))
    for name in frame.columns:
        columns[headers[name]] = pa.array(frame[name].to_numpy(), from_pandas=True)
    for name in context.columns:
        columns.setdefault(str(name), pa.array(context[name].array, pa.string(), from_pandas=True))
    pq.write_table(pa.table(columns), path)


def _receipt(parts: list[Part], joined: DataReceipt, repeated: int) -> DataReceipt:
    """The receipt of the joined table with what only its parts know."""
    receipts = [part.reading.receipt for part in parts]
    first = receipts[0]
    told = [f"{r.file_name}: {note}" for r in receipts for note in r.notes if note not in joined.notes]
    odd = [q for r in receipts for q in r.quality if q.issue in PART_ISSUES]
    return joined.model_copy(
        update={
            "format": " + ".join(dict.fromkeys(r.format for r in receipts)),
            **{key: getattr(first, key) for key in ("encoding", "delimiter", "decimal", "layout", "time_column")},
            **{key: getattr(first, key) for key in ("timezone", "timezone_how")},
            "dropped_columns": list(dict.fromkeys(n for r in [*receipts, joined] for n in r.dropped_columns)),
            "columns": _headers(parts, joined),
            "own_columns": list(dict.fromkeys(n for r in receipts for n in r.own_columns)),
            "simulated": any(r.simulated for r in receipts),
            "downsampled_by": joined.downsampled_by * max(r.downsampled_by for r in receipts),
            "quality": [*joined.quality, *odd],
            "notes": list(dict.fromkeys([*told, *joined.notes])),
            "counts": {**joined.counts, **({"repeated_in_files": repeated} if repeated else {})},
            "sha256": sha256("\n".join(r.sha256 for r in receipts).encode()).hexdigest(),
        }
    )


def _headers(parts: list[Part], joined: DataReceipt) -> dict[str, str]:
    """The headers of the files themselves; the joined table has its own."""
    known: dict[str, str] = {}
    for part in parts:
        stem = Path(part.name).stem
        for name, header in part.reading.receipt.columns.items():
            known.setdefault(name, header)
            known[f"{name} ({stem})"] = header  # where two files have the name in different units
    return {name: known.get(name, header) for name, header in joined.columns.items()}


def _name(names: list[str]) -> str:
    """ "a.csv + b.csv", the first few of many."""
    more = len(names) - MOST_NAMED
    return " + ".join(names[:MOST_NAMED]) + (f" +{more}" if more > 0 else "")

"""The table that generated code works on, and what a model is told of it: columns by key, never readings."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from roles.coder import CodeRequest, TableColumn
from roles.types import Lang, Sensor
from workers.handling import Handled
from workers.looking.shown import Names
from workers.sandbox.check import LIBRARIES

MOST_DESCRIBED = 60  # columns; of the others a model gets the keys
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
BUSY = {"df", "names", "units", "context", "answer", "table", "time", "np", "pd", "plt", *keyword.kwlist}
MOST_MEANT = 4  # columns that one word of a message may be replaced by


@dataclass(frozen=True)
class Table:
    """`frame` as the code sees it: index `time` in plant time, columns by key. `column_of` leads back to the file."""

    frame: pd.DataFrame
    column_of: dict[str, str]
    names: dict[str, str]  # key -> the name to show
    units: dict[str, str]

    def write(self, path: Path) -> None:
        """As Parquet, index included."""
        self.frame.to_parquet(path)

    def context(self) -> dict[str, Any]:
        """What the code finds besides the table."""
        return {"names": self.names, "units": self.units}

    def shown(self, text: str) -> str:
        """A text of the code with keys replaced by the names that people know."""
        return self._replaced(text, self.names)

    def restored(self, label: str) -> str:
        """A column label of the code with keys replaced by the file's column names."""
        return self.column_of.get(label) or self._replaced(label, self.column_of)

    def _replaced(self, text: str, by: Mapping[str, str]) -> str:
        told = {key: by[key] for key in self.column_of if by[key] != key and (any(c in "_0123456789" for c in key))}
        if not told:
            return text
        some = "|".join(re.escape(key) for key in sorted(told, key=len, reverse=True))
        return re.sub(rf"(?<![A-Za-z0-9])(?:{some})(?![A-Za-z0-9])", lambda match: told[match[0]], text)


def table_of(handled: Handled, names: Names, zone: ZoneInfo, *, private: bool) -> Table:
    """The processed table with its labels as the code sees it."""
    columns = [str(c) for c in handled.frame.columns]
    keys = keys_of(columns, private=private)
    frame = pd.DataFrame(handled.frame.to_numpy(dtype=float), index=handled.frame.index, columns=[*keys.values()])
    column_of = {key: column for column, key in keys.items()}
    shown = {key: names.name(column) for column, key in keys.items()}
    for label, series in handled.labels.items():
        base = next((c for c in sorted(columns, key=len, reverse=True) if label.startswith(f"{c}_label")), None)
        key = f"{keys[base]}{label[len(base) :]}" if base is not None else f"label{len(column_of) + 1}"
        if len(series) == len(frame):
            frame[key] = series.to_numpy(dtype=float)
            column_of[key], shown[key] = label, label
    frame.index = pd.DatetimeIndex(handled.frame.index).tz_convert(zone)
    frame.index.name = "time"
    units = {key: names.unit(column).strip() for column, key in keys.items() if names.unit(column).strip()}
    return Table(frame, column_of, shown, units)


def keys_of(columns: Sequence[str], *, private: bool) -> dict[str, str]:
    """Column -> key. A plain name is its own key; any other ("液位", 'p "A"', "2 bar"), and with `private` every one,
    gets one that survives every way of quoting: col7."""
    taken = set(columns) | BUSY
    keys: dict[str, str] = {}
    for number, column in enumerate(columns, start=1):
        if not private and PLAIN.fullmatch(column) and column not in BUSY:
            keys[column] = column
            continue
        key = f"col{number}"
        while key in taken:
            key = f"{key}x"
        taken.add(key)
        keys[column] = key
    return keys


def request_of(
    table: Table, task: str, text: str, lang: Lang, sensors: Mapping[str, Sensor], zone: str, *,
    meant: Sequence[str] = (), private: bool = False, headers: Mapping[str, str] | None = None,
) -> CodeRequest:  # fmt: skip
    """What the coder is told. `meant` are the columns that the plan takes the task to be about: those are summed up,
    all where it names none. `private`: no name and no number of the readings. `headers`: column -> the
    file's own word for it."""
    frame, known = table.frame, {key: sensors.get(column) for key, column in table.column_of.items()}
    said = {key for key, sensor in known.items() if sensor is not None and _named(sensor, text)}
    asked = [key for key, column in table.column_of.items() if column in meant or key in said]
    if private:
        task, text = (masked(said, table, sensors, headers) for said in (task, text))
    order = list(dict.fromkeys([*asked, *table.column_of])) if len(known) > MOST_DESCRIBED else list(table.column_of)
    start, end = (frame.index[i].to_pydatetime() for i in (0, -1))
    return CodeRequest(
        request=text, task=task, lang=lang,
        columns=[_column(table, key, known[key], private=private, summed=not asked or key in asked)
                 for key in order[:MOST_DESCRIBED]],
        more=order[MOST_DESCRIBED:], rows=len(frame), start=start, end=end, step_s=_step(frame), zone=zone,
        libraries=sorted(LIBRARIES),
    )  # fmt: skip


def _column(table: Table, key: str, sensor: Sensor | None, *, private: bool, summed: bool) -> TableColumn:
    values = table.frame[key].to_numpy(dtype=float)
    flag = sensor is None and bool(np.isin(values[np.isfinite(values)], (0.0, 1.0)).all())
    return TableColumn(
        key=key, name=key if private else table.names[key], unit=table.units.get(key, ""),
        quantity=(sensor.tag or "") if sensor is not None else "", kind="flag" if flag else "number",
        missing_share=round(float(np.isnan(values).mean()), 4) if len(values) else 1.0,
        summary=_summary(values) if summed and not private else {},
    )  # fmt: skip


def _summary(values: np.ndarray) -> dict[str, float]:
    """A handful of numbers, four significant digits each."""
    there = values[np.isfinite(values)]
    if not len(there):
        return {}
    low, middle, high = np.quantile(there, [0.01, 0.5, 0.99])
    said = {"mean": there.mean(), "std": there.std(), "q01": low, "median": middle, "q99": high}
    return {name: float(f"{value:.4g}") for name, value in said.items() if math.isfinite(value)}


def _step(frame: pd.DataFrame) -> float | None:
    if len(frame) < 2:
        return None
    steps = np.diff(pd.DatetimeIndex(frame.index).as_unit("ns").asi8) / 1e9
    return round(float(np.median(steps)), 3)


def masked(
    text: str, table: Table, sensors: Mapping[str, Sensor], headers: Mapping[str, str] | None = None
) -> str:  # fmt: skip
    """`text` with every word for a column replaced by keys, so that no name of the plant is in it."""
    meant: dict[str, list[str]] = {}
    words: set[str] = set()
    for key, column in table.column_of.items():
        for word in _words(column, sensors.get(column), headers):
            words.add(word)
            keys = meant.setdefault(_folded(word), [])
            keys += [key] if key not in keys else []
    if not words:
        return text
    instead = {w: ", ".join(keys) if len(keys) <= MOST_MEANT else "columns of one kind" for w, keys in meant.items()}
    # One pass: no word is looked for in what stands for another one.
    pattern = "|".join(_bounded(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(pattern, lambda found: instead.get(_folded(found[0]), "column"), text, flags=re.IGNORECASE)


def _bounded(word: str) -> str:
    """How a word is found, whatever the space in it. "_" is an edge: "flow_max" names the flow."""
    left = r"(?<![A-Za-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
    right = r"(?![A-Za-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
    return left + r"\s+".join(map(re.escape, word.split())) + right


def _folded(word: str) -> str:
    return " ".join(word.casefold().split())


def leaks(request: CodeRequest, sensors: Mapping[str, Sensor], headers: Mapping[str, str] | None = None) -> bool:
    """Is a column or a part of the machine named in what a model would be told? Words of one sign are no names."""
    keys = {c.key.casefold() for c in request.columns}
    said = "\n".join([request.request, request.task, *(c.name for c in request.columns if c.name != c.key)])
    words = {word.strip() for column, sensor in sensors.items()
             for word in (column, sensor.instance or "", sensor.label)}  # fmt: skip
    words |= {word.strip() for pair in (headers or {}).items() for word in pair}  # what is left out has a name, too
    return any(
        word.casefold() in keys or re.search(_bounded(word), said, re.IGNORECASE) for word in words if len(word) > 1
    )


def _words(column: str, sensor: Sensor | None, headers: Mapping[str, str] | None = None) -> Iterator[str]:
    """The words for a column; those of one sign would be found everywhere."""
    more = (sensor.label, sensor.instance or "", *sensor.aliases) if sensor is not None else ()
    said = (column, (headers or {}).get(column, ""), *more)
    yield from (word.strip() for word in said if len(word.strip()) > 1)


def _named(sensor: Sensor, text: str) -> bool:
    folded = text.casefold()
    return any(word.casefold() in folded for word in _words(sensor.name, sensor))

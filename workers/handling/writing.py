"""processed.csv: the handled table with its labels, in plant time, readable by Excel and by Andon itself."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from workers.handling.handled import Handled
from workers.simulator.naming import ORIGIN, SIMULATED
from workers.spreadsheet_safe import safe


def write_processed(
    handled: Handled, marks: Mapping[str, pd.Series], units: Mapping[str, str], zone: ZoneInfo, path: Path,
    *, simulated: bool = False,
) -> int:  # fmt: skip
    """Write the table, its labels and `marks` (anomaly, event) to `path`; returns the number of rows.

    simulated: the readings are, so every row says it again.

    The file begins with a byte-order mark: without it Excel shows Chinese headers as noise.
    """
    names = {str(c): safe(f"{c} [{units[c]}]" if c in units else str(c)) for c in handled.frame.columns}
    columns: dict[str, pa.Array] = {"time": _times(pd.DatetimeIndex(handled.frame.index), zone)}
    for column, name in names.items():
        columns[name] = pa.array(handled.frame[column].to_numpy(dtype=float), from_pandas=True)
    for name, series in {**handled.labels, **marks}.items():
        if len(series) == len(handled.frame):
            columns[safe(name)] = pa.array(series.astype("Int64"), type=pa.int64(), from_pandas=True)
    _write(_marked(columns, len(handled.frame)) if simulated else columns, path)
    return len(handled.frame)


def _marked(columns: Mapping[str, pa.Array], rows: int) -> dict[str, pa.Array]:
    return {**columns, ORIGIN: pa.array([SIMULATED] * rows, type=pa.string())}


def write_table(
    table: pd.DataFrame, units: Mapping[str, str], zone: ZoneInfo, path: Path, *, simulated: bool = False
) -> int:
    """Write any table in the same form: times of `zone`, yes and no as 1 and 0, texts that no spreadsheet works out."""
    columns: dict[str, pa.Array] = {}
    for column in map(str, table.columns):
        name = safe(f"{column} [{units[column]}]" if column in units else column)
        columns[name] = _cells(table[column], zone)
    _write(_marked(columns, len(table)) if simulated else columns, path)
    return len(table)


def _cells(values: pd.Series, zone: ZoneInfo) -> pa.Array:
    kinds = pd.api.types
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        there = values.notna()
        texts = pd.Series([None] * len(values), dtype=object)
        texts[there.to_numpy()] = _times(pd.DatetimeIndex(values[there]), zone).to_pylist()
        return pa.array(texts, type=pa.string(), from_pandas=True)
    if kinds.is_datetime64_dtype(values.dtype):
        return pa.array(values.dt.strftime("%Y-%m-%dT%H:%M:%S"), type=pa.string(), from_pandas=True)
    if kinds.is_bool_dtype(values.dtype):
        return pa.array(values.astype("int64"), type=pa.int64())
    if kinds.is_numeric_dtype(values.dtype):
        return pa.array(values.to_numpy(), from_pandas=True)
    texts = values.astype(object).where(values.notna(), None)
    return pa.array([None if text is None else safe(str(text)) for text in texts], type=pa.string())


def _write(columns: Mapping[str, pa.Array], path: Path) -> None:
    with path.open("wb") as file:
        file.write(codecs.BOM_UTF8)
        csv.write_csv(pa.table(dict(columns)), file, csv.WriteOptions(quoting_style="needed"))


def _times(index: pd.DatetimeIndex, zone: ZoneInfo) -> pa.Array:
    """ISO 8601 with the offset of `zone`; milliseconds only where there are any."""
    local = index.tz_convert(zone)
    whole = bool((index.as_unit("ns").asi8 % 1_000_000_000 == 0).all())
    form = "%Y-%m-%dT%H:%M:%S" + ("" if whole else ".%f") + "%z"
    stamps = pd.Series(local.strftime(form))
    return pa.array(stamps.str[:-2] + ":" + stamps.str[-2:], type=pa.string())

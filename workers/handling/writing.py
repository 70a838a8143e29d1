"""processed.csv: the handled table with its labels, in plant time, readable by Excel and by Andon itself."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from workers.handling.handle import Handled


def write_processed(
    handled: Handled, marks: Mapping[str, pd.Series], units: Mapping[str, str], zone: ZoneInfo, path: Path
) -> int:
    """Write the table, its labels and `marks` (anomaly, event) to `path`; returns the number of rows.

    The file begins with a byte-order mark: without it Excel shows Chinese headers as noise.
    """
    names = {str(c): f"{c} [{units[c]}]" if c in units else str(c) for c in handled.frame.columns}
    columns: dict[str, pa.Array] = {"time": _times(pd.DatetimeIndex(handled.frame.index), zone)}
    for column, name in names.items():
        columns[name] = pa.array(handled.frame[column].to_numpy(dtype=float), from_pandas=True)
    for name, series in {**handled.labels, **marks}.items():
        if len(series) == len(handled.frame):
            columns[name] = pa.array(series.astype("Int64"), type=pa.int64(), from_pandas=True)
    with path.open("wb") as file:
        file.write(codecs.BOM_UTF8)
        csv.write_csv(pa.table(columns), file, csv.WriteOptions(quoting_style="needed"))
    return len(handled.frame)


def _times(index: pd.DatetimeIndex, zone: ZoneInfo) -> pa.Array:
    """ISO 8601 with the offset of `zone`; milliseconds only where there are any."""
    local = index.tz_convert(zone)
    whole = bool((index.as_unit("ns").asi8 % 1_000_000_000 == 0).all())
    form = "%Y-%m-%dT%H:%M:%S" + ("" if whole else ".%f") + "%z"
    stamps = pd.Series(local.strftime(form))
    return pa.array(stamps.str[:-2] + ":" + stamps.str[-2:], type=pa.string())

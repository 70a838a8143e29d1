"""A simulation as files: FILE.csv (or FILE.csv.gz) and FILE.truth.json beside it."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from workers.errors import AndonError
from workers.simulator.channels import CHANNELS
from workers.simulator.naming import ORIGIN, SIMULATED
from workers.simulator.plant import Simulation

SUFFIXES = (".csv.gz", ".csv")


def truth_path(path: Path) -> Path:
    """night.csv.gz -> night.truth.json. Raises AndonError for a name that is no CSV."""
    for suffix in SUFFIXES:
        if path.name.endswith(suffix) and path.name != suffix:
            return path.with_name(path.name.removesuffix(suffix) + ".truth.json")
    raise AndonError("failure_simulate_name", file=path.name)


def write(simulation: Simulation, path: Path, *, marked: bool = False) -> Path:
    """Write the table to `path` and the truth beside it; returns the truth's path. Existing files are replaced.

    marked: every row says that it is simulated. Whatever leaves for people is marked; a stand-in for a plant is not.

    Raises AndonError when the name is no CSV or the folder cannot be written.
    """
    beside = truth_path(path)
    data = table_bytes(simulation, marked=marked)
    if path.name.endswith(".gz"):
        data = gzip.compress(data, compresslevel=9, mtime=0)  # no clock in the file: equal runs, equal bytes
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        beside.write_text(json.dumps(simulation.truth.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise AndonError("failure_simulate_write", file=str(path), reason=error.strerror or "?") from error
    return beside


def table_bytes(simulation: Simulation, *, marked: bool = False) -> bytes:
    """The CSV: ISO 8601 time with offset, columns as `name [unit]`, then steel_grade, note and, where `marked`, the
    column that says "simulated"; empty = missing."""
    context = simulation.context.assign(**{ORIGIN: SIMULATED}) if marked else simulation.context
    headers = ["time", *(channel.header for channel in CHANNELS), *context.columns]
    arrays = [pa.array(simulation.frame[c.name].to_numpy(), from_pandas=True) for c in CHANNELS]
    numbers = io.BytesIO()
    options = csv.WriteOptions(include_header=False, quoting_style="none")
    csv.write_csv(pa.table(arrays, names=[c.name for c in CHANNELS]), numbers, options)
    texts = zip(*(map(_cell, context[name].tolist()) for name in context.columns), strict=True)
    rows = zip(_times(simulation.frame.index), numbers.getvalue().decode().splitlines(), texts, strict=True)
    lines = [",".join(headers), *(",".join((time, row, *cells)) for time, row, cells in rows)]
    return ("\n".join(lines) + "\n").encode()


def _cell(text: str) -> str:
    """A text cell, quoted only where RFC 4180 asks for it."""
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n\r') else text


def _times(index: pd.Index) -> list[str]:
    """ISO 8601 with offset; milliseconds only where the step needs them."""
    times = pd.DatetimeIndex(index)
    whole = bool((times.microsecond == 0).all())
    return [time.isoformat(timespec="seconds" if whole else "milliseconds") for time in times]

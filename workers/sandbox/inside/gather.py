"""What the code left, as frames: answer, table, pictures; or its error, as a repair request needs it."""

from __future__ import annotations

import array
import io
import json
import os
import stat
import traceback
from collections.abc import Iterator
from typing import Any

from workers.sandbox.inside import wire

FILE = "<code>"  # the file name of the code in tracebacks
DPI = 120


def results(names: dict[str, Any], pictures: int, picture_bytes: int, bare: bool) -> Iterator[bytes]:
    """Frames of the results: `answer` as text, a dict as JSON; `table` as columns; at most `pictures` PNGs of
    `picture_bytes` each."""
    answer = names.get("answer")
    if answer is not None:
        yield wire.packed("answer", spoken(answer).encode(errors="replace"))
    if names.get("table") is not None:
        yield from columns(names["table"])
    found = list(_saved(picture_bytes))
    if not bare:
        found += _open_figures(pictures - len(found))
    for body in found[:pictures]:
        yield wire.packed("picture", body)


def spoken(answer: Any) -> str:
    """An answer as text; a dict (or a Series, which is one) as JSON with plain numbers."""
    if not isinstance(answer, dict) and hasattr(answer, "to_dict") and getattr(answer, "ndim", 0) == 1:
        answer = answer.to_dict()
    if not isinstance(answer, dict):
        return str(answer)
    return json.dumps(_keyed(answer), ensure_ascii=False, default=_plain)


def _keyed(value: Any) -> Any:
    """Keys as text: those of a Series may be times, of a group tuples."""
    if not isinstance(value, dict):
        return value
    return {str(k) if not isinstance(k, tuple) else " ".join(map(str, k)): _keyed(v) for k, v in value.items()}


def _plain(value: Any) -> Any:
    """numpy's numbers as Python's, short arrays and Series as lists, anything else as text."""
    if hasattr(value, "tolist"):
        return value.tolist()
    return str(value)


def columns(table: Any) -> Iterator[bytes]:
    """A DataFrame or Series as one frame for each column: its kind and its plain values.

    Kinds: "float" (8 bytes), "int" (8), "bool" (1), "time" (nanoseconds since 1970 in 8 bytes, with the zone), "text"
    (JSON list). An index that does not just count becomes the first columns.
    """
    import pandas as pd

    if isinstance(table, pd.Series):
        table = table.to_frame(name=table.name if table.name is not None else "value")
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"table must be a pandas DataFrame, not {type(table).__name__}")
    if not isinstance(table.index, pd.RangeIndex):
        table = table.reset_index()
    for number, name in enumerate(table.columns):
        label = " ".join(str(part) for part in name) if isinstance(name, tuple) else str(name)
        kind, body, zone = _column(table.iloc[:, number])
        yield wire.packed("column", body, name=label[:500], of=kind, rows=len(table), zone=zone)


def _column(values: Any) -> tuple[str, bytes, str | None]:
    import pandas as pd
    from pandas.api import types

    if types.is_bool_dtype(values.dtype) and not values.isna().any():
        return "bool", values.to_numpy("uint8").tobytes(), None
    if types.is_integer_dtype(values.dtype) and not values.isna().any() and values.dtype != "uint64":
        return "int", values.to_numpy("int64").tobytes(), None
    if types.is_numeric_dtype(values.dtype) and not types.is_complex_dtype(values.dtype):
        return "float", values.to_numpy("float64", na_value=float("nan")).tobytes(), None
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        zone = str(values.dt.tz)
        return "time", _nanoseconds(values.dt.tz_convert("UTC").dt.tz_localize(None)), zone
    if types.is_datetime64_dtype(values.dtype):
        return "time", _nanoseconds(values), None
    empty = values.isna()
    texts = [b"" if gone else str(v).encode(errors="replace") for v, gone in zip(values, empty, strict=True)]
    lengths = array.array("i", [-1 if gone else len(t) for t, gone in zip(texts, empty, strict=True)])
    return "text", lengths.tobytes() + b"".join(texts), None


def _nanoseconds(values: Any) -> bytes:
    return values.to_numpy("datetime64[ns]").astype("int64").tobytes()


def _saved(most: int) -> Iterator[bytes]:
    """PNG files in the work folder, by name: regular files only, opened without following or waiting."""
    for name in sorted(os.listdir(".")):
        if not name.lower().endswith(".png"):
            continue
        try:
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            continue
        try:
            seen = os.fstat(file)
            if stat.S_ISREG(seen.st_mode) and seen.st_size <= most:
                with open(file, "rb", closefd=False) as stream:
                    yield stream.read(most)
        finally:
            os.close(file)


def _open_figures(most: int) -> list[bytes]:
    from matplotlib import pyplot

    drawn: list[bytes] = []
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        if len(drawn) < most and not getattr(figure, "saved_by_code", False):
            if not any(_shows_something(axes) for axes in figure.axes):
                raise ValueError(f"figure {number} is empty: nothing with a finite value was drawn in it")
            target = io.BytesIO()
            figure.savefig(target, format="png", dpi=DPI)
            drawn.append(target.getvalue())
    return drawn


def _shows_something(axes: Any) -> bool:
    """Whether axes hold more than lines of missing values."""
    import numpy as np

    others = [*axes.collections, *axes.patches, *axes.images, *axes.tables, *axes.texts]
    return bool(others) or any(
        np.isfinite(np.asarray(line.get_ydata(orig=False), dtype=float)).any() for line in axes.get_lines()
    )


def told(error: BaseException) -> dict[str, Any]:
    """An error as small values: `type`, `message`, `line` of the code (1 = first; None when it was not there)."""
    line = next((f.lineno for f in reversed(traceback.extract_tb(error.__traceback__)) if f.filename == FILE), None)
    if isinstance(error, SyntaxError) and error.filename == FILE:
        line = error.lineno
    try:
        message = str(error)
    except Exception:  # an exception class of the code's own
        message = ""
    return {"type": type(error).__name__[:100], "message": message[:4000], "line": line}

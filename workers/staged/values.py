"""Values and tables as bytes: JSON for values, Parquet for tables, npz for arrays. Never pickle.

What is read is what was written: dtypes, index, order in memory, NaN and infinity included.
"""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, TypeAdapter

T = TypeVar("T")

ABOUT = b"andon"


def to_json(value: Any) -> bytes:
    """A value of dataclasses, pydantic models, mappings, lists and numbers as JSON; NaN and infinity as such."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")).encode()


def from_json(kind: type[T], data: bytes) -> T:
    """The value of type `kind` that `to_json` wrote. Raises pydantic's ValidationError for anything else."""
    return _adapter(cast(Any, kind)).validate_json(data)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    return value.isoformat() if isinstance(value, datetime) else value


def numbers_to_parquet(frame: pd.DataFrame) -> bytes:
    """A frame of float64 columns on a UTC index."""
    values = frame.to_numpy()
    columns = [pa.array(np.ascontiguousarray(values[:, i])) for i in range(values.shape[1])]
    return _write(frame, columns, {"order": "F" if values.flags.f_contiguous else "C"})


def numbers_from_parquet(data: bytes) -> pd.DataFrame:
    """The frame that `numbers_to_parquet` wrote, in one block laid out as it was."""
    table, index, about = _open(data)
    values = np.empty((table.num_rows, table.num_columns - 1), order=about["order"])
    for i in range(values.shape[1]):
        values[:, i] = table.column(i + 1).to_numpy()
    return pd.DataFrame(values, index=index, columns=table.column_names[1:], copy=False)


def texts_to_parquet(frame: pd.DataFrame) -> bytes:
    """A frame of str columns on a UTC index."""
    return _write(frame, [pa.array(frame.iloc[:, i].array, from_pandas=True) for i in range(frame.shape[1])], {})


def texts_from_parquet(data: bytes) -> pd.DataFrame:
    """The frame that `texts_to_parquet` wrote."""
    table, index, _about = _open(data)
    columns = {name: table.column(i).to_numpy() for i, name in enumerate(table.column_names) if i}
    return pd.DataFrame({name: pd.array(values, dtype="str") for name, values in columns.items()}, index=index)


def _write(frame: pd.DataFrame, columns: list[pa.Array], about: dict[str, Any]) -> bytes:
    index = pd.DatetimeIndex(frame.index)
    about |= {"freq": index.freqstr}
    moments = pa.array(index.asi8).cast(pa.timestamp(index.unit, "UTC"))
    table = pa.Table.from_arrays([moments, *columns], names=["", *map(str, frame.columns)])
    return table_to_parquet(table.replace_schema_metadata({ABOUT: json.dumps(about)}))


def _open(data: bytes) -> tuple[pa.Table, pd.DatetimeIndex, dict[str, Any]]:
    table = table_from_parquet(data)
    about = json.loads(table.schema.metadata[ABOUT])
    kind = table.schema.field(0).type
    moments = table.column(0).cast(pa.int64()).to_numpy().view(f"datetime64[{kind.unit}]")
    return table, pd.DatetimeIndex(moments, tz="UTC", freq=about["freq"]), about


def table_to_parquet(table: pa.Table) -> bytes:
    """An Arrow table as Parquet."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", store_schema=True)
    return sink.getvalue()


def table_from_parquet(data: bytes) -> pa.Table:
    """The table that `table_to_parquet` wrote."""
    return pq.read_table(pa.BufferReader(data))


def arrays_to_npz(arrays: Mapping[str, np.ndarray[Any, Any]]) -> bytes:
    """Named arrays as an npz file; arrays of objects raise ValueError."""
    sink = io.BytesIO()
    np.savez(sink, allow_pickle=False, **dict(arrays))
    return sink.getvalue()


def arrays_from_npz(data: bytes) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays that `arrays_to_npz` wrote."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}

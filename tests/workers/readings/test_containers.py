"""The same table comes out of every container, whatever the file is called."""

import gzip
import io
import zipfile
from datetime import datetime, timedelta

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest


def zipped(name: str, content: bytes, **others: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
        for other, more in others.items():
            archive.writestr(other.replace("__", "."), more)
    return buffer.getvalue()


def workbook(rows, *, before: int = 0, header=("time", "a", "b")) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for i in range(before):
        sheet.append([f"Export line {i}"])
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def sheet_rows(count: int = 30):
    start = datetime(2024, 3, 5, 8)
    return [(start + timedelta(seconds=i), i + 0.5, 10 * i + 0.25) for i in range(count)]


def frame(count: int = 30, zone: str | None = None) -> pd.DataFrame:
    time = pd.date_range("2024-03-05 08:00", periods=count, freq="1s", tz=zone)
    return pd.DataFrame({"time": time, "a": np.arange(count) + 0.5, "b": 10.0 * np.arange(count) + 0.25})


def parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


@pytest.fixture
def packed(rows):
    plain = rows().encode()
    return {
        "csv": plain,
        "csv.gz": gzip.compress(plain),
        "csv in zip": zipped("data/trend.csv", plain, __MACOSX__="", readme__txt=b"hello"),
        "csv.gz in zip": zipped("trend.csv.gz", gzip.compress(plain)),
        "csv in zip.gz": gzip.compress(zipped("trend.csv", plain)),
        "csv in zip in zip": zipped("inner.zip", zipped("trend.csv", plain)),
        "xlsx": workbook(sheet_rows()),
        "xlsx in zip": zipped("trend.xlsx", workbook(sheet_rows())),
        "xlsx.gz": gzip.compress(workbook(sheet_rows())),
        "parquet": parquet(pa.Table.from_pandas(frame())),
        "parquet in zip": zipped("trend.parquet", parquet(pa.Table.from_pandas(frame()))),
    }


@pytest.mark.parametrize("name", ["x.csv", "x.dat", "x.xlsx", "x"])
def test_every_container_gives_the_same_table_under_any_name(load, packed, name):
    for form, content in packed.items():
        reading = load(content, name)
        assert reading.receipt.format == form
        assert list(reading.frame.columns) == ["a", "b"], form
        np.testing.assert_array_equal(reading.frame["b"], 10.0 * np.arange(30) + 0.25)
        assert reading.frame.index[1] == pd.Timestamp("2024-03-05 08:00:01", tz="UTC")
        assert reading.time_text[1].as_py().startswith("2024-03-05 08:00:01")


def test_workbook_with_a_banner_units_and_text(load):
    rows = [(t, a, "running" if a > 5 else None) for t, a, _ in sheet_rows()]
    reading = load(workbook(rows, before=3, header=("时间", "液位 [mm]", "状态")), "x.xlsx")
    assert reading.units == {"液位": "mm"}
    assert reading.context["状态"].isna().sum() == 5
    assert reading.receipt.counts["preamble_lines"] == 3


def test_workbook_reads_the_sheet_with_the_table_and_names_the_others(load):
    book = openpyxl.load_workbook(io.BytesIO(workbook(sheet_rows())))
    cover = book.create_sheet("Cover", 0)
    cover.append(["Night shift"])
    buffer = io.BytesIO()
    book.save(buffer)
    reading = load(buffer.getvalue(), "x.xlsx")
    assert len(reading.frame) == 30
    assert any("Cover" in note for note in reading.receipt.notes)


def test_workbook_with_split_date_and_clock(load):
    rows = [(datetime(2024, 3, 5), (datetime(2024, 3, 5, 8) + timedelta(seconds=i)).time(), i) for i in range(30)]
    reading = load(workbook(rows, header=("date", "clock", "a")), "x.xlsx")
    assert reading.frame.index[29] == pd.Timestamp("2024-03-05 08:00:29", tz="UTC")


def test_empty_workbooks_are_refused(refused):
    assert refused(workbook([], header=()), "x.xlsx").code == "failure_data_empty"
    assert refused(workbook([]), "x.xlsx").code == "failure_data_header_only"


def test_parquet_types_are_understood(load):
    data = frame(40, zone="Europe/Berlin").assign(
        on=[i % 3 == 0 for i in range(40)],
        count=np.arange(40, dtype=np.int32) % 7,
        text_number=[f"{i},5" for i in range(40)],
        grade=pd.Categorical(["S355"] * 40),
        gap=[None if i < 10 else float(i) for i in range(40)],
    )
    reading = load(parquet(pa.Table.from_pandas(data.set_index("time"))), "x.parquet")
    assert reading.receipt.timezone_how == "in the file"
    assert reading.frame.index[0] == pd.Timestamp("2024-03-05 07:00", tz="UTC")
    assert reading.frame["on"].sum() == 14
    assert reading.frame["text_number"].iloc[3] == 3.5
    assert reading.frame["gap"].isna().sum() == 10
    assert list(reading.context.columns) == ["grade"]


def test_parquet_columns_that_are_no_readings_harm_nothing(load):
    table = pa.table(
        {
            "time": pa.array(range(1_709_627_400, 1_709_627_440)),
            "a": np.arange(40.0),
            "list": pa.array([[1, 2]] * 40),
            "struct": pa.array([{"x": 1.5}] * 40),
            "duration": pa.array(range(40), pa.duration("s")),
            "binary": pa.array([b"\xff\x00"] * 40),
            "decimal": pa.array([f"{i}.25" for i in range(40)]).cast(pa.decimal128(10, 2)),
            "inserted": pa.array(range(40), pa.timestamp("ms", "UTC")),
        }
    )
    reading = load(parquet(table), "x.parquet")
    assert list(reading.frame.columns) == ["a", "decimal"]
    assert reading.frame.index[0] == pd.Timestamp(1_709_627_400, unit="s", tz="UTC")
    assert "inserted" in reading.context


def test_parquet_of_a_billion_run_length_rows_is_refused(refused):
    dictionary = pa.DictionaryArray.from_arrays(pa.array(np.zeros(2_000_000, np.int32)), pa.array([1.0]))
    content = parquet(pa.table({"a": dictionary, "b": dictionary}))
    assert len(content) < 100_000
    assert refused(content, "x.parquet", max_bytes=2**24).code == "failure_data_inflates"

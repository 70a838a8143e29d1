"""Delimiters, decimal marks, encodings, headers: the same numbers come out of every way to write them."""

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_decimal_marks_and_line_ends(load, rows, sep, decimal, end):
    if sep == decimal:
        pytest.skip("not a table")
    reading = load(rows(sep=sep, decimal=decimal).replace("\n", end))
    np.testing.assert_array_equal(reading.frame["a"], np.arange(30) + 0.5)
    np.testing.assert_array_equal(reading.frame["b"], 10.0 * np.arange(30) + 0.25)
    assert (reading.receipt.delimiter, reading.receipt.decimal) == (sep, decimal)


@pytest.mark.parametrize(
    ("cells", "sep", "value"),
    [
        (["1.234,5", "12.345.678,25", "7,5", "1.000"], ";", [1234.5, 12345678.25, 7.5, 1000.0]),
        (['"1,234.5"', '"12,345,678.25"', "7.5", '"1,000"'], ",", [1234.5, 12345678.25, 7.5, 1000.0]),
        (["1 234,5", "12 345 678,25", "7,5", "1\u202f000,0"], ";", [1234.5, 12345678.25, 7.5, 1000.0]),
        (["1'234.5", "12'345'678.25", "7.5", "1'000.0"], ",", [1234.5, 12345678.25, 7.5, 1000.0]),
        (['"1,5"', '"2,25"', '"-3,125"', '"0,001"'], ",", [1.5, 2.25, -3.125, 0.001]),
        (["0,123", "1,234", "2,345", "3,456"], ";", [0.123, 1.234, 2.345, 3.456]),
        (["1.234", "2.345", "0.5", "1e-3"], ";", [1.234, 2.345, 0.5, 0.001]),
        (["１２.５", "−3.5", "+4", " 5.25 "], ",", [12.5, -3.5, 4.0, 5.25]),
        (["45 %", "46%", "21.5 °C", "22℃"], ",", [45.0, 46.0, 21.5, 22.0]),
    ],
)
def test_ways_to_write_numbers(load, stamped, cells, sep, value):
    times = [f"2024-03-05 08:{i // 60:02d}:{i % 60:02d}" for i in range(40)]
    text = f"time{sep}a\n" + "".join(f"{t}{sep}{cells[i % 4]}\n" for i, t in enumerate(times))
    np.testing.assert_allclose(load(text).frame["a"], value * 10, rtol=1e-12)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
def test_encodings_of_chinese(load, rows, encoding):
    text = (
        rows(header="时间,结晶器液位（mm）,中间包温度（℃）")
        .replace("\n", ",一切正常\n")
        .replace("（℃）,一切正常", "（℃）,备注")
    )
    reading = load(text.encode(encoding))
    assert list(reading.frame.columns) == ["结晶器液位", "中间包温度"]
    assert reading.units == {"结晶器液位": "mm", "中间包温度": "℃"}
    assert set(reading.context["备注"]) == {"一切正常"}


@pytest.mark.parametrize("word", ["电流", "温度", "一", "液位设定", "拉速", "S8上辊电流", "压力"])
def test_a_single_chinese_word_in_gb18030_is_enough(load, rows, word):
    reading = load(rows(header=f"time,{word},b").encode("gb18030"))
    assert reading.frame.columns[0] == word
    assert reading.receipt.encoding == "gb18030"


@pytest.mark.parametrize(
    ("header", "encoding"),
    [("Temperatur [°C]", "cp1252"), ("Kühlwasser", "cp1252"), ("Débit", "latin-1"), ("Vib [µm]", "cp1252")],
)
def test_western_letters_are_not_taken_for_chinese(load, rows, header, encoding):
    reading = load(rows(header=f"time,{header},b").encode(encoding))
    assert reading.frame.columns[0] == header.split(" [")[0]


def test_chinese_that_begins_deep_in_the_file_is_still_read(load):
    lines = ["time,a,note"] + [
        f"2024-03-05 {i // 3600:02d}:{i // 60 % 60:02d}:{i % 60:02d},{i}," for i in range(60_000)
    ]
    lines[-1] += "换水口"
    reading = load("\n".join(lines).encode("gb18030"), max_rows=60_000)
    assert reading.context["note"].iloc[-1] == "换水口"
    assert reading.receipt.encoding == "gb18030"


def test_broken_bytes_spoil_a_cell_and_not_the_file(load, rows):
    text = rows().replace("2.5,", "\udcff,").encode("utf-8", "surrogateescape")
    reading = load(text)
    assert np.isnan(reading.frame["a"].iloc[2])
    assert reading.frame["a"].iloc[3] == 3.5


def test_zero_bytes_that_a_logger_padded_with_are_ignored(load, rows):
    assert len(load(rows(60).encode() + bytes(40)).frame) == 60


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("mould_level [mm]", "mould_level", "mm"),
        ("压力(MPa)", "压力", "MPa"),
        ("温度（℃）", "温度", "℃"),
        ("液位【mm】", "液位", "mm"),
        ('"Temperature, °C"', "Temperature", "°C"),
        ("flow_rate (m³/h)", "flow_rate", "m³/h"),
        ("pressure_bar", "pressure", "bar"),
        ("temp_C", "temp", "C"),
        ("S8_current_A", "S8_current", "A"),
        ("oscillation_frequency [1/min]", "oscillation_frequency", "1/min"),
        ("ratio [-]", "ratio", "-"),
        ("Flow (left)", "Flow (left)", ""),
        ("pump_A", "pump_A", ""),
        ("tank[3]", "tank[3]", ""),
        ("feed_A_flow", "feed_A_flow", ""),
        ("CLT_Level_lt_Min", "CLT_Level_lt_Min", ""),
        ("Pump (1)", "Pump (1)", ""),
        ("reactor_C", "reactor_C", ""),
    ],
)
def test_units_in_headers(load, rows, header, name, unit):
    reading = load(rows().replace("time,a,b", f"time,{header},other"))
    assert reading.frame.columns[0] == name
    assert reading.units.get(name, "") == unit


def test_letters_that_count_instances_are_no_units(load, rows):
    assert list(load(rows(header="time,current_A,current_B")).frame.columns) == ["current_A", "current_B"]
    assert list(load(rows(header="time,Motor (A),Motor (V)")).frame.columns) == ["Motor (A)", "Motor (V)"]


def test_names_that_differ_in_the_unit_alone_keep_it(load, rows):
    assert list(load(rows(header="time,level [mm],level [%]")).frame.columns) == ["level [mm]", "level [%]"]


def test_repeated_and_missing_names_are_made_unique(load, rows):
    assert list(load(rows(header="time,flow,flow")).frame.columns) == ["flow", "flow (2)"]
    assert list(load(rows(header="time,,b")).frame.columns) == ["column_2", "b"]


@pytest.mark.parametrize("units", [",mm,bar", ",[mm],[bar]", "YYYY-MM-DD hh:mm:ss,mm,bar", "-,mm,bar"])
def test_row_of_units_below_the_names(load, rows, units):
    reading = load(rows().replace("time,a,b\n", f"time,a,b\n{units}\n"))
    assert reading.units == {"a": "mm", "b": "bar"}
    assert len(reading.frame) == 30


def test_row_of_descriptions_between_names_and_units(load, rows):
    head = "time,TI101,PI205\n,Tundish temperature,Hydraulic pressure\n,°C,bar\n"
    reading = load(rows(header=None).join([head, ""]))
    assert reading.units == {"TI101": "°C", "PI205": "bar"}


@pytest.mark.parametrize(
    "preamble",
    [
        "sep=,\n",
        "# exported by historian 4.2\n# plant: caster 2\n",
        "Trend export\n\nServer: HIST01\nFrom,2024-03-05\nTo,2024-03-06\n\n",
        "// note: first shift, second strand\n",
        '"Report, nightly"\n',
    ],
)
def test_lines_above_the_header_are_skipped(load, rows, preamble):
    reading = load(preamble + rows())
    assert list(reading.frame.columns) == ["a", "b"]
    assert len(reading.frame) == 30


def test_header_in_a_comment_line_is_used(load, rows):
    assert list(load("# " + rows()).frame.columns) == ["a", "b"]


def test_table_without_names_gets_some_and_says_so(load, rows):
    reading = load(rows(header=None))
    assert list(reading.frame.columns) == ["column_2", "column_3"]
    assert len(reading.frame) == 30
    assert any("column_1" in note for note in reading.receipt.notes)


def test_columns_that_were_numbered_by_a_program_keep_all_rows(load):
    text = ",0,1,2\n" + "".join(f"{i},{i + 0.5},{i * 2},{i % 7}\n" for i in range(30))
    reading = load(text)
    assert list(reading.frame.columns) == ["0", "1", "2"]
    assert len(reading.frame) == 30


def test_whitespace_separates_where_nothing_else_does(load):
    text = "".join(f"  {i * 1.5:.7e}   {i:.7e}\t{100 - i:.7e}  \n" for i in range(30))
    reading = load(text, "x.dat")
    assert reading.frame.shape == (30, 3)
    np.testing.assert_allclose(reading.frame["column_1"], np.arange(30) * 1.5)


def test_trailing_delimiter_makes_no_column(load, rows):
    reading = load(rows().replace("\n", ",\n"))
    assert list(reading.frame.columns) == ["a", "b"]
    reading = load(rows().replace("\n", ",\n").replace("a,b,", "a,b"))
    assert list(reading.frame.columns) == ["a", "b"]


def test_ragged_rows_are_padded_and_counted(load, rows):
    lines = rows(60).splitlines()
    lines[10] = lines[10].rsplit(",", 1)[0]  # a cell too few
    lines[20] += ",9,9"  # two too many
    lines[60] = lines[60][:16]  # cut off while it was written
    reading = load("\n".join(lines))
    assert reading.receipt.rows_in == 60
    assert reading.receipt.counts["ragged_rows"] == 3
    assert np.isnan(reading.frame["b"].iloc[9])
    assert reading.frame["b"].iloc[19] == 190.25


def test_footers_and_comments_between_rows_are_no_rows(load, rows):
    lines = rows(60).splitlines()
    text = "\n".join([*lines[:30], "# logger restarted", *lines[30:], "", "-- 60 rows exported --"])
    reading = load(text)
    assert reading.receipt.rows_in == 60
    assert reading.receipt.counts["skipped_lines"] == 2


def test_quoted_cells_may_hold_delimiters_and_line_ends(load, rows):
    text = (
        rows()
        .replace("\n", ',"all well, so far\nsecond line"\n')
        .replace('a,b,"all well, so far\nsecond line"', "a,b,note")
    )
    reading = load(text)
    assert len(reading.frame) == 30
    assert set(reading.context["note"]) == {"all well, so far\nsecond line"}


def test_stray_quote_swallows_no_rows(load, rows):
    lines = [f"{line},pipe" for line in rows(200).splitlines()]
    lines[0] = "time,a,b,note"
    lines[50] = lines[50].replace("pipe", '"5 inch')
    reading = load("\n".join(lines))
    assert reading.receipt.rows_in == 200
    assert not reading.frame["b"].isna().any()


NUMBERS = st.one_of(
    st.floats(-1e15, 1e15),
    st.integers(-(10**9), 10**9).map(float),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(NUMBERS, min_size=20, max_size=30),
    sep=st.sampled_from([",", ";", "\t", "|"]),
    decimal=st.sampled_from([".", ","]),
    encoding=st.sampled_from(["utf-8", "utf-16", "gb18030"]),
)
@example(values=[1234.0] * 20, sep=";", decimal=",", encoding="utf-8")
def test_numbers_survive_any_dialect(load, values, sep, decimal, encoding):
    if sep == decimal:
        sep = ";"
    lines = [sep.join(("时间", "值1", "other"))]
    for i, value in enumerate(values):
        lines.append(sep.join([f"2024-03-05 08:00:{i:02d}", repr(value).replace(".", decimal), f"{i}{decimal}5"]))
    reading = load("\n".join(lines).encode(encoding))
    np.testing.assert_array_equal(reading.frame["值1"], values)

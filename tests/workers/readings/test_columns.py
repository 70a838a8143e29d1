"""Every sensor leads back to the header that the file has for it."""

import pandas as pd

ROWS = [f"2025-01-01 00:00:{i:02d},{i}.5,{i},{i % 7}" for i in range(30)]


def test_names_lead_to_the_headers_as_they_are_written(load):
    reading = load("\n".join(["\ufefftime,flow_m3h, 温度（℃）,level [mm]", *ROWS]))
    assert list(reading.frame.columns) == ["flow", "温度", "level"]
    assert reading.receipt.columns == {"flow": "flow_m3h", "温度": " 温度（℃）", "level": "level [mm]"}


def test_a_header_that_stands_twice_or_is_blank_leads_nowhere(load):
    reading = load("\n".join(["time,flow_m3h,flow_m3h,", *ROWS]))
    assert reading.receipt.columns == {name: name for name in reading.frame.columns}


def test_units_in_a_row_of_their_own_are_no_part_of_the_header(load):
    reading = load("\n".join(["time,flow,temp,level", ",m3/h,°C,mm", *ROWS]))
    assert reading.receipt.columns == {"flow": "flow", "temp": "temp", "level": "level"}
    assert reading.units["flow"] == "m3/h"


def test_tags_of_a_long_table_lead_to_themselves(load):
    rows = [f"2025-01-01 00:00:{i:02d},{tag},{i}" for i in range(30) for tag in ("flow_m3h", "level [mm]")]
    reading = load("\n".join(["time,tag,value", *rows]))
    assert reading.receipt.columns == {"flow": "flow_m3h", "level": "level [mm]"}


def test_a_spreadsheet_has_them_too(load, tmp_path):
    table = pd.DataFrame({"time": pd.date_range("2025-01-01", periods=30, freq="s"), "flow_m3h": range(30)})
    table.to_excel(tmp_path / "x.xlsx", index=False)
    assert load(tmp_path / "x.xlsx").receipt.columns == {"flow": "flow_m3h"}

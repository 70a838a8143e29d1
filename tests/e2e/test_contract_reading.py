"""Files as plants write them: the same table in other dresses gives the same events."""

import csv
import gzip
import json
import zipfile

import pandas as pd
import pytest

TRAIN, ONSET = 300, 420


def utf16(table, path):
    table.to_csv(path, index=False, sep="\t", encoding="utf-16")


def gb18030(table, path):
    table = table.rename(columns={"time": "时间", "pump0 [bar]": "结晶器液位 [mm]", "pump1 [bar]": "塞棒开度 [mm]"})
    table.to_csv(path, index=False, encoding="gb18030")


def bom(table, path):
    table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def decimal_comma(table, path):
    stamps = pd.to_datetime(table["time"]).dt.strftime("%d.%m.%Y %H:%M:%S")
    table.assign(time=stamps).to_csv(path, index=False, sep=";", decimal=",")


def chinese_time(table, path):
    table.assign(time=pd.to_datetime(table["time"]).dt.strftime("%Y年%m月%d日 %H时%M分%S秒")).to_csv(path, index=False)


def epoch_ms(table, path):
    stamps = (pd.to_datetime(table["time"]) - pd.Timestamp(0)) // pd.Timedelta(milliseconds=1)
    table.assign(time=stamps).to_csv(path, index=False)


def future_with_offset(table, path):
    stamps = (pd.to_datetime(table["time"]) + pd.Timedelta(days=30_000)).astype(str) + "+08:00"
    table.assign(time=stamps).to_csv(path, index=False)


def gzipped(table, path):
    path.write_bytes(gzip.compress(table.to_csv(index=False).encode()))


def zipped(table, path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("trend.csv", table.to_csv(index=False))


def parquet(table, path):
    table.assign(time=pd.to_datetime(table["time"])).to_parquet(path, index=False)


def excel(table, path):
    table.assign(time=pd.to_datetime(table["time"])).to_excel(path, index=False)


DRESSES = [
    (utf16, "a.csv"),
    (gb18030, "a.csv"),
    (bom, "a.csv"),
    (decimal_comma, "a.csv"),
    (chinese_time, "a.csv"),
    (epoch_ms, "a.csv"),
    (future_with_offset, "a.csv"),
    (gzipped, "a.csv.gz"),
    (zipped, "a.zip"),
    (parquet, "a.parquet"),
    (excel, "a.xlsx"),
]


@pytest.mark.parametrize(("dress", "name"), DRESSES, ids=[dress.__name__ for dress, _ in DRESSES])
def test_every_dress_gives_all_rows_and_the_same_event(andon, tmp_path, plant_table, dress, name):
    source, out = tmp_path / name, tmp_path / "F.csv"
    dress(plant_table, source)
    ran = andon("detect", source, "--train", TRAIN, "--out", out)
    assert ran.code == 0, ran.err
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(plant_table)
    assert all(row["time"] for row in rows)
    flags = [int(row["flag"]) for row in rows]
    assert sum(flags[ONSET : ONSET + 60]) >= 20
    assert sum(flags[:ONSET]) <= 6
    events = json.loads((tmp_path / "F.events.json").read_text(encoding="utf-8"))
    worst = max(events, key=lambda event: event["severity"])
    assert worst["sensors"][0]["name"].startswith(("pump0", "结晶器液位"))


def test_a_historian_export_has_a_row_for_each_of_its_rows(andon, tmp_path, plant_table):
    long = plant_table.melt("time", var_name="tag", value_name="value").sort_values(["time", "tag"])
    source, out = tmp_path / "long.csv", tmp_path / "F.csv"
    long.to_csv(source, index=False)
    ran = andon("detect", source, "--train", 4 * TRAIN, "--out", out)
    assert ran.code == 0, ran.err
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["time"] for row in rows] == long["time"].tolist()
    assert sum(int(row["flag"]) for row in rows[4 * ONSET : 4 * ONSET + 240]) >= 80

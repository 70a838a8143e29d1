"""Times in every form that plants write, and what was assumed about them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

START = datetime(2024, 3, 5, 8, 30)
BERLIN = ZoneInfo("Europe/Berlin")


def series(form, count: int = 40, step_s: float = 1.0, start: datetime = START):
    moments = [start + timedelta(seconds=i * step_s) for i in range(count)]
    return [form(m) if callable(form) else m.strftime(form) for m in moments]


def seconds(reading) -> np.ndarray:
    return (reading.frame.index - pd.Timestamp(START, tz="UTC")).total_seconds().to_numpy()


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M:%SZ",
        "%Y-%m-%d %H:%M:%S+00:00",
        "%Y-%m-%d %H:%M:%S UTC",
        "%Y-%m-%dT%H:%M:%S.%f",
        "%Y-%m-%d %H:%M:%S,000",
        "%Y/%m/%d %H:%M:%S",
        "%Y.%m.%d %H:%M:%S",
        "%Y%m%d%H%M%S",
        "%Y%m%dT%H%M%SZ",
        "%d.%m.%Y %H:%M:%S",
        "%d.%m.%y %H:%M:%S",
        "%d-%b-%Y %H:%M:%S",
        "%d-%b-%y %H:%M:%S.0",
        "%b %d, %Y %I:%M:%S %p",
        "%d %B %Y %H:%M:%S",
        "%Y年%m月%d日 %H:%M:%S",
        "%Y年%m月%d日 %H时%M分%S秒",
        lambda m: f"{m.year}年{m.month}月{m.day}日 {m.hour}:{m:%M:%S}",
        lambda m: f"{m.year}/{m.month}/{m.day} {'上午' if m.hour < 12 else '下午'} {m:%I:%M:%S}",
        lambda m: f"{m.year}-{m.month}-{m.day} 上午{m:%I:%M:%S}",
        lambda m: f"{m.day}.{m.month}.{m.year} {m.hour}:{m:%M:%S}",
        lambda m: f"{m.timestamp() + 0:.0f}" if False else str(int((m - datetime(1970, 1, 1)).total_seconds())),
        lambda m: f"{(m - datetime(1970, 1, 1)).total_seconds():.3f}",
        lambda m: str(int((m - datetime(1970, 1, 1)).total_seconds() * 1000)),
        lambda m: str(int((m - datetime(1970, 1, 1)).total_seconds()) * 10**6),
        lambda m: str(int((m - datetime(1970, 1, 1)).total_seconds()) * 10**9),
        lambda m: repr((m - datetime(1899, 12, 30)) / timedelta(days=1)),
    ],
)
def test_ways_to_write_a_time(load, stamped, form):
    texts = series(form)
    reading = load(stamped(texts, sep=";"))
    np.testing.assert_allclose(seconds(reading), np.arange(40.0), atol=1e-3)
    assert reading.time_text.to_pylist() == texts
    assert reading.receipt.time_column == "time"


def test_afternoon_and_midnight_on_a_twelve_hour_clock(load, stamped):
    for form in ("%m/%d/%Y %I:%M:%S %p", lambda m: f"{m:%Y-%m-%d} {'上午' if m.hour < 12 else '下午'}{m:%I:%M}"):
        reading = load(stamped(series(form, count=48, step_s=3600), sep=";"))
        np.testing.assert_allclose(seconds(reading) / 3600, np.arange(48.0))


def test_every_part_of_the_day_is_read_and_none_becomes_a_gap(load, stamped):
    parts = ("半夜", "凌晨", "清晨", "早上", "上午", "中午", "下午", "傍晚", "晚上", "夜里")
    of_hour = [0, *[1] * 4, *[2] * 3, 3, *[4] * 3, *[5] * 2, *[6] * 3, *[7] * 2, *[8] * 3, *[9] * 2]

    def form(moment):
        return f"{moment:%Y-%m-%d} {parts[of_hour[moment.hour]]}{moment:%I:%M}"

    reading = load(stamped(series(form, count=48, step_s=3600), sep=";"))
    np.testing.assert_allclose(seconds(reading) / 3600, np.arange(48.0))


def test_offset_in_the_file_wins_over_plant_time(load, stamped):
    reading = load(stamped(series("%Y-%m-%dT%H:%M:%S+08:00")), zone=BERLIN)
    assert reading.frame.index[0] == pd.Timestamp("2024-03-05 00:30", tz="UTC")
    assert (reading.receipt.timezone_how, reading.receipt.timezone) == ("in the file", "UTC+08:00")


def test_plant_time_is_assumed_without_one_and_said(load, stamped):
    reading = load(stamped(series("%Y-%m-%d %H:%M:%S")), zone=ZoneInfo("Asia/Shanghai"))
    assert reading.frame.index[0] == pd.Timestamp("2024-03-05 00:30", tz="UTC")
    assert (reading.receipt.timezone_how, reading.receipt.timezone) == ("assumed", "Asia/Shanghai")
    assert reading.receipt.start.isoformat() == "2024-03-05T08:30:00+08:00"
    assert any("Asia/Shanghai" in note for note in reading.receipt.notes)


@pytest.mark.parametrize(
    ("header", "hour"),
    [("Time (UTC)", 8), ("timestamp_utc", 8), ("Time (UTC+8)", 0), ("时间(北京时间)", 0), ("Time (Europe/Berlin)", 7)],
)
def test_zone_named_in_the_header(load, stamped, header, hour):
    reading = load(stamped(series("%Y-%m-%d %H:%M:%S"), header=header), zone=ZoneInfo("America/New_York"))
    assert reading.frame.index[0] == pd.Timestamp(f"2024-03-05 {hour:02d}:30", tz="UTC")
    assert reading.receipt.timezone_how == "in the file"


def test_day_and_month_are_told_apart_by_the_whole_column(load, stamped):
    start = datetime(2024, 3, 5)
    for form in ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"):
        proved = load(stamped(series(form, count=60, step_s=6 * 3600, start=start)))
        assert proved.frame.index[0] == pd.Timestamp("2024-03-05", tz="UTC")
        assert any("other rows allow nothing else" in note for note in proved.receipt.notes)
        moving = load(stamped(series(form, count=40, step_s=3600, start=start)))
        assert moving.frame.index[0] == pd.Timestamp("2024-03-05", tz="UTC")
        assert any("the day moves faster" in note for note in moving.receipt.notes)


def test_undecidable_dates_are_read_by_convention_and_that_is_said(load, stamped):
    reading = load(stamped(series("%m/%d/%Y %H:%M:%S")))
    assert reading.frame.index[0] == pd.Timestamp(START, tz="UTC")
    assert any("03/05/2024" in note and "no row proves it" in note for note in reading.receipt.notes)


def test_two_digit_years_first(load, stamped):
    reading = load(stamped(series("%y-%m-%d %H:%M:%S", count=60, step_s=3600 * 12)))
    np.testing.assert_allclose(seconds(reading), np.arange(60) * 43200.0)


@pytest.mark.parametrize("form", [("%d.%m.%Y", "%H:%M:%S"), ("%Y-%m-%d", "%H:%M:%S.%f"), ("%Y%m%d", "%H:%M:%S")])
def test_date_and_clock_in_two_columns(load, form):
    days, clocks = series(form[0], start=datetime(2024, 3, 13, 8)), series(form[1], start=datetime(2024, 3, 13, 8))
    text = "Datum;Uhrzeit;a\n" + "".join(f"{d};{c};{i}\n" for i, (d, c) in enumerate(zip(days, clocks, strict=True)))
    reading = load(text)
    assert reading.frame.index[5] == pd.Timestamp("2024-03-13 08:00:05", tz="UTC")
    assert list(reading.frame.columns) == ["a"]
    assert reading.time_text[5].as_py().split()[1] == clocks[5]


def test_clock_without_a_date_rolls_over_midnight(load, stamped):
    reading = load(stamped(series("%H:%M:%S", count=100, start=datetime(2024, 3, 5, 23, 59, 0))))
    np.testing.assert_allclose(np.diff(reading.frame.index.asi8) / 1e6, 1.0)
    assert reading.receipt.timezone_how == "no time column"


@pytest.mark.parametrize(("header", "scale"), [("time_s", 1), ("t_h", 3600), ("time [ms]", 1e-3), ("Zeit (min)", 60)])
def test_elapsed_time_in_its_unit(load, stamped, header, scale):
    reading = load(stamped([f"{i * 5}" for i in range(40)], header=header))
    assert reading.receipt.step_s == pytest.approx(5 * scale)
    assert reading.receipt.timezone_how == "no time column"
    assert reading.receipt.time_column is not None


def test_no_time_column_counts_rows(load):
    reading = load("a,b\n" + "".join(f"{i % 5},{i * 2}\n" for i in range(40)))
    assert reading.frame.index[39] == pd.Timestamp("1970-01-01 00:00:39", tz="UTC")
    assert reading.receipt.timezone_how == "no time column"
    assert reading.time_text.to_pylist()[:2] == ["1", "2"]


def test_names_with_time_in_them_are_sensors_when_they_hold_numbers(load):
    text = "cutting_time,cycle_time_s,time_to_failure\n" + "".join(f"{i},{i * 2},{100 - i}\n" for i in range(40))
    assert load(text).frame.shape == (40, 3)


def test_future_times_are_read_and_remarked(load, stamped):
    reading = load(stamped(series("%Y-%m-%d %H:%M:%S", start=datetime(2199, 1, 1))))
    assert len(reading.frame) == 40
    assert any("future" in note for note in reading.receipt.notes)


def test_a_few_unreadable_times_keep_their_row_beside_the_one_before(load, stamped):
    texts = series("%Y-%m-%d %H:%M:%S")
    texts[0], texts[10], texts[11] = "Bad", "", "2024-03-05 25:61:00"
    reading = load(stamped(texts))
    assert len(reading.frame) == 37
    assert reading.row_of.tolist()[:2] == [0, 0]
    assert reading.row_of[9] == reading.row_of[10] == reading.row_of[11]
    assert reading.receipt.counts["unreadable_times"] == 3
    assert reading.time_text[11].as_py() == "2024-03-05 25:61:00"
    assert 10.5 not in set(reading.frame["a"])


def test_minutes_without_seconds_are_spread_instead_of_thrown_away(load, stamped):
    start = datetime(2024, 3, 5, 8, 30, 20)
    reading = load(stamped(series("%Y-%m-%d %H:%M", count=600, start=start)))
    assert len(reading.frame) == 600
    np.testing.assert_allclose(np.diff(reading.frame.index.asi8) / 1e6, 1.0, atol=0.01)
    assert any("evenly" in note for note in reading.receipt.notes)


def test_hours_that_lose_decimals_are_spread_but_duplicates_are_not(load, stamped):
    hours = [f"{0.0005 + i * 0.002:.5g}" for i in range(60_000)]
    reading = load(stamped(hours, header="t_h"))
    assert len(reading.frame) == 60_000
    assert reading.receipt.duplicates == 0
    twice = load(stamped([t for t in series("%Y-%m-%d %H:%M:%S") for _ in range(2)]))
    assert len(twice.frame) == 40
    assert twice.receipt.duplicates == 40


def berlin(start: str, count: int, step: str) -> tuple[list[str], pd.DatetimeIndex]:
    """Wall clocks that a logger in Berlin writes without a zone, and the instants they mean."""
    index = pd.date_range(start, periods=count, freq=step, tz="UTC")
    return [t.strftime("%Y-%m-%d %H:%M:%S") for t in index.tz_convert(BERLIN)], index


@pytest.mark.parametrize("step", ["1min", "10min", "1h"])
def test_hour_that_comes_twice_is_told_apart_by_the_order_of_rows(load, stamped, step):
    texts, index = berlin("2024-10-26 20:00", 60 if step == "1h" else 1000, step)
    reading = load(stamped(texts), zone=BERLIN)
    assert reading.frame.index.equals(index.as_unit("us"))
    assert any("repeats in autumn" in note for note in reading.receipt.notes)
    newest_first = load(stamped(texts[::-1]), zone=BERLIN)
    if step != "1h":
        assert newest_first.frame.index.equals(index.as_unit("us"))


def test_recording_that_begins_in_the_second_of_the_two_hours(load, stamped):
    texts, index = berlin("2024-10-27 01:10", 200, "1min")
    assert load(stamped(texts), zone=BERLIN).frame.index.equals(index.as_unit("us"))


def test_hour_that_is_skipped_moves_on(load, stamped):
    start = datetime(2024, 3, 31, 1, 30)
    reading = load(stamped(series("%Y-%m-%d %H:%M:%S", count=120, step_s=60, start=start)), zone=BERLIN)
    assert any("skips in spring" in note for note in reading.receipt.notes)
    assert reading.frame.index[30] == pd.Timestamp("2024-03-31 01:00", tz="UTC")


@pytest.mark.parametrize("zone", ["Australia/Lord_Howe", "America/New_York", "Africa/Casablanca", "Asia/Tehran"])
def test_a_year_of_hours_crashes_in_no_zone(load, stamped, zone):
    index = pd.date_range("2021-01-01", periods=9000, freq="1h", tz="UTC")
    texts = [t.strftime("%Y-%m-%d %H:%M:%S") for t in index.tz_convert(zone)]
    reading = load(stamped(texts), zone=ZoneInfo(zone))
    assert len(reading.frame) >= 8995
    assert abs((reading.frame.index[-1] - index[-1]).total_seconds()) < 1

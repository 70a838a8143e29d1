"""The first sentence where the file has no readings of the time, of the day, or where a limit was to be kept."""

import numpy as np
import pandas as pd
import pytest

ROWS = (
    2_880  # 8 h at 10 s from Monday, 9 March 2026; no rows from 02:00 to 03:00, no oil temperature from 04:00 to 05:00
)


@pytest.fixture(scope="module")
def ask(tmp_path_factory, asking):
    rng, time = np.random.default_rng(1), pd.date_range("2026-03-09 00:00", periods=ROWS, freq="10s")
    table = pd.DataFrame({
        "time": time,
        "pump_pressure [bar]": 50 + rng.normal(0, 0.4, ROWS),
        "oil_temp [C]": np.where((time.hour == 4), np.nan, 45 + rng.normal(0, 0.3, ROWS)),
        "water_temp [C]": 40 + rng.normal(0, 0.3, ROWS),
    })[time.hour != 2]  # fmt: skip
    path = tmp_path_factory.mktemp("data") / "gap.csv"
    table.to_csv(path, index=False)
    whole = asking(path, timezone="UTC")
    return lambda text: whole(text).text.splitlines()


OUTSIDE = "The file has no readings after 12:00; it covers 00:00 to 07:59."


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("was the oil temp ever above 60 C after 12:00?", OUTSIDE),
        ("average oil temp after 12:00?", OUTSIDE),
        ("is the oil temp ok after 12:00?", OUTSIDE),
        ("is the oil temp hotter than the water temp after 12:00?", OUTSIDE),
        ("12点之后oil_temp高于60度吗", "文件在12:00之后没有读数；它覆盖00:00至07:59。"),
        ("is the oil temp between 04:10 and 04:50 ok?",
         "The file has no readings of oil_temp from 04:10 to 04:50; it covers 00:00 to 07:59."),
        ("is the oil temp between 02:10 and 02:50 ok?",
         "The file has no readings from 02:10 to 02:50; it covers 00:00 to 07:59."),
        ("average oil temp on Sunday", "The file has no readings of 2026-03-08; it covers 00:00 to 07:59."),
    ],
)  # fmt: skip
def test_that_there_are_no_readings_comes_first_and_once(ask, text, first):
    lines = ask(text)
    assert lines[0] == first
    assert first not in lines[1:]
    assert not any("never" in line or "nothing was plotted" in line for line in lines)


def test_no_picture_of_a_gap_is_told(ask):
    lines = ask("plot the oil temp between 04:10 and 04:50")
    assert "The file has no readings of oil_temp from 04:10 to 04:50; it covers 00:00 to 07:59." in lines
    assert not any(line.startswith("Plotted") for line in lines)


def test_a_weekday_that_the_file_does_not_hold_is_said(ask):
    assert "The file has no Sunday: it goes from 2026-03-09 to 2026-03-09." in ask("average oil temp on Sunday")
    assert not any("Monday" in line for line in ask("average oil temp on Monday"))


def test_times_of_a_detection_are_not_passed_over(ask):
    assert any(line.startswith("All of the file was looked at, not only 05:00 to 06:00")
               for line in ask("find anomalies between 05:00 and 06:00"))  # fmt: skip
    assert OUTSIDE in ask("any anomalies after 12:00?")


def test_whether_a_limit_is_kept_is_answered_with_what_passed_it(ask):
    assert ask("is the oil temp not above 44 C?")[0].startswith("No: oil_temp has been above 44 C since 05:00 (3 h)")
    assert ask("is the oil temp not above 90 C?")[0].startswith("Yes: oil_temp was never above 90 C")
    assert ask("oil_temp不超过90度吗")[0].startswith("是：oil_temp从未高于90")

"""`andon detect`: one output row for each input row, events beside it, a forecast when asked for."""

import argparse
import csv
import gzip
import json

import numpy as np
import pandas as pd
import pytest

from detectors import catalogue
from detectors.errors import DetectorError
from workers.client import failure_sentence
from workers.commands.detect import run
from workers.errors import AndonError
from workers.looking.detecting import train_rows
from workers.settings import Settings

ROWS, TRAIN, ONSET = 900, 400, 650


@pytest.fixture
def settings(tmp_path):
    return Settings(ANDON_DATA_DIR=tmp_path / "data", ANDON_TIMEZONE="Europe/Berlin")


def table(seed=0):
    rng = np.random.default_rng(seed)
    load = np.convolve(rng.normal(size=ROWS + 19), np.ones(20) / 4, "valid")
    data = pd.DataFrame({f"s{i}": (10 + load + 0.5 * rng.normal(size=ROWS)).round(3) for i in range(4)})
    data.loc[ONSET:, "s1"] += 8
    data.insert(0, "time", pd.date_range("2025-01-01", periods=ROWS, freq="s").astype(str))
    return data


def detect(settings, source, out, **flags):
    given = {"train": TRAIN, "model": None, "forecast": None, "lang": "en"} | flags
    return run(argparse.Namespace(csv=str(source), out=str(out), **given), settings)


def read_rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def scored(settings, tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "out" / "F.csv"
    table().to_csv(source, index=False)
    assert detect(settings, source, out, forecast=30) == 0
    return out


def test_one_row_for_each_input_row_in_order(scored):
    rows = read_rows(scored)
    assert list(rows[0]) == ["time", "score", "flag", "event"]
    assert [row["time"] for row in rows] == table()["time"].tolist()


def test_a_sensor_called_like_a_formula_is_none_in_the_forecast(settings, tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "F.csv"
    table().rename(columns={"s1": "=cmd|'/C calc'!A1", "s2": "@SUM"}).to_csv(source, index=False)
    assert detect(settings, source, out, forecast=5) == 0
    sensors = {row["sensor"] for row in read_rows(out.with_suffix(".forecast.csv"))}
    assert sensors == {"s0", "'=cmd|'/C calc'!A1", "'@SUM", "s3"}


def test_training_rows_have_no_score_and_flag_0(scored):
    rows = read_rows(scored)
    assert all(row["score"] == "" and row["flag"] == "0" and row["event"] == "" for row in rows[:TRAIN])
    assert all(float(row["score"]) >= 0 for row in rows[TRAIN:])


def test_fault_is_flagged_and_is_an_event_of_its_sensor(scored):
    rows = read_rows(scored)
    flags = [int(row["flag"]) for row in rows]
    assert sum(flags[ONSET : ONSET + 100]) > 30
    assert sum(flags[:ONSET]) <= 5
    events = json.loads(scored.with_name("F.events.json").read_text(encoding="utf-8"))
    worst = max(events, key=lambda event: event["severity"])
    assert worst["sensors"][0]["name"] == "s1"
    assert worst["kind"] == "anomaly"
    assert worst["start"] in {row["time"] for row in rows}
    assert worst["start"] <= worst["peak"] <= worst["end"]
    assert rows[worst["peak_row"]]["time"] == worst["peak"]
    assert {row["event"] for row in rows} - {""} <= {str(event["event"]) for event in events}


def test_forecast_goes_on_after_the_last_row(scored):
    rows = read_rows(scored.with_name("F.forecast.csv"))
    assert list(rows[0]) == ["time", "sensor", "value", "low", "high"]
    assert len(rows) == 30 * 4
    assert rows[0]["time"] == "2025-01-01 00:15:00"
    assert all(float(r["low"]) <= float(r["value"]) <= float(r["high"]) for r in rows)


def test_a_sensor_without_a_forecast_is_named(settings, tmp_path, capsys):
    source, out, data = tmp_path / "in.csv", tmp_path / "F.csv", table()
    data.loc[ROWS - 300 :, "s3"] = data["s3"].iloc[ROWS - 300]
    data.to_csv(source, index=False)
    assert detect(settings, source, out, forecast=5) == 0
    assert {row["sensor"] for row in read_rows(out.with_suffix(".forecast.csv"))} == {"s0", "s1", "s2"}
    told = "No forecast for 1 of 4 sensors, whose last readings are stuck, missing or too few: s3."
    assert told in capsys.readouterr().out
    table().to_csv(source, index=False)
    assert detect(settings, source, out, forecast=5) == 0
    assert "No forecast for" not in capsys.readouterr().out


def test_no_forecast_file_unless_asked_for(settings, tmp_path):
    source = tmp_path / "in.csv"
    table().to_csv(source, index=False)
    detect(settings, source, tmp_path / "F.csv")
    assert {p.name for p in tmp_path.iterdir()} - {"data"} == {"in.csv", "F.csv", "F.events.json"}


@pytest.mark.parametrize("order", ["shuffled", "reversed", "doubled"])
def test_rows_in_any_order_come_back_in_that_order(settings, tmp_path, order):
    data = table()
    if order == "shuffled":
        data = data.sample(frac=1, random_state=1)
    elif order == "reversed":
        data = data.iloc[::-1]
    else:
        data = pd.concat([data, data.iloc[[700, 100, 700]]])
    source, out = tmp_path / "in.csv", tmp_path / "F.csv"
    data.to_csv(source, index=False)
    assert detect(settings, source, out) == 0
    rows = read_rows(out)
    assert [row["time"] for row in rows] == data["time"].tolist()
    assert all(row["score"] == "" and row["flag"] == "0" for row in rows[:TRAIN])


def test_shuffled_file_scores_as_the_sorted_one(settings, tmp_path, scored):
    data = table().sample(frac=1, random_state=1)
    source, out = tmp_path / "shuffled.csv", tmp_path / "G.csv"
    data.to_csv(source, index=False)
    detect(settings, source, out)
    reference = {row["time"]: row["score"] for row in read_rows(scored)}
    for row in read_rows(out)[TRAIN:]:
        assert row["score"] == reference[row["time"]]


def test_file_without_time_counts_rows(settings, tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "F.csv"
    table().drop(columns="time").to_csv(source, index=False)
    assert detect(settings, source, out, forecast=2) == 0
    assert [row["time"] for row in read_rows(out)[:2]] == ["1", "2"]
    assert read_rows(tmp_path / "F.forecast.csv")[0]["time"] == str(ROWS + 1)


def test_compressed_input_and_time_text_with_a_comma(settings, tmp_path):
    data = table()
    data["time"] = pd.date_range("2025-01-01", periods=ROWS, freq="s").strftime("%d.%m.%Y %H:%M:%S,0")
    source, out = tmp_path / "in.csv.gz", tmp_path / "F.csv"
    with gzip.open(source, "wt", encoding="utf-8") as file:
        data.to_csv(file, index=False, sep=";")
    assert detect(settings, source, out) == 0
    assert [row["time"] for row in read_rows(out)] == data["time"].tolist()


@pytest.mark.parametrize("train", [-3, 0, 9, ROWS, 10 * ROWS])
def test_train_outside_the_file_is_refused(settings, tmp_path, train):
    source = tmp_path / "in.csv"
    table().to_csv(source, index=False)
    with pytest.raises(AndonError) as caught:
        detect(settings, source, tmp_path / "F.csv", train=train)
    assert caught.value.code == "failure_train_range"
    assert not (tmp_path / "F.csv").exists()


def test_without_train_a_period_is_proposed_and_said(settings, tmp_path, capsys):
    source = tmp_path / "in.csv"
    table().to_csv(source, index=False)
    assert detect(settings, source, tmp_path / "F.csv", train=None) == 0
    assert "proposed" in capsys.readouterr().out


def test_both_languages_are_spoken(settings, tmp_path, capsys):
    source = tmp_path / "in.csv"
    table().to_csv(source, index=False)
    detect(settings, source, tmp_path / "F.csv", lang="zh")
    assert "正常时段" in capsys.readouterr().out


def test_input_is_never_overwritten_and_folders_are_refused(settings, tmp_path):
    source = tmp_path / "in.csv"
    table().to_csv(source, index=False)
    for out, code in ((source, "failure_out_over_input"), (tmp_path, "failure_detect_folder")):
        with pytest.raises(AndonError) as caught:
            detect(settings, source, out)
        assert caught.value.code == code


def test_an_input_beside_the_output_is_not_overwritten_either(settings, tmp_path):
    for name in ("F.events.json", "F.forecast.csv"):
        source = tmp_path / name
        table().to_csv(source, index=False)
        before = source.read_bytes()
        with pytest.raises(AndonError, match="failure_out_over_input"):
            detect(settings, source, tmp_path / "F.csv", forecast=5)
        assert source.read_bytes() == before


def test_a_refused_file_leaves_no_folder(settings, tmp_path):
    with pytest.raises(AndonError, match="failure_data_missing"):
        detect(settings, tmp_path / "absent.csv", tmp_path / "new" / "deep" / "F.csv")
    assert not (tmp_path / "new").exists()


def test_a_forecast_of_an_earlier_run_does_not_pass_for_this_one(settings, scored, tmp_path):
    foreign = scored.with_name("G.forecast.csv")
    foreign.write_text("my own notes\n", encoding="utf-8")
    for name in ("F.csv", "G.csv"):
        assert detect(settings, tmp_path / "in.csv", scored.with_name(name)) == 0
    assert not scored.with_name("F.forecast.csv").exists()
    assert foreign.read_text(encoding="utf-8") == "my own notes\n"


def test_sensors_are_called_as_in_the_header_of_the_file(settings, tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "F.csv"
    data = table().rename(columns={"s0": "flow_m3h", "s1": "温度（℃）", "s2": "press [bar]", "s3": " amps_A"})
    data.to_csv(source, index=False)
    assert detect(settings, source, out, forecast=5) == 0
    events = json.loads(out.with_name("F.events.json").read_text(encoding="utf-8"))
    named = {each["name"] for event in events for each in event["sensors"]}
    named |= {symptom["sensor"] for event in events for symptom in event["symptoms"]}
    named |= {row["sensor"] for row in read_rows(out.with_suffix(".forecast.csv"))}
    assert named == set(data.columns) - {"time"}


def test_forecast_times_are_written_as_the_input_writes_them(settings, tmp_path):
    moments = pd.date_range("2025-01-01", periods=ROWS + 1, freq="s", tz="Europe/Berlin")
    data, source, out = table(), tmp_path / "in.csv", tmp_path / "F.csv"
    for form in (lambda m: str(int(m.timestamp() * 1000)), lambda m: m.strftime("%d/%m/%Y %H:%M:%S")):
        texts = [form(moment) for moment in moments]
        data.assign(time=texts[:-1]).to_csv(source, index=False)
        assert detect(settings, source, out, forecast=1) == 0
        assert read_rows(out.with_suffix(".forecast.csv"))[0]["time"] == texts[-1]


@pytest.mark.parametrize("horizon", [0, -1, 10**9])
def test_forecast_horizon_is_checked_before_reading(settings, tmp_path, horizon):
    with pytest.raises(AndonError) as caught:
        detect(settings, tmp_path / "absent.csv", tmp_path / "F.csv", forecast=horizon)
    assert caught.value.code == "failure_forecast_horizon"


def test_first_rows_are_one_stretch_wherever_they_lie():
    ordered, newest_first = np.arange(100), np.arange(100)[::-1]
    assert train_rows(ordered, 30).frame == (0, 30)
    assert train_rows(newest_first, 30).frame == (70, 100)
    assert train_rows(np.repeat(np.arange(50), 2), 40).frame == (0, 20)


def test_scattered_first_rows_give_way_to_the_earliest():
    row_of = np.random.default_rng(0).permutation(100)
    found = train_rows(row_of, 30)
    assert found.scattered
    assert found.frame == (0, 30)
    assert found.silent[:30].all()
    assert found.silent[row_of < 30].all()


@pytest.mark.parametrize("train", [10, 15, 99])
def test_averaged_files_keep_enough_rows_to_learn_from(train):
    row_of = np.arange(1000) // 8  # eight input rows in one row of the frame
    start, end = train_rows(row_of, train).frame
    assert end - start >= 10
    assert end - start < 125


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_network_without_torch_is_one_sentence(settings, tmp_path, monkeypatch, lang):
    table().to_csv(tmp_path / "in.csv", index=False)
    monkeypatch.setattr(catalogue, "is_here", lambda need: False)
    with pytest.raises(DetectorError) as failure:
        detect(settings, tmp_path / "in.csv", tmp_path / "F.csv", model="lstm_forecast")
    assert "pip install -e '.[torch]'" in failure_sentence(failure.value, lang)


def test_a_network_finds_the_fault_too(settings, tmp_path):
    pytest.importorskip("torch")
    source, out = tmp_path / "in.csv", tmp_path / "F.csv"
    table().to_csv(source, index=False)
    assert detect(settings, source, out, model="conv_autoencoder") == 0
    flags = [int(row["flag"]) for row in read_rows(out)]
    assert sum(flags[TRAIN:ONSET]) == 0
    assert sum(flags[ONSET : ONSET + 100]) > 30

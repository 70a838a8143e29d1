"""`andon detect`: rows, flags, times, events and forecast as scripts read them."""

import csv
import json

import pandas as pd
import pytest

from tests.e2e.conftest import small_table

ROWS, TRAIN, ONSET, HORIZON = 600, 300, 420, 25


def read_rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def flags(rows):
    return [int(row["flag"]) for row in rows]


@pytest.fixture(scope="module")
def detected(andon, plant_table):
    """The small table with 300 normal rows and a forecast: (what was printed, the rows, the folder)."""
    source, out = andon.folder / "plain.csv", andon.folder / "plain" / "F.csv"
    plant_table.to_csv(source, index=False)
    ran = andon("detect", source, "--train", TRAIN, "--out", out, "--forecast", HORIZON)
    assert ran.code == 0, ran.err
    return ran, read_rows(out), out.parent


def test_one_row_for_each_input_row_with_its_own_time_text(detected, plant_table):
    _, rows, _ = detected
    assert list(rows[0])[:4] == ["time", "score", "flag", "event"]
    assert [row["time"] for row in rows] == plant_table["time"].tolist()


def test_training_rows_have_an_empty_score_and_flag_0(detected):
    _, rows, _ = detected
    assert {(row["score"], row["flag"]) for row in rows[:TRAIN]} == {("", "0")}
    assert all(float(row["score"]) == float(row["score"]) for row in rows[TRAIN:])


def test_a_step_of_eight_is_flagged_and_the_calm_before_it_is_not(detected):
    _, rows, _ = detected
    assert sum(flags(rows)[ONSET : ONSET + 60]) >= 20
    assert sum(flags(rows)[TRAIN:ONSET]) <= 6
    assert {row["flag"] for row in rows} == {"0", "1"}


def test_events_have_the_documented_shape_and_name_the_sensor_as_the_header_does(detected):
    _, rows, folder = detected
    events = json.loads((folder / "F.events.json").read_text(encoding="utf-8"))
    times = {row["time"] for row in rows}
    assert events
    for event in events:
        assert {"event", "start", "end", "peak", "severity", "sensors", "kind"} <= set(event)
        assert {event["start"], event["end"], event["peak"]} <= times
        assert event["start"] <= event["peak"] <= event["end"]
        assert all(set(each) >= {"name", "share"} and 0 <= each["share"] <= 1 for each in event["sensors"])
    worst = max(events, key=lambda event: event["severity"])
    assert worst["sensors"][0]["name"].startswith("pump0")
    assert {row["event"] for row in rows} - {""} <= {str(event["event"]) for event in events}


def test_rows_of_an_event_lie_between_its_start_and_its_end(detected):
    _, rows, folder = detected
    for event in json.loads((folder / "F.events.json").read_text(encoding="utf-8")):
        inside = [row["time"] for row in rows if row["event"] == str(event["event"])]
        assert inside
        assert event["start"] <= min(inside) <= max(inside) <= event["end"]


def test_forecast_has_every_sensor_at_every_step_after_the_last_row(detected, plant_table):
    _, _, folder = detected
    rows = read_rows(folder / "F.forecast.csv")
    assert list(rows[0])[:5] == ["time", "sensor", "value", "low", "high"]
    table = pd.DataFrame(rows)
    counts = table.groupby("sensor").size()
    assert len(counts) == 4
    assert set(counts) == {HORIZON}
    numbers = table[["low", "value", "high"]].astype(float)
    assert (numbers["low"] <= numbers["value"]).all()
    assert (numbers["value"] <= numbers["high"]).all()
    assert pd.to_datetime(table["time"]).min() > pd.to_datetime(plant_table["time"]).max()


def test_the_same_call_gives_the_same_bytes(detected, andon):
    _, _, folder = detected
    again = andon.folder / "again" / "F.csv"
    assert andon("detect", andon.folder / "plain.csv", "--train", TRAIN, "--out", again).code == 0
    for name in ("F.csv", "F.events.json"):
        assert (again.parent / name).read_bytes() == (folder / name).read_bytes()


def test_unsorted_and_duplicated_rows_come_back_in_input_order(andon, plant_table):
    mixed = pd.concat([plant_table.iloc[:TRAIN], plant_table.iloc[TRAIN:].sample(frac=1, random_state=1)])
    mixed = pd.concat([mixed, mixed.iloc[[10, 450, 450]]])
    source, out = andon.folder / "mixed.csv", andon.folder / "mixed" / "F.csv"
    mixed.to_csv(source, index=False)
    ran = andon("detect", source, "--train", TRAIN, "--out", out)
    assert ran.code == 0, ran.err
    rows = read_rows(out)
    assert [row["time"] for row in rows] == mixed["time"].tolist()
    assert sum(flags(rows[:TRAIN])) == 0
    late = [flag for row, flag in zip(rows, flags(rows), strict=True) if row["time"] >= plant_table["time"][ONSET]]
    calm = [flag for row, flag in zip(rows, flags(rows), strict=True) if row["time"] < plant_table["time"][ONSET]]
    assert sum(late) > 5 * max(1, sum(calm))


def test_a_file_above_the_row_limit_is_averaged_and_still_has_a_row_for_each_input_row(andon):
    table = small_table(rows=3_500, onset=2_600)
    table.insert(0, "Zeit", pd.date_range("2025-03-01 06:00:00", periods=3_500, freq="s").strftime("%d.%m.%Y %H:%M:%S"))
    source, out = andon.folder / "long.csv", andon.folder / "long" / "F.csv"
    table.to_csv(source, index=False, sep=";", decimal=",")
    ran = andon("detect", source, "--train", 1_800, "--out", out, ANDON_MAX_ROWS="1000")
    assert ran.code == 0, ran.err
    rows = read_rows(out)
    assert [row["time"] for row in rows] == table["Zeit"].tolist()
    assert sum(flags(rows)[:1_800]) == 0
    assert sum(flags(rows)[2_600:2_800]) >= 50
    assert sum(flags(rows)[1_800:2_560]) <= 40


def test_without_a_time_column_rows_are_counted(andon):
    source, out = andon.folder / "bare.csv", andon.folder / "bare" / "F.csv"
    small_table().to_csv(source, index=False)
    ran = andon("detect", source, "--train", TRAIN, "--out", out)
    assert ran.code == 0, ran.err
    assert len(read_rows(out)) == ROWS
    assert sum(flags(read_rows(out))[ONSET:]) >= 20


def test_a_dead_channel_missing_cells_and_text_cells_do_not_stop_it(andon, plant_table):
    rough = plant_table.copy().astype(object)
    rough["dead"] = 7
    rough.iloc[100:110, 2] = ["", "NaN", "inf", "-inf", "Bad", "#N/A", "---", "1e400", "No Data", "null"]
    rough.iloc[200:215, 3] = ""
    source, out = andon.folder / "rough.csv", andon.folder / "rough" / "F.csv"
    rough.to_csv(source, index=False)
    ran = andon("detect", source, "--train", TRAIN, "--out", out)
    assert ran.code == 0, ran.err
    rows = read_rows(out)
    assert len(rows) == ROWS
    assert sum(flags(rows)[ONSET : ONSET + 60]) >= 20


@pytest.mark.parametrize("train", [9, ROWS])
def test_train_outside_10_to_rows_minus_1_is_refused(detected, andon, train):
    out = andon.folder / "refused" / "F.csv"
    ran = andon("detect", andon.folder / "plain.csv", "--train", train, "--out", out)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.strip().splitlines()) == 1
    assert not out.exists()


@pytest.mark.parametrize(
    "flag", [("--model", "no-such-model"), ("--forecast", "0"), ("--forecast", "-3"), ("--train", "ten")], ids=" ".join
)
def test_unusable_flags_are_refused_in_one_sentence(detected, andon, flag):
    ran = andon("detect", andon.folder / "plain.csv", "--out", andon.folder / "refused" / "F.csv", *flag)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.strip().splitlines()) == 1


@pytest.mark.parametrize("train", [10, ROWS - 1])
def test_the_ends_of_the_allowed_range_work(detected, andon, train):
    out = andon.folder / f"edge{train}" / "F.csv"
    ran = andon("detect", andon.folder / "plain.csv", "--train", train, "--out", out)
    assert ran.code == 0, ran.err
    assert sum(flags(read_rows(out)[:train])) == 0
    assert len(read_rows(out)) == ROWS


def test_nothing_is_written_beside_the_input_or_in_the_working_folder(detected, andon):
    left = {path.name for path in andon.folder.iterdir()}
    assert left <= {"data", "home", "temp", "plain", "again", "mixed", "long", "bare", "rough", "refused"} | {
        path.name for path in andon.folder.glob("*.csv")
    } | {f"edge{n}" for n in (10, ROWS - 1)}
    assert not list(andon.home.iterdir())
    assert not list(andon.temp.iterdir())

"""What `andon simulate` leaves on the disk, and the file of the demo."""

import argparse
import gzip
import io
import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from workers.commands import simulate as command
from workers.errors import AndonError
from workers.settings import Settings
from workers.simulator import SCENARIOS, simulate, truth_path, write
from workers.simulator.channels import CHANNELS, NAMES
from workers.simulator.sample import FAULT, ROWS, SAMPLE, SAMPLE_TRUTH, SEED
from workers.simulator.writing import table_bytes


def table(data):
    """A written CSV back as the simulation's frame and context."""
    read = pd.read_csv(io.BytesIO(data), parse_dates=["time"], index_col="time", keep_default_na=False, na_values={})
    headers = {channel.header: channel.name for channel in CHANNELS}
    frame = read[list(headers)].rename(columns=headers).apply(pd.to_numeric, errors="coerce")
    return frame, read[["steel_grade", "note"]]


def arguments(**values):
    return argparse.Namespace(**{"fault": None, "out": None, "rows": 3000, "seed": 0, "list": False, **values})


@pytest.fixture
def english(tmp_path):
    return Settings(lang="en", timezone="Asia/Shanghai", data_dir=tmp_path)


@pytest.mark.parametrize("name", ["sensor_dropout", "recalibration_note"])
def test_a_written_table_reads_back_unchanged(name, tmp_path):
    simulation = simulate(name, 2000, 1, datetime(2025, 3, 11, 22, tzinfo=ZoneInfo("Europe/Vienna")))
    path = tmp_path / "night.csv"
    write(simulation, path)
    frame, context = table(path.read_bytes())
    assert (frame.index == simulation.frame.index).all()
    np.testing.assert_array_equal(frame.to_numpy(), simulation.frame.to_numpy())
    assert context.to_numpy().tolist() == simulation.context.to_numpy().tolist()
    assert path.read_text(encoding="utf-8").splitlines()[1].startswith("2025-03-11T22:00:00+01:00,")


def test_headers_carry_the_unit():
    header = table_bytes(simulate("normal", 1000)).split(b"\n", 1)[0].decode().split(",")
    assert header[0] == "time"
    assert "mould_level [mm]" in header
    assert "S16_lower_current [A]" in header
    assert header[-2:] == ["steel_grade", "note"]
    assert len(header) == len(NAMES) + 3


def test_a_missing_reading_is_an_empty_cell_and_a_short_step_has_milliseconds():
    simulation = simulate("sensor_dropout", 1000, 1, step_s=0.5)
    simulation.frame.iloc[1, 3] = np.nan
    cells = table_bytes(simulation).decode().splitlines()[2].split(",")
    assert cells[0] == "2025-03-11T22:00:00.500+00:00"
    assert cells[4] == ""


def test_equal_runs_write_equal_bytes(tmp_path):
    for name in ("a.csv.gz", "b.csv.gz"):
        write(simulate("hydraulic_leak", 1000, 3), tmp_path / name)
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


def test_the_truth_lies_beside_the_table_with_what_scripts_need(tmp_path):
    simulation = simulate("hydraulic_leak", 3000, 3)
    beside = write(simulation, tmp_path / "x.csv")
    assert beside == tmp_path / "x.truth.json"
    truth = json.loads(beside.read_text(encoding="utf-8"))
    assert truth["fault"] == "hydraulic_leak"
    assert truth["seed"] == 3
    assert truth["root_sensor"] == "hydraulic_pressure"
    assert truth["acceptable"] == ["hydraulic_pressure"]
    assert truth["setpoints"] == {"casting_speed": "casting_speed_set", "mould_level": "mould_level_set"}
    event = truth["events"][0]
    assert event["kind"] == "hydraulic_leak"
    assert event["benign"] is False
    assert datetime.fromisoformat(event["start"]) == simulation.truth.events[0].start
    assert datetime.fromisoformat(event["end"]) == simulation.frame.index[-1]
    assert {"cause", "effect", "lag_s"} <= set(truth["edges"][0])


def test_events_keep_real_seconds_over_the_change_of_the_clocks():
    eve = datetime(2025, 3, 30, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"))  # an hour later it is 03:30
    simulation = simulate("stuck_sensor", 4000, 0, eve)
    assert simulation.truth.events[0].start in simulation.frame.index
    assert simulation.truth.events[0].end == simulation.frame.index[-1]
    assert (simulation.frame.index[-1] - simulation.frame.index[0]).total_seconds() == 3999


@pytest.mark.parametrize("name", ["night.xlsx", "night", ".csv", ".csv.gz"])
def test_a_name_that_is_no_csv_is_refused(name):
    with pytest.raises(AndonError) as refused:
        truth_path(Path(name))
    assert refused.value.code == "failure_simulate_name"


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(AndonError) as refused:
        write(simulate("normal", 1000), tmp_path / "file" / "x.csv")
    assert refused.value.code == "failure_simulate_write"


def test_command_writes_in_plant_time_and_says_so_on_stderr(english, tmp_path, capsys):
    path = tmp_path / "new" / "leak.csv"
    assert command.run(arguments(fault="hydraulic_leak", out=str(path)), english) == 0
    assert path.read_text(encoding="utf-8").splitlines()[1].startswith("2025-03-11T22:00:00+08:00")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "3000 rows, 44 sensors" in printed.err
    assert (tmp_path / "new" / "leak.truth.json").exists()


def test_command_lists_every_scenario_in_the_persons_language(capsys, tmp_path):
    assert command.run(arguments(list=True), Settings(lang="zh", data_dir=tmp_path)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(SCENARIOS)
    assert sum("故障" in line for line in lines) == 10


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"fault": "earthquake", "out": "x.csv"}, "failure_unknown_fault"),
        ({"fault": "normal", "out": "x.txt"}, "failure_simulate_name"),
        ({"fault": "normal"}, "failure_simulate_what"),
        ({"out": "x.csv"}, "failure_simulate_what"),
    ],
)
def test_command_refuses_what_it_cannot_do_and_writes_nothing(values, code, english, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AndonError) as refused:
        command.run(arguments(**values), english)
    assert refused.value.code == code
    if "names" in refused.value.values:
        assert all(name in str(refused.value.values["names"]) for name in SCENARIOS)
    assert list(tmp_path.iterdir()) == []


def test_the_bundled_night_is_what_the_simulator_makes():
    simulation = simulate(FAULT, ROWS, SEED)
    frame, context = table(gzip.decompress(SAMPLE.read_bytes()))
    assert frame.shape == (ROWS, len(NAMES))
    assert (frame.index == simulation.frame.index).all()
    assert context.to_numpy().tolist() == simulation.context.to_numpy().tolist()
    for channel in CHANNELS:  # another libm may round a reading on the edge the other way, not more
        apart = (frame[channel.name] - simulation.frame[channel.name]).abs()
        assert apart.max() < 1.01 * channel.resolution, channel.name
        assert (apart > 1e-9).mean() < 0.001, channel.name
    assert json.loads(SAMPLE_TRUTH.read_text(encoding="utf-8")) == json.loads(json.dumps(simulation.truth.as_json()))
    assert SAMPLE.stat().st_size <= 1_200_000

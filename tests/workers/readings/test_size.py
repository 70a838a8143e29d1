"""Large files: averaged onto the limit, read in streams, within memory and time."""

import subprocess
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pytest

from workers.readings import texttable

STEP = np.timedelta64(1, "s")


def write(path, rows: int, sensors: int, seed: int = 0, **columns) -> np.ndarray:
    """A CSV of `rows` x `sensors` readings, one a second; `columns` replace sensors. Returns the values."""
    values = np.random.default_rng(seed).normal(100, 5, (rows, sensors)).round(3)
    for name, column in columns.items():
        values[:, int(name[1:])] = column
    times = np.datetime64("2024-03-05T00:00:00") + STEP * np.arange(rows)
    table = {"time": pa.array(np.char.replace(np.datetime_as_string(times, unit="s"), "T", " "))}
    table |= {f"s{i}": pa.array(values[:, i], from_pandas=True) for i in range(sensors)}
    pacsv.write_csv(pa.table(table), path, pacsv.WriteOptions(quoting_style="none"))
    return values


def test_mean_of_blocks_maps_every_row_to_its_block(load, tmp_path):
    values = write(tmp_path / "x.csv", 5000, 3)
    reading = load(tmp_path / "x.csv", max_rows=1000)
    assert reading.frame.shape == (1000, 3)
    np.testing.assert_allclose(reading.frame.to_numpy(), values.reshape(1000, 5, 3).mean(axis=1))
    np.testing.assert_array_equal(reading.row_of, np.arange(5000) // 5)
    assert (reading.receipt.downsampled_by, reading.receipt.step_s) == (5, 5.0)
    assert any("mean of 5" in note for note in reading.receipt.notes)


def test_averaging_hides_neither_a_stuck_sensor_nor_a_dropout(load, tmp_path):
    rng = np.random.default_rng(1)
    stuck, lost = rng.normal(0.1, 1, 50_000).round(3), rng.normal(0, 1, 50_000)
    stuck[20_003:35_001] = 0.1  # a value that a sum of floats doesn't keep
    lost[10_004:14_002] = np.nan
    write(tmp_path / "x.csv", 50_000, 3, s0=stuck, s1=lost)
    reading = load(tmp_path / "x.csv", max_rows=8000)
    frame, block = reading.frame, reading.receipt.downsampled_by
    inside = slice(20_003 // block + 1, 35_001 // block)
    assert set(frame["s0"].iloc[inside]) == {0.1}
    assert frame["s1"].iloc[10_004 // block + 1 : 14_002 // block].isna().all()
    issues = {(q.sensor, q.issue) for q in reading.receipt.quality}
    assert {("s0", "stuck"), ("s1", "missing")} <= issues


def test_blocks_do_not_reach_over_gaps(load, stamped):
    times = [f"2024-03-05 08:{i // 60:02d}:{i % 60:02d}" for i in range(2005)]
    times += [f"2024-03-06 08:{i // 60:02d}:{i % 60:02d}" for i in range(2000)]
    reading = load(stamped(times), max_rows=1000)
    assert len(reading.frame) <= 1000
    assert len(reading.receipt.gaps) == 1
    day = reading.frame.index.normalize()
    assert reading.frame["a"][day == day[0]].max() < 2005.5
    assert reading.frame["a"][day == day[-1]].min() >= 2005.5


def test_unsorted_file_is_averaged_by_time_not_by_row(load, stamped):
    times = np.array([f"2024-03-05 08:{i // 60:02d}:{i % 60:02d}" for i in range(3000)])
    order = np.random.default_rng(0).permutation(3000)
    text = "time,a\n" + "".join(f"{times[i]},{i}\n" for i in order)
    reading = load(text, max_rows=1000)
    np.testing.assert_allclose(reading.frame["a"], np.arange(1000) * 3 + 1)
    np.testing.assert_array_equal(reading.row_of, order // 3)


def test_streamed_file_gives_what_a_file_in_memory_gives(load, tmp_path, monkeypatch):
    write(tmp_path / "x.csv", 30_000, 4)
    whole = load(tmp_path / "x.csv")
    monkeypatch.setattr(texttable, "IN_MEMORY", 2**16)
    monkeypatch.setattr(texttable, "BLOCK", 2**16)
    streamed = load(tmp_path / "x.csv")
    assert streamed.frame.equals(whole.frame)
    assert streamed.receipt == whole.receipt
    assert streamed.time_text.equals(whole.time_text)


def test_streamed_file_with_a_ragged_row_is_read_by_the_tolerant_reader(load, rows, monkeypatch):
    lines = rows(3000).splitlines()
    lines[2500] = "2024-03-05 09:00:00"
    lines[2600] += ',"inch'
    monkeypatch.setattr(texttable, "IN_MEMORY", 2**12)
    monkeypatch.setattr(texttable, "BLOCK", 2**12)
    reading = load("\n".join(lines))
    assert reading.receipt.rows_in == 3000
    assert reading.receipt.counts["ragged_rows"] == 2


def test_file_of_too_many_rows_is_refused(refused, rows, monkeypatch):
    monkeypatch.setattr("workers.readings.reader.MOST_ROWS", 50)
    assert refused(rows(60)).code == "failure_data_many_rows"


@pytest.mark.slow
def test_caster_file_of_a_day_is_read_in_time(load, tmp_path):
    write(tmp_path / "x.csv", 85_000, 24)
    best = 9.0
    for _ in range(3):
        start = time.process_time()
        load(tmp_path / "x.csv")
        best = min(best, time.process_time() - start)
    assert best < 1.5  # about 0.4 s when the machine has nothing else to do


PEAK = """
import re, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from workers.readings import read
reading = read(Path(sys.argv[1]), zone=ZoneInfo("UTC"), max_bytes=2**33, max_rows=50_000)
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(len(reading.row_of), len(reading.frame), int(peak) // 1024)
"""  # not ru_maxrss: that one begins at the size of the process that started this one


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path):
    with (tmp_path / "x.csv").open("wb") as stream:
        write(tmp_path / "part.csv", 100_000, 24)
        part = (tmp_path / "part.csv").read_bytes()
        head, _, body = part.partition(b"\n")
        stream.write(head + b"\n")
        for day in range(1, 7):
            stream.write(body.replace(b"2024-03-05 ", f"2024-04-{2 * day:02d} ".encode())
                         .replace(b"2024-03-06 ", f"2024-04-{2 * day + 1:02d} ".encode()))  # fmt: skip
    out = subprocess.run([sys.executable, "-c", PEAK, tmp_path / "x.csv"], capture_output=True, text=True, check=True)
    rows, used, peak_mb = map(int, out.stdout.split())
    assert rows == 600_000
    assert used <= 50_000
    assert peak_mb < 900

"""The data-quality receipt: what is odd is said, what is ordinary is not."""

import numpy as np
import pytest


@pytest.fixture
def issues(load):
    """issues({name: values}, **options): {(sensor, issue): SensorQuality} of a table, one row a second."""

    def run(columns, **options):
        count = len(next(iter(columns.values())))
        head = ",".join(["time", *columns])
        text = [head] + [
            ",".join([f"2024-03-05 {i // 3600:02d}:{i // 60 % 60:02d}:{i % 60:02d}",
                      *("" if np.isnan(c[i]) else repr(float(c[i])) for c in columns.values())])
            for i in range(count)
        ]  # fmt: skip
        reading = load("\n".join(text), **options)
        return {(q.sensor, q.issue): q for q in reading.receipt.quality}

    return run


@pytest.fixture
def noise():
    rng = np.random.default_rng(0)
    return lambda count=3000, level=100.0: rng.normal(level, 1.0, count).round(3)


def test_ordinary_sensors_raise_nothing(issues, noise):
    assert issues({"a": noise(), "temp [C]": noise(level=1550), "b": np.cumsum(noise(level=0))}) == {}


def test_constant_column(issues, noise):
    found = issues({"a": noise(), "b": np.full(3000, 7.5)})
    assert found[("b", "constant")].values == {"value": 7.5}
    assert len(found) == 1


def test_stuck_run_is_found_where_it_begins(issues, noise):
    stuck = noise()
    stuck[1000:1400] = stuck[1000]
    quality = issues({"a": noise(), "b": stuck, "c": noise()})[("b", "stuck")]
    assert quality.values["rows"] == 400
    assert quality.start.strftime("%H:%M:%S") == "00:16:40"
    assert "2024-03-05 00:16:40" in quality.text


def test_setpoints_switches_and_valves_at_their_limit_are_not_stuck(issues, noise):
    rng = np.random.default_rng(3)
    setpoint = np.repeat(rng.normal(5, 1, 30).round(2), 100)
    switch = (np.arange(3000) // 700 % 2).astype(float)
    valve = np.clip(np.sin(np.arange(3000) / 90) * 160, -100, 100).round(2)
    lab = np.repeat(noise(50), 60)
    found = issues({"a": noise(), "set": setpoint, "switch": switch, "valve": valve, "lab": lab})
    assert not [key for key in found if key[1] == "stuck"]


def test_standstill_of_the_machine_is_one_note_and_no_stuck_sensors(load, issues, noise):
    columns = {name: noise() for name in "abcdef"}
    for name in "abcde":
        columns[name][1000:1500] = 0.0
    found = issues(columns)
    assert not [key for key in found if key[1] == "stuck"]


def test_coarse_readings_are_quantised_and_fine_ones_are_not(issues, noise):
    found = issues({"a": noise(), "coarse": (noise() / 2).round() * 2, "fine": noise().round(1)})
    quality = found[("coarse", "quantised")]
    assert quality.values["resolution"] == 2.0
    assert 3 <= quality.values["levels"] <= 15
    assert ("fine", "quantised") not in found


def test_missing_run_names_its_share_and_its_longest_run(issues, noise):
    lost = noise()
    lost[600:900] = np.nan
    quality = issues({"a": noise(), "b": lost})[("b", "missing")]
    assert quality.values["percent"] == 10.0
    assert quality.values["longest_s"] == 300.0
    assert quality.values["longest_rows"] == 300.0


def test_a_few_missing_cells_are_not_worth_a_word(issues, noise):
    lost = noise()
    lost[::50] = np.nan
    assert issues({"a": noise(), "b": lost}) == {}


@pytest.mark.parametrize(
    ("header", "level", "suspicious"),
    [
        ("tundish_temperature [C]", 1550.0, False),
        ("tundish_temperature [C]", 1823.0, True),
        ("tundish_temperature [°C]", 2822.0, True),
        ("tundish_temperature [F]", 2822.0, False),
        ("temp [K]", 1823.0, False),
        ("temp [C]", -300.0, True),
        ("temp [K]", -20.0, True),
        ("temp_rise [K]", -5.0, False),
        ("pressure [bar]", 1900.0, False),
        ("charge [C]", 1900.0, False),
    ],
)
def test_temperatures_that_do_not_fit_their_unit(issues, noise, header, level, suspicious):
    found = issues({header: noise(level=level), "other": noise()})
    assert bool([key for key in found if key[1] == "suspicious_unit"]) == suspicious


def test_unit_that_changes_in_the_middle(issues, noise):
    pressure = noise(level=180.0)
    pressure[1700:] *= 1000
    kelvin = noise(level=40.0)
    kelvin[2100:] += 273.15
    found = issues({"pressure [bar]": pressure, "temp [C]": kelvin, "other": noise()})
    assert found[("pressure", "suspicious_unit")].values == {"factor": 1000.0}
    assert found[("pressure", "suspicious_unit")].start.strftime("%H:%M:%S") == "00:28:20"
    assert found[("temp", "suspicious_unit")].values["shift"] == pytest.approx(273.15, abs=0.5)


def test_steps_ramps_and_starts_are_no_change_of_unit(issues, noise):
    step = noise(level=100.0)
    step[1500:] *= 3
    start = np.where(np.arange(3000) < 1500, 0.0, noise(level=1000.0))
    growth = np.exp(np.linspace(0, 8, 3000)).round(3)
    found = issues({"step": step, "start": start, "growth": growth, "other": noise()})
    assert not [key for key in found if key[1] == "suspicious_unit"]


def test_a_file_without_time_speaks_of_rows(load):
    rng = np.random.default_rng(0)
    values = rng.normal(0, 1, 2000).round(3)
    values[500:900] = 1.5
    other = rng.normal(0, 1, 2000)
    reading = load("a,b\n" + "".join(f"{v},{o}\n" for v, o in zip(values, other, strict=True)))
    (stuck,) = [q for q in reading.receipt.quality if q.issue == "stuck"]
    assert "row 501" in stuck.text
    assert "400 rows" in stuck.text or "399 rows" in stuck.text

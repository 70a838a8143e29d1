"""Every scenario is repeatable, honest about its onset, and shows where the ground truth says."""

import numpy as np
import pandas as pd
import pytest

from workers.errors import AndonError
from workers.simulator import BENIGN, FAULTS, SCENARIOS, simulate
from workers.simulator.channels import NAMES

ROWS = 6000


@pytest.fixture(scope="module")
def run():
    done = {}

    def simulated(name, seed=1, rows=ROWS):
        key = (name, seed, rows)
        if key not in done:
            done[key] = simulate(name, rows, seed)
        return done[key]

    return simulated


def parts(simulation):
    """The frame before the first event and from it on."""
    onset = simulation.truth.events[0].start
    return simulation.frame[simulation.frame.index < onset], simulation.frame[simulation.frame.index >= onset]


def ripple(series):
    """Spread within two minutes."""
    return float(series.rolling(120).std().median())


def loadings(pressure):
    """How often the pump brought the pressure from its lower to its upper limit."""
    full = pd.Series(np.where(pressure > 162, 1.0, np.where(pressure < 158, 0.0, np.nan))).ffill()
    return int((full.diff() == 1).sum())


def calm(frame):
    """Rows at least four minutes after the last move of the speed setpoint."""
    return frame[frame["casting_speed_set"].rolling(240).std() < 1e-6]


def test_ten_faults_and_three_benign_changes():
    assert len(FAULTS) == 10
    assert len(BENIGN) == 3
    assert set(SCENARIOS) == {*FAULTS, *BENIGN, "normal"}


@pytest.mark.parametrize("name", SCENARIOS)
def test_rows_columns_and_time_are_those_asked_for(name):
    simulation = simulate(name, 3000, 5)
    assert list(simulation.frame.columns) == list(NAMES)
    assert len(simulation.frame) == len(simulation.context) == 3000
    assert simulation.frame.index.tz is not None
    assert (np.diff(simulation.frame.index.asi8) > 0).all()
    assert list(simulation.context.columns) == ["steel_grade", "note"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_same_seed_same_file_other_seed_other_file(name, run):
    again = simulate(name, ROWS, 1)
    pd.testing.assert_frame_equal(run(name).frame, again.frame)
    assert run(name).truth == again.truth
    assert not run(name).frame.equals(run(name, seed=2).frame)


@pytest.mark.parametrize("name", [*FAULTS, *BENIGN])
@pytest.mark.parametrize("seed", [1, 2])
def test_until_its_onset_a_scenario_is_the_ordinary_day(name, seed, run):
    simulation = run(name, seed)
    before, after = parts(simulation)
    assert len(before) >= 0.4 * ROWS
    assert len(after) >= 0.2 * ROWS
    day = run("normal", seed).frame
    pd.testing.assert_frame_equal(before, day.iloc[: len(before)])
    assert not after.equals(day.iloc[len(before) :])


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_fault_reaches_its_root_and_leaves_the_unaffected_alone(name, seed, run):
    truth, (_, after) = run(name, seed).truth, parts(run(name, seed))
    day = run("normal", seed).frame.loc[after.index]
    changed = {column for column in NAMES if not after[column].equals(day[column])}
    assert truth.root_sensor in truth.acceptable
    assert truth.root_sensor in changed
    assert set(truth.acceptable) <= set(truth.affected)
    if name != "strand_speed_hunting":  # the strand carries a changed speed everywhere
        # What the level does to the temperature rises of the water is true but small: clogging reaches them too.
        assert changed - set(truth.affected) <= {c for c in NAMES if "temp_rise" in c}
    assert set(truth.affected) <= changed
    assert not any(event.benign for event in truth.events)


@pytest.mark.parametrize("name", BENIGN)
def test_a_benign_change_has_a_note_and_no_root(name, run):
    simulation = run(name)
    truth, note = simulation.truth, simulation.context["note"]
    assert truth.root_sensor is None
    assert truth.acceptable == ()
    assert all(event.benign for event in truth.events)
    assert note[note != ""].index[0] == truth.events[0].start


def test_notes_are_written_in_both_languages():
    notes = " ".join("".join(simulate("recalibration_note", 1000, seed).context["note"]) for seed in range(12))
    assert "recalibrated mould level transmitter, offset" in notes
    assert "重新标定" in notes


def test_an_ordinary_day_is_lively_and_has_no_event(run):
    day = run("normal")
    assert day.truth.events == ()
    first = day.frame.iloc[: int(0.4 * ROWS)]
    assert first["casting_speed_set"].max() - first["casting_speed_set"].min() > 0.05
    assert first["mould_level_set"].nunique() > 1


# What a good engineer would see, scenario by scenario.


def test_clogging_opens_the_stopper_at_constant_speed_and_the_level_swings(run):
    before, after = parts(run("stopper_clogging"))
    end = after.iloc[-600:]
    assert end["stopper_position"].mean() - before["stopper_position"].mean() > 5.0
    assert abs(end["casting_speed"].mean() - end["casting_speed_set"].mean()) < 0.01
    assert ripple(end["mould_level"]) > 1.8 * ripple(before["mould_level"])


def test_sticking_valve_stands_still_and_jumps_while_the_other_faces_follow(run):
    simulation = run("narrow_face_valve_sticking")
    before, after = parts(simulation)
    root = simulation.truth.root_sensor
    other = root.replace("left", "right") if "left" in root else root.replace("right", "left")
    jump = 10
    assert after[root].diff(jump).abs().max() > 3 * before[root].diff(jump).abs().max() / 2
    ratio = (after[root] / after[other]).std() / (before[root] / before[other]).std()
    assert ratio > 4
    rise = root.replace("flow", "temp_rise")
    heat = after[root] * after[rise]
    assert heat.std() / heat.mean() < after[root].std() / after[root].mean()  # the heat stays, the flow moves


def test_pump_degradation_lowers_every_flow_and_warms_the_water(run):
    before, after = parts(run("cooling_pump_degradation"))
    end = after.iloc[-600:].mean() / before.mean()
    assert end["mould_pump_pressure"] < 0.85
    assert all(end[c] < 0.93 for c in NAMES if c.startswith("mould_flow"))
    assert all(end[c] > 1.05 for c in NAMES if c.startswith("mould_temp_rise"))


def test_leak_loads_the_pump_more_often_and_then_pressure_and_pressed_rolls_fall(run):
    before, after = parts(run("hydraulic_leak", rows=21_600))
    early = after["hydraulic_pressure"].iloc[:1500]
    assert loadings(early) / len(early) > 1.5 * loadings(before["hydraulic_pressure"]) / len(before)
    end = after.iloc[-600:].mean() - before.mean()
    assert end["hydraulic_pressure"] < -20
    assert end["S9_upper_current"] < -1.5
    assert abs(end["S2_upper_current"]) < 1.0  # not pressed


def test_level_drift_hides_behind_the_controller_and_shows_in_the_heat(run):
    simulation = run("level_sensor_drift", rows=21_600)
    before, after = parts(simulation)
    end = after.iloc[-3000:]
    assert abs((end["mould_level"] - end["mould_level_set"]).mean()) < 0.3
    day = run("normal", rows=21_600).frame.loc[end.index]
    share = (end["mould_temp_rise_wide_inner"] / day["mould_temp_rise_wide_inner"]).mean() - 1
    assert abs(share) > 0.012
    assert np.sign(share) == -np.sign(simulation.truth.values["drift_mm"])
    assert after["mould_level"].diff().std() > 1.5 * before["mould_level"].diff().std()


def test_seizing_bearing_raises_current_and_ripple_of_one_roll(run):
    simulation = run("roll_bearing_seizing")
    before, after = parts(simulation)
    root, end = simulation.truth.root_sensor, after.iloc[-600:]
    assert end[root].mean() > 1.25 * before[root].mean()
    assert ripple(end[root]) > 3 * ripple(before[root])


def test_misaligned_pair_steps_apart_at_once_and_ripples_once_a_turn(run):
    simulation = run("roll_misalignment")
    before, after = parts(simulation)
    upper, lower = simulation.truth.acceptable
    assert after[upper].iloc[:60].mean() - before[upper].iloc[-60:].mean() > 2.0
    assert after[lower].iloc[:60].mean() - before[lower].iloc[-60:].mean() < -1.5
    end = after.iloc[-1024:]
    spectrum = np.abs(np.fft.rfft(end[upper] - end[upper].mean()))
    period = 1024 / np.argmax(spectrum)
    turn = np.pi * 0.28 / end["casting_speed"].mean() * 60
    assert period == pytest.approx(turn, rel=0.1)


def test_stuck_sensor_repeats_one_value_to_the_end(run):
    simulation = run("stuck_sensor")
    before, after = parts(simulation)
    root = simulation.truth.root_sensor
    assert after[root].nunique() == 1
    assert before[root].iloc[-600:].nunique() > 3


def test_dropout_reads_nothing_under_some_seeds_and_zero_under_others(run):
    kinds = set()
    for seed in range(1, 7):
        simulation = run("sensor_dropout", seed)
        before, after = parts(simulation)
        root = simulation.truth.root_sensor
        kinds.add(simulation.truth.values["reads"])
        lost = after[root].isna() | (after[root] == 0)
        assert lost.iloc[0]
        assert 0.01 < lost.mean() < 0.7
        assert int(lost.astype(int).diff().eq(1).sum()) >= 3
        assert not (before[root].isna() | (before[root] == 0)).any()
    assert kinds == {"nothing", "zero"}


def test_hunting_moves_speed_and_level_but_not_the_setpoint(run):
    simulation = run("strand_speed_hunting")
    before, after = parts(simulation)
    end = after.iloc[-1200:]
    error = end["casting_speed"] - end["casting_speed_set"]
    assert error.std() > 4 * (before["casting_speed"] - before["casting_speed_set"]).rolling(300).std().median()
    assert ripple(end["mould_level"]) > 2 * ripple(before["mould_level"])
    day = run("normal").frame.loc[after.index]
    assert after["casting_speed_set"].equals(day["casting_speed_set"])


@pytest.mark.parametrize("name", ["planned_speed_change", "grade_change", "normal"])
def test_planned_changes_keep_the_relations_of_the_plant(name, run):
    frame = run(name, rows=12_000).frame
    before, after = frame.iloc[:4800], frame.iloc[4800:]
    for part in (before, after):
        part = calm(part)
        flow = (
            part["mould_flow_wide_inner"]
            / np.sqrt(part["mould_pump_pressure"] - 2)
            / (1 + 0.25 * (part["casting_speed"] / 1.1 - 1))
        )
        assert flow.rolling(60).mean().std() / flow.mean() < 0.003
        assert (part["oscillation_frequency"] / part["casting_speed"]).median() == pytest.approx(127.3, rel=0.003)
        assert (part["secondary_cooling_flow"] / part["casting_speed"]).median() == pytest.approx(1866, rel=0.01)


def test_planned_change_moves_setpoint_and_strand_together(run):
    simulation = run("planned_speed_change")
    event = simulation.truth.events[0]
    inside = simulation.frame[event.start : event.end]
    day = run("normal").frame.loc[inside.index]
    assert (inside["casting_speed_set"] - day["casting_speed_set"]).min() == pytest.approx(
        simulation.truth.values["change_m_per_min"], abs=1e-6
    )
    assert (inside["casting_speed"] - inside["casting_speed_set"]).abs().median() < 0.01


def test_grade_change_changes_grade_temperature_and_speed(run):
    simulation = run("grade_change")
    before, after = parts(simulation)
    grades = simulation.context["steel_grade"]
    assert grades.iloc[0] == "S355J2"
    assert grades.iloc[-1] == simulation.truth.values["grade"]
    assert after["tundish_temperature"].iloc[-300:].mean() - before["tundish_temperature"].mean() > 4


def test_recalibration_is_small_and_in_the_sensor_that_the_note_names():
    seen = set()
    for seed in range(8):
        simulation, day = simulate("recalibration_note", 3000, seed), simulate("normal", 3000, seed)
        sensor, offset = simulation.truth.values["sensor"], simulation.truth.values["offset"]
        seen.add(sensor)
        moved = simulation.frame[sensor] - day.frame[sensor]
        first = moved[moved.index >= simulation.truth.events[0].start].iloc[0]
        assert first == pytest.approx(offset, abs=0.11)
        assert abs(offset) < 0.01 * simulation.frame[sensor].mean() or "temp_rise" in sensor
    assert len(seen) >= 2


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"fault": "earthquake"}, "failure_unknown_fault"),
        ({"rows": 999}, "failure_simulate_size"),
        ({"rows": 3_000_000}, "failure_simulate_size"),
        ({"step_s": 0.0}, "failure_simulate_size"),
        ({"step_s": float("nan")}, "failure_simulate_size"),
        ({"seed": -1}, "failure_simulate_seed"),
    ],
)
def test_what_makes_no_sense_is_refused(values, code):
    with pytest.raises(AndonError) as refused:
        simulate(**{"fault": "normal", "rows": 1000, **values})
    assert refused.value.code == code

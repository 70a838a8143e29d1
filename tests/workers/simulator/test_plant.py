"""The plant equations against hand calculation and the sources' own numbers."""

import math

import numpy as np
import pytest

from workers.simulator import simulate
from workers.simulator.caster import CASTER
from workers.simulator.channels import CHANNELS, NAMES
from workers.simulator.clock import Clock, Streams
from workers.simulator.cooling import heat_flux, sticking_valve
from workers.simulator.hydraulics import CUT_IN, CUT_OUT, run_hydraulics
from workers.simulator.level import opening_for
from workers.simulator.rolls import ferrostatic_kn
from workers.simulator.signals import ar1, lag, narrow_band, quantise
from workers.simulator.strand import Strand
from workers.simulator.truth import true_edges
from workers.simulator.upset import Upset


@pytest.fixture(scope="module")
def day():
    return simulate("normal", 12_000, 3).frame


def steady(speed=1.1, rows=4000):
    """A strand at constant speed, m/min."""
    return Strand(Clock(rows), np.full(rows, speed), np.arange(rows) * speed / 60)


def calm(frame):
    """Rows at the commonest speed setpoint, half a minute's mean: valves and strand have settled."""
    return frame[frame["casting_speed_set"] == frame["casting_speed_set"].mode()[0]].rolling(30).mean().iloc[200:]


def test_stopper_opening_balances_inflow_and_withdrawal(day):
    assert opening_for(CASTER.speed, CASTER.head_m) == pytest.approx(10.1, abs=0.2)
    assert opening_for(1.2, 1.8) / opening_for(1.0, 1.8) > 1.2  # the nose tapers: the gap grows ever slower
    part = calm(day)
    wanted = opening_for(part["casting_speed"].mean(), CASTER.head_m)
    assert part["stopper_position"].median() == pytest.approx(wanted, rel=0.04)


def test_level_is_held_within_a_millimetre_and_without_offset(day):
    error = day["mould_level"] - day["mould_level_set"]
    assert abs(error.mean()) < 0.05
    assert 0.3 < error.std() < 1.2


def test_mean_heat_flux_is_the_mean_of_savage_and_pritchards_local_one():
    dwell = CASTER.wet_m / CASTER.speed * 60
    t = np.linspace(0, dwell, 100_001)
    local = (2680 - 335 * np.sqrt(t)) * 1e3
    assert heat_flux(np.array([dwell]))[0] == pytest.approx(np.trapezoid(local, t) / dwell, rel=1e-4)


def test_water_carries_the_heat_of_the_face_away(day):
    watts = day["mould_flow_wide_inner"] / 60_000 * 4.186e6 * day["mould_temp_rise_wide_inner"]
    dwell = np.array([CASTER.wet_m / day["casting_speed"].mean() * 60])
    assert (watts / (CASTER.width_m * CASTER.wet_m)).mean() == pytest.approx(heat_flux(dwell)[0], rel=0.03)


def test_flow_follows_the_root_of_the_pressure_over_the_mould(day):
    part = calm(day)
    over = np.log(part["mould_pump_pressure"] - CASTER.back_bar)
    assert np.polyfit(over, np.log(part["mould_flow_wide_inner"]), 1)[0] == pytest.approx(0.5, abs=0.1)


def test_shell_grows_with_the_root_of_time_until_the_slab_is_solid():
    strand = steady()
    assert strand.dwell(11.0) == pytest.approx(600.0)
    assert strand.shell_mm(11.0) == pytest.approx(26 * math.sqrt(10))
    assert strand.shell_mm(40.0).max() == pytest.approx(115.0)
    assert ferrostatic_kn(strand, 8).min() > 50
    assert ferrostatic_kn(strand, 16).max() == pytest.approx(0.0)  # behind the crater end nothing is liquid


def test_faster_strand_has_a_thinner_shell_only_after_it_has_travelled():
    rows = 4000
    speed = np.where(np.arange(rows) < 1000, 1.0, 1.2)
    travelled = np.concatenate([[0.0], np.cumsum(speed[:-1]) / 60])
    shell = Strand(Clock(rows), speed, travelled).shell_mm(10.0)
    assert shell[999] == pytest.approx(26 * math.sqrt(10.0), rel=1e-6)
    assert 26 * math.sqrt(10 / 1.2) < shell[1200] < shell[999]
    assert shell[1000 + 520] == pytest.approx(26 * math.sqrt(10 / 1.2), rel=1e-6)


def test_unevenness_of_the_strand_reaches_the_next_roll_after_the_way_between_them(day):
    def ripple(name):
        mean = day[name].rolling(5).mean()
        return (mean - mean.rolling(300, center=True).mean()).to_numpy()[400:-400]

    first, second = ripple("S5_upper_current"), ripple("S6_upper_current")
    likeness = [np.corrcoef(first[:-k], second[k:])[0, 1] for k in range(1, 200)]
    edge = next(e for e in true_edges() if (e.cause, e.effect) == ("S5_upper_current", "S6_upper_current"))
    assert edge.kind == "transport"
    assert 1 + int(np.argmax(likeness)) == pytest.approx(edge.lag_s, abs=10)
    assert max(likeness) > 0.2


def test_hydraulic_pressure_is_a_saw_tooth_between_its_limits():
    pressure = run_hydraulics(Clock(6000), Streams(1), Upset())
    assert pressure.min() > CUT_IN - 0.5
    assert pressure.max() < CUT_OUT + 0.5
    period = 6000 / np.sum(np.diff(np.sign(np.diff(pressure))) > 0)
    assert 150 < period < 500


def test_free_valve_follows_and_sticking_valve_slips_by_its_band():
    command = 1 + 0.05 * np.sin(np.arange(2000) / 100)
    assert sticking_valve(command, np.zeros(2000), 1.0) == pytest.approx(command)
    stem = sticking_valve(command, np.full(2000, 0.05), 1.0)
    moves = np.abs(np.diff(stem))
    assert set(np.round(moves[moves > 0], 9)) == {0.05}
    assert 3 < np.count_nonzero(moves) < 100


def test_noises_have_unit_spread_and_their_colour():
    rng = np.random.default_rng(0)
    slow, band = ar1(rng, 200_000, 20.0, 1.0), narrow_band(rng, 200_000, 16.0, 1.0)
    assert slow.std() == pytest.approx(1.0, rel=0.05)
    assert np.corrcoef(slow[:-20], slow[20:])[0, 1] == pytest.approx(math.exp(-1), abs=0.05)
    assert band.std() == pytest.approx(1.0, rel=0.1)
    assert np.corrcoef(band[:-16], band[16:])[0, 1] > 0.6


def test_lag_reaches_63_percent_after_its_time_constant():
    step = np.concatenate([[0.0], np.ones(100)])
    assert lag(step, 10.0, 1.0)[10] == pytest.approx(1 - math.exp(-1), rel=1e-6)


def test_readings_lie_on_the_grid_of_their_transmitter(day):
    for channel in CHANNELS:
        counts = day[channel.name] / channel.resolution
        assert (counts - counts.round()).abs().max() < 1e-6, channel.name
    assert quantise(np.array([0.3000001]), 0.1).tolist() == [0.3]


def test_true_edges_name_columns_and_feed_back_only_through_the_level_controller():
    edges = true_edges()
    pairs = {(edge.cause, edge.effect) for edge in edges}
    assert len(pairs) == len(edges)
    assert all(edge.cause in NAMES and edge.effect in NAMES and edge.lag_s >= 0 for edge in edges)
    both_ways = {pair for pair in pairs if pair[::-1] in pairs}
    assert both_ways == {("mould_level", "stopper_position"), ("stopper_position", "mould_level")}
    assert not any(effect.endswith("_set") for _, effect in pairs)


@pytest.mark.parametrize(("step_s", "rows"), [(0.5, 4000), (5.0, 2000)])
def test_another_step_gives_the_same_plant(step_s, rows):
    frame = simulate("normal", rows, 3, step_s=step_s).frame
    assert (frame.index[1] - frame.index[0]).total_seconds() == step_s
    error = frame["mould_level"] - frame["mould_level_set"]
    assert abs(error.mean()) < 0.1
    assert error.std() < 1.2
    assert frame["hydraulic_pressure"].between(CUT_IN - 2, CUT_OUT + 2).all()
    assert frame["S9_upper_current"].mean() == pytest.approx(41, abs=4)

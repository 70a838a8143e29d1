"""Faults of the process equipment: nozzle, cooling water, hydraulics, withdrawal drives."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from workers.simulator.caster import FACES, ROLLS
from workers.simulator.clock import FloatArray
from workers.simulator.rolls import pressed
from workers.simulator.scene import Outcome, Scene
from workers.simulator.upset import Upset


def _wash_outs(scene: Scene) -> FloatArray:
    """Deposits break off now and then and grow back within some minutes: share of the area given back, (n,)."""
    n, dt = scene.clock.n, scene.clock.dt
    apart_s = float(np.clip(scene.ramp_s / 14, 60, 420))
    hits = (scene.rng.random(n) < dt / apart_s) * scene.rng.uniform(0.3, 1.0, n)
    a = np.exp(-dt / min(90.0, apart_s / 2))
    back = np.asarray(lfilter([1.0], [1.0, -a], hits))
    return np.minimum(back, 1.5)


def stopper_clogging(scene: Scene) -> Outcome:
    """Alumina narrows the nozzle: the stopper opens at constant speed, flakes break off, the level swings."""
    grown = scene.grown()
    full = scene.rng.uniform(0.42, 0.48) * scene.severity
    lost = grown * (full - 0.055 * _wash_outs(scene))
    return Outcome(
        upset=Upset(clogging=lost, flow_swing=1 + 1.3 * scene.severity * grown),
        happenings=scene.lasting("stopper_clogging"),
        root="stopper_position",
        acceptable=("stopper_position", "mould_level"),
        affected=("stopper_position", "mould_level"),
        why="The nozzle's free area is not measured. Its loss enters the level balance (mould_level no longer "
        "answers the stopper as before) and shows as stopper_position, which makes up for it.",
        values={"area_lost": round(float(full), 3)},
    )


def narrow_face_valve_sticking(scene: Scene) -> Outcome:
    """The flow valve of one narrow face sticks: flat, then a jump, on the whole too far closed."""
    face = str(scene.rng.choice(["narrow_left", "narrow_right"]))
    band = scene.rng.uniform(0.05, 0.07) * scene.severity
    return Outcome(
        upset=Upset(sticking={face: scene.on() * band * (0.4 + 0.6 * scene.grown())}),
        happenings=scene.lasting("narrow_face_valve_sticking"),
        root=f"mould_flow_{face}",
        acceptable=(f"mould_flow_{face}",),
        affected=(f"mould_flow_{face}", f"mould_temp_rise_{face}"),
        values={"face": face, "stiction_band": round(float(band), 3)},
    )


def cooling_pump_degradation(scene: Scene) -> Outcome:
    """The mould water pump loses head: all four flows fall with it, the water leaves warmer."""
    lost = scene.rng.uniform(1.5, 2.0) * scene.severity
    grown = scene.grown(1.2)
    return Outcome(
        upset=Upset(pump_loss=lost * grown, pump_noise=1 + 3 * grown),
        happenings=scene.lasting("cooling_pump_degradation"),
        root="mould_pump_pressure",
        acceptable=("mould_pump_pressure",),
        affected=(
            "mould_pump_pressure",
            *(f"mould_flow_{face}" for face in FACES),
            *(f"mould_temp_rise_{face}" for face in FACES),
        ),
        values={"pressure_lost_bar": round(float(lost), 2)},
    )


def hydraulic_leak(scene: Scene) -> Outcome:
    """Oil is lost: the pump loads ever more often, then cannot keep up; pressed rolls carry less."""
    leak = scene.rng.uniform(0.205, 0.220) * scene.severity  # bar/s: a little more than the pump can make up
    return Outcome(
        upset=Upset(leak=leak * scene.grown(0.8)),
        happenings=scene.lasting("hydraulic_leak"),
        root="hydraulic_pressure",
        acceptable=("hydraulic_pressure",),
        affected=("hydraulic_pressure", *(roll for roll in ROLLS if pressed(roll))),
        values={"leak_bar_per_s": round(float(leak), 4)},
    )


def strand_speed_hunting(scene: Scene) -> Outcome:
    """The drives' speed loop hunts: the strand speeds up and slows down while its setpoint stands still."""
    size, period = scene.rng.uniform(0.035, 0.05) * scene.severity, scene.rng.uniform(40.0, 60.0)
    since = scene.clock.t - scene.onset_s
    wave = np.sin(2 * np.pi * since / period)
    return Outcome(
        upset=Upset(speed=size * np.minimum(1.0, scene.on() * 0.3 + scene.grown()) * scene.on() * wave),
        happenings=scene.lasting("strand_speed_hunting"),
        root="casting_speed",
        acceptable=("casting_speed",),
        affected=(
            "casting_speed",
            "mould_level",
            "stopper_position",
            "oscillation_frequency",
            "secondary_cooling_flow",
            *ROLLS,
        ),
        values={"amplitude_m_per_min": round(float(size), 4), "period_s": round(float(period), 1)},
    )

"""Faults of the transmitters: the plant is well, the readings are not."""

from __future__ import annotations

import numpy as np

from workers.simulator.caster import FACES, ROLLS
from workers.simulator.clock import BoolArray
from workers.simulator.scene import Outcome, Scene
from workers.simulator.upset import ReadingUpset, Upset

SLIPS = 8
# No controller of this plant reads these, so a bad reading has no consequences elsewhere.
FREE = (
    "tundish_temperature", "mould_pump_pressure", "hydraulic_pressure", "secondary_cooling_flow",
    *(f"mould_flow_{face}" for face in FACES), *(f"mould_temp_rise_{face}" for face in FACES), *ROLLS,
)  # fmt: skip


def level_sensor_drift(scene: Scene) -> Outcome:
    """A failing level sensor creeps, slips and grows noisy; the controller then holds the wrong level."""
    clock, rng = scene.clock, scene.rng
    size = rng.uniform(34.0, 44.0) * rng.choice([-1.0, 1.0]) * scene.severity
    slips = rng.uniform(0.5, 1.0, SLIPS)
    at = scene.onset_s + (np.arange(SLIPS) + rng.uniform(0.1, 0.9, SLIPS)) / SLIPS * scene.ramp_s
    jumps = np.concatenate([[0.0], np.cumsum(slips)])[np.searchsorted(at, clock.t, side="right")]
    offset = size * (0.5 * scene.grown() + 0.5 * jumps / slips.sum())
    return Outcome(
        upset=Upset(level_offset=offset, level_noise=1 + 2 * scene.grown()),
        happenings=scene.lasting("level_sensor_drift"),
        root="mould_level",
        acceptable=("mould_level",),
        affected=("mould_level", "stopper_position", *(f"mould_temp_rise_{face}" for face in FACES)),
        why="The controller holds the reading at its setpoint, so the reading's mean does not move: the drift shows "
        "as slips and noise of mould_level that the stopper answers at once, and in all four temperature rises.",
        values={"drift_mm": round(float(size), 1)},
    )


def stuck_sensor(scene: Scene) -> Outcome:
    """One transmitter repeats its last value."""
    sensor = str(scene.rng.choice(FREE))
    return Outcome(
        upset=Upset(readings={sensor: ReadingUpset(held=scene.clock.t >= scene.onset_s)}),
        happenings=scene.lasting("stuck_sensor"),
        root=sensor,
        acceptable=(sensor,),
        affected=(sensor,),
    )


def _bursts(scene: Scene) -> BoolArray:
    """Bursts that come ever closer and last ever longer, (n,); the first begins at the onset."""
    t, at = scene.clock.t, scene.onset_s
    lost = np.zeros(len(t), dtype=np.bool_)
    pause, end = scene.ramp_s / 8, scene.clock.total_s
    while at < end:
        grown = min(1.0, (at - scene.onset_s) / scene.ramp_s)
        lasts = max(3 * scene.clock.step_s, scene.rng.uniform(5.0, 15.0 + 45.0 * grown))
        lost |= (t >= at) & (t < at + lasts)
        at += lasts + max(20.0, pause * (1 - 0.6 * grown) * scene.rng.uniform(0.5, 1.5))
    return lost


def sensor_dropout(scene: Scene) -> Outcome:
    """One transmitter loses contact in bursts; the historian writes nothing, or zero."""
    sensor = str(scene.rng.choice(FREE))
    zero, lost = bool(scene.rng.random() < 0.5), _bursts(scene)
    return Outcome(
        upset=Upset(readings={sensor: ReadingUpset(zero=lost) if zero else ReadingUpset(missing=lost)}),
        happenings=scene.lasting("sensor_dropout"),
        root=sensor,
        acceptable=(sensor,),
        affected=(sensor,),
        values={"reads": "zero" if zero else "nothing"},
    )

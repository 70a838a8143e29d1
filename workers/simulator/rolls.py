"""Drive currents of the guide rolls: idle, speed, ferrostatic and hydraulic load, ripple, the uneven strand."""

from __future__ import annotations

import math

import numpy as np

from workers.simulator.caster import CASTER, LOWER, UPPER, segment_of
from workers.simulator.clock import Clock, FloatArray, Streams
from workers.simulator.signals import ar1
from workers.simulator.strand import Strand
from workers.simulator.upset import RollUpset, Upset

IDLE_A = 11.0
SPEED_A = 7.0  # A per m/min: viscous part of the friction
LOAD_A = 0.040  # A per kN of roll load: bearing friction and rolling resistance over gear and motor constant
CYLINDERS_M2 = 0.0245  # area of the cylinders that press one driven roll
PRESSED_FROM = 4  # segments whose driven roll is pressed by the hydraulics
STRAIGHTENING = (9, 10)
STEEL = 7000.0  # kg/m3, liquid
KEEPS = 0.8  # correlation of the strand's unevenness from one driven roll to the next


def pressed(roll: str) -> bool:
    """True when the hydraulics press this roll (or its partner) on the strand."""
    return segment_of(roll) >= PRESSED_FROM


def diameter(segment: int) -> float:
    """Roll diameter, m: slimmer rolls below the mould."""
    return 0.20 if segment <= 5 else 0.28


def ferrostatic_kn(strand: Strand, segment: int) -> FloatArray:
    """Load of the liquid core on one roll pitch: rho g h times the width that is still liquid, kN, (n,)."""
    along = CASTER.segment_at(segment)
    shell_m = strand.shell_mm(along) / 1000
    liquid = np.clip(1 - 2 * shell_m / CASTER.thickness_m, 0.0, 1.0)
    pascal = STEEL * 9.81 * CASTER.depth(along)
    return pascal * CASTER.roll_pitch_m * (CASTER.width_m - 2 * shell_m) * np.sqrt(liquid) / 1000


def uneven_strand(clock: Clock, streams: Streams, strand: Strand, rolls: tuple[str, ...]) -> dict[str, FloatArray]:
    """Thick and thin places travel with the strand from roll to roll and change on the way; std 1, (n,) each."""
    rng = streams.of(f"uneven {rolls[0]}")
    earlier = strand.since(CASTER.segment_m)
    fields: dict[str, FloatArray] = {}
    field = ar1(rng, clock.n, 40.0, clock.dt)
    for roll in rolls:
        fields[roll] = field
        carried = np.interp(earlier, clock.t, field)
        field = KEEPS * carried + math.sqrt(1 - KEEPS**2) * ar1(rng, clock.n, 40.0, clock.dt)
    return fields


def run_rolls(
    clock: Clock, streams: Streams, strand: Strand, hydraulic: FloatArray, upset: Upset
) -> dict[str, FloatArray]:
    """Current in A for each roll, (n,)."""
    rng = streams.of("rolls")
    uneven = uneven_strand(clock, streams, strand, UPPER) | uneven_strand(clock, streams, strand, LOWER)
    core = {segment: ferrostatic_kn(strand, segment) for segment in range(1, 17)}
    currents = {}
    for roll in UPPER + LOWER:
        segment = segment_of(roll)
        press = hydraulic * 1e5 * CYLINDERS_M2 / 1000 if pressed(roll) else 0.0
        load = LOAD_A * (core[segment] + press) * (1.15 if segment in STRAIGHTENING else 1.0)
        current = (IDLE_A + SPEED_A * strand.speed + load) * rng.uniform(0.93, 1.07) + 0.45 * uneven[roll]
        turn = 2 * np.pi * strand.travelled / (math.pi * diameter(segment) * rng.uniform(0.98, 1.0))
        phase, ripple = rng.uniform(0, 2 * math.pi), rng.uniform(0.15, 0.5)
        change = upset.rolls.get(roll, RollUpset())
        wave = (ripple + change.ripple) * np.sin(turn + phase) + 0.25 * change.ripple * np.sin(2 * turn + phase)
        rough = ar1(streams.of(f"rough {roll}"), clock.n, 8.0, clock.dt) * change.rough
        currents[roll] = current * change.load + wave + rough
    return currents

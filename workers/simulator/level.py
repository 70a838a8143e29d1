"""Mould level: mass balance, stopper flow and the PI controller that moves the stopper.

Thomas and Zhang, ISIJ International 41 (2001) 1181-1193; Åström and Hägglund, Advanced PID Control (ISA, 2006).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from workers.simulator.caster import CASTER
from workers.simulator.clock import Clock, FloatArray, Streams
from workers.simulator.operation import Operation
from workers.simulator.signals import ar1, narrow_band
from workers.simulator.strand import Strand
from workers.simulator.upset import Upset

SEAT_M = 0.080  # diameter of the stopper seat
ANGLE = math.radians(45.0)  # of the stopper's nose
DISCHARGE = 0.55  # discharge coefficient of stopper and nozzle together
GAIN = 0.15  # mm stopper per mm level
INTEGRAL_S = 22.0
STROKE_MM = 60.0


@dataclass(frozen=True)
class Level:
    """True level, its reading (before rounding) and the stopper position, (n,) mm each."""

    true: FloatArray
    reading: FloatArray
    stopper: FloatArray


def opening_for(speed: float, head_m: float) -> float:
    """Stopper position (mm) at which the inflow carries `speed` (m/min): the orifice law solved for x."""
    flow = speed / 60 * CASTER.width_m * CASTER.thickness_m
    area = flow / (DISCHARGE * math.sqrt(2 * 9.81 * head_m))
    a, b = math.pi * math.sin(ANGLE) ** 2 * math.cos(ANGLE), math.pi * math.sin(ANGLE) * SEAT_M
    return (b - math.sqrt(b * b - 4 * a * area)) / (2 * a) * 1000


def run_level(
    clock: Clock, streams: Streams, plan: Operation, strand: Strand, upset: Upset, speed: float = CASTER.speed
) -> Level:
    """Solve dL/dt = Q(x)/A - v with x moved by the controller, step by step; it begins at rest at `speed` (m/min)."""
    rng = streams.of("level")
    n, dt = clock.n, clock.dt
    period_s = CASTER.roll_pitch_m / CASTER.speed * 60
    turbulence = 0.16 * ar1(rng, n, 3.0, dt) * upset.flow_swing
    bulging = 0.05 * narrow_band(rng, n, period_s, dt)
    deposits = 0.01 * ar1(rng, n, 1800.0, dt)
    seen = 0.12 * rng.standard_normal(n) * upset.level_noise + upset.level_offset
    section = CASTER.width_m * CASTER.thickness_m
    carry = DISCHARGE * np.sqrt(2 * 9.81 * plan.head) * (1 - deposits) * (1 - np.asarray(upset.clogging)) / section
    out = strand.speed * (1000 / 60) - turbulence - bulging  # mm/s
    return _solve(dt, carry * 1000, out, seen, plan.level_set, speed)


def _solve(dt: float, carry: FloatArray, out: FloatArray, seen: FloatArray, aim: FloatArray, speed: float) -> Level:
    """`carry`: mm/s of level for each m2 of stopper gap; `out`: mm/s withdrawn; `seen`: reading minus level, mm."""
    sin, cos = math.sin(ANGLE), math.cos(ANGLE)
    square, linear = math.pi * sin * sin * cos * 1e-6, math.pi * sin * SEAT_M * 1e-3
    level = float(aim[0])
    x = bias = opening_for(speed, CASTER.head_m)
    integral = 0.0
    true, reading, stopper = (np.empty(len(out)) for _ in range(3))
    rows = zip(carry.tolist(), out.tolist(), seen.tolist(), aim.tolist(), strict=True)
    for k, (flow, drawn, offset, wanted) in enumerate(rows):
        rise = (level - CASTER.level_mm) / (2000 * CASTER.head_m)  # a higher level leaves less head
        level += dt * (flow * (linear * x - square * x * x) * (1 - rise) - drawn)
        error = wanted - level - offset
        if 0.0 < x < STROKE_MM:  # no windup at the stops
            integral += dt / INTEGRAL_S * error
        x = min(STROKE_MM, max(0.0, bias + GAIN * (error + integral)))
        true[k], reading[k], stopper[k] = level, level + offset, x
    return Level(true, reading, stopper)

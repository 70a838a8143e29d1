"""Mould oscillation and secondary cooling: both follow the casting speed."""

from __future__ import annotations

import numpy as np

from workers.simulator.caster import CASTER
from workers.simulator.clock import Clock, FloatArray, Streams
from workers.simulator.signals import ar1, lag

STROKE_MM = 6.0
LEAD = 2.4  # peak mould velocity over casting speed: keeps the share of negative strip time constant
OSCILLATOR_S = 2.0
SPECIFIC_WATER = 0.8  # L/kg steel
SPRAY_S = 12.0
SOLID = 7800.0  # kg/m3


def oscillation_frequency(speed: FloatArray, dt: float) -> FloatArray:
    """1/min: pi f s = LEAD v, so that negative strip keeps its share of the cycle."""
    return lag(LEAD * speed * 1000 / (np.pi * STROKE_MM), OSCILLATOR_S, dt)


def oscillation_stroke(clock: Clock, streams: Streams) -> FloatArray:
    """mm: held by the servo cylinders, wandering by some hundredths."""
    return STROKE_MM + 0.01 * ar1(streams.of("stroke"), clock.n, 300.0, clock.dt)


def secondary_cooling_flow(clock: Clock, streams: Streams, speed: FloatArray) -> FloatArray:
    """L/min: specific water times the mass flow of the strand; spray valves need some seconds."""
    kg_per_min = speed * CASTER.width_m * CASTER.thickness_m * SOLID
    return lag(SPECIFIC_WATER * kg_per_min, SPRAY_S, clock.dt) + 6.0 * ar1(streams.of("spray"), clock.n, 60.0, clock.dt)

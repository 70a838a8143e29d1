"""Hydraulics of the roll segments: an accumulator that leaks and a pump that loads it between two limits.

Merritt, Hydraulic Control Systems (Wiley, 1967): orifice leakage, accumulator.
"""

from __future__ import annotations

import numpy as np

from workers.simulator.clock import Clock, FloatArray, Streams
from workers.simulator.signals import ar1
from workers.simulator.upset import Upset

CUT_IN, CUT_OUT = 157.0, 163.0  # bar
PUMP = 0.20  # bar/s into the accumulator while the pump loads
LEAK = 0.025  # bar/s lost in ordinary operation


def run_hydraulics(clock: Clock, streams: Streams, upset: Upset) -> FloatArray:
    """Pressure in bar, (n,). Leakage goes with the square root of the pressure (an orifice)."""
    rng = streams.of("hydraulics")
    uneven = 1 + 0.2 * ar1(rng, clock.n, 120.0, clock.dt)
    lost = (LEAK * uneven + upset.leak) * clock.dt
    pressure, loading, full = float(rng.uniform(CUT_IN, CUT_OUT)), False, PUMP * clock.dt
    out = np.empty(clock.n)
    for k, share in enumerate(lost.tolist()):
        pressure += (full if loading else 0.0) - share * (max(pressure, 0.0) / 160.0) ** 0.5
        if pressure <= CUT_IN:
            loading = True
        elif pressure >= CUT_OUT:
            loading = False
        out[k] = pressure
    return out

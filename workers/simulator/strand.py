"""The moving strand: speed, travelled length, dwell time, shell thickness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workers.simulator.caster import CASTER
from workers.simulator.clock import Clock, FloatArray, Streams
from workers.simulator.signals import ar1, lag
from workers.simulator.upset import Series

DRIVE_S = 4.0  # time constant of the withdrawal drives
SHELL_MM = 26.0  # solidification constant, mm / sqrt(min)


@dataclass(frozen=True)
class Strand:
    """`speed` (n,) m/min and `travelled` (n,) m since the first row."""

    clock: Clock
    speed: FloatArray
    travelled: FloatArray

    def since(self, metres: float) -> FloatArray:
        """When the material now at a place passed the place `metres` upstream: seconds since row 0, (n,).

        Before the file the strand is taken to have run at its first speed.
        """
        metres_before = np.array([-60.0])
        seconds_before = metres_before * 60 / self.speed[0]
        path = np.concatenate([metres_before, self.travelled])
        return np.interp(self.travelled - metres, path, np.concatenate([seconds_before, self.clock.t]))

    def dwell(self, metres: float) -> FloatArray:
        """Seconds that the strand needed for its last `metres`, (n,)."""
        return self.clock.t - self.since(metres)

    def shell_mm(self, metres: float) -> FloatArray:
        """Shell thickness k sqrt(t) at `metres` below the meniscus, at most half the slab."""
        return np.minimum(SHELL_MM * np.sqrt(self.dwell(metres) / 60), CASTER.thickness_m * 500)


def run_strand(clock: Clock, streams: Streams, speed_set: FloatArray, extra: Series) -> Strand:
    """Drives follow the setpoint with a first-order lag; friction makes the speed wander a little."""
    rng = streams.of("strand")
    wander = 0.003 * ar1(rng, clock.n, 12.0, clock.dt)
    speed = lag(speed_set, DRIVE_S, clock.dt) + wander + extra
    steps = speed * clock.dt / 60
    return Strand(clock, speed, np.cumsum(steps) - steps[0])

"""What the crew does on an ordinary day: speed changes, ladle changes, slag-line moves, the steel grade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workers.simulator.caster import CASTER
from workers.simulator.clock import Clock, FloatArray, Streams
from workers.simulator.signals import ar1, lag, trapezoid

SPEED_RATE = 0.1  # m/min per min: usual ramp of a planned change
LEVEL_RATE = 2.0  # mm per min
GRADES = {"S235JR": 1546.0, "S355J2": 1538.0, "Q345B": 1536.0, "DC04": 1558.0}  # aim in the tundish, C


@dataclass(frozen=True)
class Operation:
    """Setpoints and what comes with the steel, (n,) each."""

    speed_set: FloatArray  # m/min
    level_set: FloatArray  # mm
    steel_temperature: FloatArray  # C, in the tundish
    head: FloatArray  # m, steel surface in the tundish above the mould level
    ladles: tuple[float, ...]  # times of the ladle changes, s


def _times(rng: np.random.Generator, total_s: float, period_s: float) -> list[float]:
    """Times about `period_s` apart (+-25 %), the first within the first period."""
    times, at = [], period_s * rng.uniform(0.3, 0.8)
    while at < total_s:
        times.append(float(at))
        at += period_s * rng.uniform(0.75, 1.25)
    return times


def ladle_changes(clock: Clock, streams: Streams) -> tuple[float, ...]:
    """Times of the ladle changes, s: 45 min apart, closer in a short file so that it has some."""
    return tuple(_times(streams.of("ladles"), clock.total_s, float(np.clip(clock.total_s / 8, 400, 2700))))


def speed_plan(clock: Clock, streams: Streams) -> FloatArray:
    """Planned small changes of the casting speed, alternately in the lower and the upper half of the range."""
    rng = streams.of("speed plan")
    low, high = CASTER.speed_low, CASTER.speed_high
    value, knots = CASTER.speed, []
    for i, at in enumerate(_times(rng, clock.total_s, float(np.clip(clock.total_s / 10, 240, 3600)))):
        half = (low, CASTER.speed) if i % 2 else (CASTER.speed, high)
        new = round(float(rng.uniform(*half)), 2)
        knots.append((at, new, abs(new - value) / SPEED_RATE * 60))
        value = new
    return trapezoid(clock.t, knots, CASTER.speed)


def level_plan(clock: Clock, streams: Streams) -> FloatArray:
    """Moves of the level setpoint by some mm, so that the slag does not wear the nozzle in one place."""
    rng = streams.of("level plan")
    value, knots = CASTER.level_mm, []
    for i, at in enumerate(_times(rng, clock.total_s, float(np.clip(clock.total_s / 6, 400, 7200)))):
        new = CASTER.level_mm + (0.0 if i % 2 else float(rng.choice([-4.0, -3.0, 3.0, 4.0])))
        knots.append((at, new, abs(new - value) / LEVEL_RATE * 60))
        value = new
    return trapezoid(clock.t, knots, CASTER.level_mm)


def operate(clock: Clock, streams: Streams, speed_extra: FloatArray | float, aim_c: FloatArray) -> Operation:
    """The day's plan; `speed_extra` (m/min) and the aim temperature `aim_c` (n,) come from the scenario."""
    rng = streams.of("heats")
    ladles = ladle_changes(clock, streams)
    bounds = [0.0, *ladles, clock.total_s + 1.0]
    which = np.clip(np.searchsorted(bounds, clock.t, side="right") - 1, 0, len(bounds) - 2)
    hotter = rng.normal(5.0, 1.2, len(bounds) - 1)
    age_s = clock.t - np.asarray(bounds)[which] + (which == 0) * 900.0
    incoming = aim_c + hotter[which] - 0.15 * age_s / 60  # a ladle cools by about 0.15 C/min on the turret
    steel = lag(incoming, 420.0, clock.dt) + 0.4 * ar1(rng, clock.n, 300.0, clock.dt)
    return Operation(
        speed_set=np.round(speed_plan(clock, streams) + speed_extra, 3),
        level_set=np.round(level_plan(clock, streams), 1),
        steel_temperature=steel,
        head=_head(clock, ladles),
        ladles=ladles,
    )


def _head(clock: Clock, ladles: tuple[float, ...]) -> FloatArray:
    """Between ladles the tundish feeds the mould alone: it sinks by v A / A_tundish, then is filled again."""
    closed_s = min(90.0, clock.total_s / 120)
    sink = CASTER.speed / 60 * CASTER.width_m * CASTER.thickness_m / CASTER.tundish_area_m2  # m/s
    knots: list[tuple[float, float, float]] = []
    for at in ladles:
        knots += [(at, CASTER.head_m - sink * closed_s, closed_s), (at + closed_s, CASTER.head_m, 3 * closed_s)]
    return trapezoid(clock.t, knots, CASTER.head_m)

"""What a scenario does to the plant and to its transmitters. The defaults do nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from workers.simulator.clock import BoolArray, FloatArray

Series = FloatArray | float


@dataclass(frozen=True)
class RollUpset:
    """`load` multiplies the roll's current; `ripple` (A) and `rough` (A) add once-a-turn ripple and noise."""

    load: Series = 1.0
    ripple: Series = 0.0
    rough: Series = 0.0


@dataclass(frozen=True)
class ReadingUpset:
    """A fault of the transmitter alone: rows where it holds its value, gives nothing, or gives zero; an offset."""

    held: BoolArray | None = None
    missing: BoolArray | None = None
    zero: BoolArray | None = None
    offset: Series = 0.0


@dataclass(frozen=True)
class Upset:
    """Series are (n,) on the plant's grid; readings' masks too."""

    speed_set: Series = 0.0  # m/min added to the speed setpoint: planned
    aim_c: Series = 0.0  # C added to the aim temperature in the tundish
    speed: Series = 0.0  # m/min added to the strand's speed by the drives
    clogging: Series = 0.0  # share of the nozzle's flow area that is lost, 0..1
    flow_swing: Series = 1.0  # factor on the random disturbance of the steel flow
    level_offset: Series = 0.0  # mm, level reading minus true level
    level_noise: Series = 1.0  # factor on the noise of the level transmitter
    pump_loss: Series = 0.0  # bar
    pump_noise: Series = 1.0
    sticking: dict[str, FloatArray] = field(default_factory=dict)  # face -> stiction band, share of travel
    leak: Series = 0.0  # bar/s that the hydraulics lose beyond the ordinary
    rolls: dict[str, RollUpset] = field(default_factory=dict)
    readings: dict[str, ReadingUpset] = field(default_factory=dict)
    grade: tuple[float, str] | None = None  # time s, new grade
    notes: tuple[tuple[float, str], ...] = ()  # time s, text

"""The columns of the file: unit, resolution of the transmitter and its noise, in the units of the column."""

from __future__ import annotations

from dataclasses import dataclass

from workers.simulator.caster import FACES, ROLLS


@dataclass(frozen=True)
class Channel:
    """`white` and `coloured` are standard deviations; the coloured part is AR(1) with time constant `tau_s`."""

    name: str
    unit: str
    resolution: float
    white: float = 0.0
    coloured: float = 0.0
    tau_s: float = 20.0

    @property
    def header(self) -> str:
        """The column's header in the file: name [unit]."""
        return f"{self.name} [{self.unit}]"


def _flow(face: str) -> Channel:
    wide = face.startswith("wide")
    return Channel(f"mould_flow_{face}", "L/min", 2.0 if wide else 0.2, 5.0 if wide else 0.8, 2.0 if wide else 0.3)


CHANNELS: tuple[Channel, ...] = (
    Channel("casting_speed", "m/min", 0.001, 0.001),
    Channel("casting_speed_set", "m/min", 0.001),
    Channel("tundish_temperature", "C", 0.1, 0.15, 0.25, 90.0),
    Channel("stopper_position", "mm", 0.02, 0.02),
    Channel("mould_level", "mm", 0.1),  # its noise goes through the level controller: see level.py
    Channel("mould_level_set", "mm", 0.1),
    *(_flow(face) for face in FACES),
    *(Channel(f"mould_temp_rise_{face}", "K", 0.01, 0.012, 0.012, 30.0) for face in FACES),
    Channel("mould_pump_pressure", "bar", 0.01, 0.008),
    *(Channel(roll, "A", 0.1, 0.15, 0.18, 6.0) for roll in ROLLS),
    Channel("hydraulic_pressure", "bar", 0.1, 0.12, 0.1, 10.0),
    Channel("oscillation_frequency", "1/min", 0.1, 0.12, 0.1, 15.0),
    Channel("oscillation_stroke", "mm", 0.01, 0.008, 0.008, 60.0),
    Channel("secondary_cooling_flow", "L/min", 2.0, 5.0, 6.0, 15.0),
)
NAMES = tuple(channel.name for channel in CHANNELS)

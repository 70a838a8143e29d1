"""The machine: a one-strand bow-type slab caster. Sizes are ordinary ones, not those of a real plant.

Ranges: The Making, Shaping and Treating of Steel, 11th ed., Casting Volume (AISE Steel Foundation, 2003).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

FACES = ("wide_inner", "wide_outer", "narrow_left", "narrow_right")
UPPER = tuple(f"S{n}_upper_current" for n in range(1, 17))
LOWER = tuple(f"S{n}_lower_current" for n in range(8, 17))
ROLLS = UPPER + LOWER


@dataclass(frozen=True)
class Caster:
    """Geometry in m, pressures in bar, temperatures in C, speeds in m/min."""

    width_m: float = 1.30
    thickness_m: float = 0.23
    wet_m: float = 0.80  # strand in contact with the mould when the level is at its set value
    level_mm: float = 800.0
    speed: float = 1.10
    speed_low: float = 1.00  # range of the planned changes of an ordinary day
    speed_high: float = 1.20
    head_m: float = 1.80  # steel surface in the tundish above the mould level
    tundish_area_m2: float = 5.0
    radius_m: float = 9.5  # of the bow
    first_segment_m: float = 2.0  # from the meniscus to the driven roll of S1
    segment_m: float = 1.55  # between the driven rolls of neighbouring segments
    roll_pitch_m: float = 0.30
    pump_bar: float = 8.0
    back_bar: float = 2.0  # pressure behind the mould

    def segment_at(self, number: int) -> float:
        """Strand length from the meniscus to the driven roll of segment `number`, m."""
        return self.first_segment_m + (number - 1) * self.segment_m

    def depth(self, along_m: float) -> float:
        """Height of liquid steel above a point of the strand, m: down the quarter circle, then level."""
        angle = min(along_m / self.radius_m, math.pi / 2)
        return self.radius_m * math.sin(angle)


CASTER = Caster()


def segment_of(roll: str) -> int:
    """ "S12_upper_current" -> 12."""
    return int(roll[1 : roll.index("_")])

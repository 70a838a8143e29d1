"""What may be asked of a run beyond the scenario's name, and within which limits the plant's equations hold."""

from __future__ import annotations

from dataclasses import dataclass

from workers.errors import AndonError
from workers.simulator.caster import CASTER, ROLLS

# The slab is solid before the last roll up to about 1.3 m/min (26 mm/min^0.5, 25 m); below 0.7 the level loop and the
# water programme are far outside what they were set for.
SPEED = (0.7, 1.3)  # m/min
ONSET = (0.1, 0.9)  # share of the file
SEVERITY = (0.3, 1.5)  # of the scenario's usual size
SIZELESS = ("normal", "stuck_sensor", "sensor_dropout", "grade_change")  # scenarios without a size


@dataclass(frozen=True)
class Wishes:
    """Casting speed about which the day's changes happen (m/min), onset (s after the first row), size of the fault
    (1 = as usual), and the roll that it hits ("S8_upper_current"). None: as the seed decides."""

    speed: float | None = None
    onset_s: float | None = None
    severity: float = 1.0
    roll: str | None = None

    @property
    def offset(self) -> float:
        """What the casting speed lies above its usual one, m/min."""
        return 0.0 if self.speed is None else round(self.speed - CASTER.speed, 6)

    def check(self, fault: str, total_s: float) -> None:
        """Raise AndonError for a wish outside the simulator's limits."""
        if self.speed is not None and not SPEED[0] <= self.speed <= SPEED[1]:
            raise AndonError("failure_simulate_speed", low=SPEED[0], high=SPEED[1])
        if not SEVERITY[0] <= self.severity <= SEVERITY[1]:
            raise AndonError("failure_simulate_severity", low=SEVERITY[0], high=SEVERITY[1])
        if self.onset_s is not None and not ONSET[0] * total_s <= self.onset_s <= ONSET[1] * total_s:
            raise AndonError("failure_simulate_onset", low=round(ONSET[0] * total_s), high=round(ONSET[1] * total_s))
        if self.roll is not None and self.roll not in rolls(fault):
            raise AndonError("failure_simulate_roll", rolls=", ".join(rolls(fault)[:40]) or "-")

    def as_values(self) -> dict[str, float | str]:
        """What was wished for, for the truth file."""
        said = {"casting_speed_m_per_min": self.speed, "onset_s": self.onset_s, "roll": self.roll}
        values: dict[str, float | str] = {k: v for k, v in said.items() if v is not None}
        return values | ({"severity": self.severity} if self.severity != 1.0 else {})


def rolls(fault: str) -> tuple[str, ...]:
    """The rolls that a scenario can hit, () when it hits none."""
    if fault == "roll_misalignment":  # pairs
        return tuple(f"S{n}_upper_current" for n in range(8, 17))
    return ROLLS if fault == "roll_bearing_seizing" else ()


USUAL = Wishes()

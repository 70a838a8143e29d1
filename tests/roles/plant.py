"""A caster's columns as the pipeline hands them to the roles: named by the shipped vocabulary."""

from __future__ import annotations

from functools import cache

from kb import packs
from roles.types import Sensor

FACES = ("wide_inner", "wide_outer", "narrow_left", "narrow_right")
COLUMNS = {
    "casting_speed": "m/min",
    "casting_speed_set": "m/min",
    "tundish_temperature": "C",
    "stopper_position": "mm",
    "mould_level": "mm",
    "mould_level_set": "mm",
    "mould_pump_pressure": "bar",
    "hydraulic_pressure": "bar",
    "oscillation_frequency": "1/min",
    "secondary_cooling_flow": "L/min",
    **{f"mould_flow_{face}": "L/min" for face in FACES},
    **{f"mould_temp_rise_{face}": "K" for face in FACES},
    **{f"S{i}_upper_current": "A" for i in range(1, 17)},
    **{f"S{i}_lower_current": "A" for i in range(8, 17)},
}


@cache
def _columns(lang: str) -> tuple[Sensor, ...]:
    vocabulary = packs.load("continuous_casting").vocabulary
    sensors = []
    for column, unit in COLUMNS.items():
        term = vocabulary.match(column, unit)
        assert term is not None, f"the vocabulary does not know {column}"
        label = vocabulary.name(term.tag, term.instance, lang)
        sensors.append(
            Sensor(
                name=column,
                tag=term.tag,
                instance=term.instance,
                unit=unit,
                role=term.role,
                aliases=term.aliases,
                label=label,
            )
        )
    return tuple(sensors)


def caster(lang: str = "en") -> list[Sensor]:
    """Upper rolls S1..S16, lower rolls S8..S16, four mould faces, and the single measurements."""
    return list(_columns(lang))

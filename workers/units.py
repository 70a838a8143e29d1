"""A value in another unit of the same quantity: 0.045 kA is 45 A. pint does the arithmetic and is loaded on use.

Only units whose spelling is known (units.toml) are converted, and only where nothing has to be supposed: bar(g) and
bar(a) differ by the air pressure, normal cubic metres and cubic metres by the gas, turns and hertz by the motor.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workers.prose.numbers import same_unit

if TYPE_CHECKING:
    from pint import UnitRegistry

GAUGE = re.compile(r"(?P<unit>k?pa|mpa|m?bar|psi) ?\(?(?P<of>[ga])\)?")
PART = re.compile(r"(?P<atom>[^\d^*·⋅/\s]+)\^?(?P<power>-?[1-3])?")
DEGREES = frozenset({"°", "deg", "degree", "degrees", "度"})  # of whatever the sensor has degrees of
HAS_DEGREES = frozenset({"degC", "degF", "degree"})
DIGITS = 7  # of what is converted: more than anybody gives


def converted(value: float, given: str, wanted: str) -> float | None:
    """`value` of the unit `given` in the unit `wanted`; None where they measure different things or are not known."""
    if _same(given, wanted):
        return value
    one, other = _gauge(given), _gauge(wanted)
    source, target = meant(one[0]), meant(other[0])
    if one[1] and other[1] and one[1] != other[1]:
        return None
    if one[0] in DEGREES and target in HAS_DEGREES:
        return value
    if source is None or target is None:
        return None
    if source == target:
        return value
    return _by_pint(value, source, target)


def in_unit(values: Mapping[str, Any], unit: str) -> dict[str, Any] | None:
    """A limit ("limit" or "low" and "high", with its "unit") in `unit`, with what was said as "said_limit" (or
    "said_low", "said_high") and "said_unit"; as it is where one of the units is "". None for another quantity."""
    given, unit = str(values.get("unit") or ""), unit.strip()
    if not given or not unit or _same(given, unit) or (given in DEGREES and meant(unit) in HAS_DEGREES):
        return dict(values)
    found = dict(values)
    for key in ("limit", "low", "high"):
        if key in values:
            value = converted(float(values[key]), given, unit)
            if value is None:
                return None
            found |= {key: value, f"said_{key}": values[key]}
    return found | {"unit": unit, "said_unit": given}


def meant(unit: str) -> str | None:
    """What pint calls a unit as it is written in a plant; None for one that nobody knows.

    >>> [meant(u) for u in ("l/min", "KPA", "kVA")]
    ['liter/minute', 'kilopascal', None]
    """
    plain = unicodedata.normalize("NFKC", unit.replace("℃", "°C").replace("℉", "°F")).strip().strip("[]()")
    plain = plain.replace("μ", "u").replace("µ", "u")
    table, small = _table(), plain.lower().replace(" ", "")
    if small in table["whole"]:
        return str(table["whole"][small])
    parts = plain.replace(" ", "").split("/")
    if len(parts) > 2:
        return None
    named = [_product(part) for part in parts]
    return None if None in named else "/".join(f"({part})" if "*" in str(part) else str(part) for part in named)


def _same(one: str, other: str) -> bool:
    """Are two units written for the same one? "MW" and "mW" are not; "mw" may be either."""
    if not same_unit(one, other):
        return False
    known = {meant(one), meant(other)}
    return len(known) == 1 or None in known or one.islower()


def _product(text: str) -> str | None:
    """Factors with their powers: "m3" -> "meter**3", "n·m" -> "newton*meter"."""
    table, factors = _table(), []
    if text in table["exact"]:
        return str(table["exact"][text])
    for factor in re.split(r"[*·⋅]", text):
        match = PART.fullmatch(factor)
        atom = match["atom"] if match is not None else ""
        name = table["exact"].get(atom) or table["spelt"].get(atom.lower())
        if match is None or name is None:
            return None
        factors.append(f"{name}**{match['power']}" if match["power"] else str(name))
    return "*".join(factors)


def _gauge(unit: str) -> tuple[str, str]:
    """A unit of pressure without the letter that says what it is measured against, and that letter: "barg" -> "g"."""
    plain = unicodedata.normalize("NFKC", unit).strip().strip("[]").lower()
    match = GAUGE.fullmatch(plain)
    return (match["unit"], match["of"]) if match is not None else (unit.strip(), "")


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def _registry() -> UnitRegistry[Any]:
    import pint  # loaded on use: it takes 0.3 s, and most questions name no other unit

    registry: UnitRegistry[Any] = pint.UnitRegistry()
    registry.define("rotation = [rotation]")
    registry.define("normal_liter = [normal_volume]")
    registry.define("normal_cubic_meter = 1000 normal_liter")
    return registry


def _by_pint(value: float, source: str, target: str) -> float | None:
    import pint

    registry = _registry()
    try:
        found = registry.Quantity(value, registry.parse_units(source)).to(registry.parse_units(target))
    except (pint.DimensionalityError, pint.OffsetUnitCalculusError, pint.UndefinedUnitError, ValueError):
        return None
    return float(f"{float(found.magnitude):.{DIGITS}g}")

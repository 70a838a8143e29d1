"""A controller's reading against its set point: "is FIC101 following its set point?", FIC101的设定值和实际值偏差多大.

Which columns belong together is read from their names: equal but for the words of the one and the other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from roles.planning.wants.asked import WHY
from roles.planning.words import normal, pattern
from roles.types import Sensor

OTHER = {"resample", "label", "forecast", "model", "clean", "code", "causes"}  # intents of requests for something else
GAP = r"[\s._:/-]*"
WANTED = r"sp|sv|set ?-?_?points?|set ?values?|target|wanted|demand|设定值?|给定值?|目标值?"
# No MV: the manipulated variable is what a controller sets, no reading of what it controls.
ACTUAL = r"pv|actual|measured|process ?values?|act|feedback|实际值?|测量值?|实测值?|反馈值?"
UNIT = re.compile(r"\s*[\[(（][^\])）]*[\])）]\s*$")


@dataclass(frozen=True)
class Controller:
    """The column with the readings of a controller and the one with its set points."""

    actual: str
    wanted: str


def asked(
    text: str, intents: Collection[str], columns: Collection[str], sensors: Sequence[Sensor]
) -> Controller | None:
    """The controller of which normalised `text` asks how far it is from its set point: that of `columns`, or the only
    one of the file; None for every other request."""
    if OTHER & set(intents) or WHY.search(text) or not pattern("sub", "follows").search(text):
        return None
    found = _controllers(sensors)
    named = [each for each in found if {each.actual, each.wanted} & set(columns)]
    chosen = named if columns else found
    return chosen[0] if len(chosen) == 1 else None


def _controllers(sensors: Sequence[Sensor]) -> list[Controller]:
    """Every pair of columns whose names are equal but for the words of set point and reading."""
    bases = {sensor.name: _base(sensor.name) for sensor in sensors}
    wanted = {base: name for name, (base, kind) in bases.items() if kind == "wanted"}
    found = []
    for base, name in wanted.items():
        said = [other for other, (same, kind) in bases.items() if same == base and kind == "actual"]
        plain = [other for other, (same, kind) in bases.items() if same == base and kind == ""]
        found += [Controller(actual, name) for actual in (said or plain)[:1]]
    return found


@lru_cache(maxsize=4096)
def _base(name: str) -> tuple[str, str]:
    """A name without the words that tell set point from reading, and which of them they say."""
    plain = UNIT.sub("", normal(name)).strip()
    for kind, said in (("wanted", WANTED), ("actual", ACTUAL)):
        within = rf"(?<=[^\W_])[\s._-](?:{said})(?![a-z])"
        for form in (rf"{GAP}(?<![a-z])(?:{said})$", rf"^(?:{said})(?![a-z]){GAP}", within):
            base = re.sub(form, "", plain, count=1)
            if base not in (plain, ""):
                return re.sub(r"[\s._:/-]+", "", base), kind
    return re.sub(r"[\s._:/-]+", "", plain), ""

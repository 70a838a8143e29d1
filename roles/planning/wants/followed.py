"""A controller's reading against its set point: "is FIC101 following its set point?", FIC101的设定值和实际值偏差多大.

Which columns belong together is read from their names: equal but for the words of the one and the other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
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
LOOP = re.compile(r"(?<![A-Za-z])([A-Z])[A-Z]{0,3}[-_ ]?(\d{2,5})(?!\d)")
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
    named = [each for each in found if each.actual in columns] or [each for each in found if each.wanted in columns]
    chosen = named if columns else found
    return chosen[0] if len(chosen) == 1 else None


def _controllers(sensors: Sequence[Sensor]) -> list[Controller]:
    """Every set point with the readings that it is for."""
    kinds = {sensor.name: base(sensor.name) for sensor in sensors}
    units = {sensor.name: (sensor.unit or "").strip().lower() for sensor in sensors}
    found = []
    for wanted, (stem, kind) in kinds.items():
        if kind != "wanted":
            continue
        fits = [n for n, (_, k) in kinds.items() if k != "wanted" and (units[n] == units[wanted] or not units[wanted])]
        same = [name for name, (other, _) in kinds.items() if other == stem and name != wanted]
        same = [name for name in same if kinds[name][1] == "actual"] or [n for n in same if kinds[n][1] == ""]
        loop = _loop(wanted)
        found += [Controller(n, wanted) for n in same[:1] or [n for n in fits if loop and _loop(n) == loop] or
                  _like(stem, {name: kinds[name][0] for name in fits})]  # fmt: skip
    return found


def _loop(name: str) -> tuple[str, str] | None:
    """The loop of a tag in a column's name: what is measured and the number of PIC101.SP and PT-101."""
    match = LOOP.search(name)
    return (match[1], match[2]) if match is not None else None


def _like(stem: str, others: Mapping[str, str]) -> list[str]:
    """Those of `others` (name -> its stem) that say all of a set point's stem and the least beside it: "Nozzle temp"
    for "Nozzle SP", both basins for "DO setpoint"."""
    more = {name: len(other) - len(stem) for name, other in others.items() if stem and stem in other}
    return [name for name, length in more.items() if length == min(more.values())]


@lru_cache(maxsize=4096)
def base(name: str) -> tuple[str, str]:
    """A column's name without the words that tell set point from reading, and which of them they say."""
    plain = UNIT.sub("", normal(name)).strip()
    for kind, said in (("wanted", WANTED), ("actual", ACTUAL)):
        within = rf"(?<=[^\W_])[\s._-](?:{said})(?![a-z])"
        for form in (rf"{GAP}(?<![a-z])(?:{said})$", rf"^(?:{said})(?![a-z]){GAP}", within):
            base = re.sub(form, "", plain, count=1)
            if base not in (plain, ""):
                return re.sub(r"[\s._:/-]+", "", base), kind
    return re.sub(r"[\s._:/-]+", "", plain), ""

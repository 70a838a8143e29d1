"""Two columns held against each other: "is DS hotter than TS?", "which is higher, A or B?", "A和B相差多少"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from roles.planning.wants.asked import TIMES, WHY, YES_NO
from roles.planning.wants.graphed import forms, marked, side_of
from roles.planning.words import words
from roles.types import Sensor

Way = Literal["above", "below", ""]
WAYS: dict[str, Way] = {"difference": "", "above": "above", "below": "below"}
OTHER = {"resample", "label", "forecast", "model", "clean", "code", "causes"}  # intents of requests for something else
HEAT = re.compile(r"hot|warm|cold|cool|热|冷|凉|温差")
DEGREES = {"c", "°c", "℃", "degc", "f", "°f", "℉", "degf", "k"}


@dataclass(frozen=True)
class Compared:
    """`one` is held against `other`: is it above or below ("": what is the difference)? `yes_no`: it asks whether."""

    one: str
    other: str
    way: Way
    yes_no: bool

    @property
    def values(self) -> dict[str, Any]:
        """What a subtask of statistics holds of it."""
        return {"than": self.other, "way": self.way} | ({"yes_no": True} if self.yes_no else {})


def compared(text: str, intents: Collection[str], sensors: Sequence[Sensor]) -> Compared | None:
    """What two columns normalised `text` holds against each other; None for every other request, and where either
    side means several columns that nothing parts."""
    if OTHER & set(intents) or WHY.search(text) or TIMES.search(text):
        return None
    shown, columns = marked(text, sensors)
    for key, way in WAYS.items():
        match = _form(key).search(shown)
        if match is None:
            continue
        sides = side_of(match, "a", columns), side_of(match, "b", columns)
        if (pair := _pair(*sides, sensors, heat=HEAT.search(text) is not None)) is not None:
            return Compared(*pair, way, yes_no=bool(way) and YES_NO.search(text) is not None)
    return None


@cache
def _form(key: str) -> re.Pattern[str]:
    """The pattern of `[versus.key]` with its words of more and of less."""
    text = forms("versus", key).pattern
    for word in ("more", "less"):
        entry = words()["versus"][word]
        text = text.replace(word.upper(), rf"(?:(?:{'|'.join(entry['en'])})(?![a-z])|{'|'.join(entry['zh'])})")
    return re.compile(text)


def _pair(
    one: Collection[str], other: Collection[str], sensors: Sequence[Sensor], *, heat: bool
) -> tuple[str, str] | None:
    """The one column of either side; of several those with one unit, temperatures where heat is spoken of."""
    units = {sensor.name: (sensor.unit or "").strip().casefold() for sensor in sensors}
    pairs = [(a, b) for a in one for b in other if a != b]
    for fits in (lambda a, b: heat and units[a] in DEGREES and units[b] in DEGREES, lambda a, b: units[a] == units[b]):
        kept = [pair for pair in pairs if fits(*pair)]
        if len(kept) == 1:
            return kept[0]
        pairs = kept or pairs
    return pairs[0] if len(pairs) == 1 else None

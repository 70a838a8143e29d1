"""Which of several sensors is the highest: "which barrel zone is the hottest?", 料筒三个区哪个温度最高. Of two it is a
comparison (versus.py)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from roles.planning.columns.lexicon import Lexicon, is_setpoint, singular
from roles.planning.columns.sensors import find
from roles.planning.limits import numbers
from roles.planning.wants.asked import TIMES, WHY
from roles.planning.wants.beyond import by
from roles.planning.wants.versus import DEGREES, HEAT, OTHER
from roles.planning.words import words
from roles.types import Sensor

MOST = 12  # sensors that are ranked
WHICH = re.compile(r"\b(?:which|what) (?:one )?(?!(?:is|was|are|were|time|happen)\b)|哪|谁")


@dataclass(frozen=True)
class Ranked:
    """The sensors of one unit that are held against each other, and which end of them is asked for: "max" or "min"."""

    columns: tuple[str, ...]
    end: str

    @property
    def values(self) -> dict[str, Any]:
        """What a subtask of statistics holds of it: two are told as a comparison."""
        if len(self.columns) == 2:
            return {"than": self.columns[1], "way": "above" if self.end == "max" else "below"}
        return {"which": self.end}


def asked(text: str, intents: Collection[str], columns: Sequence[str], sensors: Sequence[Sensor]) -> Ranked | None:
    """Which sensors normalised `text` ranks; None for every other request, and where they have several units."""
    if OTHER & set(intents) or WHY.search(text) or TIMES.search(text) or by(text) is not None:
        return None
    end = next((end for end, form in _ends().items() if form.search(text)), None)
    if end is None or (numbers.how(text) and not WHICH.search(text)):  # "lowest pressure": of each
        return None
    meant = _meant(text, columns, sensors)
    units = {(sensor.unit or "").strip().casefold() for sensor in meant}
    return Ranked(tuple(s.name for s in meant), end) if 1 < len(meant) <= MOST and len(units) == 1 else None


def _meant(text: str, columns: Sequence[str], sensors: Sequence[Sensor]) -> list[Sensor]:
    """The sensors named: of one quantity where the text names that, temperatures where heat is spoken of."""
    lexicon = Lexicon(sensors)
    named = set(columns) or {s.name for s in sensors}
    groups = [names for _, names in find(text, lexicon).groups]
    said = [
        lexicon.quantities[word] for w in re.findall(r"[a-z]+", text) if (word := singular(w)) in lexicon.quantities
    ]
    said += [parts for word, parts in lexicon.chinese_quantities.items() if word in text]
    of = frozenset().union(*(lexicon.having(parts, []) for parts in said)) if said else frozenset()
    measured = {s.name for s in sensors if s.name in of and not is_setpoint(s)}
    wide = [names for names in groups if names != measured] or groups  # what is named beside the quantity
    named = set().union(*wide) if wide else named
    kept = [s for s in sensors if s.name in named and (not of & named or s.name in of) and not is_setpoint(s)]
    degrees = [s for s in kept if (s.unit or "").strip().casefold() in DEGREES]
    return degrees if HEAT.search(text) and degrees else kept if columns or said else []


@cache
def _ends() -> dict[str, re.Pattern[str]]:
    """How the highest (max) and the lowest (min) are asked for."""
    table, found = words()["versus"], {}
    for end, key in (("max", "more"), ("min", "less")):
        more = rf"(?:{'|'.join([*table[key]['en'], *table['most'][key]])})(?![a-z])"
        zh = f"(?:{'|'.join(table[key]['zh'])})"
        superlative = rf"^\W*(?:(?:show|give|tell|me|the) )*(?:{'|'.join(table['most'][key])}) (?!than)"
        found[end] = re.compile(
            rf"{WHICH.pattern.split('|哪')[0]}(?:[^,;.?]{{0,60}}\s)?{more}(?! than)|{superlative}"
            rf"|(?:哪[个台段区只边侧一组号]?|谁)[^,;。?]{{0,10}}?最?{zh}(?!于|过)"
        )
    return found

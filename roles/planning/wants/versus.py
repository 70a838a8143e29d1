"""Two columns held against each other: "is DS hotter than TS?", "which is higher, A or B?", "A和B相差多少"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from roles.planning.columns.elided import name_tokens
from roles.planning.wants.asked import TIMES, WHY, YES_NO
from roles.planning.wants.beyond import by
from roles.planning.wants.graphed import forms, marked, side_of
from roles.planning.words import words
from roles.types import Sensor

Way = Literal["above", "below", ""]
WAYS: dict[str, Way] = {"difference": "", "above": "above", "below": "below"}
OTHER = {"resample", "label", "forecast", "model", "clean", "code", "causes"}  # intents of requests for something else
MOST = 3  # pairs of columns
HEAT = re.compile(r"hot|warm|cold|cool|热|冷|凉|温差")
DEGREES = {"c", "°c", "℃", "degc", "f", "°f", "℉", "degf", "k"}
OTHER_SIDE = re.compile(
    r"\b(?:than|vs\.?|versus|or|to|with|from)\s+(?:(?:the|on|at|in|of|that)\s+)*(?P<en>[a-z0-9]+(?: [a-z0-9]+){0,2}?)"
    r"(?: (?:one|side|ones|end))?(?=\s*(?:[?,.;!]|$))"
    r"|[比和与跟](?P<zh>[^ξ,，;。?的]{1,5}?)[侧边端的]*(?=更|要|还|[高大热快强低小冷凉慢弱]|哪|相差|差|[?？]|$)"
)


@dataclass(frozen=True)
class Compared:
    """`one` is held against `other`: is it above or below ("": what is the difference)? `yes_no`: it asks whether."""

    one: str
    other: str
    way: Way
    yes_no: bool
    also: tuple[Compared, ...] = ()  # "press 1 tonnage" against press 2: the left ones and the right ones

    @property
    def values(self) -> dict[str, Any]:
        """What a subtask of statistics holds of it."""
        return {"than": self.other, "way": self.way} | ({"yes_no": True} if self.yes_no else {})


def compared(text: str, intents: Collection[str], sensors: Sequence[Sensor]) -> Compared | None:
    """What two columns normalised `text` holds against each other; None for every other request, and where either
    side means several columns that nothing parts."""
    if OTHER & set(intents) or WHY.search(text) or TIMES.search(text):
        return None
    shown, columns = _completed(*marked(text, sensors), sensors)
    for key, way in WAYS.items():
        match = _form(key).search(shown)
        if match is None:
            continue
        sides = side_of(match, "a", columns), side_of(match, "b", columns)
        yes_no = bool(way) and YES_NO.search(text) is not None
        if pairs := _pairs(*sides, sensors, heat=HEAT.search(text) is not None):
            first, *more = (Compared(*pair, way, yes_no=yes_no) for pair in pairs)
            return replace(first, also=tuple(more))
    return _both(shown, columns, sensors) if by(text) is None else None


def _both(shown: str, columns: Sequence[tuple[str, ...]], sensors: Sequence[Sensor]) -> Compared | None:
    """The difference of the two columns that one mention means: "between left and right tonnage"."""
    match = _form("both").search(shown)
    pair = side_of(match, "a", columns) if match is not None else ()
    units = {sensor.unit for sensor in sensors if sensor.name in pair}
    return Compared(pair[0], pair[1], "", yes_no=False) if len(pair) == 2 and len(units) == 1 else None


@cache
def _form(key: str) -> re.Pattern[str]:
    """The pattern of `[versus.key]` with its words of more and of less."""
    text = forms("versus", key).pattern
    for word in ("more", "less"):
        entry = words()["versus"][word]
        text = text.replace(word.upper(), rf"(?:(?:{'|'.join(entry['en'])})(?![a-z])|{'|'.join(entry['zh'])})")
    return re.compile(text)


def _pairs(
    one: Collection[str], other: Collection[str], sensors: Sequence[Sensor], *, heat: bool
) -> list[tuple[str, str]]:
    """The column of either side; of several those with one unit, temperatures where heat is spoken of. More than one
    pair where each column of the one side has its own on the other; none where nothing tells which are meant."""
    units = {sensor.name: (sensor.unit or "").strip().casefold() for sensor in sensors}
    pairs = [(a, b) for a in one for b in other if a != b]
    for fits in (lambda a, b: heat and units[a] in DEGREES and units[b] in DEGREES, lambda a, b: units[a] == units[b]):
        kept = [pair for pair in pairs if fits(*pair)]
        if len(kept) == 1:
            return kept
        pairs = kept or pairs
    alike = len({units[a] for a, _ in pairs}) == 1
    if len(pairs) > 1 and (alike or 1 in (len(set(one)), len(set(other)))):  # "press 1 tonnage left" against "press 2"
        shared = {pair: len(set.intersection(*({*name_tokens(name)} for name in pair))) for pair in pairs}
        pairs = [pair for pair in pairs if shared[pair] == max(shared.values())]
    apart = len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    return pairs if apart and (alike or len(pairs) == 1) and len(pairs) <= MOST else []


def _completed(
    shown: str, columns: list[tuple[str, ...]], sensors: Sequence[Sensor]
) -> tuple[str, list[tuple[str, ...]]]:
    """A marked text in which the words behind a comparison that say only what differs are a mark too: the "right" of
    "is the left tonnage of press 1 higher than the right one?" is its column in the place of the left one."""
    match = OTHER_SIDE.search(shown)
    before = re.findall(r"ξ(\d+)ξ", shown[: match.start()]) if match is not None else []
    if match is None or not before or len(one := columns[int(before[-1])]) != 1:
        return shown, columns
    said, own = set(name_tokens(match["en"] or match["zh"])), set(name_tokens(one[0]))
    tokens = {sensor.name: set(name_tokens(sensor.name)) for sensor in sensors if sensor.name != one[0]}
    fits = [name for name, has in tokens.items() if said and has - own == said - own and len(own - has) <= len(said)
            and said <= has and not said <= own]  # fmt: skip
    if len(fits) != 1:
        return shown, columns
    group = "en" if match["en"] else "zh"
    return f"{shown[: match.start(group)]}ξ{len(columns)}ξ{shown[match.end(group) :]}", [*columns, (fits[0],)]

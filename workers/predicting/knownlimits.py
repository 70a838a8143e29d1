"""Limits that the plant keeps: in verified knowledge ("S8 current limit 45 A") or in a column of the file beside the
sensor's own ("S8_current_limit"). A number counts only with its unit, in a sentence about that very sensor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from roles.numerals import FIGURE, value_of
from roles.planning.columns import sensors as mentions
from roles.planning.columns.lexicon import Lexicon
from roles.planning.limits.numbers import MEASURE, UNITS
from roles.planning.limits.ownlimits import Named
from roles.planning.words import blank, either, normal
from roles.types import Passage, Sensor
from workers.knowledge.context import Knowledge
from workers.looking.shown import Names
from workers.readings.units import plain

Side = Literal["above", "below"]
MOST_PASSAGES = 30
DEGREES = ("C", "F", "°")  # units that people call degrees
SENTENCE = re.compile(r"[。；;！!？?\n]+|\.(?=\s|$)")  # rows of tables too: "A at most 45 A; B at most 30 A"
TO = r"\s*(?:-|–|~|(?:up |down )?to|and|(?:提高|升高?|降低?|调整?|修?改)?[至到为])\s*"
AMOUNT = re.compile(
    rf"(?<![a-z0-9_.])(?P<first>{FIGURE})(?:(?:{MEASURE.replace('measure', 'unit')})?{TO}(?P<second>{FIGURE}))?"
    rf"{MEASURE}"
)
CHANGED = re.compile(r"\bfrom\b|\b(?:raised|lowered|changed)\b|[从由]")  # "raised from 45 A to 48 A" is one limit
BELOW = either(
    [r"low(?:er)? (?:\w+ )?(?:limit|alarm|trip|threshold)", "minimum", r"(?<!\d )(?<![/\d])min", "at least",
     r"not (?:fall|drop|go|be) (?:below|under)", r"(?:stay|remain|keep) above", "no less than"],
    ["下限", "最低", "不得?低于", "不少于", "低报"],
)  # fmt: skip
ABOVE = either(
    [r"limits?(?: (?:was|is|has been) (?:raised|lowered|changed|set))?", "thresholds?", "trips?", "maximum", "max",
     r"alarms?(?: (?:limit|level|value|setting))?", "(?:not|never) (?:to )?exceed", "at most", "no more than",
     r"not (?:rise|go|be) (?:above|over)", r"(?:stay|remain|keep) (?:below|under)", "permitted", "allowed"],
    ["上限", "限值", "阈值", "极限", "报警[值限线]?", "警戒[值线]", "跳闸", "最高", "最大", "不得?超过", "不得?高于",
     "允许值", "高报"],
)  # fmt: skip
BETWEEN = re.compile(r"[^\d,，]{0,48}")  # between the word and its number, no other number and no new clause
COLUMN = re.compile(
    r"[\s_.-]*(?:(?P<low>(?:low(?:er)?|min(?:imum)?|ll?)[\s_.-]*(?:limit|alarm|lim)|下限|低报)"
    r"|(?:(?:up(?:per)?|high|max(?:imum)?|hh?|alarm|trip)[\s_.-]*)?(?:limit|alarm|lim|threshold)"
    r"|上限|限值|报警[值限]|高报)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Stated:
    """A limit of one sensor and who says so: a passage, or a column of the file (`source`)."""

    sensor: str
    value: float
    side: Side
    source: str
    passage: Passage | None = None


def find(frame: pd.DataFrame, names: Names, wanted: Sequence[str], which: Named, knowledge: Knowledge) -> list[Stated]:
    """The limits of the `wanted` columns that the file and verified knowledge state, each value of a side once."""
    stated = _columns(frame, names, wanted) + _passages(names, wanted, knowledge)
    kept: dict[tuple[str, float, Side], Stated] = {}
    for each in stated:
        if which == "any" or (which == "lower") == (each.side == "below"):
            kept.setdefault((each.sensor, each.value, each.side), each)
    return list(kept.values())


def _columns(frame: pd.DataFrame, names: Names, wanted: Sequence[str]) -> list[Stated]:
    """Columns called like a sensor with "limit" behind it: their last reading is the limit."""
    found = []
    for column in map(str, frame.columns):
        match = COLUMN.search(column)
        owner = _bare(column[: match.start()]) if match else ""
        for sensor in wanted:
            if match and owner and sensor != column and owner == _bare(sensor):
                readings = frame[column].dropna()
                if len(readings):
                    side: Side = "below" if match["low"] else "above"
                    found.append(Stated(sensor, float(readings.iloc[-1]), side, names.name(column)))
    return found


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _passages(names: Names, wanted: Sequence[str], knowledge: Knowledge) -> list[Stated]:
    """What verified passages say; looked for by the sensor's names, read sentence by sentence."""
    lexicon = Lexicon(list(names.sensors.values()))
    texts = ["limit 上限 报警值", *(f"{names.name(s)} limit 限值" for s in wanted[:8])]
    passages = {p.id: p for text in texts for p in knowledge.search(text, limit=MOST_PASSAGES)}
    found = []
    for passage in passages.values():
        for sentence in SENTENCE.split(f"{passage.title}\n{passage.text}"):
            found += _read(sentence, passage, names, wanted, lexicon)
    return found


def _read(sentence: str, passage: Passage, names: Names, wanted: Sequence[str], lexicon: Lexicon) -> list[Stated]:
    """The limits that one sentence states of the wanted columns."""
    text = normal(sentence)
    if not any(match["measure"] for match in AMOUNT.finditer(text)):
        return []
    said = mentions.find(text, lexicon)
    about = set(said.columns(list(names.sensors.values())))
    plain_ = blank(text, said.spans)  # "the limit of S8 is 45 A": the name stands between
    amounts = [(m, side) for m in AMOUNT.finditer(plain_) if m["measure"] and (side := _side(plain_[: m.start()]))]
    found: list[Stated] = []
    for column in [name for name in wanted if name in about]:
        for match, side in amounts:
            if _measures(match["measure"], names.sensors[column]):
                found += [Stated(column, value, way, passage.id, passage) for value, way in _values(match, side)]
    return found


def _values(match: re.Match[str], side: Side) -> list[tuple[float, Side]]:
    """One value, or both ends of a band ("limits 90 to 110 mm")."""
    if match["second"] is None:
        return [(value_of(match["first"]), side)]
    if CHANGED.search(match.string[max(0, match.start() - 24) : match.start()]):
        return [(value_of(match["second"]), side)]
    return [(value_of(match["first"]), "below"), (value_of(match["second"]), "above")]


def _side(before: str) -> Side | None:
    """Which side the number is the limit of, by the word right before it; None: it is no limit."""
    for side, pattern in (("below", BELOW), ("above", ABOVE)):
        last = max(pattern.finditer(before), key=lambda m: m.end(), default=None)
        if last is not None and BETWEEN.fullmatch(before[last.end() :]):
            return side  # type: ignore[return-value]
    return None


def _measures(measure: str, sensor: Sensor) -> bool:
    """Is the unit that of the sensor? A sensor whose unit nobody knows takes any."""
    said = UNITS.get(measure, measure)
    return sensor.unit is None or plain(said) == plain(sensor.unit) or (said == "°" and plain(sensor.unit) in DEGREES)

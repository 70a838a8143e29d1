"""A request with marks for the columns and limits that it names: what is said of both can be told by its form then."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from roles.numerals import value_of
from roles.planning.columns import sensors
from roles.planning.columns.lexicon import Lexicon
from roles.planning.limits import bands, numbers, unsaid
from roles.planning.limits.numbers import MEASURE, NUMBER, UNITS, Limit
from roles.planning.types import Request
from roles.planning.wants import stopped
from roles.planning.when import times
from roles.planning.words import blank
from roles.timewords import MONTH

SENSOR, LIMIT = r"ξs\d+ξ", r"ξl\d+ξ"
MARK = re.compile(r"ξ(?P<kind>[sl])(?P<number>\d+)ξ")
EQUAL = re.compile(
    r"(?:(?:\b(?:is|are|was|were)(?: exactly| equal to)?|\bequals?(?: to)?|==?)\s*|等于|(?:恒|都|全)?[为是])"
    rf"\s*{NUMBER}{MEASURE}",
    re.ASCII,
)

CLOCK = re.compile(
    rf"[:点时月日号前昨今最上]|\d\s?h\b|[ap]\.?m\b|o'?clock|noon|midnight|正午|午夜|\d[-/]\d|day|night|{MONTH}"
    r"|last|past|first|recent|latest|since|until|after|before|around|about|near"
)
NUMBER_BEFORE = re.compile(
    r"(?:[\d.]|[<>=≥≤]|[大小高低多少]于|等于|超过|超出|不足|不到|达到|\b(?:above|over|below|under|than))\s*$"
)


@dataclass
class Marked:
    """`text` has ξs0ξ, ξs1ξ, ... for columns and ξl0ξ, ... for limits; `said` are the words that stood there."""

    text: str
    columns: list[list[str]] = field(default_factory=list)
    limits: list[dict[str, Any]] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)

    def restored(self, text: str) -> str:
        """A stretch of the marked text in the words of the request."""
        return MARK.sub(lambda m: self.said[m[0]], text)


def marked(text: str, request: Request, lexicon: Lexicon) -> Marked:
    """Normalised `text` with its marks; times of day stay as they are."""
    clocks = [span for span in times.named(text) if _is_clock(text, span)]
    spoken = [*clocks, *(m.span() for m in numbers.DURATION.finditer(text))]
    found = sensors.find(text, lexicon, spoken)
    ends, order = dict(found.spans), [sensor.name for sensor in request.sensors]
    timeless = blank(text, clocks)
    limits = bands.with_bands(numbers.limits(timeless), timeless)
    limits += [each for each in _equal(timeless) if not bands.beside(each, limits)]
    places: list[tuple[int, int, str, Any]] = [(*each.span, "l", each.values) for each in limits]
    for at, names in found.groups:
        if at in ends:
            places += _places(text, (at, ends[at]), sorted(names, key=order.index), limits, request)
    made = Marked("")
    at = 0
    for start, end, kind, value in sorted(places, key=lambda place: (place[0], place[1], place[2] == "l")):
        if start < at:
            continue
        kept = made.columns if kind == "s" else made.limits
        mark = f"ξ{kind}{len(kept)}ξ"
        kept.append(value)
        made.said[mark] = text[start:end]
        made.text += text[at:start] + mark
        at = end
    made.text += text[at:]
    return made


def _places(
    text: str, span: tuple[int, int], names: list[str], limits: Sequence[Limit], request: Request
) -> list[tuple[int, int, str, Any]]:
    """Where a sensor stands that a text names at `span`, and its limit where that has no number."""
    limit = unsaid.behind(text, *span)
    if limit is None or bands.beside(limit, limits):
        return [(*span, "s", names)]
    if "state" in limit.values:
        names = list(stopped.telling(names, request.sensors))
    if not names:
        return []
    return [(unsaid.adjective(text, span[0]), span[1], "s", names), (*limit.span, "l", limit.values)]


def _is_clock(text: str, span: tuple[int, int]) -> bool:
    """Is a stretch that may be a time one: not the 80 of "between 70 and 80" and of 大于80时?"""
    bare = CLOCK.search(text[slice(*span)]) is None
    return not bare and NUMBER_BEFORE.search(text[max(0, span[0] - 12) : span[0]]) is None


def _equal(text: str) -> list[Limit]:
    """Values that a reading is to have: "power is 0", 功率为0."""
    found = []
    for match in EQUAL.finditer(text):
        value, measure = value_of(match["number"]), match["measure"]
        unit = {"unit": UNITS.get(measure, measure)} if measure else {}
        found.append(Limit({"low": value, "high": value, "side": "inside", **unit}, match.span()))
    return found

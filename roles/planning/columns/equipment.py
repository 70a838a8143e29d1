"""A piece of equipment that Chinese columns' names begin with, said alone: 1号喷枪 for 1号喷枪流量 and 1号喷枪压力,
结晶器 for 结晶器入口温度. With a number that no column of such equipment bears, nothing is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from roles.numerals import IN_CHINESE, number_of
from roles.planning.words import normal, words
from roles.types import Sensor

Span = tuple[int, int]
HAN = "[一-鿿]"
FIGURE = rf"(?:\d{{1,3}}|{IN_CHINESE})"
NAME = re.compile(
    rf"(?P<before>{FIGURE})\s*[号#]\s*(?P<run>{HAN}{{2,}}).*|(?P<alone>(?!.*[号#]){HAN}{{3,}})[^一-鿿]*"
    rf"|(?P<noun>{HAN}{{1,8}}?)\s*#?(?P<behind>\d{{1,3}})[号#]?[\s_-]*(?P<rest>{HAN}{{2,}}).*"
)
JOINT = r"\s*(?:以及|[、,，和与及跟或到至~-])\s*"
NUMBERED = re.compile(rf"(?<![\d.:月点])(?P<numbers>(?:{FIGURE}[号#]?{JOINT})*{FIGURE})\s*[号#]\s*(?={HAN})")
BEHIND = re.compile(r"\s*#?(?P<number>\d{1,3})[号#]?(?![\d.:：点月年日度%a-z])")
PLACES = re.compile("(?:入口|出口|进口|回水|出水|进水|[前后上下左右内外]部?|顶部?|底部?|传动侧|驱动侧|操作侧)$")
ONE = re.compile(r"(?<![\d.])\d{1,3}\s*(?:[号#]|$)")
LISTED = re.compile(r"[,，;；、/&+和与跟及或比]|\b(?:and|or|with|plus|vs|versus|than|against|between|to)\b")
LEAST = 2  # letters by which equipment without a number is known


@dataclass(frozen=True)
class _Part:
    """What a column measures something of: its number (None for none) and its noun, and that without a place."""

    column: str
    number: int | None
    noun: str

    @property
    def nouns(self) -> list[str]:
        return list(dict.fromkeys([self.noun, PLACES.sub("", self.noun)]))


def said(text: str, sensors: Sequence[Sensor]) -> Iterator[tuple[Span, frozenset[str]]]:
    """Where normalised `text` names equipment, with its columns; none where it has another number than any."""
    parts = [part for sensor in sensors if (part := _part(sensor.name)) is not None]
    if not parts or not re.search(HAN, text):
        return
    numbered = [part for part in parts if part.number is not None]
    for match in NUMBERED.finditer(text) if numbered else ():
        noun = _noun_at(text, match.end(), numbered)
        if noun and not measured(text, match.end() + len(noun)):
            names = _bearing(_numbers(match["numbers"]), noun, numbered)
            yield (match.start(), match.end() + len(noun)), names
    for noun in {noun for part in parts for noun in part.nouns if len(noun) >= LEAST}:
        for match in re.finditer(re.escape(noun), text):
            number = BEHIND.match(text, match.end())
            if number is not None and any(part.number is not None and noun in part.nouns for part in parts):
                if not measured(text, number.end()):
                    yield (match.start(), number.end()), _bearing([int(number["number"])], noun, numbered)
            elif not measured(text, match.end()) and not re.search(rf"[号#]\s*{HAN}?$", text[: match.start()]):
                yield match.span(), frozenset(part.column for part in parts if noun in part.nouns)


def _part(name: str) -> _Part | None:
    match = NAME.fullmatch(normal(name).strip())
    if match is None:
        return None
    if match["behind"]:
        return _Part(name, int(match["behind"]), match["noun"])
    noun = noun_of(match["run"] or match["alone"])
    return _Part(name, number_of(match["before"]) if match["before"] else None, noun) if noun else None


def noun_of(run: str) -> str:
    """A Chinese name without the quantity or the state at its end: 喷枪流量 -> 喷枪, 油泵运行信号 -> 油泵; "" for none,
    or nothing else."""
    stated = _states().search(run)
    if stated is not None and stated.start() > 0:
        return run[: stated.start()]
    return next((run[: -len(word)] for word in _quantities() if run.endswith(word) and len(run) > len(word)), "")


@cache
def _states() -> re.Pattern[str]:
    """The states at the end of a flag's name: 运行, 运行信号."""
    return re.compile(rf"(?:{'|'.join(words()['sub']['state']['zh'])})+$")


@cache
def _quantities() -> tuple[str, ...]:
    """Chinese words and short endings of quantities, the longest first."""
    table = words()["quantities"].values()
    found = {word for entry in table for word in (*entry["words"], *entry.get("heads", ())) if not word.isascii()}
    return tuple(sorted(found, key=len, reverse=True))


def _noun_at(text: str, at: int, parts: Sequence[_Part]) -> str:
    """The longest noun of `parts` that stands in `text` at a place, or the end of one (风机 for 鼓风机), or its last
    letter alone (枪 for 喷枪)."""
    nouns = {noun for part in parts for noun in part.nouns if noun}
    whole = [noun[i:] for noun in nouns for i in range(max(1, len(noun) - 1)) if text.startswith(noun[i:], at)]
    short = [noun[-1] for noun in nouns if text.startswith(noun[-1], at)]
    return max(whole or short, key=len, default="")


def _bearing(numbers: Sequence[int], noun: str, parts: Sequence[_Part]) -> frozenset[str]:
    return frozenset(p.column for p in parts if p.number in numbers and any(n.endswith(noun) for n in p.nouns))


def _numbers(said_: str) -> list[int]:
    """The numbers of a list ("1号、2号", "1到3")."""
    found = [number_of(word) or 0 for word in re.findall(FIGURE, said_)]
    if len(found) == 2 and re.search(r"[到至~-]", said_):
        return list(range(found[0], min(found[1], found[0] + 200) + 1))
    return found


def measured(text: str, at: int) -> bool:
    """Does the name of a quantity follow, so that but one reading of the equipment is meant?"""
    between = rf"(?:(?!时候|时|期间){HAN}){{0,4}}?"
    return re.match(rf"的?(?![为怎哪]){between}(?:{'|'.join(_quantities())})", text[at:]) is not None


def of_one(text: str, groups: Sequence[tuple[Span, frozenset[str]]]) -> list[tuple[Span, frozenset[str]]]:
    """Mentions with their columns: where normalised `text` names one piece of equipment by its number and says a
    quantity of it apart from that ("why did press 2 lose tonnage?"), of both those that are of both."""
    numbered = [(span, names) for span, names in groups if ONE.search(text[slice(*span)]) and len(names) > 1]
    if len(numbered) != 1:
        return list(groups)
    (span, own), found = numbered[0], []
    for other, names in groups:
        gap = text[min(span[1], other[1]) : max(span[0], other[0])]
        apart = other != span and not ONE.search(text[slice(*other)]) and LISTED.search(gap) is None
        found.append((other, names & own if apart and len(names) > 1 and names & own else names))
    both = frozenset().union(*(names for (_, names), (_, before) in zip(found, groups, strict=True) if names != before))
    return [(other, both if other == span and both else names) for other, names in found]


def beside_quantity(text: str, groups: Sequence[tuple[Span, frozenset[str]]]) -> list[tuple[Span, frozenset[str]]]:
    """Mentions with their columns, without one that says but the quantity of all others: the temperature of "zones 1
    and 2 average temperature", unless it stands in a list with them."""
    for i, (span, names) in enumerate(groups):
        others = [group for j, group in enumerate(groups) if j != i]
        if not others or not all(own < names for _, own in others) or not _is_quantity(text[slice(*span)]):
            continue
        gaps = [text[min(span[1], other[1]) : max(span[0], other[0])] for other, _ in others]
        if not any(LISTED.fullmatch(gap.strip()) for gap in gaps):
            return others
    return list(groups)


def _is_quantity(said_: str) -> bool:
    """Is it the word of a quantity: "temperature", "average temp", 温度?"""
    last = re.findall(r"[a-z]+|[一-鿿]+", said_)[-1:]
    table = words()["quantities"].values()
    known = {word for entry in table for word in (*entry["words"], *entry.get("heads", ()))}
    return any(word in known or words()["short_words"].get(word) in known for word in last)

"""Chinese columns' names with the word for a place before, within or behind them: 前轴承温度, 轴承前温度 and
轴承温度前 are one, as 入口压力 and 压力（入口） are, and 进出口压力 are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from roles.planning.columns import equipment, partnames
from roles.planning.words import normal, words
from roles.types import Sensor

Span = tuple[int, int]
SIDES = "侧部端面边"  # 前, 前侧 and 前端 are one place
PLACE = re.compile(
    rf"(?P<core>入口|进口|出口|进水|出水|回水|非驱动|非传动|驱动|传动|操作|[前后左右上下内外顶底](?!料|线|班|炉))[{SIDES}]?"
)
SAME = {"进口": "入口", "传动": "驱动", "非传动": "非驱动"}
BRACKETED = re.compile(rf"[\[(（]\s*(?P<place>{PLACE.pattern.replace('P<core>', 'P<own>')})\s*[\])）]")
PAIR = re.compile(
    r"(?:(?P<a>进)、?(?P<b>出)|(?P<c>出)、?(?P<d>入)|(?P<e>[前左上内])、?(?P<f>[后右下外]))(?P<side>[口水侧部端]?)的?"
    r"(?!班|料|线|炉)"
)
SHORT = {"压力": "压", "温度": "温", "流量": "流", "液位": "液位"}  # as they stand before 差
LEAST = 2  # letters of a name beside its place
MORE = "趋曲变超是为比怎有最平多哪谁"  # may follow a place behind a name, beside small words


@dataclass(frozen=True)
class _Placed:
    """A column's name as its place and what stands before and behind that."""

    column: str
    place: str
    before: str
    behind: str

    @property
    def rests(self) -> list[str]:
        """What is left of the name, also with 温 for 温度."""
        rest = self.before + self.behind
        return [rest, rest.removesuffix("度")] if rest.endswith("温度") else [rest]

    @property
    def things(self) -> list[str]:
        """What it measures something of, without the quantity: 轴承 of 轴承温度前."""
        thing = equipment.noun_of(self.before + self.behind)
        return [thing] if len(thing) >= LEAST else []


def said(text: str, sensors: Sequence[Sensor]) -> Iterator[tuple[Span, frozenset[str]]]:
    """Where normalised `text` names columns with the place elsewhere than they do, or without the one behind them."""
    if not partnames.HAN.search(text):
        return
    found: dict[Span, set[str]] = {}
    for placed in (each for sensor in sensors if (each := _placed(sensor.name)) is not None):
        for rest in placed.things:
            for span in _spans(text, placed.place, rest):
                if not equipment.measured(text, span[1]):
                    found.setdefault(span, set()).add(placed.column)
        for rest in placed.rests:
            for match in re.finditer(re.escape(rest), text) if not placed.behind else ():
                if partnames.other_things(text, match.start()) == match.start():
                    found.setdefault(match.span(), set()).add(placed.column)
            for span in _spans(text, placed.place, rest):
                found.setdefault(span, set()).add(placed.column)
    for (start, end), names in found.items():
        first, kept = partnames.tagged(text, start, names)
        if kept:
            yield (first, end), frozenset(kept)


@lru_cache(maxsize=4096)
def _placed(name: str) -> _Placed | None:
    """A column's name taken apart at its place; None where it names none."""
    plain = normal(name).strip()
    bracket = BRACKETED.search(plain)
    run = partnames.chinese_of(BRACKETED.sub("", plain))
    if bracket is not None and len(run) >= LEAST:
        return _Placed(name, _core(bracket["own"]), run, "")
    for match in PLACE.finditer(run):
        before, behind = run[: match.start()], run[match.end() :]
        if len(before) + len(behind) >= LEAST:
            return _Placed(name, _core(match["core"]), before, behind)
    return None


def _core(place: str) -> str:
    return SAME.get(place, place)


def _spans(text: str, place: str, rest: str) -> Iterator[Span]:
    """Where `rest` stands with `place` right before it, within it or right behind it."""
    for match in PLACE.finditer(text):
        if _core(match["core"]) != place:
            continue
        for split in range(len(rest) + 1):
            before, behind = rest[:split], rest[split:]
            start, gap = match.start() - split, re.compile("的?").match(text, match.end()) if not split else None
            end = gap.end() if gap is not None else match.end()
            there = start >= 0 and text[start : match.start()] == before and text.startswith(behind, end)
            if there and (behind or _ends(text, match.end())):
                yield start, end + len(behind)


def _ends(text: str, at: int) -> bool:
    """Does a place behind a name end there: not the 上 of 轴承温度上升, nor the 前 of 油温前3小时?"""
    following = text[at : at + 1]
    if not partnames.HAN.match(following):
        return not following.isdigit()
    return following in set(words()["grammar"]["zh_before"]) - set("前后上下内日天时") | set(MORE)


def apart(text: str, sensors: Sequence[Sensor]) -> str:
    """Normalised `text` with both places of a pair said in full, where the file has a column of either and none of
    both: 进出口压差 is 入口压力和出口压力的压差."""
    if not PAIR.search(text):
        return text
    placed = [each for sensor in sensors if (each := _placed(sensor.name)) is not None]
    for match in reversed(list(PAIR.finditer(text))):
        if any(match[0] in normal(sensor.name) for sensor in sensors):
            continue
        said_ = [f"{match[one] or match[two] or match[three]}{match['side']}" for one, two, three in ("ace", "bdf")]
        cores = [_core(found["core"]) if (found := PLACE.fullmatch(one)) is not None else "" for one in said_]
        rests = [{each.before + each.behind for each in placed if each.place == core} for core in cores]
        text = _said_twice(text, match, said_, sorted(rests[0] & rests[1], key=len, reverse=True))
    return text


def _said_twice(text: str, pair: re.Match[str], places: Sequence[str], rests: Sequence[str]) -> str:
    """`text` with one of `rests` behind each of the places of a pair; what stands before the pair is of both."""
    following = text[pair.end() :]
    for rest in rests:
        for split in range(len(rest) - 1):
            before, behind = rest[:split], rest[split:]
            quantity = behind[-2:]
            short = behind.removesuffix(quantity) + SHORT.get(quantity, quantity) + "差"
            there = text[: pair.start()].endswith(before)
            length = len(behind) if following.startswith(behind) else len(short) - 1
            if there and following.startswith((behind, short)):
                said_ = "和".join(f"{place}{behind}" for place in places)
                unsaid = "" if following.startswith(behind) else f"的{SHORT.get(quantity, quantity)}"
                return f"{text[: pair.start()]}{said_}{unsaid}{following[length:]}"
    return text

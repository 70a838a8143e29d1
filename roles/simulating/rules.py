"""The rules that read a sentence about a simulation: the scenario by its names, numbers by units and words around.

Nothing is invented: what the sentence does not say stays None, and a number that nothing takes is told as unused.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from roles.numerals import IN_CHINESE, IN_ENGLISH, number_of
from roles.simulating.types import SimulationOrder, SimulationRequest

SPEED_UNIT = r"\s*(?:m\s*/\s*min|m\s*per\s*min(?:ute)?|met(?:er|re)s?\s*(?:per|a)\s*minute|米\s*[/每]\s*分钟?)"
NUMBER = r"\d+(?:\.\d+)?"


def order(given: SimulationRequest) -> SimulationOrder:
    """The parameters that the sentence asks for."""
    text = normal(given.text)
    scenario, rest = _scenario(text, given)
    said = _Reading(rest)
    speed = said.number(rf"(?P<n>{NUMBER}){SPEED_UNIT}") or said.number(
        rf"(?:casting speed|拉速|浇速|浇注速度)\s*(?:of|at|is|=|:|为|是|在|设为|到)?\s*(?P<n>{NUMBER})"
    )
    seed = said.number(r"(?:\bseed|随机种子|种子)\s*(?:of|=|:|为|是)?\s*(?P<n>\d{1,9})")
    step = said.duration(r"(?:\bevery|\bstep(?: of)?|\binterval(?: of)?|每隔?|步长|间隔)\s*(?:=|:|为|是)?\s*{d}") or (
        said.duration(r"{d}\s*(?:step|steps|interval|一行|一个点|步长)")
    )
    onset = said.duration(
        r"(?:\bafter|\bfrom|\b(?:begin|start|sett?|occur|appear)\w*(?: in)? (?:at|after|in)"
        r"|\bonset (?:at|after|of)?|第|从)\s*{d}"
        r"(?:\s*(?:开始|出现|发生|后|处|时))*"
    ) or said.duration(
        r"{d}\s*(?:in|into(?: the run)?|from the start|之?后(?:开始|出现|发生)?|时(?:开始|出现|发生))(?![a-z])"
    )
    duration = said.duration(r"(?:\bfor|\bover|\blasting|\bduration(?: of)?|持续|时长|共|总共|为期)?\s*{d}(?:\s*长)?")
    severity = said.number(rf"(?:\bseverity|\bsize|严重程度|程度|强度)\s*(?:of|=|:|为|是)?\s*(?P<n>{NUMBER})")
    if severity is None:
        severity = said.word({entry["factor"]: entry["words"] for entry in _words()["severity"].values()})
    roll = _roll(said, scenario, given)
    return SimulationOrder(
        scenario=scenario, speed=speed, duration_s=duration, onset_s=onset, severity=severity,
        seed=int(seed) if seed is not None else None, step_s=step, roll=roll, unused=said.left(),
    )  # fmt: skip


def normal(text: str) -> str:
    """The sentence in one form: widths, case, spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def _scenario(text: str, given: SimulationRequest) -> tuple[str | None, str]:
    """The scenario with the longest name in the text, and the text without it. A fault beats "normal"."""
    best: tuple[int, str, tuple[int, int]] | None = None
    for each in given.scenarios:
        names = [re.escape(normal(name)) for name in (*each.names, each.name.replace("_", " "), each.name)]
        for pattern in [*names, *_words()["names"].get(each.name, [])]:
            match = re.search(_bounded(pattern), text)
            if match is None or not match[0].strip():
                continue
            weight = len(match[0]) - (100 if each.name == "normal" else 0)
            if best is None or weight > best[0]:
                best = weight, each.name, match.span()
    if best is None:
        return None, text
    start, end = best[2]
    return best[1], f"{text[:start]} {text[end:]}"


def _bounded(pattern: str) -> str:
    return rf"(?<![a-z])(?:{pattern})(?![a-z])"


def _roll(said: _Reading, scenario: str | None, given: SimulationRequest) -> str | None:
    """The roll that is meant ("S8", "S8 lower", "8号辊", "S8下辊"), as a column of the simulator."""
    match = said.take(r"\bs\s?(?P<n>\d{1,2})\b\s*(?P<side>upper|lower|top|bottom|[上下])?(?:辊|部|侧)*|"
                      r"(?:第)?(?P<zh>\d{1,2})\s*号(?:扇形段)?(?P<zhside>[上下])?辊")  # fmt: skip
    if match is None:
        return None
    side = match["side"] or match["zhside"] or "upper"
    name = f"S{int(match['n'] or match['zh'])}_{'lower' if side in ('lower', 'bottom', '下') else 'upper'}_current"
    rolls = next((each.rolls for each in given.scenarios if each.name == scenario), [])
    if scenario is not None and not rolls:
        said.unused.append(match[0].strip())
        return None
    return name


class _Reading:
    """A text from which what was understood is taken away, so that what is left can be told."""

    def __init__(self, text: str) -> None:
        self.text, self.unused = text, list[str]()

    def take(self, pattern: str) -> re.Match[str] | None:
        """The first match, blanked out of the text."""
        match = re.search(pattern, self.text)
        if match is not None:
            self.text = self.text[: match.start()] + " | " + self.text[match.end() :]
        return match

    def number(self, pattern: str) -> float | None:
        """A number in figures."""
        match = self.take(pattern)
        return float(match["n"]) if match is not None else None

    def duration(self, pattern: str) -> float | None:
        """Seconds: `{d}` in the pattern stands for a duration in figures or words."""
        match = self.take(pattern.replace("{d}", _duration()))
        if match is None:
            return None
        count = match["count"]
        value = float(count if re.fullmatch(NUMBER, count) else _words()["numbers"].get(count) or number_of(count) or 0)
        value += 0.5 if match["half"] or match["more"] else 0.0
        units = _words()["units"]
        return value * next(int(size) for size, names in units.items() if re.fullmatch("|".join(names), match["unit"]))

    def word(self, choices: dict[float, list[str]]) -> float | None:
        """The value of the first word that is there."""
        for value, words in choices.items():
            if self.take("|".join(_bounded(word) for word in words)) is not None:
                return value
        return None

    def left(self) -> list[str]:
        """Numbers that nothing took, with the word behind them."""
        return [*self.unused, *(m[0].strip() for m in re.finditer(rf"{NUMBER}\s?[a-z%°/一-鿿]{{0,6}}", self.text))]


@cache
def _duration() -> str:
    counts = sorted(map(re.escape, _words()["numbers"]), key=len, reverse=True)
    units = [unit for units in _words()["units"].values() for unit in units]
    return (
        rf"(?<![a-z\d.])(?P<count>{NUMBER}|{'|'.join(counts)}|{IN_ENGLISH}|{IN_CHINESE})\s*-?\s*(?P<half>个半(?=小时|钟))?"
        rf"(?P<unit>{'|'.join(units)})(?![a-z])(?P<more>\s+and a half\b|半)?"
    )


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))

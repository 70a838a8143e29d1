"""Numbers with their units in a sentence, and which of them a finding or a signal gives: the same quantity, rounded or
in another unit of the same kind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from roles.deciding.figures import NUMBER, half_digit
from roles.numerals import IN_CHINESE, IN_ENGLISH, number_of
from roles.types import Finding

# unit as written -> (kind, size): 1 cm is 10 of 1 mm.
UNITS: dict[str, tuple[str, float]] = {
    "mm": ("length", 1), "cm": ("length", 10), "m": ("length", 1000), "µm": ("length", 0.001), "um": ("length", 0.001),
    "毫米": ("length", 1), "厘米": ("length", 10), "米": ("length", 1000),
    "pa": ("pressure", 1), "mbar": ("pressure", 100), "kpa": ("pressure", 1000), "bar": ("pressure", 1e5),
    "mpa": ("pressure", 1e6), "巴": ("pressure", 1e5), "兆帕": ("pressure", 1e6), "千帕": ("pressure", 1000),
    "l/min": ("flow", 1), "lpm": ("flow", 1), "l/s": ("flow", 60), "m3/h": ("flow", 1000 / 60),
    "m³/h": ("flow", 1000 / 60), "l/h": ("flow", 1 / 60), "升/分": ("flow", 1),
    "c": ("temperature", 1), "°c": ("temperature", 1), "℃": ("temperature", 1), "k": ("temperature", 1),
    "度": ("temperature", 1), "摄氏度": ("temperature", 1), "degrees": ("temperature", 1),
    "ma": ("current", 0.001), "a": ("current", 1), "ka": ("current", 1000), "安": ("current", 1),
    "安培": ("current", 1),
    "w": ("power", 1), "kw": ("power", 1000), "mw": ("power", 1e6), "千瓦": ("power", 1000),
    "v": ("voltage", 1), "kv": ("voltage", 1000), "伏": ("voltage", 1),
    "hz": ("frequency", 1), "赫兹": ("frequency", 1), "1/min": ("frequency", 1 / 60), "rpm": ("frequency", 1 / 60),
    "m/min": ("speed", 1), "m/s": ("speed", 60), "mm/s": ("speed", 0.06), "米/分": ("speed", 1),
    "n": ("force", 1), "kn": ("force", 1000), "kg": ("mass", 1), "t": ("mass", 1000), "g": ("acceleration", 1),
    "%": ("percent", 1), "percent": ("percent", 1), "points": ("percent", 1), "个百分点": ("percent", 1),
    "s": ("time", 1), "sec": ("time", 1), "second": ("time", 1), "seconds": ("time", 1), "秒": ("time", 1),
    "秒钟": ("time", 1),
    "min": ("time", 60), "minute": ("time", 60), "minutes": ("time", 60), "分钟": ("time", 60),
    "h": ("time", 3600), "hour": ("time", 3600), "hours": ("time", 3600), "小时": ("time", 3600),
    "psi": ("pressure", 6894.76), "ppm": ("share", 1), "nm": ("torque", 1), "kwh": ("energy", 1),
    "°f": ("fahrenheit", 1),
    "times": ("ratio", 1), "x": ("ratio", 1), "fold": ("ratio", 1), "倍": ("ratio", 1),
}  # fmt: skip
MULTIPLES = {"doubled": 2, "tripled": 3, "quadrupled": 4, "halved": 0.5, "翻倍": 2, "翻了一倍": 2, "翻番": 2}
# "by a third", "two fifths higher", 三分之一, 七成, 一半: of 100; "half an hour", "the third event" are none.
PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5,
         "tenth": 10, "tenths": 10}  # fmt: skip
PART = rf"(?:(?:(?P<count>an?|one|two|three|four)[ -])?(?P<part>{'|'.join(sorted(PARTS, key=len, reverse=True))}))"
SHARES = re.compile(
    rf"(?:(?<=\bby )|(?<=\bto )|(?<=\bup )|(?<=\bdown )|(?<=\babout )|(?<=\baround )|(?<=\bnearly )|(?<=\balmost )"
    rf"|(?<=\broughly )|(?<=\bover )|(?<=\bthan )){PART}\b(?! (?:an? |past\b|hour|min))"
    rf"|{PART.replace('count', 'number').replace('part>', 'piece>')}(?= (?:higher|lower|more|less|wider|of its))"
    r"|(?P<of>[二两三四五六七八九十])分之(?P<zh>[一二两三四五六七八九])|(?P<tens>[一二两三四五六七八九])成(?![品分功为型立])|(?P<half>一半)",
    re.IGNORECASE,
)
NAMED = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
WORDS = re.compile(  # "one" and "一" alone count nothing ("翻了一倍"), "百" neither ("上百倍")
    rf"(?<![A-Za-z\d])(?:(?!one\b)(?:{IN_ENGLISH})|(?![零〇百]|一(?![十百])){IN_CHINESE})(?=\s?-?(?:{NAMED})(?![A-Za-z]))",
    re.IGNORECASE,
)
UNIT = re.compile(rf"(?:\s?(?:[-–~]|to|and|至|到)\s?[\d.,]+)?\s?-?({NAMED})(?![A-Za-z/³])", re.IGNORECASE)
ABOUT = re.compile(
    r"(?:about|around|roughly|nearly|almost|some|approximately|over|more than|less than|close to|~|≈"
    r"|约|近|将近|大约|超过|不到)"
    r"\s*(?:by\s*|to\s*)?[+−-]?$",
    re.IGNORECASE,
)
PER_HOUR = "_per_h"
RATE = re.compile(r"\s?(?:per hour|an hour|each hour|/\s?h(?:our)?\b|每小时)|[/每]小时", re.IGNORECASE)
Given = tuple[float, tuple[str, float] | None]  # a value with its unit
LOOSE, LOOSE_RATIO = 0.06, 0.2  # of a value that is told as "about", of a number in words
LOOSE_SHARE, LOOSE_MULTIPLE = 0.15, 0.12  # of a share in words, of "doubled"


@dataclass(frozen=True)
class Told:
    """A number of a sentence. `unit` is the kind and size of its unit, None without one; `at` is where it stands."""

    value: float
    unit: tuple[str, float] | None
    step: float  # half of its last digit
    at: int
    end: int

    def is_one_of(self, given: Iterable[Given]) -> bool:
        """Is it one of the given numbers, up to its rounding and its sign, in a unit of the same kind?"""
        return any(self._is(value, unit) for value, unit in given)

    def _is(self, value: float, unit: tuple[str, float] | None) -> bool:
        if self.unit is None or unit is None:
            if self.unit is not None and unit is None:
                return False
            return abs(abs(value) - self.value) <= self.step
        if self.unit[0] != unit[0]:
            return False
        size = self.unit[1] / unit[1]
        return abs(abs(value) - self.value * size) <= self.step * size * (1 + 1e-9)


def told(text: str) -> list[Told]:
    """The numbers of a text, those in words too where a unit follows them."""
    found = []
    for match in NUMBER.finditer(text):
        bare = match[0].replace(",", "").replace("−", "-").lstrip("+-")
        value, step = float(bare), half_digit(bare)
        if ABOUT.search(text[: match.start()]):
            step = max(step, LOOSE * value)
        found.append(Told(value, _unit(text[match.end() :]), step, match.start(), match.end()))
    for match in WORDS.finditer(text):
        value = float(number_of(match[0]) or 0)
        found.append(Told(value, _unit(text[match.end() :]), LOOSE_RATIO * value, match.start(), match.end()))
    for word, value in MULTIPLES.items():
        found += [Told(value, ("ratio", 1), LOOSE_MULTIPLE * value, m.start(), m.end())
                  for m in re.finditer(word, text, re.IGNORECASE)]  # fmt: skip
    for match in SHARES.finditer(text):
        share = _share(match)
        found.append(Told(share, UNITS["%"], LOOSE_SHARE * share, match.start(), match.end()))
    return sorted(found, key=lambda each: each.at)


def _share(found: re.Match[str]) -> float:
    """What SHARES matched, of 100.

    >>> [round(_share(SHARES.search(text))) for text in ("rose by two thirds", "升高七成", "三分之一")]
    [67, 70, 33]
    """
    if found["half"] or found["tens"]:
        return 50.0 if found["half"] else 10.0 * (number_of(found["tens"]) or 0)
    if found["of"]:
        return 100.0 * (number_of(found["zh"]) or 0) / (number_of(found["of"]) or 1)
    count, part = (found["count"], found["part"]) if found["part"] else (found["number"], found["piece"])
    return 100.0 * (number_of((count or "one").lower()) or 1) / PARTS[part.lower()]


def _unit(rest: str) -> tuple[str, float] | None:
    """The unit at the beginning of `rest`; one that nobody knows matches no other."""
    found = UNIT.match(rest)
    if found:
        return UNITS[found[1].lower()]
    return None


def unit_of(name: str) -> tuple[str, float] | None:
    """The quantity of a unit as sensors have it ("bar", "mm"), and the factor to its base; None for an unknown one."""
    return UNITS.get(name.strip().lower())


def given_by(finding: Finding, unit: str) -> list[Given]:
    """What a finding gives, each with its unit: levels, the change, its share, how often, how wide."""
    values = {k: float(v) for k, v in finding.values.items() if isinstance(v, int | float) and not isinstance(v, bool)}
    own = unit_of(unit)
    found: list[Given] = []
    for key, value in values.items():
        if key.endswith("_percent"):
            found.append((value, UNITS["%"]))
        elif key.endswith("_ratio"):
            found.append((value, UNITS["x"]))
        elif key.endswith("_s"):
            found.append((value, UNITS["s"]))
        elif key in ("followed", "settled_rows", "strength", "change_sigma") or key.endswith(PER_HOUR):
            continue  # a slope is told as one: rates_of
        else:
            found.append((value, own))
    before, after = values.get("before"), values.get("after")
    if before is not None and after is not None:
        found.append((after - before, own))
        if before:
            found += [(100 * (after - before) / before, UNITS["%"]), (after / before, UNITS["x"])]
    return found


def is_rate(text: str, number: Told) -> bool:
    """Is a number told as so much an hour ("60 A per hour", 每小时60 A)?"""
    behind = UNIT.match(text[number.end :])
    after = RATE.match(text[number.end + (behind.end() if behind else 0) :])
    return after is not None or re.search(r"每小时[升高上降低下了约近]*\s*[+−-]?$", text[: number.at]) is not None


def rates_of(finding: Finding, unit: str) -> list[Given]:
    """The slopes that a finding gives, an hour."""
    values = [v for k, v in finding.values.items() if k.endswith(PER_HOUR) and isinstance(v, int | float)]
    return [(float(value), unit_of(unit)) for value in values]


def at_end(finding: Finding, unit: str, end: str) -> list[Given]:
    """What a finding gives for a number that is the level "before" or "after" a change, the "change" itself, or ""."""
    level, began, own = finding.values.get(end), finding.values.get("before"), unit_of(unit)
    if end in ("before", "after") and isinstance(level, int | float):
        part = (
            [(100 * level / began, UNITS["%"])] if end == "after" and isinstance(began, int | float) and began else []
        )
        return [(float(level), own), *part]
    given = given_by(finding, unit)
    if end != "change":
        return given
    levels = [(float(v), own) for key in ("before", "after") if isinstance(v := finding.values.get(key), int | float)]
    return [each for each in given if each not in levels]

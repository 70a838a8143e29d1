"""Parts of columns' names that people say for the whole: "窑电流" for 窑主机电流, "FDV-105" for Flow divert FDV-105.

A part means every column that holds all of it. What stands before a part and belongs to no column makes it another
thing's: with "磨主机电流" nobody asks about 窑主机电流.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from roles.planning.words import normal, words
from roles.types import Sensor

HAN = re.compile("[一-鿿]")
# Chinese with at most a tag or a number before it and a tag or a unit behind it.
ONE_RUN = re.compile(r"(?:(?P<tag>[^一-鿿]*?[a-z0-9])[号#]?[\s_-]*)?(?P<run>(?!号)[一-鿿]{2,})[^一-鿿]*")
# Behind the Chinese of a name these are what is measured there: 进水pH is no 进水.
ANALYTE = re.compile(r"\s*(?:ph|orp|do|cod|bod|toc|tn|tp|ss|mlss|nh\d?(?:-n)?|no[x2]?|so2|co2?|o2|h2s?)(?![a-z0-9])")
OWN_TAG = re.compile(r"(?<![a-z0-9.])([a-z]{0,3}\d{1,3})[号#]?[\s_-]*$")  # right before a part of a name: "f4", "1号"
TAG = re.compile(
    r"(?<![A-Za-z0-9])([A-Z]{1,5})[-_]?(\d{2,5}[A-Z]?)(?![A-Za-z0-9])|^([A-Za-z]{1,3})[-_]?(\d{1,3})(?![A-Za-z0-9.%])"
    r"|(?<![A-Za-z0-9])([A-Z]{1,3})(\d)(?![A-Za-z0-9./])"  # "Strand 1 S8 current", no "M3/H"
)
INNER = re.compile(r"(?P<head>[一-鿿]{1,8})(?P<tail>\d{1,3}[一-鿿]{2,})")
BRACKETED = re.compile(r"[\[(（][^\])）]*[\])）]")  # a unit
HEAD = 2  # letters at the end of a name that are said together, unless one is a quantity ("温")
FARTHEST = 6  # letters before a part that make it another thing's


def tags(name: str) -> list[str]:
    """The instrument tags in a column's name: "Flow divert FDV-105" -> ["fdv105"], "S8 current [A]" -> ["s8"]."""
    parts = words()["grammar"]["parts"]
    found = [[part.lower() for part in m.groups() if part] for m in TAG.finditer(BRACKETED.sub(" ", name))]
    return [letters + number for letters, number in found if letters not in parts]


def chinese_of(name: str) -> str:
    """The Chinese of a column's name without its tag or unit: "冰水出水温度 TT201" -> "冰水出水温度"; "" for others."""
    match = ONE_RUN.fullmatch(plain := normal(name).strip())
    return match["run"] if match and not ANALYTE.match(plain, match.end("run")) else ""


def _tag_of(name: str) -> str:
    """The tag or number before the Chinese of a column's name: "F4操作侧轴承温度" -> "f4"; "" for none."""
    match = ONE_RUN.fullmatch(normal(name).strip())
    return (match["tag"] or "").strip() if match else ""


def quantities_of(name: str) -> set[str]:
    """The parts that a quantity's columns have in English names, for one whose Chinese name says the quantity."""
    found, plain = set(), re.sub(r"\d+[号#]?", "", name)  # 桨叶1角度
    for entry in words()["quantities"].values():
        said = [word for word in entry["words"] if not word.isascii()]
        if any(word in name or word in plain for word in said) or name.endswith(tuple(entry.get("heads", ()))):
            found |= set(entry["parts"])
    return found


def said(text: str, sensors: Sequence[Sensor]) -> Iterator[tuple[tuple[int, int], frozenset[str]]]:
    """Where a part of Chinese names stands in normalised `text`, with the columns that hold it; no columns where more
    stands before it than they hold."""
    longest: dict[int, dict[int, set[str]]] = {}  # end -> beginning -> columns
    for sensor in sensors:
        for form in _forms(sensor.name):
            for end in (m.end() for m in re.finditer(re.escape(form[-1]), text)):
                begin = _begin(text, end, form)
                if begin is not None:
                    longest.setdefault(end, {}).setdefault(begin, set()).add(sensor.name)
    yield from _behind_numbers(text, sensors)
    for end, begins in longest.items():
        begin = min(begins)
        part, names = text[begin:end], begins[begin]
        whole = any(part in _forms(name) for name in names)
        first = begin if whole else other_things(text, begin)
        if first < begin:
            names = {name for name in names if _stretched(text[first:begin], part, name)}
        first, names = tagged(text, first, names)
        yield (first, end), _nearest(part, names) if names else frozenset()


def _behind_numbers(text: str, sensors: Sequence[Sensor]) -> Iterator[tuple[tuple[int, int], frozenset[str]]]:
    """Where a name with a number within is said from that number on: 2区温度 for 料筒2区温度."""
    found: dict[tuple[int, int], set[str]] = {}
    for sensor in sensors:
        match = INNER.fullmatch(BRACKETED.sub("", normal(sensor.name)).strip())
        if match is None:
            continue
        for form in {match["tail"], match["tail"].removesuffix("度")}:
            for said_ in re.finditer(rf"(?<![\d.:]){re.escape(form)}", text):
                begin = said_.start()
                while begin > 0 and match["head"].endswith(text[begin - 1 : said_.start()]):
                    begin -= 1
                found.setdefault((begin, said_.end()), set()).add(sensor.name)
    yield from ((span, frozenset(names)) for span, names in found.items())


def tagged(text: str, first: int, names: set[str]) -> tuple[int, set[str]]:
    """A part with the tag said right before it: of its columns those with that tag, none where all have others."""
    tag = OWN_TAG.search(text[:first])
    tags = {name: _tag_of(name) for name in names}
    if tag is None or not any(tags.values()):
        return first, names
    return tag.start(), {name for name in names if tags[name] in (tag[1], "")}


def _stretched(before: str, part: str, name: str) -> bool:
    """Does all else of a name stand before its part, among other letters: 液压站压力 for 液压压力?"""
    rests = [form.removesuffix(part) for form in _forms(name) if form.endswith(part)]
    return any(rest and rest in before for rest in rests)


def _nearest(part: str, names: Collection[str]) -> frozenset[str]:
    """Those in which the part stands in one piece, else those that begin with its first letter, else all."""
    whole = frozenset(name for name in names if any(part in form for form in _forms(name)))
    return whole or frozenset(name for name in names if name.startswith(part[0])) or frozenset(names)


def _forms(name: str) -> list[str]:
    """A Chinese name and its short form: 窑尾温度, 窑尾温."""
    whole = chinese_of(name)
    return [whole, whole.removesuffix("度")] if whole.endswith("温度") else [whole] if whole else []


def _begin(text: str, end: int, form: str) -> int | None:
    """Where the letters that lie in `form` in this order begin, backwards from `end`; None for the quantity alone."""
    at, left = end, len(form)
    while at > 0 and left > 0 and text[at - 1] == form[left - 1]:
        at, left = at - 1, left - 1
    heads = [head for entry in words()["quantities"].values() for head in entry.get("heads", ())]
    if end - at < HEAD and text[at:end] not in heads:
        return None
    plain = {word for entry in words()["quantities"].values() for word in entry["words"]}
    while at > 0 and (found := form.rfind(text[at - 1], 0, left)) >= 0:
        at, left = at - 1, found
    return None if text[at:end] in plain and other_things(text, at) == at else at


def other_things(text: str, begin: int) -> int:
    """Where a word begins that stands before `begin` and is no small word: 磨 in 磨主机电流; `begin` for none."""
    small, verbs = words()["grammar"]["zh_before"], tuple(words()["grammar"]["zh_verbs"])
    first = begin
    while (
        first > 0 and begin - first < FARTHEST and HAN.match(text[first - 1]) and text[first - 1] not in small
        and not text.endswith(verbs, 0, first)
    ):  # fmt: skip
        first -= 1
    return first

"""Names that a request says in short, said in full as far as the file's columns have them: "the second nozzle" is
nozzle 2, "zones 1 to 3" are zone 1, zone 2 and zone 3, 引送风机 are 引风机和送风机."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from roles.numerals import IN_CHINESE, number_of
from roles.planning.columns import places
from roles.planning.words import normal
from roles.types import Sensor

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
ORDINAL = re.compile(
    rf"(?:\bthe )?\b(?P<list>(?:(?:{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))(?:, | and | or )){{0,3}}"
    rf"(?:{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))) (?P<words>[a-z]+(?: [a-z]+)?)"
)
ORDINAL_ZH = re.compile(rf"第\s*(?P<number>\d{{1,2}}|{IN_CHINESE})\s*(?:个|台|号|只|路|支)?(?P<noun>[一-鿿]{{1,4}})")
RANGE = re.compile(
    r"\b(?P<noun>[a-z]+?)s? (?:no\.? ?|#)?(?P<a>\d{1,2})\s*(?:to|through|thru|-|–|~)\s*(?P<b>\d{1,2})(?![\d.:%])"
)
RANGE_ZH = re.compile(
    rf"(?P<a>\d{{1,2}}|{IN_CHINESE})(?P<unit>[一-鿿#])?[到至~-](?P<b>\d{{1,2}}|{IN_CHINESE})(?P<same>[一-鿿#])"
)
MOST = 20  # sensors of a range
JOINED = re.compile("(?P<one>[一-鿿0-9#]{1,4}?)(?P<joint>[和与跟、]|还是)(?P<tail>[一-鿿0-9#]{2,9})")
LONGEST = 3  # letters of a name before what it has in common with another
PAIRED = re.compile("(?=(?P<one>[一-鿿])(?P<other>[一-鿿])(?P<rest>[一-鿿]))")


def out(text: str, sensors: Sequence[Sensor]) -> str:
    """Normalised `text` with the short forms of names in full."""
    names = [normal(sensor.name) for sensor in sensors]
    for form in (_ordinals, _ranges, _pairs):
        text = form(text, names)
    return places.apart(text, sensors)


def _ordinals(text: str, names: Collection[str]) -> str:
    def said(match: re.Match[str]) -> str:
        numbers = [_ordinal(word) for word in re.findall(r"[a-z0-9]+", match["list"]) if word not in ("and", "or")]
        both = match["words"].split()
        # The noun is the word that stands before the number in names: "the second cooler grate".
        for i in range(len(both), 0, -1):
            noun = " ".join(both[:i])
            if all(_bears(names, noun, number) for number in numbers):
                return f"{noun} {' and '.join(map(str, numbers))}" + "".join(f" {w}" for w in both[i:])
        return match[0]

    def said_zh(match: re.Match[str]) -> str:
        number = number_of(match["number"])
        nouns = [match["noun"][:i] for i in range(len(match["noun"]), 0, -1)]
        for noun in nouns:
            for form in (f"{number}号{noun}", f"{number}#{noun}", f"{noun}{number}", f"{number}{noun}"):
                if any(form in name for name in names):
                    return form + match["noun"][len(noun) :]
        return match[0]

    return ORDINAL_ZH.sub(said_zh, ORDINAL.sub(said, text))


def _ordinal(word: str) -> int:
    return ORDINALS.index(word) + 1 if word in ORDINALS else int(word[:-2])


def _bears(names: Collection[str], noun: str, number: int) -> bool:
    """Do columns bear the noun with this number behind it?"""
    noun = re.escape(noun.removesuffix("s"))
    return any(re.search(rf"(?<![a-z]){noun}[\s_#-]*0?{number}(?!\d)", name) for name in names)


def _ranges(text: str, names: Collection[str]) -> str:
    def numbers_of(match: re.Match[str], before: str, behind: str) -> list[int]:
        first, last = (number_of(match[end]) or 0 for end in "ab")
        there = all(any(f"{before}{n}{behind}" in name for name in names) for n in (first, last))
        return list(range(first, last + 1)) if there and 0 < last - first < MOST else []

    def listed(match: re.Match[str]) -> str:
        said = [str(n) for n in numbers_of(match, f"{match['noun']} ", "")]
        return f"{match['noun']} {', '.join(said[:-1])} and {said[-1]}" if said else match[0]

    def listed_zh(match: re.Match[str]) -> str:
        unit = match["same"]
        said = [f"{n}{unit}" for n in numbers_of(match, "", unit)] if match["unit"] in (None, unit) else []
        return "、".join(said[:-1]) + f"和{said[-1]}" if said else match[0]

    return RANGE_ZH.sub(listed_zh, RANGE.sub(listed, text))


def _pairs(text: str, names: Collection[str]) -> str:
    """引送风机 for 引风机 and 送风机: two letters of which either begins a name with what follows, and never both."""
    text = JOINED.sub(lambda m: _both(m, names), text)
    at = 0
    while (match := PAIRED.search(text, at)) is not None:
        at = match.start() + 1
        one, other, tail = match["one"], match["other"], text[match.end("other") :]
        rest = next((tail[:n] for n in range(min(6, len(tail)), 0, -1) if _bear(names, (one, other), tail[:n])), "")
        named = not rest or one == other or any(f"{one}{other}{rest[0]}" in name for name in names)
        if not named and _differ(one, other, rest, names):
            text = f"{text[: match.start()]}{one}{rest}和{other}{tail}"
            at = match.start() + 2 * len(rest) + 2
    return text


def _bear(names: Collection[str], begins: Collection[str], rest: str) -> bool:
    """Is there a name with each of `begins` right before `rest`?"""
    return all(any(f"{each}{rest}" in name for name in names) for each in begins)


def _both(match: re.Match[str], names: Collection[str]) -> str:
    """一段和二段篦床 as 一段篦床和二段篦床, where columns are called so."""
    tail = match["tail"]
    for own in range(1, LONGEST + 1):
        one, other = match["one"][-own:], tail[:own]
        for end in range(len(tail), own, -1):
            rest = tail[own:end]
            if one != other and _bear(names, (one, other), rest):
                return f"{match['one']}{rest}{match['joint']}{tail}"
    return match[0]


def _differ(one: str, other: str, rest: str, names: Collection[str]) -> bool:
    """Are the two columns' names equal but for the one letter?"""
    firsts = {name.replace(f"{one}{rest}", f"ξ{rest}", 1) for name in names if f"{one}{rest}" in name}
    seconds = {name.replace(f"{other}{rest}", f"ξ{rest}", 1) for name in names if f"{other}{rest}" in name}
    return bool(firsts & seconds)

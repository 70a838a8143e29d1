"""The whole noun phrase around a sensor that a sentence names: "S7 lower roll current" is not S7's upper roll,
"S7 bearing temperature" no current at all, and an "amplitude" beside another sensor is that sensor's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from roles.deciding.mentions import TOKEN, Mention, words
from roles.deciding.symptoms import names, one_word
from roles.types import Sensor

WORD = re.compile(r"[a-z]+\d*|\d+")
FURTHEST, SHORT = 4, 3  # words of a phrase on either side; letters of a word that may be any


def whole(text: str, found: Sequence[Mention], sensors: Sequence[Sensor]) -> list[Mention]:
    """The mentions of `text`, each for as much as its phrase means: columns that lack a word of it are left out, and
    where none is left the phrase names something that the file has no sensor of."""
    plain = text.lower()
    attributes = re.compile(words()["attributes"])
    if any(not attributes.fullmatch(plain[m.at : m.end]) for m in found):
        found = [m for m in found if not attributes.fullmatch(plain[m.at : m.end])]
    own = _tokens(tuple((s.name, tuple(names(s))) for s in sensors))
    said = [(m[0], m.start(), m.end()) for m in WORD.finditer(plain)]
    bounded = {(b.at, b.end): b for b in (_bounded(m, said, plain, own) for m in found)}
    called = {s.name: " ".join(names(s)) for s in sensors}
    return [_chinese(m, plain, called) for m in bounded.values()]


def _chinese(mention: Mention, text: str, called: Mapping[str, str]) -> Mention:
    """The same where a quantity follows in Chinese: S7轴承温度."""
    own = words()
    found = re.match(rf"(?:(?![{own['around_zh']}])[一-鿿]){{0,4}}?({own['quantity_zh']})", text[mention.end :])
    if found is None or re.search(rf"{own['up_zh']}|{own['down_zh']}|{own['swing_zh']}", found[0]):
        return mention
    columns = frozenset(c for c in mention.columns if found[1] in called[c])
    end = mention.end + found.end()
    return mention if columns == mention.columns else replace(mention, end=end, columns=columns, exact=False)


def _bounded(
    mention: Mention, said: list[tuple[str, int, int]], text: str, own: Mapping[str, frozenset[str]]
) -> Mention:
    inside = [i for i, (_, at, end) in enumerate(said) if at < mention.end and end > mention.at]
    if not inside:
        return mention  # Chinese
    known = frozenset().union(*own.values())
    extra = [*_beside(inside[0], -1, said, text, known), *_beside(inside[-1], 1, said, text, known)]
    if not extra:
        return mention
    parts = [part for word, _, _ in extra for part in TOKEN.findall(word)]
    columns = {c for c in mention.columns if all(_has(part, own[c]) for part in parts)}
    at, end = min(mention.at, *(w[1] for w in extra)), max(mention.end, *(w[2] for w in extra))
    return replace(mention, at=at, end=end, columns=frozenset(columns), exact=mention.exact and bool(columns))


def _beside(
    start: int, step: int, said: list[tuple[str, int, int]], text: str, known: frozenset[str]
) -> list[tuple[str, int, int]]:  # fmt: skip
    """Words of sensors' names in the run of words on one side of the word at `start`, up to what ends a phrase."""
    found, i = [], start + step
    while 0 <= i < len(said) and abs(i - start) <= FURTHEST:
        gap = text[said[i][2] : said[i - step][1]] if step < 0 else text[said[i - step][2] : said[i][1]]
        word = said[i][0]
        named = all(_has(part, known) for part in TOKEN.findall(word))
        if not re.fullmatch(r"[\s-]*", gap) or word.isdigit() or len(word) == 1 or _ends(word, named=word in known):
            break
        found += [said[i]] if named else []
        i += step
    return found


@lru_cache(4096)
def _ends(word: str, *, named: bool) -> bool:
    """Does a word end a phrase? One that tells a movement does, also where it stands in a name ("temperature rise")."""
    own, keys = words(), ["attributes", "up_en", "down_en", "swing_en"]
    if not named or len(word) <= SHORT:  # "lower" of "S7 lower roll" does not
        keys += ["around_en", "verbs_en"]
    both = "|".join(own[key] for key in keys)
    return re.fullmatch(rf"(?:{both}|rose|fell|is|are|was|were|has|have)", word) is not None


def _has(part: str, known: frozenset[str]) -> bool:
    return part in known or any(len(part) > 2 and len(k) > 2 and one_word(part, k) for k in known)


@lru_cache(64)
def _tokens(named: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, frozenset[str]]:
    return {column: frozenset(t for name in every for t in TOKEN.findall(name)) for column, every in named}

"""What a sentence says, as far as it can be compared word by word: subject words, direction, numbers, negation.

Two sentences contradict each other when they are the same but for one thing that is said the opposite way: one pair of
opposite words, one amount of the same unit, or one "not". Sentences that differ in two such things often agree ("opens
when it clogs", "closes when it erodes"), and so do sentences about different things; both are left alone. That finds
few contradictions, and hardly a false one. A code ("switch Q11") names a thing, so another code is another thing: only
where two versions of one text are compared does it contradict.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from kb.passage import Frozen
from kb.text import lang_of, sentences, stem

FILE = Path(__file__).parent / "opposites.toml"
OTHER_WORDS = 0.25  # share of words that two sentences about one thing may not have in common
MOST_PIECES = 60  # sentences of a text that are compared with those of another
HELD = 4  # words of a sentence that all stand in another one: it says the same of one thing, with more about it
LEAST_WORDS = 3  # fewer words and codes say too little to be compared; beside an amount an opposable word counts too

_FUNCTION_WORDS = """
a an the is are be been was were am to of it its that this these those and or with by as at in for then so do does did
has have had must should shall will would can may when if while also there here i we you they please need
"""
_STOP_EN = frozenset(_FUNCTION_WORDS.split())
_STOP_ZH = re.compile(
    "必须|应当|应该|可以|需要|立即|一次|随之|的|了|着|是|在|和|与|及|或|把|将|时|则|就|也|都|并|应|须|需|请|会|要|而"
)
_NOT_EN = re.compile(r"\b(?:not|never|cannot|no|without)\b|n['’]t\b")
_NOT_ZH = re.compile(
    "不得|不要|不可|不能|不应|不必|不许|无需|无须|禁止|严禁|切勿|没有|并非|不(?![变同稳足锈良平断久仅但少过])"
)
_AMOUNT = re.compile(
    r"(?<![a-z0-9._-])(?P<value>\d+(?:[.,]\d+)?)\s*(?P<unit>%|per cent|percent|[lm]/min|[lm]/h|m3/h|m3/min|"
    r"mm/s|m/s|mm/min|kg/h|1/min|rpm|n·?m|kn·?m|n/mm2|m3|mm|cm|μm|km|kg|mg|g|mpa|kpa|pa|psi|mbar|bar|kn|kwh|kw|kva|"
    r"ka|ma|mv|kv|khz|hz|db|kohm|mohm|ohms?|kω|mω|ω|°c|℃|°|k|c|a|v|w|n|t|m|ml|l|ms|s|h|d|seconds?|sec|"
    r"minutes?|min|hours?|days?|weeks?|months?|years?|times?|小时|分钟|秒|天|日|周|个?月|年|班|次|升|毫升|毫米|厘米|微米|米|"
    r"度|安|伏|欧姆?|千瓦|千克|公斤|克|吨|牛顿?·?米|牛米|牛|兆帕|千帕|帕|巴|转/分|转)(?![a-z/])"
)
_UNITS = {"percent": "%", "per cent": "%", "sec": "s", "second": "s", "秒": "s", "minute": "min", "分钟": "min",
          "hour": "h", "小时": "h", "day": "d", "天": "d", "日": "d", "week": "周", "month": "月", "个月": "月",
          "year": "年", "time": "次", "升": "l", "毫米": "mm", "厘米": "cm", "微米": "μm", "米": "m", "度": "c",
          "°c": "c", "℃": "c", "安": "a", "伏": "v", "千瓦": "kw", "千克": "kg", "吨": "t", "兆帕": "mpa", "巴": "bar",
          "rpm": "1/min", "转/分": "1/min", "n·m": "nm", "kn·m": "knm", "牛米": "nm", "牛·米": "nm", "牛顿米": "nm",
          "牛顿·米": "nm", "牛": "n", "牛顿": "n", "公斤": "kg", "克": "g", "毫升": "ml", "千帕": "kpa", "帕": "pa",
          "欧": "ohm", "欧姆": "ohm", "ω": "ohm", "kω": "kohm", "mω": "mohm"}  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+(?:[-./_][a-z0-9]+)*")
_STEP = re.compile(r"^\W?\d{1,2}[.)、]\s+")  # the number of a step is no code of a thing
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")

Sort = Literal["direction", "number", "negation", "code"]


class Opposition(Frozen):
    """How two sentences contradict each other. `mine` and `theirs` are the sentences, the words what differs."""

    sort: Sort
    mine: str
    theirs: str
    my_word: str = ""
    their_word: str = ""


class Statement(NamedTuple):
    """A sentence taken apart. `sides` are opposable words as (axis, side), `amounts` numbers as (unit, value)."""

    text: str
    words: Counter[str]
    sides: Counter[tuple[str, int]]
    amounts: Counter[tuple[str, float]]
    codes: frozenset[str]
    negated: bool
    spelt: dict[tuple[str, object], str]


@cache
def _axes() -> tuple[dict[str, tuple[str, int]], dict[str, tuple[str, int]], re.Pattern[str]]:
    """English stem -> (axis, side), Chinese word -> (axis, side), and the pattern of the Chinese words."""
    english: dict[str, tuple[str, int]] = {}
    chinese: dict[str, tuple[str, int]] = {}
    for axis in tomllib.loads(FILE.read_text(encoding="utf-8"))["axis"]:
        for side in (0, 1):
            english |= dict.fromkeys(map(stem, axis["en"][side]), (axis["name"], side))
            chinese |= dict.fromkeys(axis["zh"][side], (axis["name"], side))
    longest_first = sorted(chinese, key=len, reverse=True)
    return english, chinese, re.compile("|".join(map(re.escape, longest_first)))


@lru_cache(maxsize=4096)
def statement(text: str) -> Statement:
    """Take a sentence apart."""
    folded = _STEP.sub("", unicodedata.normalize("NFKC", text).casefold())
    spelt: dict[tuple[str, object], str] = {}
    amounts: Counter[tuple[str, float]] = Counter()

    def amount(found: re.Match[str]) -> str:
        unit = found["unit"] if found["unit"] in _UNITS or len(found["unit"]) < 3 else found["unit"].removesuffix("s")
        key = (_UNITS.get(unit, unit), float(found["value"].replace(",", ".")))
        amounts[key] += 1
        spelt[key] = found[0].strip()
        return " "

    rest = _AMOUNT.sub(amount, folded)
    zh = lang_of(text) == "zh"
    negation = _NOT_ZH if zh else _NOT_EN
    negated = negation.search(rest) is not None
    rest = negation.sub(" ", rest)
    words, sides, codes = _zh_words(rest, spelt) if zh else _en_words(rest, spelt)
    return Statement(text.strip(), words, sides, amounts, codes, negated, spelt)


Words = tuple[Counter[str], Counter[tuple[str, int]], frozenset[str]]


def _en_words(text: str, spelt: dict[tuple[str, object], str]) -> Words:
    english = _axes()[0]
    words, sides, codes = Counter[str](), Counter[tuple[str, int]](), set()
    for word in _WORD.findall(text):
        root = stem(word)
        if any(char.isdigit() for char in word):
            codes.add(_code(word, spelt))
        elif root in english:
            sides[english[root]] += 1
            spelt[english[root]] = word
        elif word not in _STOP_EN:
            words[root] += 1
    return words, sides, frozenset(codes)


def _zh_words(text: str, spelt: dict[tuple[str, object], str]) -> Words:
    _, chinese, pattern = _axes()
    sides = Counter[tuple[str, int]]()

    def side(found: re.Match[str]) -> str:
        sides[chinese[found[0]]] += 1
        spelt[chinese[found[0]]] = found[0]
        return " "

    rest = _STOP_ZH.sub(" ", pattern.sub(side, text))
    latin = _WORD.findall(rest)
    codes = frozenset(_code(w, spelt) for w in latin if any(c.isdigit() for c in w))
    words = Counter([*_HAN.findall(rest), *(w for w in latin if not any(c.isdigit() for c in w))])
    return words, sides, codes


def _code(word: str, spelt: dict[tuple[str, object], str]) -> str:
    code = re.sub(r"[-./_]", "", word)
    spelt["code", code] = word
    return code


def same_numbers(one: str, other: str) -> bool:
    """Do two texts name the same amounts, rolls and codes?"""
    a, b = statement(one), statement(other)
    return set(a.amounts) == set(b.amounts) and a.codes == b.codes


def likeness(one: str, other: str) -> float:
    """Share of the words that two texts have in common, opposable ones too, 0..1; their order does not matter."""
    a, b = statement(one), statement(other)
    mine, theirs = _all(a), _all(b)
    whole = sum((mine | theirs).values())
    return sum((mine & theirs).values()) / whole if whole else 0.0


def shared_words(one: str, other: str) -> int:
    """How many words two sentences have in common, without those that say nothing and those that have an opposite."""
    return (statement(one).words & statement(other).words).total()


def _all(s: Statement) -> Counter[str]:
    sides = Counter(
        {f"{axis}:{side}": count for (axis, side), count in s.sides.items() if (axis, side) != ("on_off", 0)}
    )
    return s.words + sides + Counter({f"{value:g} {unit}": n for (unit, value), n in s.amounts.items()})


def opposition(one: str, other: str, *, held: bool = False) -> Opposition | None:
    """How the sentences `one` and `other` contradict each other, None when they do not, or cannot be compared.

    `held`: a sentence that holds every word of the other one is about the same thing, whatever more it says. That finds
    more, and may take a special case ("after the upgrade") for a contradiction.
    """
    a, b = statement(one), statement(other)
    if a.codes != b.codes:
        return None
    found = [*_sides(a, b), *_amounts(a, b)]
    if a.negated != b.negated:
        found.append(Opposition(sort="negation", mine=a.text, theirs=b.text))
    if len(found) != 1 or not _is_enough(a, b, found[0].sort):
        return None
    if _differ(a, b) and not (held and _holds_all(a, b)):
        return None
    return found[0]


def _is_enough(a: Statement, b: Statement, sort: Sort) -> bool:
    """Do two sentences say enough to be compared? "The safety valve opens at 10 bar" does, "Closed." does not."""
    said = min(a.words.total(), b.words.total()) + len(a.codes)
    return said + ((a.sides & b.sides).total() if sort == "number" else 0) >= LEAST_WORDS


def _differ(a: Statement, b: Statement) -> bool:
    """Have two sentences too many words of their own to be about one thing?"""
    common = (a.words & b.words).total()
    others = (a.words | b.words).total() - common + _unpaired(a, b)
    return others > OTHER_WORDS * (others + common)


def _holds_all(a: Statement, b: Statement) -> bool:
    """Does one sentence hold all words of the other one?"""
    common = a.words & b.words
    return common.total() >= HELD and common in (a.words, b.words)


def renamed(mine: str, theirs: str) -> Opposition | None:
    """A sentence that two versions of one text share but for one code ("switch Q11", "switch Q12").

    A code that both versions name elsewhere is another thing, not another name for it.
    """
    known = statement(mine).codes & statement(theirs).codes
    for a, b in ((statement(x), statement(y)) for x in pieces(mine) for y in pieces(theirs)):
        old, new = a.codes - b.codes, b.codes - a.codes
        if len(old) != 1 or len(new) != 1 or (old | new) & known or a.words.total() < LEAST_WORDS:
            continue
        if (a.words, a.sides, a.amounts, a.negated) == (b.words, b.sides, b.amounts, b.negated):
            return Opposition(sort="code", mine=a.text, theirs=b.text, my_word=_written(a, ("code", next(iter(old)))),
                              their_word=_written(b, ("code", next(iter(new)))))  # fmt: skip
    return None


def _sides(a: Statement, b: Statement) -> list[Opposition]:
    """Pairs of opposite words that stand against each other."""
    mine, theirs = a.sides - b.sides, b.sides - a.sides
    return [
        Opposition(sort="direction", mine=a.text, theirs=b.text, my_word=a.spelt[key],
                   their_word=b.spelt[key[0], 1 - key[1]])
        for key in mine if (key[0], 1 - key[1]) in theirs
    ]  # fmt: skip


def _unpaired(a: Statement, b: Statement) -> int:
    """Opposable words that stand in one sentence alone, against nothing: words like any other."""
    mine, theirs = a.sides - b.sides, b.sides - a.sides
    lone = [count for x, y in ((mine, theirs), (theirs, mine)) for key, count in x.items()
            if (key[0], 1 - key[1]) not in y and key != ("on_off", 0)]  # fmt: skip
    return sum(lone)


def _amounts(a: Statement, b: Statement) -> list[Opposition]:
    """Amounts of one unit that differ. One without a counterpart is a difference that cannot be compared: it counts
    as two, so that nothing is found."""
    mine, theirs = list(a.amounts - b.amounts), list(b.amounts - a.amounts)
    if not mine and not theirs:
        return []
    if len(mine) == len(theirs) == 1 and mine[0][0] == theirs[0][0]:
        words = {"my_word": _written(a, mine[0]), "their_word": _written(b, theirs[0])}
        return [Opposition(sort="number", mine=a.text, theirs=b.text, **words)]
    return [Opposition(sort="number", mine=a.text, theirs=b.text)] * 2


def _written(s: Statement, key: tuple[str, object]) -> str:
    """An amount or code as its sentence has it: "95 Nm" is no "95 nm", and "62℃" no "62°c"."""
    text = unicodedata.normalize("NFKC", s.text)  # as it was taken apart
    start = text.casefold().find(s.spelt[key])
    return text[start : start + len(s.spelt[key])] if start >= 0 else s.spelt[key]


def pieces(text: str) -> list[str]:
    """The first sentences of a text, each once."""
    return list(dict.fromkeys(sentences(text)))[:MOST_PIECES]


def contradiction(mine: str, theirs: str, *, held: bool = False) -> Opposition | None:
    """The first contradiction between a sentence of `mine` and one of `theirs`; `held` as in opposition()."""
    compared = (opposition(x, y, held=held) for x in pieces(mine) for y in pieces(theirs))
    return next((found for found in compared if found), None)

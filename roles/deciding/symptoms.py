"""What a text of the plant says that sensors do: "一室压力持续升高、二次风温下降", "the current rises, the flow falls".

A sign is a quantity of the file with a movement behind it, in one sentence. Words are data (symptoms.toml). What is not
said plainly is not read: advice, conclusions, negations and quantities that only partly bear a sensor's name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from roles.sentences import statements
from roles.types import Sensor

WAYS = {
    "rise": "up", "drift_up": "up", "fall": "down", "drift_down": "down", "swing": "swing", "oscillation": "swing",
}  # fmt: skip
OPPOSITE = {"up": "down", "down": "up"}
ALIKE, WHOLE = 0.8, 0.5  # share of a phrase that a sensor's name must hold, and more than so much of the name itself
SHORT_ZH, LONG_ZH, WORDS = 3, 14, 4  # characters and words of a quantity
NOT_ZH, NOT_EN = ("非", "不", "无", "反"), {"non", "not", "no", "anti", "other"}  # 非驱动端 is another end
CLAUSE_EN = re.compile(r",|\b(?:while|whereas|and|but|when|if|or|then)\b")
CLAUSE_ZH = re.compile(r"[，,、：:（）()]|并且|而且|同时|然后|且|而(?!言)")
TELLING = re.compile(r"[一二三四五六七八九十\d东西南北左右前后上下进出内外入回]")  # tell equal quantities apart
HAN = re.compile(r"[\u4e00-\u9fff]+")
CODE = re.compile(r"\b[a-z]{1,5}-?\d{1,5}[a-z]?\b")


@dataclass(frozen=True)
class Sign:
    """`sensors` are the columns that a phrase means, [] where the file has none; `way` is up, down or swing."""

    said: str
    sensors: tuple[str, ...]
    way: str


@dataclass(frozen=True)
class Pattern:
    """The signs of one sentence, and what else its list of signs has that no sensor could show."""

    sentence: str
    signs: tuple[Sign, ...]
    unread: tuple[str, ...] = ()


def patterns(text: str, sensors: Sequence[Sensor]) -> list[Pattern]:
    """The sentences of `text` that say of sensors of the file how they move."""
    found = [_pattern(sentence, sensors) for sentence in statements(text)]
    return [pattern for pattern in found if any(sign.sensors for sign in pattern.signs)]


def _pattern(sentence: str, sensors: Sequence[Sensor]) -> Pattern:
    chinese = bool(HAN.search(sentence))
    lang, plain = ("zh", _same(sentence)) if chinese else ("en", sentence.casefold())
    listed = re.search(sign_words()[f"list_{lang}"], plain)
    signs: list[Sign] = []
    unread: list[str] = []
    for clause in (CLAUSE_ZH if chinese else CLAUSE_EN).split(plain[listed.end() :] if listed else plain):
        told = list(_signs(clause, lang, sensors))
        if not told and signs and _turns(clause, lang, signs[-1].way):  # "rises and falls again" is over
            signs.pop()
        signs += told
        if listed and not told and clause.strip(" 。.；;"):
            unread.append(clause.strip(" 。.；;"))
    return Pattern(sentence.strip(), tuple(signs), tuple(unread))


def _turns(clause: str, lang: str, way: str) -> bool:
    """Does a clause take back the movement of the one before, without another quantity?"""
    back = re.search(sign_words()[f"{OPPOSITE[way]}_{lang}"], clause) if way in OPPOSITE else None
    return back is not None and not _phrase(clause[: back.start()], lang)


def _same(sentence: str) -> str:
    for said, meant in sign_words()["same_zh"].items():
        sentence = sentence.replace(said, meant)
    return sentence.casefold()


def _signs(clause: str, lang: str, sensors: Sequence[Sensor]) -> Iterator[Sign]:
    """The sign that a clause says, if it says one."""
    words = sign_words()
    if re.search(words[f"no_sign_{lang}"], clause):
        return
    found = {way: m for way in ("up", "down", "swing") if (m := re.search(words[f"{way}_{lang}"], clause))}
    if len(found) != 1:
        return
    way, match = next(iter(found.items()))
    phrase = _phrase(clause[: match.start()], lang)
    if not phrase and lang == "en" and (ahead := re.search(rf"\b(?:{words['before_en'][way]})\s+", clause)):
        phrase = " ".join(clause[ahead.end() :].split()[:WORDS]).strip(" .;")
    if phrase:
        yield Sign(clause.strip(" 。.；;"), tuple(meant(phrase, sensors, lang)), way)


def _phrase(before: str, lang: str) -> str:
    """The quantity that stands before its movement."""
    words = sign_words()
    if lang == "zh":
        bare = re.sub(rf"(?:{words['filler_zh']})+$", "", before.strip())
        runs = re.findall(r"[\u4e00-\u9fffa-z0-9]+", bare)
        phrase = re.sub(rf"^(?:{words['opening_zh']})+", "", runs[-1]) if runs else ""
        return phrase if SHORT_ZH <= len(phrase) <= LONG_ZH else ""
    bare = re.sub(rf"(?:\s*\b(?:{words['filler_en']})\b)+\s*$", "", before.strip())
    found: list[str] = []
    for word in reversed(re.findall(r"[a-z0-9][a-z0-9.-]*", bare)):
        if re.fullmatch(words["opening_en"], word):
            break
        found.insert(0, word)
    return " ".join(found) if len(found) <= 2 * WORDS else ""


def meant(phrase: str, sensors: Sequence[Sensor], lang: str) -> list[str]:
    """The columns that a phrase means: those whose names hold it best, none where it names no sensor of the file."""
    fit = _fit_zh if lang == "zh" and HAN.search(phrase) else _fit_en
    scored = [(max((fit(phrase, name) for name in names(s)), default=(0.0, 0.0)), s.name) for s in sensors]
    best = max((score for score, _ in scored), default=(0.0, 0.0))
    return [name for score, name in scored if score == best] if best > (0.0, 0.0) else []


def names(sensor: Sensor) -> list[str]:
    """What a text may call a sensor by."""
    return list(dict.fromkeys(n.casefold() for n in (sensor.name, sensor.label, *sensor.aliases) if n))


@lru_cache(50_000)
def _fit_zh(phrase: str, name: str) -> tuple[float, float]:
    """How much of the phrase a name holds in its order, and how much of the name that is; (0, 0) for another one."""
    bare = "".join(re.findall(r"[\u4e00-\u9fff]|(?<![a-z0-9])\d+|[a-z]+\d+", name))
    if not bare or not HAN.search(bare) or not set(TELLING.findall(phrase)) <= set(bare):
        return 0.0, 0.0
    if len(bare) >= SHORT_ZH and phrase.endswith(bare):  # 除尘风机驱动端振动: a machine, then the whole name
        owner = phrase.removesuffix(bare)
        return (1.0, 1.0 + len(bare) / 100) if not owner.endswith(NOT_ZH) else (0.0, 0.0)
    common = _common(phrase, bare)
    alike, whole = common / len(phrase), common / len("".join(HAN.findall(bare)))
    return (alike, whole) if alike >= ALIKE and whole > WHOLE else (0.0, 0.0)


def _common(one: str, other: str) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for char in one:
        above = row[:]
        for i, near in enumerate(other, start=1):
            row[i] = above[i - 1] + 1 if char == near else max(above[i], row[i - 1])
    return row[-1]


@lru_cache(50_000)
def _fit_en(phrase: str, name: str) -> tuple[float, float]:
    """A tag's code decides alone; else every word of the phrase stands in the name, and two or the whole name do."""
    codes = {c.replace("-", "") for c in CODE.findall(phrase)}
    own = {c.replace("-", "") for c in CODE.findall(name.replace("_", " "))}
    if codes:
        return (1.0, 1.0) if codes & own else (0.0, 0.0)
    said, known = (re.findall(r"[a-z]{2,}|\d+", t) for t in (phrase, re.sub(CODE, " ", name.replace("_", " "))))
    owner = said[: len(said) - len(known)]
    if len(known) > 1 and owner and said[len(owner) :] == known:  # "fan drive end vibration": a machine, then the name
        plain = owner[-1] not in NOT_EN and not any(word.isdigit() for word in owner)
        return (1.0, 1.0 + len(known) / 100) if plain else (0.0, 0.0)
    hits = [word for word in said if any(one_word(word, each) for each in known)]
    if not said or len(hits) < len(said) or not known or (len(set(hits)) < 2 and len(set(known)) > 1):
        return 0.0, 0.0
    whole = min(1.0, len(set(hits)) / len(set(known)))
    return (1.0, whole) if whole > WHOLE else (0.0, 0.0)


def one_word(one: str, other: str) -> bool:
    """ "temp" and "temperature", "currents" and "current" are one word."""
    short, long = sorted((one.removesuffix("s"), other.removesuffix("s")), key=len)
    return short == long or (len(short) >= 4 and long.startswith(short))


@cache
def sign_words() -> dict[str, Any]:
    """Words by which sentences tell signs (symptoms.toml): those of a movement as patterns, "up_en", "swing_zh"."""
    data = tomllib.loads((Path(__file__).parent / "symptoms.toml").read_text(encoding="utf-8"))
    made: dict[str, Any] = dict(data)
    for way in ("up", "down", "swing"):
        made[f"{way}_en"] = re.compile(rf"\b(?:{'|'.join(data[f'{way}_en'])})\b")
        made[f"{way}_zh"] = re.compile("|".join(data[f"{way}_zh"]))
    made["no_sign_en"] = re.compile(rf"\b(?:{data['no_sign_en']})\b")
    return made

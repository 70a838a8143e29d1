"""Does a sentence turn its source round: "opens" for "closes", "after" for "before", every week for every shift,
another quantity beside the same number? Words are data (turning.toml). Whoever asks puts the source's words there."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from roles.deciding.figures import written
from roles.types import Lang

AXES = (("up", "down"), ("before", "behind"), ("early", "late"), ("narrow", "wide"), ("shut", "open"), ("hot", "cold"),
        ("fast", "slow"), ("often", "seldom"))  # fmt: skip
HAN = re.compile(r"[\u4e00-\u9fff]+")
STEM, NEAR = 5, 3  # letters of a word that count; words beside a movement that name what moves


def turned(line: str, source: str, lang: Lang) -> bool:
    """Does `line` say the opposite of `source`, a sentence that it shares its words with?"""
    line, source = line.lower(), source.lower()
    if set(_found("period", line, lang)) - set(_found("period", source, lang)):
        return True
    for one, other in AXES:
        said, known = _poles(one, other, line, lang), _poles(one, other, source, lang)
        if known and (set(said) - set(known) or (len(set(said)) == 2 and said[0] != known[0])):
            return True
    return _moves_another(line, source, lang) or (bool(written(line)) and bool(_strange(line, source, lang)))


def _poles(one: str, other: str, text: str, lang: Lang) -> list[str]:
    """Which of two opposites a text says, in its order."""
    found = [(m.start(), pole) for pole in (one, other) for m in _words(pole, lang).finditer(text)]
    return [pole for _, pole in sorted(found)]


def _found(kind: str, text: str, lang: Lang) -> list[str]:
    return [m[0].split()[-1] for m in _words(kind, lang).finditer(text) if " " in m[0] or lang == "zh"]


def _moves_another(line: str, source: str, lang: Lang) -> bool:
    """Is a movement of the source told of something else? What stands right before it, or behind it where it begins."""
    for pole in ("up", "down"):
        known = [_beside(m, source, lang) for m in _words(pole, lang).finditer(source)]
        said = [_beside(m, line, lang) for m in _words(pole, lang).finditer(line)]
        if known and any(words and not any(words & others for others in known) for words in said):
            return True
    return False


def _beside(found: re.Match[str], text: str, lang: Lang) -> set[str]:
    if lang == "zh":
        run = HAN.findall(re.split(r"[，。；、]", text[: found.start()])[-1])
        return _pairs("".join(run)[-4:]) or _pairs(text[found.end() : found.end() + 4])
    words = re.findall(r"[a-z]{3,}", re.split(r"[,;.:]", text[: found.start()])[-1])
    before = [w for w in words if not _plain(w, lang)][-NEAR:]
    after = [w for w in re.findall(r"[a-z]{3,}", text[found.end() :]) if not _plain(w, lang)][:NEAR]
    return {w[:STEM] for w in before or after}


def _strange(line: str, source: str, lang: Lang) -> set[str]:
    """Words of a sentence with numbers that its source does not have beside them."""
    for kind in ("plain", "period", *(pole for axis in AXES for pole in axis)):
        line = _words(kind, lang).sub(" ", line)
    if lang == "zh":
        return {pair for pair in _pairs(line) if not set(pair) & set(source)}
    return {w[:STEM] for w in re.findall(r"[a-z]{3,}", line)} - {w[:STEM] for w in re.findall(r"[a-z]{3,}", source)}


def _pairs(text: str) -> set[str]:
    return {run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1)}


def _plain(word: str, lang: Lang) -> bool:
    kinds = ("plain", *(pole for axis in AXES for pole in axis))
    return word.endswith("ly") or any(_words(kind, lang).fullmatch(word) for kind in kinds)


@cache
def _words(kind: str, lang: Lang) -> re.Pattern[str]:
    data = tomllib.loads((Path(__file__).parent / "turning.toml").read_text(encoding="utf-8"))
    return re.compile(rf"\b(?:{data[lang][kind]})\b" if lang == "en" else data[lang][kind])

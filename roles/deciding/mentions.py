"""Which sensors of a file a sentence names: by a whole name, or by a part of one that cannot be another quantity's."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from roles.deciding.symptoms import names, one_word
from roles.types import Sensor

HAN = re.compile(r"[\u4e00-\u9fff]")
TOKEN = re.compile(r"[a-z]+|\d+")
LEAST_ZH = 2  # characters of a part of a Chinese name


@dataclass(frozen=True)
class Mention:
    """Where sensors are named: `columns` are those that may be meant, `exact` those whose whole name stands there."""

    at: int
    end: int
    columns: frozenset[str]
    exact: bool


@cache
def words() -> dict[str, Any]:
    """The content of observing.toml beside this file, read once."""
    return tomllib.loads((Path(__file__).parent / "observing.toml").read_text(encoding="utf-8"))


def mentions(text: str, sensors: Sequence[Sensor]) -> list[Mention]:
    """In the order of the text, the longest names first where they overlap."""
    plain = text.lower()
    found = [*_english(plain, tuple(_named(sensors))), *_chinese(plain, tuple(_named(sensors)))]
    found.sort(key=lambda m: (-(m.end - m.at), not m.exact))
    kept: list[Mention] = []
    for mention in found:
        same = [m for m in kept if (m.at, m.end) == (mention.at, mention.end)]
        if same:  # several sensors bear that name
            kept.remove(same[0])
            kept.append(Mention(mention.at, mention.end, same[0].columns | mention.columns, same[0].exact))
        elif not any(m.at < mention.end and mention.at < m.end for m in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.at)


def _named(sensors: Sequence[Sensor]) -> list[tuple[str, str]]:
    return [(sensor.name, name.replace("_", " ")) for sensor in sensors for name in names(sensor)]


def _english(text: str, named: tuple[tuple[str, str], ...]) -> list[Mention]:
    """Runs of words that all stand in one name. A part of a name counts between words that belong to no quantity."""
    said = [(m[0], m.start(), m.end()) for m in TOKEN.finditer(text)]
    around, found = re.compile(words()["around_en"]), []
    for column, name in named:
        known = _tokens(name)
        if not known:
            continue
        i = 0
        while i < len(said):
            n = i
            while n < len(said) and n - i < len(known) + 1 and _stands(said[n][0], known):
                n += 1
            run = said[i:n]
            if not run or around.fullmatch(run[0][0]) or all(w.isdigit() for w, _, _ in run):
                i += 1
                continue
            whole = len({w for w, _, _ in run}) >= len(set(known))
            before = said[i - 1] if i else None
            joined = before is not None and re.fullmatch(r"[\s-]*", text[before[2] : run[0][1]])
            free = not joined or before is None or around.fullmatch(before[0]) or _moves(before[0])
            if (whole or free) and (whole or run[-1][0].isdigit() or len(run[-1][0]) > 2):
                found.append(Mention(run[0][1], run[-1][2], frozenset({column}), whole))
            i = n
    return found


def _moves(word: str) -> bool:
    both = "|".join(words()[key] for key in ("up_en", "down_en", "swing_en", "verbs_en"))
    return re.fullmatch(rf"(?:{both})", word) is not None


@lru_cache(4096)
def _tokens(name: str) -> tuple[str, ...]:
    return tuple(TOKEN.findall(name)) if not HAN.search(name) else ()


@lru_cache(50_000)
def _stands(word: str, known: tuple[str, ...]) -> bool:
    if len(word) == 1 or word.isdigit():
        return word in known
    return any(one_word(word, each) for each in known if len(each) > 1 and not each.isdigit())


def _chinese(text: str, named: tuple[tuple[str, str], ...]) -> list[Mention]:
    """Names and their parts; a part begins where the name does or at the edge of a word, and no other quantity's word
    follows it."""
    found = []
    for column, name in named:
        if not HAN.search(name):
            continue
        for at in range(len(text)):
            size = next((n for n in range(len(name), LEAST_ZH - 1, -1) if text[at : at + n] in name), 0)
            if not size or len(text) < at + size or not HAN.search(text[at : at + size]):
                continue
            part, end = text[at : at + size], at + size
            edge = at == 0 or text[at - 1] in words()["around_zh"] or not HAN.match(text[at - 1])
            other = re.match(words()["quantity_zh"], text[end:])
            if part == name or ((name.startswith(part) or edge) and not other and _is_apart(part, text[end:])):
                found.append(Mention(at, end, frozenset({column}), part == name))
    return found


def _is_apart(part: str, rest: str) -> bool:
    """A part of two characters is a quantity only where a movement, a number or a mark follows."""
    if len(part) > LEAST_ZH or not rest:
        return True
    both = "|".join(words()[key] for key in ("up_zh", "down_zh", "swing_zh", "still_zh", "not_zh", "supposed_zh"))
    return re.match(rf"\W|\d|的|持续|逐渐|缓慢|自|从|由|先|也|约|随|{both}", rest) is not None

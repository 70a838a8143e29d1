"""Parts for an order: only those that a cited passage says to change or to have ready. Nothing is guessed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from roles.sentences import statements
from roles.types import Lang
from workers.contracts import Evidence
from workers.orders.order import Part

MOST, MOST_QUOTE = 4, 200
NEAR = 32  # characters between the word for changing and the part


@cache
def _words(lang: Lang) -> tuple[re.Pattern[str], list[tuple[str, re.Pattern[str]]]]:
    """The words for changing, and each part with the pattern of its names, most special first."""
    table = tomllib.loads((Path(__file__).parent / "parts.toml").read_text(encoding="utf-8"))
    parts = []
    for english, chinese in table["parts"].items():
        names = (english if lang == "en" else chinese).split("|")
        pattern = "|".join(re.escape(name) + ("s?" if lang == "en" else "") for name in names)
        parts.append((names[0], re.compile(rf"\b(?:{pattern})\b" if lang == "en" else pattern, re.IGNORECASE)))
    return re.compile(table[f"changing_{lang}"], re.IGNORECASE), parts


def parts_of(evidence: Sequence[Evidence]) -> list[Part]:
    """The parts that the cited passages name, each once, under the passage that names it first."""
    found: dict[str, Part] = {}
    for passage in evidence:
        if passage.kind == "web" or passage.status != "verified":
            continue  # nobody has checked what it says
        for part in _named(passage):
            found.setdefault(part.name, part)
    return list(found.values())[:MOST]


def _named(passage: Evidence) -> Iterator[Part]:
    changing, parts = _words(passage.lang)
    for sentence in statements(passage.quote):
        for word in changing.finditer(sentence):
            near = sentence[max(0, word.start() - NEAR) : word.end() + NEAR]
            for name, pattern in parts:
                if pattern.search(near):
                    yield Part(name=name, source=passage.id, quote=sentence.strip()[:MOST_QUOTE])

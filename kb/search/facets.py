"""The side of a matter: does a question ask for signs, causes, checks or what to do, and which does a title promise?"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "facets.toml"


@cache
def _facets() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["facet"]
    return tuple((r["name"], *(re.compile(r[field], re.IGNORECASE) for field in ("asked", "held"))) for r in rows)


def facets_of(question: str) -> frozenset[str]:
    """The sides that `question` asks about; none when it does not say."""
    return frozenset(name for name, asked, _ in _facets() if asked.search(question))


def without_facets(question: str) -> str:
    """The question without the words that say which side of the matter it asks about."""
    for _, asked, _ in _facets():
        question = asked.sub(" ", question)
    return question


@lru_cache(8192)
def facets_in(title: str) -> frozenset[str]:
    """The sides that a title promises."""
    return frozenset(name for name, _, held in _facets() if held.search(title))

"""Words that claim certainty and words that advise danger, in both languages (words.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PENDING = re.compile(
    r"(?:should|could|can|may|must|needs? to|has to|have to|remains? to|ought to|yet to|to) be (?:confirmed|proven)"
    r"|(?:有待|需要?|需经|尚待|待|可)(?:进一步)?(?:证实|确诊)"
)


@cache
def _words(kind: str, end: str = "") -> re.Pattern[str]:
    """The words of `kind` in both languages, English ones up to `end`; a negation before them is taken along."""
    words = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    not_before = "|".join(sorted(words["negations"], key=len, reverse=True))
    return re.compile(
        rf"(?P<negated>(?:{not_before})(?:\s+\w+)?\s*)?"
        rf"(?:(?<![a-z])(?:{'|'.join(words[f'{kind}_en'])}){end}|{'|'.join(words[f'{kind}_zh'])})"
    )


def claims(text: str) -> Iterator[str]:
    """Words of `text` that claim certainty; what is still to be confirmed claims none."""
    for found in _words("certain", end="(?![a-z])").finditer(PENDING.sub(" ", text.lower())):
        if not found["negated"]:
            yield repr(found[0].strip())


def dangers(text: str) -> Iterator[str]:
    """Words of `text` that advise to defeat a protection or to reach into what moves."""
    for found in _words("dangerous").finditer(text.lower()):
        if not found["negated"]:
            yield repr(found[0].strip())

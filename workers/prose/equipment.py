"""Of which equipment a shipped page speaks, where the question names none."""

from __future__ import annotations

from collections.abc import Sequence

from kb.passage import Passage
from kb.search.machines import machines_of
from workers.wording import BOOK, say

COMMA = {"en": ", ", "zh": "、"}


def speaks_of(question: str, passages: Sequence[Passage], lang: str) -> str:
    """A sentence that says so; "" where the question names its machine, or what answers holds for any."""
    codes = machines_of(question, passages)
    if not codes:
        return ""
    named = (say(key, lang) if (key := f"asset_{code}") in BOOK.entries else code.replace("_", " ") for code in codes)
    return say("ask_speaks_of", lang, machines=COMMA[lang].join(named), pack=_pack(passages))


def _pack(passages: Sequence[Passage]) -> str:
    origin = next(passage.origin for passage in passages if passage.origin.startswith("pack:"))
    return origin.removeprefix("pack:").replace("_", " ")

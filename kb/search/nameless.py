"""Questions that name no thing: "what are the signs?", "超过了怎么办". Alone they are answered by whatever has signs.

What they are about was said before (workers/knowledge/ellipsis.py), or has to be asked.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from kb.text import STOP_WORDS, STOP_ZH, query_terms

FILE = Path(__file__).parent / "nameless.toml"
_SAYS = re.compile(r"[^\W_]")


@cache
def _open() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What names no thing, and the part of it that stands around the thing at the ends of a question."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    en, zh = table["en"], table["zh"]
    anything = rf"\b(?:{en['ends']}|{en['states']})\b|{zh['ends']}|{zh['states']}"
    asking = "|".join(sorted(STOP_WORDS, key=len, reverse=True))
    around = rf"(?>\b(?:{en['ends']}|{asking})\b|{zh['ends']}|{STOP_ZH}|\s|[,，])"
    return re.compile(anything, re.IGNORECASE), re.compile(rf"^{around}++|{around}++$", re.IGNORECASE)


def nameless(question: str) -> bool:
    """Does `question` ask something and not say of what?"""
    if not _SAYS.search(question) or any(char.isdigit() for char in question):
        return False
    return not query_terms(_open()[0].sub(" ", question))


def thing_of(question: str) -> str:
    """What a question is about: without the words at its ends that only ask."""
    return _open()[1].sub("", question.strip(" ?？。.!！")).strip(" ,，")

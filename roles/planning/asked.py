"""What kind of answer a question wants as its first sentence: yes or no, a time, a list; and talk that asks nothing.

Read from the text alone, so that it holds whichever engine made the plan.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from roles.planning.words import either, pattern, words

Form = Literal["sensors", "normal", "beyond", "rise", "fall", "change"]
Courtesy = Literal["greeting", "thanks", "help"]
COURTESIES: tuple[Courtesy, ...] = ("thanks", "help", "greeting")
FORMS: tuple[Form, ...] = ("sensors", "rise", "fall", "change", "beyond", "normal")  # the special before the general
OPENS = re.compile(
    r"^\W*(?:(?:and|so|but|please|andon)\W+)*(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall"
    r"|should|may|might|must|what|when|where|which|who|whose|why|how)(?:'s|n't)?\b"
)
ENDS = re.compile(r"[?？]\W*$|(?:吗|呢|么|没有|多少|几|什么|哪里|哪个|如何|怎样)[?？。\s]*$")
YES_NO = re.compile(
    r"(?:^|[,;.]\s*|\b(?:and|so|but|please|tell me if|check if|check whether|whether) )"
    r"(?:is|are|was|were|does|did|do|has|have|had)\b|[吗么](?:[?？,，。\s]|$)|是否|是不是|有没有|正不正常|超没超"
)
SMALL = re.compile(r"[\s,.!?;:，。！？、；：~～…()（）-]+")


def is_question(text: str) -> bool:
    """Does normalised `text` ask something, by its first word or its end?"""
    return bool(OPENS.search(text) or ENDS.search(text))


def form(text: str) -> Form | None:
    """The kind of first sentence that normalised `text` asks for; None for every other request."""
    for name in FORMS:
        if pattern("asked", name).search(text) and (name not in ("normal", "beyond") or YES_NO.search(text)):
            return name
    return None


def courtesy(text: str) -> Courtesy | None:
    """Which courtesy normalised `text` is made of, when it asks for nothing else: "thanks", "what can you do?"."""
    if SMALL.sub("", _courteous().sub(" ", text)):
        return None
    return next((name for name in COURTESIES if pattern("courtesy", name).search(text)), None)


@cache
def _courteous() -> re.Pattern[str]:
    """Any courteous word, the longest first."""
    tables = words()["courtesy"].values()
    return either(*([entry for table in tables for entry in table[lang]] for lang in ("en", "zh")))

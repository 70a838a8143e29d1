"""What a question does not say and an answer would need: which thing, what it does, since when, which code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from kb.passage import Frozen, Passage
from kb.search.glossary import THING, current
from kb.search.named import unexplained
from kb.search.wants import wants_of
from kb.text import codes

Missing = Literal["asset", "sign", "time", "document", "more"]
_TIME = re.compile(
    r"\b\d{1,2}:\d\d\b|\b(?:since|ago|hours?|minutes?|days?|weeks?|yesterday|today|tonight|shift|morning|night)\b"
    r"|\d+ ?(?:min|h|s)\b|\d点|小时|分钟|昨|今天|早上|晚上|夜班|白班|当班|以来|之后|刚才|突然",
    re.IGNORECASE,
)


class Gaps(Frozen):
    """`missing` in the order in which to ask; never empty. `codes` are those that no passage explains, as written."""

    missing: list[Missing]
    codes: list[str]


def gaps(question: str, found: Sequence[Passage]) -> Gaps:
    """What `question` leaves open; `found` are the passages that a search for it gave."""
    words = current()
    notions = {number for group in words.asked(question).groups for number in group}
    thing = any(words.notions[n].weight >= THING and not words.notions[n].elsewhere for n in notions)
    missing: list[Missing] = []
    if not thing and not any(char.isalpha() for code in codes(question) for char in code):  # "S8" is a thing
        missing.append("asset")
    seen = any(words.notions[n].sign for n in notions)
    if wants_of(question) and not seen:  # looked up, not watched: since when it has that price helps nobody
        return Gaps(missing=[*missing, "document"], codes=unexplained(question, found))
    if not seen:
        missing.append("sign")
    if not _TIME.search(question):
        missing.append("time")
    return Gaps(missing=missing or ["more"], codes=unexplained(question, found))

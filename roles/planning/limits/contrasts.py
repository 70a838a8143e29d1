"""Questions how a sensor is while others meet a condition: "does A rise when B is above 80?", B高于80时A会上升吗.

They are answered from the readings, of the rows that meet it against the rest, and ask for no label of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from roles.planning.columns.lexicon import Lexicon
from roles.planning.columns.marked import LIMIT, MARK, SENSOR, Marked, marked
from roles.planning.limits.conditions import JOINED, Condition, joined
from roles.planning.types import Request, Subtask
from roles.planning.wants.asked import TIMES, WHY
from roles.planning.when import times
from roles.planning.when.weekdays import dated
from roles.planning.words import either, pattern
from roles.wording import say

Way = Literal["above", "below", "change", "spread", ""]
FORMS = (
    rf",?\s*(?<![a-z])(?:(?:only|even|but|and)\s)?(?:when(?:ever)?|while|whilst|if|once|as soon as|with|where|after|at"
    rf"|during)\s(?:the\s)?{JOINED}\s*,?",
    rf"(?:当|每当|如果|若是?|要是|假如|一旦)\s*{JOINED}(?:的话|的?(?:时候|情况下|期间|时(?!间))|之?后|以后)?\s*[,，]?",
    rf"在?\s*{JOINED}(?:的话|的?(?:时候|情况下|期间|条件下|时(?!间))|之后|以后|后)\s*[,，]?",
)
ASKS = re.compile(
    r"^\W*(?:(?:and|so|but|then|please)\W+)*(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could)(?:n't)?\b"
    r"|\b(?:whether|tell me if|check if)\b|[吗么](?:[?？\s]|$)"
    r"|(?P<x>[一-鿿])[不没](?P=x)|会不会|是不是|是否|有没有|能不能"
)
MAY_ASK = re.compile(
    r"[?？吗么]|\b(?:is|are|was|were|do|does|did|has|have|had|will|would|what|how|if)\b|[一-鿿][不没]|怎|如何"
)
OPEN = re.compile(
    r"\bwhat (?:happens|happened|does|is|was|will)\b|\bhow (?:is|are|was|were|does|do|did|will|much)\b"
    r"|怎么样|怎样|如何|怎么变|什么变化|多少变化"
)
SPREAD = either(
    ["unstable", "(?:un)?steady", "stable", "fluctuat\\w*", "swing\\w*", "oscillat\\w*", "jump\\w*", "nois\\w+",
     "var(?:y|ies)"],
    ["波动", "不稳", "稳定", "抖", "跳动", "振荡"],
)  # fmt: skip
CHANGE = either(
    ["chang\\w*", "differ\\w*", "affect\\w*", "react\\w*", "mov(?:e|es|ed)", "behav\\w+", "normal", "ok", "okay"],
    ["变化", "不同", "不一样", "影响", "变", "正常", "反应"],
)
CALM = re.compile(r"\b(?:steady|stable|calm)\b|(?<!不)稳定")


@dataclass(frozen=True)
class Contrast:
    """`sensors` in the rows of `condition` against the rest: are they "above" or "below", do they "change", is their
    "spread" larger ("": how are they)? `yes_no`: it asks whether."""

    sensors: tuple[str, ...]
    condition: Condition
    way: Way
    yes_no: bool
    period: times.Period

    def tasks(self, request_lang: Literal["en", "zh"]) -> list[Subtask]:
        """Its steps: the numbers, and a picture of all that it is about."""
        reason = say("plan_outside" if self.period.outside else "plan_asked", request_lang)
        values: dict[str, Any] = {"where": self.condition.values(), "against": "rest", "way": self.way}
        values |= {"yes_no": True} if self.yes_no else {}
        shown = list(dict.fromkeys([*self.sensors, *(part["sensor"] for part in self.condition.parts)]))
        ends = {"start": self.period.start, "end": self.period.end, "reason": reason}
        outside = {"outside": True} if self.period.outside else {}
        return [
            Subtask(order=1, kind="statistics", sensors=list(self.sensors), values=values | outside, **ends),
            Subtask(order=2, kind="plot", sensors=shown, values=outside, **ends),
        ]


def found_in(text: str, request: Request, lexicon: Lexicon) -> Contrast | None:
    """The question that normalised `text` asks; None for every other request."""
    if not MAY_ASK.search(text) or pattern("intents", "label").search(text):
        return None
    shown = marked(text, request, lexicon)
    if not shown.limits:
        return None
    for form in _forms():
        for match in form.finditer(shown.text):
            if (found := _read(match, shown, request)) is not None:
                return found
    return None


@cache
def _forms() -> list[re.Pattern[str]]:
    return [re.compile(form) for form in FORMS]


def _read(match: re.Match[str], shown: Marked, request: Request) -> Contrast | None:
    rest = f"{shown.text[: match.start()]} {shown.text[match.end() :]}".strip()
    condition = joined("when", match, shown)
    if condition is None or re.search(LIMIT, rest) or TIMES.search(rest) or WHY.search(rest):
        return None
    held = {part["sensor"] for part in condition.parts}
    columns = [c for mark in re.findall(SENSOR, rest) for c in shown.columns[int(mark[2:-1])] if c not in held]
    plain = MARK.sub(" ξ ", rest)
    yes_no = ASKS.search(plain) is not None
    way = _way(plain)
    if not columns or not (yes_no or OPEN.search(plain)) or (way is None and yes_no):
        return None
    when = dated(shown.restored(rest), request.start, request.end)
    period = times.find(when, request.start, request.end)
    return Contrast(tuple(dict.fromkeys(columns)), condition, way or "", yes_no and bool(way), period)


def _way(text: str) -> Way | None:
    """What is asked of the sensors; None where nothing is that readings tell."""
    if SPREAD.search(text) and not CALM.search(text):
        return "spread"
    ways: tuple[tuple[Way, str, str], ...] = (("above", "rise", "more"), ("below", "fall", "less"))
    for way, said, than in ways:
        if pattern("said", said).search(text) or pattern("versus", than).search(text):
            return way
    return "change" if CHANGE.search(text) else "" if CALM.search(text) else None

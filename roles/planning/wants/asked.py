"""What kind of answer a question wants as its first sentence: yes or no, a time, a list; and talk that asks nothing.

Read from the text alone, so that it holds whichever engine made the plan.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from roles.planning.words import either, pattern, words

Form = Literal["sensors", "normal", "beyond", "rise", "fall", "change", "drift", "pace", "period"]
Courtesy = Literal["greeting", "thanks", "help", "upset", "other"]
COURTESIES: tuple[Courtesy, ...] = ("upset", "other", "thanks", "help", "greeting")
# The special before the general.
FORMS: tuple[Form, ...] = ("sensors", "period", "pace", "rise", "fall", "change", "beyond", "drift", "normal")
COURSES: tuple[Form, ...] = ("drift", "pace", "period")  # asked of a sensor's course over time
ONLY_ASKED: tuple[Form, ...] = ("normal", "beyond", "drift")  # forms that take a yes or no
TIMES = re.compile(r"\bwhen\b|\bhow (?:long|often|many times)\b|什么时候|何时|几点|多久|多长时间|几次")
PASSED = re.compile(  # since when, from when to when, for how long a limit was passed: the past is meant
    r"\bsince when\b|\bwhen (?:did|was|were|has|have|had)\b"
    r"|\bhow (?:long|often|many times) (?:was|were|did|has|have|had)\b|(?:从什么时候|自何时|何时起)"
    r"|(?:什么时候|何时|几点)[^,，。?？]{0,20}[的了](?:[?？。\s]|$)"
    r"|(?:什么时候|何时|几点)[^,，。?？]{0,3}(?:超过|高于|低于|超出|大于|小于)了"
    r"|(?:超过|高于|低于|超出|大于|小于)[^,，。?？]{0,12}(?:多久|多长时间|几次)"
)
MOVED = re.compile(r"\bhow (?:much|far) (?:did|has|have|does)\b|(?:降|跌|掉|升|涨|变化)了多少")
WHY = re.compile(r"\bwhy\b|为什么|为何|怎么|原因")
OPENS = re.compile(
    r"^\W*(?:(?:and|so|but|please|andon)\W+)*"
    r"(?:(?:since|until|for|from|in|at|by) (?:when|what|which|how)|is|are|was|were|am|do|does|did"
    r"|has|have|had|can|could|will|would|shall"
    r"|should|may|might|must|what|when|where|which|who|whose|why|how)(?:'s|n't)?\b"
)
ENDS = re.compile(r"[?？]\W*$|(?:吗|呢|么|没有|多少|几|什么|哪里|哪个|如何|怎样)[?？。\s]*$")
YES_NO = re.compile(
    r"(?:^|[,;.]\s*|\b(?:and|so|but|please|tell me if|check if|check whether|whether) )"
    r"(?:is|are|was|were|does|did|do|has|have|had)\b|[吗么](?:[?？,，。\s]|$)|是否|是不是|有没有|正不正常|超没超"
    # Said in short: "temp ok now?", "电流正常不", "超过60度了没".
    r"|\b(?:ok|okay|normal|fine|alright|all right)(?: (?:now|right now|today|tonight|again|still|yet|at the moment"
    r"|last night|this (?:morning|shift)|yesterday))*\s*\?\W*$|(?:正常|好|高|低|异常|稳)不[?？。\s]*$|了没[?？。\s]*$"
)
SMALL = re.compile(r"[\s,.!?;:，。！？、；：~～…()（）-]+")


def is_question(text: str) -> bool:
    """Does normalised `text` ask something, by its first word or its end?"""
    return bool(OPENS.search(text) or ENDS.search(text))


def form(text: str) -> Form | None:
    """The kind of first sentence that normalised `text` asks for; None for every other request."""
    for name in FORMS:
        plain = (name not in ONLY_ASKED or YES_NO.search(text)) and not (name in COURSES and WHY.search(text))
        if plain and pattern("asked", name).search(text):
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

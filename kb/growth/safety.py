"""Does a passage speak of what keeps people unhurt? Whoever decides on such a one should be told so.

The words would rather warn once too often: a correction that says "anybody may cut the padlock off" reads like any
other in a long list.
"""

from __future__ import annotations

import re

from kb.contract import KnowledgeBase
from kb.passage import Passage

TAGS = frozenset({"safety", "lockout"})
_WORDS = re.compile(
    r"\b(?:lock(?:ed|ing)?[ -]?out|tag(?:ged|ging)?[ -]?out|loto|padlocks?|interlock\w*|safety|emergency stops?|"
    r"e-stops?|guards?|light curtains?|isolat(?:e|ed|es|ing|ors?|ion)|de-?energi[sz]\w*|bypass\w*|jumper(?:s|ed)?|"
    r"hazard\w*|danger\w*|protective|hot work|work permits?|residual (?:pressure|energy))\b"
    "|上锁|挂锁|锁具|挂牌|联锁|连锁|安全|急停|防护|护栏|光栅|光幕|隔离|断电|泄压|短接|旁路|屏蔽|危险|动火|作业票",
    re.IGNORECASE,
)


def about_safety(passage: Passage) -> bool:
    """Does it by its tags, or by a word of its title or text?"""
    return bool(TAGS & set(passage.tags)) or _WORDS.search(f"{passage.title}\n{passage.text}") is not None


def endangered(store: KnowledgeBase, ids: list[str]) -> list[str]:
    """Those of these passages that are about safety."""
    known = (store.get(id) for id in dict.fromkeys(ids))
    return [p.id for p in known if p is not None and about_safety(p)]

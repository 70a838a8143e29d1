"""Sentences about what protects people are the passage's own words: in other words they can say the opposite.

"Discharge first and lock out afterwards" holds nothing but words of "Lock out first, then discharge". So a sentence
that speaks of making work safe, or that words a source sentence which does, gives way to that source sentence; and so
does one that turns its source round (turning.py).
"""

from __future__ import annotations

import re

from roles.answering.turning import turned
from roles.answering.types import Sentence
from roles.deciding.figures import written
from roles.sentences import sentences
from roles.types import Lang, Passage

GUARDED = re.compile(
    r"\b(?:lock\w*[- ]?out|tag\w*[- ]?out|de-?energi[sz]\w*|depressuri[sz]\w*|isolat\w+|interlock\w*|guards?"
    r"|alarms?|trips?|never|do not|don't|must not|may not|need not|not allowed|forbidden|prohibit\w*|only|danger\w*"
    r"|injur\w*|burn\w*|under pressure|pressure (?:off|out)|discharg\w+|bleed|vent\w*"
    r"|permit\w*|evacuat\w*|persons?|people|hands?|body|clear of|stand\w* (?:in|under|next|clear)"
    r"|protect\w*|safe\w*|unsafe|emergency|before (?:work|any|anyone|touching|opening|entering)"
    r"|while (?:\w+ ){1,3}(?:runs?|running|turning|rotating))\b"
    r"|挂牌|上锁|断电|泄压|卸压|放空|验电|隔离|联锁|保护|报警|防护|护罩|急停|严禁|禁止|不得|切勿|不准|不许|不能|不要|不用|无需|不必|撤离|人员"
    r"|伤人|烫伤|危险|带压|带电|运转中|作业票|许可|安全|只能|必须先",
    re.IGNORECASE,
)  # fmt: skip
NEGATED = re.compile(
    r"\b(?:not|no|never|without|nor|neither|cannot|need not|unless)\b|n't\b|不(?!同|断|锈)|未|无(?!论)|没有|勿|禁|免",
    re.IGNORECASE,
)
HAN = re.compile(r"[\u4e00-\u9fff]+")
SHARED = 0.3  # of a sentence's words stand in the source sentence that it words


def guarded(sentence: Sentence, passages: list[Passage], lang: Lang) -> Sentence | None:
    """The sentence, or in its place the source's own where that is about safety; None where there is none to take."""
    cited = [p for p in passages if p.id in sentence.evidence]
    line = " ".join(sentence.says.split())
    known = len(cited) == len(set(sentence.evidence)) and all(p.status == "verified" and p.kind != "web" for p in cited)
    if not cited or not known or any(line.strip(" .。") in " ".join(p.text.split()) for p in cited):
        return sentence
    source, passage, share = nearest(line, cited)
    about = bool(GUARDED.search(line)) or (share >= SHARED and bool(GUARDED.search(source)))
    same = share >= SHARED and passage.lang == lang
    denies = same and bool(NEGATED.search(line)) != bool(NEGATED.search(source))
    numbers = set(written(line))
    beside = [s for p in cited for s in sentences(p.text) if s != source and numbers & set(written(s))]
    if not about and not denies and not (same and turned(line, " ".join([source, *beside]), lang)):
        return sentence
    if share < SHARED or passage.lang != lang:
        return None
    return Sentence(says=source, evidence=[passage.id])


def nearest(line: str, cited: list[Passage]) -> tuple[str, Passage, float]:
    """The source sentence that shares most words with `line`, its passage, and the share."""
    own = _words(line)
    every = [(s, p) for p in cited for s in sentences(p.text)] or [("", cited[0])]
    scored = [(len(own & _words(s)) / max(len(own), 1), s, p) for s, p in every]
    share, source, passage = max(scored, key=lambda each: each[0])
    return source, passage, share


def _words(text: str) -> set[str]:
    latin = {word[:5] for word in re.findall(r"[a-z]{3,}", text.lower())}
    return latin | {run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1)}

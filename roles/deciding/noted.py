"""A cause that somebody wrote down, in words: what the crew taught of an answer, what a document of the plant says."""

from __future__ import annotations

from roles.deciding import telling
from roles.deciding.documented import Documented, subject
from roles.deciding.taught import Likeness
from roles.deciding.types import Case
from roles.deciding.weighing import Hypothesis
from roles.sentences import ENDS
from roles.types import Passage
from roles.wording import say

MOST_FACTS, MOST_SIGNS, LONGEST = 4, 4, 160


def text(hypothesis: Hypothesis, case: Case) -> str:
    """What it says; a hint and a document are told as what they are."""
    assert hypothesis.passage is not None
    if hypothesis.document is not None:
        return say("decide_document", case.lang, subject=subject(hypothesis.passage))
    said = telling.passage_says(hypothesis.passage)
    return say("decide_hint", case.lang, cause=telling.small(said.rstrip(ENDS))) if hypothesis.hint else said


def why(hypothesis: Hypothesis, case: Case) -> str:
    """What speaks for it and what does not."""
    if hypothesis.document is not None:
        return _of_document(hypothesis.document, case)
    said = _reason(hypothesis.passage, case)
    return _joined([part for part in (_of_taught(hypothesis, case), said) if part], case)


def _reason(passage: Passage | None, case: Case) -> str:
    """Why the crew said so, in its words: the lines behind the cause of a correction."""
    if passage is None or passage.kind != "feedback":
        return ""
    reason = " ".join(passage.text.strip().split("\n")[1:]).strip().rstrip(ENDS)
    return say("why_said", case.lang, reason=reason) if 0 < len(reason) <= LONGEST else ""


def _of_taught(hypothesis: Hypothesis, case: Case) -> str:
    facts = telling.listed([telling.fact(case, f) for f in hypothesis.findings[:MOST_FACTS]], case.lang)
    if hypothesis.repeat is None:
        return say("why_hint", case.lang) if hypothesis.hint else facts
    return _of_repeat(hypothesis.repeat, facts, case)


def _of_repeat(like: Likeness, facts: str, case: Case) -> str:
    """The same signs as then; or what is other now."""
    if like.same:
        return say("why_same", case.lang, facts=facts)
    parts = [say("why_then", case.lang, facts=facts)] if facts else []
    if like.missing:
        gone = [telling.shows(case, telling.sensor_name(case, s.sensor), s.kind) for s in like.missing[:MOST_SIGNS]]
        parts.append(say("why_gone", case.lang, signs=telling.listed(gone, case.lang)))
    if like.new:
        new = telling.listed([telling.fact(case, f) for f in like.new[:MOST_SIGNS]], case.lang)
        parts.append(say("why_new", case.lang, facts=new))
    return _joined(parts, case)


def _of_document(found: Documented, case: Case) -> str:
    """The signs that are seen, those that are not, those to look at, and what it does not explain."""
    seen = telling.listed([telling.fact(case, f) for f in found.findings[:MOST_FACTS]], case.lang)
    parts = [say("why_signs", case.lang, facts=seen)]
    for key, signs in (("why_missing", [s.said for s in found.missing]), ("why_look", found.unmeasured)):
        if signs:
            parts.append(say(key, case.lang, signs=telling.listed(signs[:MOST_SIGNS], case.lang)))
    if found.unexplained:
        rest = telling.listed([telling.fact(case, f) for f in found.unexplained[:MOST_SIGNS]], case.lang)
        parts.append(say("why_unexplained", case.lang, facts=rest))
    return _joined(parts, case)


def _joined(parts: list[str], case: Case) -> str:
    return {"en": "; ", "zh": "；"}[case.lang].join(parts)

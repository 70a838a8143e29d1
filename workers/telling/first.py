"""A first question that is worded like a follow-up: "what should I do?", "is it serious?", "should we stop?".

The file is looked at as for "what is wrong?", then told as the follow-up would be, so that the answer begins with what
was asked.
"""

from __future__ import annotations

from roles.types import Lang
from workers.contracts import LOOKED, Answer
from workers.followups.answering import told_of
from workers.followups.meant import meant_at_once
from workers.prose import story

TO_DO = ("headline", "action", "ask")  # kinds of blocks that say what is wrong and what to do


def is_meant(text: str) -> bool:
    """Is a question such a one?"""
    return meant_at_once(" ".join(text.split())) is not None


def as_asked(answer: Answer, lang: Lang) -> Answer:
    """The answer in the form that its question asks for; the ordinary text stays in the receipt, for other readers."""
    kind = meant_at_once(" ".join(str(answer.question.get("text") or "").split()))
    if kind is None or answer.diagnosis.verdict not in LOOKED or not answer.findings:
        return answer
    if kind == "first":
        blocks = [block for block in answer.blocks if block.kind in TO_DO]
        if not answer.diagnosis.actions:
            return answer
    else:
        blocks = told_of(answer, kind, lang, str(answer.question.get("text") or ""))
    blocks = [*blocks, *(block for block in answer.blocks if block.kind == "data")]
    receipt = {**answer.receipt, "ordinary": [block.model_dump(mode="json") for block in answer.blocks]}
    return answer.model_copy(update={"blocks": blocks, "text": story.plain(blocks), "receipt": receipt})

"""What else could it be? The other causes that were weighed, for and against, and what would tell them apart."""

from __future__ import annotations

from roles.deciding.figures import figure
from roles.types import Considered, Lang
from workers.contracts import Answer, Block
from workers.followups.why import listed
from workers.wording import say

MOST = 4
WORTH = 0.01  # below this a confidence is told in words


def what_else(answer: Answer, lang: Lang) -> list[Block]:
    """Everything but the likeliest cause; that the rest is open, where nothing else is known."""
    top = next(iter(answer.diagnosis.causes), None)
    named = answer.diagnosis.verdict == "fault" and top is not None
    rivals = [c for c in answer.considered if not (named and top is not None and _same(c, top.fault, top.text))][:MOST]
    if not rivals:
        blocks = _from_causes(answer, lang)
        head = "else_none" if not blocks else "else_head"
        return [Block(kind="headline", text=say(head, lang, cause=top.text if top else "-")), *blocks]
    cause = top.text if named and top is not None else ""
    key = "else_head" if named else "else_head_unsure"
    blocks = [Block(kind="headline", text=say(key, lang, cause=cause))]
    for number, rival in enumerate(rivals, start=2 if named else 1):
        blocks += _rival(answer, rival, number, lang)
    return [*blocks, Block(kind="note", text=say("else_unknown", lang))]


def sureness(confidence: float, lang: Lang) -> str:
    """A confidence in words: its number, or that there is hardly any."""
    if confidence < WORTH:
        return say("else_hardly", lang)
    return say("sure_confidence", lang, confidence=figure(confidence, 2))


def _same(considered: Considered, fault: str | None, text: str) -> bool:
    return considered.fault == fault if fault else considered.text == text


def _from_causes(answer: Answer, lang: Lang) -> list[Block]:
    """An answer without weighed causes (an older one, one of another engine) still ranks some."""
    return [
        Block(kind="cause", text=say("else_cause", lang, number=c.rank, cause=c.text,
                                     confidence=figure(c.confidence, 2), why=c.why), refs=c.evidence)
        for c in answer.diagnosis.causes[1:]
    ]  # fmt: skip


def _rival(answer: Answer, rival: Considered, number: int, lang: Lang) -> list[Block]:
    """One cause in at most four lines."""
    sure = figure(rival.confidence, 2) if rival.confidence >= WORTH else say("else_hardly", lang)
    head = Block(kind="cause", text=say("else_rival", lang, number=number, cause=rival.text, confidence=sure))
    return [head, *weighed_signs(answer, rival, lang)]


def weighed_signs(answer: Answer, rival: Considered, lang: Lang) -> list[Block]:
    """What speaks for a cause and against it, what is missing or unmeasured, and what would tell."""
    facts = {finding.id for finding in answer.findings}
    blocks = []
    seen = [f"{s.text} [{s.finding}]" for s in rival.signs if s.state == "seen" and s.finding in facts]
    against = [f"{s.text} [{s.finding}]" if s.finding in facts else s.text for s in rival.signs if s.state == "against"]
    missing = [s.text for s in rival.signs if s.state == "missing"]
    unmeasured = [s.text for s in rival.signs if s.state == "unmeasured"]
    for key, parts in (("for", seen), ("against", [*against, *rival.doubts]), ("missing", missing),
                       ("unmeasured", unmeasured), ("apart", rival.checks[:2])):  # fmt: skip
        if parts:
            text = f"   {say(f'else_{key}', lang, what=listed(parts, lang))}"
            blocks.append(Block(kind="plain", text=text, refs=[id_ for id_ in rival.evidence if id_ in facts]))
    return blocks

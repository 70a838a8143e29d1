"""Should it be stopped? That is never decided here: what was measured, which limit is known, and the precautions."""

from __future__ import annotations

from roles.types import Lang
from workers.contracts import Answer, Block
from workers.followups.checklist import precautions
from workers.followups.why import listed
from workers.prose.levels import event_of, ordinary_of
from workers.wording import say

MOST_FACTS = 3
ENDS = "。.!！?？"


def whether_to_stop(answer: Answer, lang: Lang) -> list[Block]:
    """Who decides, what was measured, whether it goes on, the limit, the precautions."""
    first = ordinary_of(answer)[:1]
    blocks = [Block(kind="headline", text=say("stop_head", lang))]
    if first:
        blocks.append(Block(kind="plain", text=say("stop_verdict", lang, headline=first[0].text.rstrip(ENDS))))
    cause = next(iter(answer.diagnosis.causes), None)
    behind = set(cause.evidence) if cause is not None else set()
    facts = [f for f in answer.findings if f.id in behind] or answer.findings
    blocks += [Block(kind="plain", text=f"- {f.text.rstrip(ENDS)} [{f.id}]", refs=[f.id]) for f in facts[:MOST_FACTS]]
    event = event_of(answer)
    if event is not None:
        blocks.append(Block(kind="plain", text=say("stop_ongoing" if event.ongoing else "stop_over", lang)))
    limits = [f for f in answer.findings if "limit" in f.values]
    known = say("stop_limit", lang, limits=listed([f"{f.text.rstrip(ENDS)} [{f.id}]" for f in limits], lang))
    blocks.append(Block(kind="note", text=known if limits else say("stop_no_limit", lang), refs=[f.id for f in limits]))
    safety = precautions(answer, lang)
    blocks += [Block(kind="action", text=f"☐ {text}", refs=refs) for text, refs in safety]
    return [*blocks, Block(kind="action", text=say("stop_in_doubt", lang))]

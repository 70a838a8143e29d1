"""Should it be stopped, is it serious? That is never decided here: what was measured, which limit is known, and the
precautions."""

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
    verdict = Block(kind="plain", text=say("stop_verdict", lang, headline=_verdict(answer)))
    blocks = [
        Block(kind="headline", text=say("stop_head", lang)),
        verdict,
        *_measured(answer),
        *_going_on(answer, lang),
    ]
    blocks += [_limits(answer, lang), *_careful(answer, lang)]
    return [*blocks, Block(kind="action", text=say("stop_in_doubt", lang))]


def how_serious(answer: Answer, lang: Lang) -> list[Block]:
    """What was measured, whether it goes on, the limit; what it can do to the plant is left to those who know."""
    going_on = _going_on(answer, lang)
    head = Block(kind="headline", text=_verdict(answer) + {"en": ". ", "zh": "。"}[lang] * bool(going_on)
                 + "".join(block.text for block in going_on))  # fmt: skip
    blocks = [head, *_measured(answer), _limits(answer, lang)]
    return [*blocks, Block(kind="note", text=say("serious_weighing", lang)), *_careful(answer, lang)]


def _verdict(answer: Answer) -> str:
    first = ordinary_of(answer)[:1]
    return first[0].text.rstrip(ENDS) if first else ""


def _measured(answer: Answer) -> list[Block]:
    cause = next(iter(answer.diagnosis.causes), None)
    behind = set(cause.evidence) if cause is not None else set()
    facts = [f for f in answer.findings if f.id in behind] or answer.findings
    return [Block(kind="plain", text=f"- {f.text.rstrip(ENDS)} [{f.id}]", refs=[f.id]) for f in facts[:MOST_FACTS]]


def _going_on(answer: Answer, lang: Lang) -> list[Block]:
    event = event_of(answer)
    if event is None:
        return []
    return [Block(kind="plain", text=say("stop_ongoing" if event.ongoing else "stop_over", lang))]


def _limits(answer: Answer, lang: Lang) -> Block:
    limits = [f for f in answer.findings if "limit" in f.values]
    known = say("stop_limit", lang, limits=listed([f"{f.text.rstrip(ENDS)} [{f.id}]" for f in limits], lang))
    return Block(kind="note", text=known if limits else say("stop_no_limit", lang), refs=[f.id for f in limits])


def _careful(answer: Answer, lang: Lang) -> list[Block]:
    return [Block(kind="action", text=f"☐ {text}", refs=refs) for text, refs in precautions(answer, lang)]

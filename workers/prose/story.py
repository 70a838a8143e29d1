"""The answer as people read it: verdict, cause and time first, then what to do, then why, then the data.

Neutral blocks; a platform dresses them (bot), the plain text stands in answer.json.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from roles.decision import Decision
from roles.types import Action, Cause, Finding
from workers.contracts import Block, DataReceipt
from workers.prose.numbers import figure, span
from workers.wording import say

if TYPE_CHECKING:
    from workers.looking.shown import Names

MOST_REFS = 5


def diagnosis(decision: Decision, lang: str) -> list[Block]:
    """Headline, ranked causes with their evidence, actions (safety first), what would help."""
    blocks = [Block(kind="headline", text=decision.headline)]
    blocks += [cause(c, lang) for c in decision.causes]
    safety = [a for a in decision.actions if a.safety and a.when == "now"]
    if safety:
        blocks.append(_actions("answer_safety", safety, lang))
    for when in ("now", "next", "later"):
        actions = [a for a in decision.actions if a.when == when and a not in safety]
        if actions:
            blocks.append(_actions(f"answer_do_{when}", actions, lang))
    if decision.asks_for:
        blocks.append(Block(kind="ask", text=say("answer_asks", lang, asks=joined(decision.asks_for, lang))))
    return blocks


def cause(cause: Cause, lang: str) -> Block:
    """One ranked cause on one line: what, how sure, why, where from ("!F5": F5 speaks against it)."""
    why = cause.why.rstrip(".。")
    refs = [*cause.evidence[:MOST_REFS], *(f"!{id_}" for id_ in cause.against)]
    lead = {"en": ": ", "zh": "："}[lang] if why else ""
    key = "answer_cause" if refs else "answer_cause_bare"
    text = say(
        key,
        lang,
        rank=cause.rank,
        text=cause.text,
        confidence=figure(cause.confidence, 2),
        why=lead + why,
        refs=" ".join(refs),
    )
    return Block(kind="cause", text=text, refs=refs)


def _actions(key: str, actions: Sequence[Action], lang: str) -> Block:
    end, gap = {"en": (".", " "), "zh": ("。", "")}[lang]
    text = gap.join(f"{a.text.rstrip('.。')}{end}" for a in actions)
    sources = [a.source for a in actions if a.source]
    return Block(kind="action", text=say(key, lang, actions=text), refs=list(dict.fromkeys(sources)))


def joined(parts: Sequence[str], lang: str) -> str:
    """Parts of one sentence, in the language's punctuation."""
    return {"en": "; ", "zh": "；"}[lang].join(p.rstrip(".。") for p in parts) + {"en": ".", "zh": "。"}[lang]


def data_line(receipt: DataReceipt, lang: str) -> Block:
    """Rows, sensors, period, step and gaps, in one line before anything is concluded from them."""
    step = say("answer_data_step", lang, step=span(receipt.step_s, lang)) if receipt.step_s else ""
    gaps = ""
    if receipt.gaps:
        gaps = say("answer_data_gaps", lang, count=len(receipt.gaps), seconds=span(receipt.gap_seconds, lang))
    period = ""
    if receipt.start is not None and receipt.end is not None:
        period = span((receipt.end - receipt.start).total_seconds(), lang)
    key = "answer_data_one" if receipt.sensors == 1 else "answer_data"
    text = say(key, lang, rows=f"{receipt.rows_in:,}", sensors=receipt.sensors, period=period, step=step, gaps=gaps)
    return Block(kind="data", text=text)


def assumptions(receipt: DataReceipt, names: Names, told: set[str], lang: str, most: int = 3) -> list[Block]:
    """What was assumed about the data, and what is odd about it.

    A coarse or constant sensor is mentioned when it is one of those that the answer is about (`told`).
    """
    blocks = []
    if receipt.timezone_how == "assumed":
        blocks.append(Block(kind="data", text=say("answer_zone_assumed", lang, zone=receipt.timezone)))
    if receipt.downsampled_by > 1:
        blocks.append(Block(kind="data", text=say("answer_downsampled", lang, factor=receipt.downsampled_by)))
    odd = [q for q in receipt.quality if q.issue not in ("quantised", "constant") or q.sensor in told]
    issues = [q.text.replace(q.sensor, names.name(q.sensor), 1) or q.issue for q in odd[:most]]
    if issues:
        text = say("answer_quality", lang, issues=joined(issues, lang).rstrip(".。"))
        blocks.append(Block(kind="data", text=text))
    return blocks


def plain(blocks: Sequence[Block]) -> str:
    """The blocks as plain text, one line each."""
    return "\n".join(block.text for block in blocks)


def planned(findings: Sequence[Finding], names: Names, lang: str) -> list[Block]:
    """One line for the planned changes that were recognised, so that nobody wonders why they raised no alarm."""
    changes = [f for f in findings if f.kind == "operating_change"]
    if not changes:
        return []
    if len(changes) == 1:
        return [Block(kind="note", text=changes[0].text, refs=[changes[0].id])]
    listed = joined([f"{f.values['clock']} {names.name(str(f.values.get('column', '')))}" for f in changes], lang)
    text = say("answer_planned", lang, count=len(changes), changes=listed.rstrip(".。"))
    return [Block(kind="note", text=text, refs=[f.id for f in changes])]

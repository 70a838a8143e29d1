"""The supervisor with a language model: facts are applied by rule; the model judges what the facts leave open, citing
a fact that was held back or a passage. Lags and strengths come from the data, never from the model."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from roles.deciding.claiming import dangers
from roles.llm.condensing import condense, shorten
from roles.llm.speech import Brief, Said, Speech, passages
from roles.supervising.reading import names_of, quoted
from roles.supervising.rules import correct, left_open
from roles.supervising.types import Candidates, Edit, Supervision
from roles.types import Edge
from roles.unfit import amiss
from roles.wording import say

ROLE = "supervisor"
MOST_EDGES, MOST_OPEN, MOST_SETTLED, LONGEST_REASON = 60, 20, 20, 160
ACTION = {"required": "add", "forbidden": "remove", "reversed": "reverse"}


class Judged(Said):
    """One edit. `source` is the id of the fact or passage that says so; without one there is no edit."""

    action: Literal["keep", "remove", "reverse", "add"]
    cause: str
    effect: str
    source: str
    reason: str = ""


class Judgement(Said):
    """Edits beyond what is settled; none is a good answer."""

    edits: list[Judged] = Field(default_factory=list)


def brief(given: Candidates) -> Brief:
    """The strongest edges, what the facts settle, what they leave open, and passages."""
    base = correct(given)
    edges = sorted(given.edges, key=lambda e: -e.strength)[:MOST_EDGES]
    shown = passages(given.passages, most=6)
    return Brief(
        {
            "edges": [[e.cause, e.effect, round(e.lag_s, 1), round(e.strength, 2)] for e in edges],
            "settled": [[e.action, e.cause, e.effect, e.source] for e in base.edits[:MOST_SETTLED]],
            "open": [
                {"action": ACTION[f.relation], "cause": f.cause, "effect": f.effect, "source": f.source,
                 "reason": condense(f.reason, LONGEST_REASON)}
                for f in left_open(given, base)[:MOST_OPEN]
            ],
        },
        shown,
        len(shown),
    )  # fmt: skip


def assemble(given: Candidates, said: Judgement) -> dict[str, Any]:
    """What the facts settle, with the model's further edits applied to it."""
    base = correct(given)
    corrected = {(e.cause, e.effect): e for e in base.corrected}
    removed = {(e.cause, e.effect): e for e in base.removed}
    edits = {(e.cause, e.effect): e for e in base.edits}
    for each in said.edits:
        edge = each.cause, each.effect
        known = edits.get(edge)
        if (known is not None and known.action == each.action) or (each.action == "add" and edge in corrected):
            continue
        reason = shorten(_because(given, each), LONGEST_REASON)
        edits[edge] = Edit(action=each.action, cause=each.cause, effect=each.effect, source=each.source, reason=reason)
        note = {"reason": reason, "source": each.source}
        if each.action == "keep" and edge in corrected:
            corrected[edge] = corrected[edge].model_copy(update=note)
        if each.action in ("remove", "reverse") and edge in corrected:
            removed[edge] = corrected.pop(edge).model_copy(update=note)
        if each.action in ("add", "reverse"):
            new = edge if each.action == "add" else edge[::-1]
            if new not in corrected:
                corrected[new] = _added(new, given, note)
    output = Supervision(
        corrected=list(corrected.values()), removed=list(removed.values()), edits=list(edits.values()),
        conflicts=base.conflicts,
    )  # fmt: skip
    return output.model_dump(mode="json")


def _because(given: Candidates, said: Judged) -> str:
    """Why, in the words of the source: people read it, and what a model says of its own nobody could check. What no
    sentence may hold stays, so that the role's check refuses all."""
    if any(amiss(ROLE, said.reason)) or any(dangers(said.reason)):
        return said.reason
    ends = said.cause, said.effect
    facts = [f for f in given.facts if f.source == said.source and (f.cause, f.effect) in (ends, ends[::-1])]
    if facts and facts[0].reason.strip():
        return facts[0].reason.strip()
    text = next((p.text for p in given.passages if p.id == said.source and p.lang == given.lang), "")
    sensors = {s.name: s for s in given.named}
    by_source = say("supervisor_says", given.lang, source=said.source)
    if not set(ends) <= sensors.keys():
        return by_source
    cause, effect = (names_of(sensors[name]) for name in ends)
    told = quoted(text, cause, effect) or quoted(text, effect, cause)
    return told[1] if told is not None else by_source


def _added(edge: tuple[str, str], given: Candidates, note: dict[str, str]) -> Edge:
    """An edge from knowledge with the lag and strength that the data show of it, if any."""
    traces = [*given.edges, *(given.weak or [])]
    seen = next((e for e in traces if (e.cause, e.effect) == edge), None)
    lag, strength = (seen.lag_s, seen.strength) if seen else (0.0, 0.0)
    return Edge(cause=edge[0], effect=edge[1], lag_s=lag, strength=strength, origin="knowledge", **note)


SPEECH = Speech(Judgement, brief, assemble, max_tokens=900)

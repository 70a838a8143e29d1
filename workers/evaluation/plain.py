"""The same model without the seven-part prompt: the bare question and what is given, no role, no rules, no repair.

What it says is taken as it comes: no check looks at it and no rule engine stands in for it.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field, ValidationError

from roles.controller import Choice
from roles.decision import Case
from roles.errors import RoleError
from roles.llm.contract import Ask, Chat, Message
from roles.llm.schema import schema
from roles.llm.speech import passages
from roles.llm.speeches.manager import Step
from roles.manager import Request
from roles.supervisor import Candidates
from roles.types import Frozen
from workers.evaluation.questions import Question
from workers.evaluation.said import Said, nothing, step_text

MOST_TOKENS = 500


class Steps(Frozen):
    """For data handling; `unknown`: what the file does not hold."""

    answer: str
    steps: list[Step]
    unknown: list[str] = Field(default_factory=list)


class EdgeSaid(Frozen):
    """For causal correction."""

    answer: str
    decision: Literal["keep", "remove", "reverse", "add", "none"]
    source: str = ""


class ModelSaid(Frozen):
    """For model recommendation."""

    answer: str
    model: str
    refused: bool = False


class CauseSaid(Frozen):
    """For fault causes; `fault` is an id."""

    answer: str
    verdict: Literal["fault", "unsure", "normal"]
    fault: str = ""


class AdviceSaid(Frozen):
    """For advice; `passages` are ids."""

    answer: str
    known: bool
    passages: list[str] = Field(default_factory=list)


SHAPES: dict[str, type[Frozen]] = {
    "data_handling": Steps,
    "causal_correction": EdgeSaid,
    "model_recommendation": ModelSaid,
    "fault_causes": CauseSaid,
    "advice": AdviceSaid,
}


def answer(question: Question, given: Frozen, chat: Chat) -> Said:
    """What the model says to the bare question. A reply of the wrong shape, or none, is nothing said."""
    shape = SHAPES[question.category]
    message = Message(role="user", content=prompt(question, given))
    asked = Ask(purpose=f"plain_{question.category}", messages=[message], shape=schema(shape), max_tokens=MOST_TOKENS)
    try:
        return _said(shape.model_validate(chat.ask(asked).data), question)
    except (RoleError, ValidationError):
        return nothing()


def prompt(question: Question, given: Frozen) -> str:
    """The question, what is given as JSON, and the passages, one a line."""
    context = json.dumps(_context(given), ensure_ascii=False, separators=(",", ":"))
    known = passages(getattr(given, "passages", []))
    return "\n".join([question.question, context, *known])


def _context(given: Frozen) -> dict[str, Any]:
    """What the role is given, without what only the seven-part prompt makes of it."""
    if isinstance(given, Request):
        columns = [s.name + (f" [{s.unit}]" if s.unit else "") for s in given.sensors]
        return {"columns": columns, "start": str(given.start), "end": str(given.end)}
    if isinstance(given, Candidates):
        return {"edges": [[e.cause, e.effect, e.lag_s, e.strength] for e in given.edges]}
    if isinstance(given, Choice):
        profile = given.profile.model_dump(exclude={"sensors"}) | {"sensors": len(given.profile.sensors)}
        kept = {"name", "best_for", "avoid_when", "min_rows", "score"}
        stale = [c.name for c in given.models if c.sensors]
        cards = [c.model_dump(include=kept, exclude_none=True) for c in given.models]
        return {"data": profile, "wanted": given.wanted, "models": cards, "trained on other columns": stale}
    assert isinstance(given, Case)
    if not given.has_data:
        return {}
    findings = [{"id": f.id, "text": f.text} for f in given.findings]
    return {"findings": findings, "faults": {f.id: f.name for f in given.faults}}


def _said(reply: Frozen, question: Question) -> Said:
    text = getattr(reply, "answer", "").strip()
    if isinstance(reply, Steps):
        tasks = [_task(step) for step in reply.steps]
        told = " ".join([text, *(step_text(t, question.lang) for t in tasks)])
        return Said(text=told.strip(), abstained=bool(reply.unknown or not tasks), tasks=tasks)
    if isinstance(reply, EdgeSaid):
        sources = [reply.source] if reply.source else []
        return Said(text=text, abstained=reply.decision == "none", decision=reply.decision, sources=sources)
    if isinstance(reply, ModelSaid):
        return Said(text=text, abstained=reply.refused or not reply.model, model=reply.model, refused=reply.refused)
    if isinstance(reply, CauseSaid):
        return Said(text=text, abstained=reply.verdict == "unsure", fault=reply.fault, verdict=reply.verdict)
    assert isinstance(reply, AdviceSaid)
    return Said(text=text, abstained=not reply.known, sources=reply.passages)


def _task(step: Step) -> dict[str, Any]:
    data = step.model_dump(mode="json", exclude_none=True)
    own = {key: data.pop(key) for key in ("kind", "sensors", "start", "end") if key in data}
    data.pop("reason", None)
    return own | {"values": data}

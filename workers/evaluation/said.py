"""What an engine said to a question, in one form for all roles: the text that is read and the facts in it."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from roles.controller import Choice, Recommendation
from roles.decision import Decision
from roles.manager import Plan
from roles.supervisor import Supervision
from roles.types import Frozen, Lang
from workers.evaluation.questions import Question
from workers.wording import say

MOST_TOLD = 3


class Said(Frozen):
    """`own`: the engine that was asked said it, no other. `sure` are confidences that the engine itself sets."""

    text: str
    abstained: bool
    own: bool = True
    tasks: list[dict[str, Any]] = Field(default_factory=list)  # of a plan: kind, sensors, values, start, end
    decision: str = ""  # of an edge: keep, remove, reverse, add, none
    sources: list[str] = Field(default_factory=list)  # ids of passages, the first first
    model: str = ""
    refused: bool = False
    fault: str = ""
    verdict: str = ""
    sure: list[float] = Field(default_factory=list)


def said(question: Question, given: Frozen, output: Any, *, own: bool = True) -> Said:
    """The output of the role of the question's category as what was said."""
    if isinstance(output, Plan):
        return _plan(output, question.lang, own)
    if isinstance(output, Supervision):
        cause, effect = question.facts["edge"]
        return _edge(output, cause, effect, question.lang, own)
    if isinstance(output, Recommendation):
        assert isinstance(given, Choice)
        return _model(output, given, own)
    assert isinstance(output, Decision)
    return _decision(output, own)


def nothing(text: str = "", *, own: bool = False) -> Said:
    """No usable reply; or, with `own`, a plain "no" such as that no model can work."""
    return Said(text=text, abstained=own, own=own)


def _plan(plan: Plan, lang: Lang, own: bool) -> Said:
    """A plan knows better than to carry out what it has no column or no reading for; a label without a sensor is not
    carried out."""
    tasks = [t.model_dump(mode="json") for t in plan.subtasks]
    blank = [t for t in plan.subtasks if t.kind == "label" and not (t.sensors or {"all", "any"} & set(t.values))]
    outside = [t for t in plan.subtasks if t.values.get("outside")]
    lines = [step_text(t, lang) for t in tasks]
    if plan.unknown:
        lines.append(say("eval_unknown", lang, words=", ".join(plan.unknown)))
    if outside or blank:
        lines.append(say("eval_outside" if outside else "eval_blank", lang))
    return Said(
        text=" ".join(lines), abstained=bool(plan.unknown or outside or blank or not tasks), own=own, tasks=tasks
    )


def step_text(task: dict[str, Any], lang: Lang) -> str:
    """One step of a plan in words, with its sensors and values."""
    sensors = ", ".join(task.get("sensors") or ())
    times = " - ".join(str(task[k])[11:16] for k in ("start", "end") if task.get(k))
    values = ", ".join(f"{k} {v}" for k, v in (task.get("values") or {}).items() if v not in (None, [], False))
    rest = "; ".join(part for part in (sensors, times, values) if part)
    return say("eval_step", lang, what=say(f"eval_task_{task['kind']}", lang), rest=f" ({rest})" if rest else "")


def _edge(output: Supervision, cause: str, effect: str, lang: Lang, own: bool) -> Said:
    edit = next((e for e in output.edits if (e.cause, e.effect) == (cause, effect)), None)
    action = edit.action if edit is not None else "none"
    reason = edit.reason if edit is not None else say("eval_open_reason", lang)
    text = say(f"eval_edge_{action}", lang, cause=cause, effect=effect, reason=reason)
    return Said(
        text=text, abstained=edit is None, own=own, decision=action, sources=[edit.source] if edit is not None else []
    )


def _model(output: Recommendation, choice: Choice, own: bool) -> Said:
    card = next((c for c in choice.models if c.name == output.model), None)
    title = card.title if card is not None else output.model
    reasons = "; ".join(output.reasons[:MOST_TOLD])
    text = say("eval_model", choice.lang, model=title, reasons=reasons)
    return Said(
        text=f"{output.refused} {text}".strip(), abstained=bool(output.refused), own=own, model=output.model,
        refused=bool(output.refused),
    )  # fmt: skip


def _decision(output: Decision, own: bool) -> Said:
    """Headline, reasons and what to do, as the first screen of an answer tells them."""
    parts = [output.headline]
    parts += [c.why or c.text for c in output.causes[:MOST_TOLD] if (c.why or c.text) not in output.headline]
    parts += [a.text for a in output.actions[:MOST_TOLD]]
    if output.verdict == "unsure":
        parts += output.asks_for[:MOST_TOLD]
    top = output.causes[0] if output.causes else None
    cited = [id_ for c in output.causes for id_ in c.evidence] + [a.source for a in output.actions if a.source]
    return Said(
        text=" ".join(dict.fromkeys(part.strip() for part in parts if part.strip())),
        abstained=output.verdict == "unsure", own=own, sources=list(dict.fromkeys(cited)),
        fault=(top.fault or "") if top is not None else "", verdict=output.verdict,
        sure=[output.confidence, *(c.confidence for c in output.causes)],
    )  # fmt: skip

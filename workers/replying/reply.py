"""Which first sentence a run's question wants, and whether the ordinary answer is told in full behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roles.planning import asked
from roles.planning.bounds import bounded
from roles.planning.words import normal
from roles.types import Finding
from workers.replying.fault import named_fault
from workers.replying.limit import beyond
from workers.replying.moment import changed
from workers.replying.order import ORDER, in_order
from workers.replying.state import state
from workers.replying.usual import is_usual
from workers.replying.window import within

if TYPE_CHECKING:
    from workers.running.run import Run

MOST = 3  # sensors that are spoken of by themselves


def replies(run: Run) -> list[Finding]:
    """The first sentences, best first; empty for a request that wants none. Their ids follow those of the findings."""
    if run.reading is None or run.teller is None or run.plan is None or not run.question.text.strip():
        return []
    text = normal(bounded(run.question.text))
    made = _made(run, text)
    return [f.model_copy(update={"id": f"F{i}"}) for i, f in enumerate(made, start=len(run.findings) + 1)]


def _made(run: Run, text: str) -> list[Finding]:
    form = asked.form(text)
    diagnose = next((task for task in run.tasks if task.kind == "diagnose"), None)
    about = diagnose.sensors[:MOST] if diagnose is not None else []
    if form == "beyond":
        return [found for task in run.tasks if task.kind == "label" for found in beyond(run, task)][:MOST]
    if diagnose is None:
        return []
    if form in ("rise", "fall", "change") and about:
        return [changed(run, sensor, form) for sensor in about]
    if form == "normal" and about and run.detection is not None:
        return [found for sensor in about if (found := is_usual(run, sensor, text)) is not None]
    if diagnose.start is not None and diagnose.end is not None:
        return [found for found in [within(run, diagnose)] if found is not None]
    if ORDER.search(text):
        return in_order(run)
    return state(run, text) or (named_fault(run, text) if asked.is_question(text) else [])

"""Which first sentence a run's question wants, and whether the ordinary answer is told in full behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roles.manager import Subtask
from roles.planning.bounds import bounded
from roles.planning.wants import asked
from roles.planning.words import normal, pattern
from roles.types import Finding
from workers.replying.course import drifting, periodic
from workers.replying.digital import held
from workers.replying.edges import of_the_graph
from workers.replying.fault import named_fault
from workers.replying.limit import beyond
from workers.replying.moment import Way, changed
from workers.replying.order import ORDER, in_order
from workers.replying.premise import denied
from workers.replying.state import state
from workers.replying.usual import is_usual
from workers.replying.window import unread, within
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

LOOKED = {"clean", "detect", "causes", "diagnose"}  # steps of a question that nothing else is ordered with
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
    if linked := of_the_graph(run, text) if {task.kind for task in run.tasks} <= LOOKED else []:
        return linked
    if labels := [task for task in run.tasks if task.kind == "label"]:
        kept = any(task.values.get("denied") for task in labels)
        if form in ("beyond", "normal") or kept or asked.PASSED.search(text) or _now(run):
            return [found for task in labels for found in beyond(run, task, yes=kept or form == "beyond")][:MOST]
    elif form == "beyond":
        return []
    if diagnose is None:
        return []
    if (empty := unread(run, diagnose)) is not None:
        return [empty]
    if (wrong := denied(run, text, diagnose)) is not None:
        return [wrong]
    if times := held(run, text):
        return times
    if form in asked.COURSES and about:
        return _courses(run, text, form, about, diagnose)
    if form in ("rise", "fall", "change") and about:
        return [_moved(run, sensor, form, diagnose) for sensor in about]
    if form == "normal" and about and run.detection is not None and not _is_past(run, diagnose):
        return [found for sensor in about if (found := is_usual(run, sensor, text)) is not None]
    if diagnose.start is not None and diagnose.end is not None:
        return [found for found in [within(run, diagnose)] if found is not None]
    if ORDER.search(text):
        return in_order(run)
    if told := state(run, text) or (named_fault(run, text) if asked.is_question(text) else []):
        return told
    return _passed_over(run, text, about, diagnose)


def _is_past(run: Run, task: Subtask) -> bool:
    """Does the period that was named end before the file does, so that the present value says nothing of it?"""
    assert run.reading is not None
    return task.start is not None and task.end is not None and task.end < run.reading.frame.index[-1]


def _now(run: Run) -> bool:
    """Is the present value asked for beside a limit?"""
    return any(task.kind == "statistics" and task.values.get("now") for task in run.tasks)


def _courses(run: Run, text: str, form: asked.Form, about: list[str], task: Subtask) -> list[Finding]:
    """How the sensors drift, how fast, or with what period they swing."""
    if form == "period":
        return [periodic(run, sensor, text) for sensor in about]
    drifts = [drifting(run, sensor, task, yes=form == "drift") for sensor in about]
    return [found for found in drifts if found is not None]


def _moved(run: Run, sensor: str, way: Way, task: Subtask) -> Finding:
    """When a sensor rose or fell; where it did at no moment, how it drifted that way."""
    moved = changed(run, sensor, way)
    if not set(moved.values) <= {"low", "high", "brief", "reply"}:
        return moved
    drift = drifting(run, sensor, task, yes=False)
    change = float(str(drift.values["change"])) if drift is not None and "spread" not in drift.values else 0.0
    fits = change != 0.0 and (way == "change" or (change > 0) == (way == "rise"))
    return drift if drift is not None and fits else moved


def _passed_over(run: Run, text: str, about: list[str], task: Subtask) -> list[Finding]:
    """What the sensors do that the question names and the headline of the diagnosis does not."""
    decision = run.decided.outcome.output if run.decided is not None else None
    if decision is None or run.detection is None or not about:
        return []
    if any(run.names.name(sensor).casefold() in decision.headline.casefold() for sensor in about):
        return []
    way: Way | None = next((w for w in ("rise", "fall") if pattern("said", w).search(text)), None)
    if way is not None:
        return [_moved(run, sensor, way, task) for sensor in about]
    begin = say("reply_asked_about", run.lang)
    return [found for sensor in about if (found := is_usual(run, sensor, text, begin)) is not None]

"""The steps of a plan in the order in which they depend on each other, with those that others need."""

from __future__ import annotations

from roles.planning.types import Request, Subtask, TaskKind
from roles.wording import say

ORDER: tuple[TaskKind, ...] = (
    "clean", "resample", "label", "model", "detect", "causes", "statistics", "code", "plot", "forecast", "diagnose",
    "ask",
)  # fmt: skip
IMPLIED: dict[TaskKind, tuple[TaskKind, ...]] = {
    "detect": ("clean",),
    "causes": ("clean",),
    "forecast": ("clean",),
    "diagnose": ("clean", "detect", "causes"),
}
ONCE: set[TaskKind] = {"clean", "resample", "model", "detect", "causes", "diagnose", "ask", "code"}


def ordered(tasks: list[Subtask], request: Request) -> list[Subtask]:
    """Implied steps added, single ones merged, all in the order of dependence, numbered from 1."""
    lang = request.lang
    for kind in [task.kind for task in tasks]:
        for needed in IMPLIED.get(kind, ()):
            if all(task.kind != needed for task in tasks):
                reason = say("plan_needed", lang, step=say(f"plan_step_{kind}", lang))
                tasks.append(Subtask(order=1, kind=needed, reason=reason))
    merged: list[Subtask] = []
    for task in sorted(tasks, key=lambda t: ORDER.index(t.kind)):
        twin = next((i for i, m in enumerate(merged) if m.kind == task.kind and _same(m, task)), None)
        if twin is None:
            merged.append(task)
        else:
            merged[twin] = _joined(merged[twin], task)
    return [task.model_copy(update={"order": i}) for i, task in enumerate(merged, start=1)]


def _joined(one: Subtask, other: Subtask) -> Subtask:
    """Two halves of one step: "check strand 2; the level is strange since 03:00"."""
    timed = one if one.start or one.end else other
    values = other.values | one.values
    for key in {"text", "words"} & set(one.values) & set(other.values):  # of code: both are wanted
        values[key] = one.values[key] + ("; " if key == "text" else []) + other.values[key]
    return one.model_copy(
        update={
            "sensors": list(dict.fromkeys([*one.sensors, *other.sensors])),
            "values": values,
            "start": timed.start,
            "end": timed.end,
        }
    )


def _same(one: Subtask, other: Subtask) -> bool:
    """Is it one step? The same plot asked for twice is one; plots of different times are two."""
    return one.kind in ONCE or (one.sensors, one.start, one.end, one.values) == (
        other.sensors, other.start, other.end, other.values,
    )  # fmt: skip

"""What is wrong with a plan: unknown columns, steps that miss their needs, numbers that nobody said."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import TypeGuard

from roles.numerals import FIGURE, value_of
from roles.planning.ordering import IMPLIED
from roles.planning.owed import owed
from roles.planning.rules import DEFAULT_HORIZON_S, DEFAULT_STEP_S
from roles.planning.types import Plan, Request, Subtask
from roles.planning.words import normal

MARGIN = timedelta(days=400)


def check(given: Request, output: Plan) -> list[str]:
    """Complaints about `output`, one sentence each; empty when it can be worked on."""
    complaints = [] if output.subtasks else ["the plan has no subtasks"]
    if [task.order for task in output.subtasks] != list(range(1, len(output.subtasks) + 1)):
        complaints.append("orders are not 1, 2, 3, ...")
    kinds = [task.kind for task in output.subtasks]
    if not given.has_data and set(kinds) - {"ask", "model"}:
        complaints.append("without data only ask and model are possible")
    known = {sensor.name for sensor in given.sensors}
    for i, task in enumerate(output.subtasks):
        complaints += [f"step {task.order}: no column {name!r}" for name in task.sensors if name not in known]
        complaints += [f"step {task.order}: {what}" for what in _values(given, task) + _times(given, task)]
        missing = [need for need in IMPLIED.get(task.kind, ()) if need not in kinds[:i]]
        complaints += [f"step {task.order}: {task.kind} needs {need} before it" for need in missing]
    codes = [task for task in output.subtasks if task.kind == "code" and not task.values.get("refused")]
    if codes and not given.codes:
        complaints.append("no code can be written here: plan without code")
    complaints += [f"{word!r} is a column, not unknown" for word in output.unknown if word in known]
    complaints += [f"{word[:40]!r} of `unknown` stands nowhere in the request" for word in output.unknown
                   if normal(word).strip() not in normal(given.text)]  # fmt: skip
    return complaints + [f"the request asks for {kind}, and the plan has no such step" for kind in owed(given, kinds)]


def _values(given: Request, task: Subtask) -> list[str]:
    values, said = task.values, _said(given.text)
    complaints = []
    parts = values.get("all") or values.get("any")
    if task.kind == "label" and isinstance(parts, list) and parts:
        known = {sensor.name for sensor in given.sensors}
        for part in parts:
            complaints += _values(given, task.model_copy(update={"values": part}))
            complaints += [] if part.get("sensor") in known else [f"no column {part.get('sensor')!r}"]
    elif task.kind == "label" and not ("limit" in values or {"low", "high"} <= set(values)):
        complaints.append("a label needs a limit")
    sides = ("above", "below", "outside", *(["toward"] if task.kind == "forecast" else []))
    if values.get("side", "above") not in sides:
        complaints.append(f"side {values['side']!r} is not above, below or outside")
    for key in ("limit", "low", "high", "train_rows"):
        if key in values and not (_is_number(values[key]) and float(values[key]) in said):
            complaints.append(f"{key} {values[key]!r} stands nowhere in the request")
    for kind, key, default in (("resample", "step_s", DEFAULT_STEP_S), ("forecast", "horizon_s", DEFAULT_HORIZON_S)):
        if task.kind != kind:
            continue
        value = values.get(key)
        if not (_is_number(value) and value > 0):
            complaints.append(f"{kind} needs {key} > 0")
        elif not values.get("assumed") and not _spoken(value, said):
            complaints.append(f"{key} {value!r} stands nowhere in the request")
        elif values.get("assumed") and value != default:
            complaints.append(f"{key} {value!r} is assumed, but the default is {default:g}")
    return complaints


def _times(given: Request, task: Subtask) -> list[str]:
    complaints = []
    for moment in (task.start, task.end):
        if moment is None:
            continue
        if moment.tzinfo is None:
            complaints.append("times need a time zone")
        elif given.start and given.end and not given.start - MARGIN <= moment <= given.end + MARGIN:
            complaints.append(f"{moment.isoformat()} is far outside the file")
    if not complaints and task.start and task.end and task.start >= task.end:
        complaints.append("start is not before end")
    return complaints


@lru_cache(maxsize=4)  # once for a request, not for each of its steps
def _said(text: str) -> frozenset[float]:
    """Every number in the request."""
    found = [value_of(figure) for figure in re.findall(FIGURE, normal(text))]
    return frozenset({*found, *map(abs, found)})


def _spoken(value: float, said: frozenset[float]) -> bool:
    """Is a duration in s one of the numbers said, in some unit, or one unit ("every minute")?"""
    return any(_near(value, n * unit) for n in said | {1.0} for unit in (1, 60, 3600, 86_400, 604_800, 2_592_000))


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b))

"""The pipeline manager with a language model: it says what is asked for; what a step needs before it, the order and
the numbers of the steps are added here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from roles.llm.condensing import IN_A_QUESTION, condense, shorten
from roles.llm.speech import Brief, Said, Speech
from roles.planning.limits.numbers import limits
from roles.planning.rules import DEFAULT_HORIZON_S, DEFAULT_STEP_S, ordered
from roles.planning.types import Plan, Request, Subtask, TaskKind
from roles.planning.words import normal
from roles.types import Sensor
from roles.wording import say

MOST_SENSORS, FEW_SENSORS, MOST_SIGNALS = 240, 60, 12
ALL_BUT = timedelta(minutes=1)  # so near to its ends, a window is the whole file
TAKEN: dict[TaskKind, tuple[str, ...]] = {
    "label": ("limit", "low", "high", "side", "unit"),
    "forecast": ("limit", "side", "unit", "horizon_s"),
    "plot": ("limit", "side", "unit", "form", "by", "colour"),
    "resample": ("step_s", "how"),
    "statistics": ("what", "by"),
    "code": ("text",),
    "clean": ("despike",),
    "detect": ("train_rows",),
    "model": ("wanted",),
}


class Part(Said):
    """One limit of several that belong together."""

    sensor: str
    limit: float
    side: Literal["above", "below"] = "above"
    unit: str | None = None


class Step(Said):
    """One thing that is asked for. Times are plant time; what does not apply is null. `all` or `any`: limits of
    one label; `text`: what code is wanted for."""

    kind: TaskKind
    sensors: list[str] = Field(default_factory=list)
    start: datetime | None = None
    end: datetime | None = None
    limit: float | None = None
    low: float | None = None
    high: float | None = None
    side: Literal["above", "below", "outside"] | None = None
    unit: str | None = None
    step_s: float | None = None
    how: str | None = None
    horizon_s: float | None = None
    what: list[str] | None = None
    train_rows: int | None = None
    despike: bool | None = None
    wanted: str | None = None
    form: Literal["histogram", "scatter"] | None = None
    by: Literal["shift", "hour", "day"] | None = None
    colour: Literal["shift", "hour", "day"] | None = None
    text: str | None = None
    all: list[Part] | None = None
    any: list[Part] | None = None
    reason: str = ""


class Asked(Said):
    """What the model reads in a request."""

    steps: list[Step]
    unknown: list[str] = Field(default_factory=list)


def brief(request: Request) -> Brief:
    """The words, the columns with unit and name, the hours of the file."""
    few = len(request.sensors) <= FEW_SENSORS
    return Brief(
        {
            "text": condense(request.text, most=IN_A_QUESTION),
            "has_data": request.has_data,
            "code": request.codes,
            "sensors": [_sensor(s, few) for s in request.sensors[:MOST_SENSORS]],
            "start": request.start.isoformat(timespec="seconds") if request.start else None,
            "end": request.end.isoformat(timespec="seconds") if request.end else None,
            "signals": request.signals[:MOST_SIGNALS],
        }
    )


def _sensor(sensor: Sensor, few: bool) -> str:
    """ "S8_upper_current [A] S8 upper roll current"; with many columns only what the name does not say itself."""
    plain = sensor.name.replace("_", " ").lower()
    named = sensor.label and (few or sensor.label.lower() != plain)
    return sensor.name + (f" [{sensor.unit}]" if sensor.unit else "") + (f" {sensor.label}" if named else "")


def assemble(request: Request, said: Asked) -> dict[str, Any]:
    """The steps in the order in which they depend on each other, with what they need."""
    tasks = [_task(step, request) for step in said.steps]
    known = {s.name for s in request.sensors}
    unknown = list(dict.fromkeys(word for word in said.unknown if word not in known))
    return Plan(lang=request.lang, subtasks=ordered(tasks, request), unknown=unknown).model_dump(mode="json")


def _task(step: Step, request: Request) -> Subtask:
    values = {key: value for key in TAKEN.get(step.kind, ()) if (value := getattr(step, key)) is not None}
    if step.kind == "resample":
        values |= {"how": step.how or "mean"} | ({} if step.step_s else {"step_s": DEFAULT_STEP_S, "assumed": True})
    if step.kind == "forecast" and not step.horizon_s:
        values |= {"horizon_s": DEFAULT_HORIZON_S, "assumed": True}
    if step.kind in ("label", "plot", "forecast") and "limit" in values:
        values.setdefault("side", "above")
    if step.kind == "label" and {"low", "high"} <= set(values):
        values["side"] = "outside"
    for name in ("all", "any") if step.kind == "label" else ():
        parts = [part.model_dump(exclude_none=True) for part in getattr(step, name) or ()]
        values = {name: parts} if parts else values
    if step.kind == "code":
        values = {"text": shorten(step.text or request.text)}
        values |= {} if request.codes else {"refused": True, "words": []}
    values = _in_unit(values, request)
    for name in {"all", "any"} & set(values):
        values = {name: [_in_unit(part, request) for part in values[name]]}
    start, end = _window(_aware(step.start, request), _aware(step.end, request), request)
    return Subtask(
        order=1, kind=step.kind, sensors=step.sensors, start=start, values=values, end=end,
        reason=shorten(step.reason, 160) or say("plan_asked", request.lang),
    )  # fmt: skip


def _in_unit(values: dict[str, Any], request: Request) -> dict[str, Any]:
    """A limit in the unit that the request gives it in: 0.045 kA are no 0.045 A."""
    for limit in limits(normal(request.text)):
        said = limit.values
        if "unit" in said and any(key in values and values[key] == said.get(key) for key in ("limit", "low", "high")):
            return values | {"unit": said["unit"]}
    return values


def _window(start: datetime | None, end: datetime | None, request: Request) -> tuple[datetime | None, datetime | None]:
    """The part of the file that is meant; None, None where that is all of it."""
    first = start is None or (request.start is not None and start <= request.start + ALL_BUT)
    last = end is None or (request.end is not None and end >= request.end - ALL_BUT)
    return (None, None) if first and last else (start, end)


def _aware(moment: datetime | None, request: Request) -> datetime | None:
    """A time without an offset is plant time."""
    zone = request.start.tzinfo if request.start else None
    return moment.replace(tzinfo=zone) if moment is not None and moment.tzinfo is None and zone else moment


SPEECH = Speech(Asked, brief, assemble, max_tokens=1200)

"""What a question about the future comes to: forecasts, and when a limit is passed that was named or that is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from detectors.forecast import forecast
from detectors.passing import Passing, Side, passing
from detectors.types import Forecast
from roles.manager import Subtask
from roles.planning.sensors import find
from roles.planning.words import normal
from roles.types import Finding, Passage
from workers.knowledge.context import Knowledge
from workers.looking.findings import Names, Teller, worst_first
from workers.looking.study import Seen
from workers.predicting import knownlimits, limits
from workers.predicting.knownlimits import Stated
from workers.prose.numbers import figure, same_unit
from workers.readings import Reading
from workers.wording import say

MOST = 4  # sensors
MOST_AHEAD = 0.5  # of the file: how far a limit is looked for when no span was named
NEAR = 2.0  # a limit suits a sensor when it lies within so many ranges of its readings
PRESENT = 20  # readings of which the median is the present value


@dataclass(frozen=True)
class Predicted:
    """Forecasts with what is told of them, and the passages that a limit was taken from."""

    made: list[Forecast]
    findings: list[Finding]
    passages: list[Passage] = field(default_factory=list)


def predict(
    reading: Reading, task: Subtask, names: Names, teller: Teller, seen: Seen | None, knowledge: Knowledge | None = None
) -> Predicted:
    """Forecast the sensors that were asked for, those with a known limit where that was asked for, those that carry the
    worst event, or the first few."""
    limit = task.values.get("limit")
    measured = [s.name for s in names.sensors.values() if s.role != "setpoint"]
    stated: list[Stated] = []
    if task.values.get("kept") and limit is None and knowledge is not None:
        wanted = task.sensors or measured
        stated = knownlimits.find(reading.frame, names, wanted, task.values["kept"], knowledge)
    carriers = [s.name for e in worst_first(seen.detection.events)[:1] for s in e.shares] if seen else []
    known = list(dict.fromkeys(each.sensor for each in stated))
    sensors = (task.sensors or known or carriers or measured)[:MOST]
    step_s = reading.receipt.step_s or 1.0
    assumed, asked = bool(task.values.get("assumed")), float(task.values.get("horizon_s", 600.0))
    seconds = limits.horizon_s(asked, assumed, limit is not None or bool(stated), step_s * len(reading.frame))
    horizon = max(1, round(seconds / step_s))
    if assumed and limit is not None and sensors:
        side = _side(reading, sensors[0], float(limit), task)
        horizon = _far_enough(reading, sensors[0], float(limit), side, horizon)
    made = forecast(reading.frame, sensors, horizon)
    if limit is not None:
        passed = [_of_limit(reading, f, float(limit), task, horizon, teller) for f in made]
        return Predicted([f for f, _ in passed], [told for _, told in passed])
    made = [_by_scenarios(reading, f, horizon) for f in made]
    findings = [found for f in made for found in _of_sensor(reading, f, stated, horizon, teller)]
    if task.values.get("kept") and not stated:
        which = _some(sensors, task, names, teller.lang)
        findings = _asking(findings, say("limit_unknown", teller.lang, sensors=which))
    used = [each.passage for each in stated if each.passage is not None and each.sensor in sensors]
    return Predicted(made, findings, list({p.id: p for p in used}.values()))


def meant(reading: Reading, task: Subtask, names: Names, context: str) -> Subtask:
    """A question after a limit that names no sensor ("when will it pass 80?") is about those that its context names,
    else about those whose unit and readings the limit suits; about all where it suits none."""
    limit = task.values.get("limit")
    if task.sensors or limit is None:
        return task
    sensors = list(names.sensors.values())
    said = find(normal(context), sensors).columns(sensors) if context else []
    unit = str(task.values.get("unit") or "")
    suited = []
    for sensor in sensors:
        known = names.unit(sensor.name)
        values = reading.frame[sensor.name].dropna()
        if sensor.role == "setpoint" or values.empty or (unit and known and not same_unit(unit, known)):
            continue
        low, high = float(values.min()), float(values.max())
        if low - NEAR * (high - low) <= float(limit) <= high + NEAR * (high - low):
            suited.append(sensor.name)
    return task.model_copy(update={"sensors": said or suited})


def _of_limit(
    reading: Reading, made: Forecast, limit: float, task: Subtask, horizon: int, teller: Teller
) -> tuple[Forecast, Finding]:  # fmt: skip
    """When one sensor passes a limit that was named. Of a reading that is only to be come to ("at 30 mm") the present
    value says from which side."""
    side = _side(reading, made.sensor, limit, task)
    when = passing(reading.frame, made.sensor, limit, side, horizon)
    made = _in_step(made, when)
    return made, teller.forecast(made, limit, side, when)


def _in_step(made: Forecast, when: Passing | None) -> Forecast:
    """The forecast by the scenarios that say when the limit is passed: one account of the future, not two."""
    if when is None or when.outlook is None:
        return made
    low, value, high = when.outlook
    return replace(made, value=value, low=low, high=high)


def _by_scenarios(reading: Reading, made: Forecast, horizon: int) -> Forecast:
    """The forecast by the scenarios that a question after a limit is answered with, so that "forecast X" and "will X
    pass 7?" say the same."""
    return _in_step(made, passing(reading.frame, made.sensor, math.inf, "above", horizon))


def _side(reading: Reading, sensor: str, limit: float, task: Subtask) -> Side:
    if task.values.get("side") == "toward":
        there = reading.frame[sensor].dropna().tail(PRESENT)
        return "below" if len(there) and float(there.median()) > limit else "above"
    return "below" if task.values.get("side") == "below" else "above"


def _far_enough(reading: Reading, sensor: str, limit: float, side: Side, horizon: int) -> int:
    """The horizon, or the next double one within which `sensor` is expected to pass: nobody named one. At most half of
    the file; when it isn't expected to pass within that either, it stays."""
    further = horizon
    while further <= MOST_AHEAD * len(reading.frame):
        found = passing(reading.frame, sensor, limit, side, further)
        if found is None or found.since is not None or found.row is not None:
            return further
        further *= 2
    return horizon


def _of_sensor(
    reading: Reading, made: Forecast, stated: Sequence[Stated], horizon: int, teller: Teller
) -> list[Finding]:
    """One finding a side on which a limit is known, a question where there are several, else the forecast alone."""
    found: list[Finding] = []
    for side in ("above", "below"):
        own = [each for each in stated if each.sensor == made.sensor and each.side == side]
        if len(own) > 1:
            plain = teller.forecast(made, None, side)
            values = {f"limit_{i}": each.value for i, each in enumerate(own, start=1)}
            found += _asking([plain], _which(own, teller), values)
        elif own:
            when = passing(reading.frame, made.sensor, own[0].value, side, horizon)
            told = teller.forecast(_in_step(made, when), own[0].value, side, when, _source(own[0], teller.lang))
            found.append(told.model_copy(update={"values": told.values | {"limit_source": own[0].source}}))
    if len(found) > 1:  # the forecast itself is told once
        said = [f.model_copy(update={"text": str(f.values["said"])}) for f in found[1:] if "said" in f.values]
        found = [found[0], *said]
    return found or [teller.forecast(made, None, "above")]


def _asking(findings: list[Finding], question: str, numbers: dict[str, float] | None = None) -> list[Finding]:
    """The findings with a question to the reader before the first of them."""
    if not findings:
        return findings
    first = findings[0]
    text = f"{question} {first.text}" if question.isascii() else f"{question}{first.text}"
    values = first.values | (numbers or {}) | {"said": question}
    return [first.model_copy(update={"text": text, "values": values}), *findings[1:]]


def _which(stated: Sequence[Stated], teller: Teller) -> str:
    unit = teller.names.unit(stated[0].sensor)
    listed = [f"{figure(each.value)}{unit}{_source(each, teller.lang)}" for each in stated]
    name = teller.names.name(stated[0].sensor)
    return say(
        "limits_differ", teller.lang, sensor=name, count=len(listed), limits=say("limits_and", teller.lang).join(listed)
    )


def _source(stated: Stated, lang: str) -> str:
    """Who says so, behind the number: the id of a passage, or the column."""
    return f" [{stated.source}]" if stated.passage is not None else say("limit_column", lang, column=stated.source)


def _some(sensors: Sequence[str], task: Subtask, names: Names, lang: str) -> str:
    """The sensors that were asked about, or any."""
    if not task.sensors:
        return say("limit_any_sensor", lang)
    return ", ".join(names.name(sensor) for sensor in sensors)

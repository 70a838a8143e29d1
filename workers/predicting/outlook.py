"""What a question about the future comes to: forecasts, and when a limit is passed that was named or that is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detectors.future.forecast import ended as is_ended
from detectors.future.forecast import forecast
from detectors.future.leads import checked_rows
from detectors.future.passing import Side, passing
from detectors.future.tails import tail
from detectors.types import Forecast
from roles.manager import Subtask
from roles.planning.columns.sensors import find
from roles.planning.words import normal
from roles.types import FactValue, Finding, Passage
from workers.knowledge.context import Knowledge
from workers.looking.findings import Teller, worst_first
from workers.looking.shown import Names
from workers.looking.study import Seen
from workers.predicting import knownlimits, limits
from workers.predicting.knownlimits import Stated
from workers.prose.numbers import figure
from workers.readings import Reading
from workers.readings.units import in_percent
from workers.units import in_unit
from workers.wording import say

MOST = 4  # sensors
MOST_AHEAD = 0.5  # of the file: how far a limit is looked for when no span was named
NEAR = 2.0  # a limit suits a sensor when it lies within so many ranges of its readings
CLEARLY = 0.1  # of the way from the first readings to the present ones, beyond which a limit lies on it
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
    own = {sensor: in_unit(task.values, names.unit(sensor)) for sensor in sensors} if limit is not None else {}
    if assumed and sensors and (first := own.get(sensors[0])):
        side = _side(reading, sensors[0], float(first["limit"]), task)
        horizon = _far_enough(reading, sensors[0], float(first["limit"]), side, horizon)
    made = forecast(reading.frame, sensors, horizon, [s for s in sensors if in_percent(s, names.unit(s).strip())])
    ended = _ended(reading, sensors, horizon, teller)
    if limit is not None:
        told = [_of_limit(reading, f, own[f.sensor], task, horizon, teller) for f in made]
        findings = ended + [_dated(f, reading, teller) for f in told]
        return Predicted(made, _of_another_quantity(findings, own, task, names, teller))
    findings = [
        _dated(found, reading, teller) for f in made for found in _of_sensor(reading, f, stated, horizon, teller)
    ]
    findings = ended + findings
    if task.values.get("kept") and not stated:
        which = _some(sensors, task, names, teller.lang)
        findings = _asking(findings, say("limit_unknown", teller.lang, sensors=which))
    used = [each.passage for each in stated if each.passage is not None and each.sensor in sensors]
    return Predicted(made, findings, list({p.id: p for p in used}.values()))


def meant(reading: Reading, task: Subtask, names: Names, context: str) -> Subtask:
    """A question after a limit that names no sensor ("when will it pass 80?") is about those that its context names,
    else about those whose unit and readings the limit suits, of several units the one whose readings come nearest to
    it; about all where it suits none."""
    limit = task.values.get("limit")
    if task.sensors or limit is None:
        return task
    sensors = list(names.sensors.values())
    said = find(normal(context), sensors).columns(sensors) if context else []
    suited: dict[str, float] = {}  # sensor -> how far off the limit is, in ranges of its readings
    for sensor in sensors:
        own = in_unit(task.values, names.unit(sensor.name))
        values = reading.frame[sensor.name].dropna()
        if sensor.role == "setpoint" or values.empty or own is None:
            continue
        low, high = float(values.min()), float(values.max())
        if low - NEAR * (high - low) <= float(own["limit"]) <= high + NEAR * (high - low):
            suited[sensor.name] = max(0.0, low - float(own["limit"]), float(own["limit"]) - high) / (high - low or 1.0)
    told = [sensor for sensor in said if sensor in suited] or said
    if not told and suited and "unit" not in task.values:
        unit = names.unit(min(suited, key=lambda sensor: suited[sensor]))
        told = [sensor for sensor in suited if names.unit(sensor) == unit]
    return task.model_copy(update={"sensors": told or list(suited)})


def _of_limit(
    reading: Reading, made: Forecast, own: Mapping[str, Any] | None, task: Subtask, horizon: int, teller: Teller
) -> Finding:
    """When one sensor passes a limit that was named, `own` in its unit; without it the forecast alone. Of a reading
    that is only to be come to ("at 30 mm") the present value says from which side."""
    if own is None:
        return teller.forecast(made, None, "above")
    limit = float(own["limit"])
    side = _side(reading, made.sensor, limit, task)
    found = teller.forecast(made, limit, side, passing(reading.frame, made.sensor, limit, side, horizon))
    said = {key: own[key] for key in ("said_limit", "said_unit") if key in own}
    return found.model_copy(update={"values": found.values | said})


def _of_another_quantity(
    findings: list[Finding], own: Mapping[str, dict[str, Any] | None], task: Subtask, names: Names, teller: Teller
) -> list[Finding]:
    """The findings, with a sentence first on sensors that the limit's unit is none of."""
    strange = [sensor for sensor, values in own.items() if values is None]
    if not strange:
        return findings
    which = {"en": ", ", "zh": "、"}[teller.lang].join(map(names.name, strange))
    unit = names.unit(strange[0]).strip()
    said = say("limit_other_unit", teller.lang, said=task.values["unit"], sensor=which, unit=unit)
    if not findings:
        return [Finding(id="F0", kind="forecast", text=said, sensor=strange[0], values={"said": said})]
    return _asking(findings, said)


def _ended(reading: Reading, sensors: Sequence[str], horizon: int, teller: Teller) -> list[Finding]:
    """Why nothing is foretold of sensors that are stuck, or silent for longer than is to be foretold."""
    found = []
    for sensor in sensors:
        values = reading.frame[sensor].to_numpy(dtype=float)
        if not np.isfinite(values).any():
            continue
        end = tail(values)
        if not is_ended(end, horizon):
            continue
        row = end.last if end.stuck is None else end.stuck
        value, since = float(end.readings[-1]), teller.time(row)
        key = "forecast_silent" if end.stuck is None else "forecast_stuck"
        name, unit = teller.names.name(sensor), teller.names.unit(sensor)
        text = say(key, teller.lang, sensor=name, value=figure(value), unit=unit, since=since)
        numbers: dict[str, FactValue] = {"said": text, "since": since, "value": value}
        found.append(
            Finding(id="F0", kind="forecast", text=text, sensor=sensor, tag=teller.names.tag(sensor),
                    start=teller.index[row].to_pydatetime(), values=numbers)
        )  # fmt: skip
    return found


def _dated(finding: Finding, reading: Reading, teller: Teller) -> Finding:
    """The finding with the time of the last reading, where the forecast begins long before the end of the file, and
    with how far ahead the file can check it, where it goes farther."""
    end, name = tail(reading.frame[finding.sensor].to_numpy(dtype=float)), teller.names.name(str(finding.sensor))
    text, values = finding.text, dict(finding.values)
    if end.silent:
        values["last_reading"] = teller.time(end.last)
        text = say("forecast_from", teller.lang, told=text, sensor=name, since=values["last_reading"])
    checked_s = checked_rows(len(end.readings), end.silent) * (reading.receipt.step_s or 1.0)
    if float(str(finding.values.get("horizon_s", 0.0))) > checked_s:
        values["checked_s"] = checked_s
        ahead = limits.rough(checked_s, teller.lang)
        text = say("forecast_unchecked", teller.lang, told=text, sensor=name, ahead=ahead)
    return finding.model_copy(update={"text": text, "values": values})


def _side(reading: Reading, sensor: str, limit: float, task: Subtask) -> Side:
    if task.values.get("side") == "toward":
        there = reading.frame[sensor].dropna()
        if there.empty:
            return "above"
        first, now = float(there.head(PRESENT).median()), float(there.tail(PRESENT).median())
        passed = CLEARLY * abs(now - first) < abs(limit - first) and min(first, now) < limit < max(first, now)
        return "below" if (now > limit) != passed else "above"  # one that was passed on the way here is behind
    return "below" if task.values.get("side") == "below" else "above"


def _far_enough(reading: Reading, sensor: str, limit: float, side: Side, horizon: int) -> int:
    """The horizon, or the next double one within which `sensor` is expected to pass: nobody named one. At most half of
    the file; when it isn't expected to pass within that either, it stays."""
    most = horizon
    while 2 * most <= MOST_AHEAD * len(reading.frame):
        most *= 2
    found = passing(reading.frame, sensor, limit, side, most)
    if found is None or found.row is None:
        return horizon
    while horizon < found.row:
        horizon *= 2
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
            told = teller.forecast(made, own[0].value, side, when, _source(own[0], teller.lang))
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

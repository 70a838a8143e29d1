"""That a limit was given in another unit than the sensor's, and what it is there: "0.045 kA = 45 A"; and which unit
was taken where the file names none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from roles.types import Lang
from workers.contracts import Block
from workers.prose.numbers import given
from workers.units import in_unit
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

KEYS = ("limit", "low", "high")


def notes(run: Run) -> list[Block]:
    """One sentence on all limits that were converted, one on those of sensors without a unit."""
    told = {f"{given(float(made['given']))} {made['unit']} = {given(float(made['as']))} {made['in']}": None
            for made in receipt(run)}  # fmt: skip
    texts = [say("answer_unit_exchanged", run.lang, what=_list(told, run.lang))] if told else []
    bare: dict[str, dict[str, None]] = {}
    for sensor, values in _limits(run):
        if values.get("unit") and not run.names.unit(sensor).strip():
            bare.setdefault(str(values["unit"]), {})[run.names.name(sensor)] = None
    texts += [
        say("answer_unit_assumed", run.lang, sensors=_list(who, run.lang), unit=unit) for unit, who in bare.items()
    ]
    return [Block(kind="note", text=text) for text in texts]


def receipt(run: Run) -> list[dict[str, str | float]]:
    """Each conversion once: {"given": 0.045, "unit": "kA", "as": 45.0, "in": "A"}."""
    found: list[dict[str, str | float]] = []
    for sensor, values in _limits(run):
        own = in_unit(values, run.names.unit(sensor)) or {}
        made = [{"given": own[f"said_{key}"], "unit": own["said_unit"], "as": own[key], "in": own["unit"]}
                for key in KEYS if f"said_{key}" in own]  # fmt: skip
        found += [each for each in made if each not in found]
    return found


def _limits(run: Run) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each sensor that a limit is for, with the limit as it was given."""
    for task in run.tasks:
        if task.kind not in ("label", "plot", "forecast"):
            continue
        for part in task.values.get("all") or task.values.get("any") or ():
            yield part["sensor"], part
        foretold = [made.sensor for made in run.forecasts] if task.kind == "forecast" else []
        sensors = task.values.get("limit_for") or task.sensors or foretold
        limits = [dict(task.values), *({**task.values, "limit": more} for more in task.values.get("more_limits", ()))]
        if any(key in task.values for key in KEYS):
            yield from ((sensor, limit) for sensor in sensors for limit in limits)


def _list(words: Mapping[str, None], lang: Lang) -> str:
    return {"en": ", ", "zh": "、"}[lang].join(words)

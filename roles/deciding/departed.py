"""Sensors that left their normal range without an alarm: an observation and a question, no diagnosis.

A departure (an event of kind "departure") comes from levels and spreads alone. What would explain it is named with a
confidence below the threshold: nobody measured that it is abnormal, only that the normal period knows nothing like it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from roles.deciding import telling, written
from roles.deciding.advice import MOST_ASKS, asks_for
from roles.deciding.causes import cause_of
from roles.deciding.figures import figure, span
from roles.deciding.scene import Scene
from roles.deciding.types import Case, Decision
from roles.deciding.weighing import Hypothesis, weigh
from roles.types import Finding
from roles.wording import say

KIND = "departure"
LEVELS = {"rise", "fall", "drift_up", "drift_down"}
MODEST = 0.05  # so far below the threshold an explanation stays
LEAST = 0.15  # what fits less well is not named
MOST_CAUSES, MOST_ALSO, MOST_BESIDE = 2, 3, 2


def decide(case: Case) -> Decision | None:
    """What departed, when no alarm says more; None when nothing did."""
    scene = main(case)
    if scene is None:
        return None
    told, fits = _main(scene), [h for h in modest(scene, LEAST) if not h.benign][:MOST_CAUSES]
    causes = [cause_of(h, scene, rank, closest=True) for rank, h in enumerate(fits, start=1)]
    what = telling.capital(_left(scene, told)) if case.lang == "zh" else _left(scene, told)
    rest = [s for s in scenes(case) if s.event != scene.event]
    return Decision(
        verdict="unsure", headline=say(_head(told), case.lang, what=what), causes=causes,
        asks_for=_asks(scene, fits, told), event=scene.event.number,
        confidence=max((c.confidence for c in causes), default=0.0),
        notes=[*_also(scene, told), *written.beside(scene, fits), *_beside(case, rest)],
    )  # fmt: skip


def beside(case: Case, decision: Decision) -> Decision:
    """The decision about an alarm, with a line for each departure that it says nothing of."""
    lines = _beside(case, scenes(case))
    return decision.model_copy(update={"notes": [*decision.notes, *lines]}) if lines else decision


def scenes(case: Case) -> list[Scene]:
    """The departures of which something was measured, worst first."""
    every = [Scene(case, event) for event in case.events if event.kind == KIND]
    return [scene for scene in every if scene.findings]


def main(case: Case) -> Scene | None:
    """The departure to talk about: of a sensor that was asked about, else the worst; None when nothing departed."""
    every = scenes(case)
    asked = [scene for scene in every if set(case.focus) & set(scene.event.sensors)]
    return next(iter(asked or every), None)


def modest(scene: Scene, least: float = 0.0) -> list[Hypothesis]:
    """What may have caused a departure, weighed as the cause of an alarm, but below the threshold."""
    most = round(scene.case.threshold - MODEST, 2)
    return [replace(h, confidence=min(h.confidence, most)) for h in weigh(scene, least)]


def _beside(case: Case, others: Sequence[Scene]) -> list[str]:
    found = [(scene, _main(scene)) for scene in others[:MOST_BESIDE]]
    return [say("departed_beside", case.lang, what=_left(scene, told), id=told.id) for scene, told in found]


def _main(scene: Scene) -> Finding:
    """The finding to tell: of a sensor that was asked about, else of the one that went furthest; a level first."""
    order = [*(s for s in scene.case.focus if s in scene.event.sensors), *scene.event.sensors]
    own = [f for sensor in order for f in scene.findings if f.sensor == sensor] or scene.findings
    of_sensor = [f for f in own if f.sensor == own[0].sensor]
    return next((f for f in of_sensor if f.kind in LEVELS), of_sensor[0])


def _left(scene: Scene, told: Finding) -> str:
    """What left its normal range, when, how far, and what was normal."""
    case, values = scene.case, told.values
    sensor = next((s for s in case.sensors if s.name == told.sensor), None)
    unit = str(values.get("unit") or (sensor.unit if sensor and sensor.unit else ""))
    numbers = {k: figure(abs(v) if k == "change" else v) for k, v in values.items() if isinstance(v, int | float)}
    words = {
        "sensor": telling.sensor_name(case, told.sensor), "unit": f" {unit}" if unit else "",
        "points": say("unit_points", case.lang) if unit == "%" else f" {unit}" if unit else "",
        "when": say("departed_since" if scene.event.ongoing else "departed_over", case.lang,
                    start=telling.begun(scene.event, [told]), end=scene.event.end),
    }  # fmt: skip
    shape = _shape(told)
    if "state" in values:
        lengths = {k: v for k, v in values.items() if k.endswith("_s") and isinstance(v, int | float)}
        numbers |= {k: span(float(v), case.lang) for k, v in lengths.items()}
        words["state"] = str(values["state"])
    period = values.get("period_s")
    words["period"] = span(period, case.lang) if isinstance(period, int | float) else ""
    return say(f"departed_{shape}", case.lang, **numbers, **words)


def _asks(scene: Scene, fits: Sequence[Hypothesis], told: Finding) -> list[str]:
    """What would make it surer; of a sensor apart from the others a second instrument first."""
    asks = asks_for(scene, fits, sure=False, told=[told])
    if not telling.apart(told):
        return asks
    name = telling.sensor_name(scene.case, told.sensor)
    return [say("ask_suspect", scene.case.lang, sensor=name), *asks][:MOST_ASKS]


def _head(told: Finding) -> str:
    """A sensor apart from the others was hardly planned: it is the instrument, or the machine where it sits."""
    return "departed_head_apart" if telling.apart(told) or told.kind == "decoupled" else "departed_head"


def _shape(told: Finding) -> str:
    """Which sentence tells the finding."""
    if "state" in told.values:
        state = told.values["state"]
        return f"lasts_{state}" if state in ("on", "off") else "lasts_state"
    if told.kind in LEVELS:
        return telling.apart(told) or "level"
    ratio = told.values.get("spread_ratio")
    if told.kind == "calm" and isinstance(ratio, int | float) and ratio < telling.STILL:
        return "calm_still"
    return told.kind if told.kind in ("calm", "oscillation", "decoupled") else "swing"


def _also(scene: Scene, told: Finding) -> list[str]:
    """The other sensors of the departure, in a few words each."""
    first = {f.sensor: f for f in reversed(scene.findings) if f.sensor != told.sensor}
    order = [s for s in scene.event.sensors if s in first] + [s for s in first if s not in scene.event.sensors]
    facts = [telling.fact(scene.case, first[sensor]) for sensor in order[:MOST_ALSO]]
    return [say("departed_also", scene.case.lang, facts=telling.listed(facts, scene.case.lang))] if facts else []

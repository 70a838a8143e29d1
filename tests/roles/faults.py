"""Signatures and cases for tests of the decision maker: a small plant handbook, findings made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from roles.decision import DECISION_MAKER, Case, EventBrief
from roles.types import Action, Fault, Finding, Passage, RootCause, Sign
from tests.roles.plant import caster

ONSET = datetime(2024, 3, 9, 19, 12, tzinfo=UTC)  # 03:12 plant time

CLOGGING = Fault(
    id="stopper_clogging",
    name="Stopper clogging",
    passages=["CC-014-en"],
    signs=[
        Sign(
            tag="stopper_position",
            symptoms=["drift_up"],
            weight=3,
            text="the stopper opens at constant speed",
            leading=True,
        ),
        Sign(tag="mould_level", symptoms=["swing", "oscillation"], weight=2, text="the level swings"),
        Sign(tag="tundish_temperature", symptoms=["drift_down", "fall"], weight=1, text="the tundish cools"),
    ],
    against=[Sign(tag="casting_speed", symptoms=["rise", "drift_up"], weight=2, text="the speed was raised")],
    actions=[
        Action(text="Check the argon flow at the stopper", source="CC-014-en", when="now"),
        Action(text="Keep the spare stopper ready", source="CC-014-en", when="now"),
        Action(text="Inspect the nozzle after the heat", when="later"),
        Action(text="Lock out before touching the hydraulics", source="CC-090-en", when="now", safety=True),
    ],
    asks_for=["the stopper argon pressure for the same hours"],
)
LEVEL_DRIFT = Fault(
    id="level_sensor_drift",
    name="Level sensor drift",
    passages=["CC-020-en"],
    signs=[
        Sign(tag="mould_level", symptoms=["drift_up", "drift_down", "decoupled"], weight=3, leading=True),
        Sign(tag="stopper_position", symptoms=["drift_up", "drift_down"], weight=2),
    ],
    actions=[Action(text="Compare with the level seen by eye", source="CC-020-en")],
    asks_for=["a manual level reading"],
)
BEARING = Fault(
    id="roll_bearing_seizing",
    name="Roll bearing seizing",
    same_instance=True,
    passages=["CC-030-en"],
    signs=[
        Sign(tag="roll_current_upper", symptoms=["rise", "drift_up"], weight=3, leading=True),
        Sign(tag="roll_current_upper", symptoms=["swing", "oscillation"], weight=2),
    ],
    actions=[Action(text="Grease the bearing", source="CC-030-en")],
    asks_for=["the roll's temperature"],
)
MISALIGNMENT = Fault(
    id="roll_misalignment",
    name="Roll misalignment",
    same_instance=True,
    signs=[
        Sign(tag="roll_current_upper", symptoms=["rise"], weight=2, leading=True),
        Sign(tag="roll_current_lower", symptoms=["fall"], weight=2),
    ],
)
STUCK = Fault(
    id="stuck_sensor",
    name="Stuck sensor",
    signs=[Sign(tag="*", symptoms=["stuck"], weight=1)],
    actions=[Action(text="Check the cable")],
    asks_for=["a reading by hand"],
)
PLANNED = Fault(
    id="planned_speed_change",
    name="Planned speed change",
    benign=True,
    signs=[
        Sign(tag="casting_speed", symptoms=["rise", "fall"], weight=2, leading=True),
        Sign(tag="casting_speed_set", symptoms=["rise", "fall", "moved"], weight=2),
    ],
)
HANDBOOK = [CLOGGING, LEVEL_DRIFT, BEARING, MISALIGNMENT, STUCK, PLANNED]
PASSAGES = [
    Passage(id="CC-014-en", title="Stopper clogging", text="Alumina builds up at the stopper tip.", confidence=0.7),
    Passage(id="CC-020-en", title="Level sensor drift", text="The level gauge drifts with heat.", confidence=0.4),
    Passage(id="CC-030-en", title="Bearing", text="A dry bearing needs more torque.", confidence=0.3),
    Passage(id="CC-090-en", title="Lockout", text="Lock out before work on hydraulics.", confidence=0.2),
]
NUMBERS = {
    "rise": {"before": 38.0, "after": 45.1, "change": 7.1},
    "fall": {"before": 38.0, "after": 30.0, "change": -8.0},
    "drift_up": {"before": 41.0, "after": 50.1, "change": 9.1},
    "drift_down": {"before": 50.0, "after": 41.0, "change": -9.0},
    "swing": {"spread_ratio": 2.1},
    "oscillation": {"period_s": 42.0, "spread_ratio": 3.0},
    "calm": {"spread_ratio": 0.4},
    "stuck": {"value": 31.5},
}


def finding(number, sensor, kind, *, event=1, after_min=0.0, strength=8.0, sensors=None):
    """A finding whose onset is `after_min` minutes after 03:12 plant time."""
    columns = {s.name: s for s in sensors or caster()}
    column = columns[sensor]
    start = ONSET + timedelta(minutes=after_min)
    return Finding(
        id=f"F{number}",
        kind=kind,
        text=f"{sensor} {kind} since 03:12",
        sensor=sensor,
        tag=column.tag,
        event=event,
        start=start,
        end=ONSET + timedelta(hours=2),
        values={**NUMBERS.get(kind, {}), "strength": strength, "unit": column.unit or ""},
    )


def event(number=1, *carriers, start="03:12", end="05:12", severity=4.0, kind="anomaly", reason="", **more):
    return EventBrief(
        number=number, start=start, end=end, severity=severity, kind=kind, sensors=list(carriers), reason=reason, **more
    )


def case(findings, events=None, **changes):
    """A case on the caster with the handbook; by default one event carried by the findings' sensors."""
    carriers = list(dict.fromkeys(f.sensor for f in findings))
    given = {
        "question": "what is wrong?",
        "lang": "en",
        "has_data": True,
        "sensors": caster(changes.get("lang", "en")),
        "findings": findings,
        "events": [event(1, *carriers)] if events is None else events,
        "faults": HANDBOOK,
        "passages": PASSAGES,
    }
    return Case(**(given | changes))


def clogging(**changes):
    """Stopper opens, level swings, tundish cools a little: the textbook case."""
    findings = [
        finding(1, "stopper_position", "drift_up", strength=12),
        finding(2, "mould_level", "swing", after_min=25, strength=10),
        finding(3, "tundish_temperature", "drift_down", after_min=40, strength=4),
    ]
    roots = [RootCause(sensor="stopper_position", score=0.6, reason="it moved first (03:12)")]
    return case(findings, **({"root_causes": roots} | changes))


def ruled(given):
    """The rules' decision, which must pass the check that guards every engine."""
    decision = DECISION_MAKER.rules(given)
    assert DECISION_MAKER.check(given, decision) == []
    return decision


def top(decision):
    """The fault that is named first; None where there is none."""
    return decision.causes[0].fault if decision.causes else None

"""How well a fault's signature fits what was measured in one event.

The signs of a fault are quantities that show a symptom. A sign is present (a finding of the event shows it), absent
(the quantity is measured, the symptom is not there) or unmeasured. From these, for the best instance (roll, face):

    support    = present weight / (measured weight + half of the unmeasured weight); a sign on a sensor that does not
                 carry the event's score counts by its strength: half when just measurable (3.5), whole from 14 on; an
                 oscillation of fewer than eight periods counts 0.3
    explained  = share of the event's findings that are signs (1) or lie downstream of a sign's sensor in the causal
                 graph (0.7), weighted by log(1 + strength), times 0.3 for sensors that do not carry the event (0.02
                 when the event was raised by a single channel: stuck, dropout, moved, rounding) and 0.3 for slow
                 oscillations
    raw        = support * (0.5 + 0.5 explained) * leading * order * contradiction * spread * count * root

    leading       0.4 when no leading sign is there though measured, 0.7 when none is measured
    order         0.6 when the leading sign sets in clearly after the other signs
    contradiction present / (present + 3 contradicting weight)
    spread        0.5 when a fault of one roll or face shows on many of them
    count         0.85 for a single finding, 0.95 for two: one swallow makes no summer
    root          0.85 when none of the signs' sensors is among the three likeliest origins

A sign seen only in another event of the file counts 0.6. The factors are set by judgement, not fitted: the tests pin
what they must achieve (a tie, a missing leading sign, another instance, a contradiction, a late onset stay unsure).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from roles.deciding.scene import Scene, strength
from roles.types import Fault, Finding, Sign

ELSEWHERE = 0.6
DOWNSTREAM = 0.7
UNMEASURED = 0.5
LEADING_ABSENT, LEADING_UNMEASURED = 0.4, 0.7
LATE, SPREAD, NO_ROOT = 0.6, 0.5, 0.85
CONTRADICTION = 3.0
COUNT = {1: 0.85, 2: 0.95}


@dataclass(frozen=True)
class Hit:
    """A sign shown by a finding. `share` is what it counts: 1, less when faint or `here` is False (another event)."""

    sign: Sign
    finding: Finding
    share: float = 1.0
    here: bool = True


@dataclass(frozen=True)
class Match:
    """A fault held against one event: what speaks for it, what is missing, what speaks against it."""

    fault: Fault
    instance: str | None
    present: tuple[Hit, ...]
    absent: tuple[Sign, ...]
    against: tuple[Hit, ...]
    elsewhere: tuple[Finding, ...]  # the same leading sign on other rolls or faces
    leading: float
    late: bool
    spread: bool
    raw: float

    @property
    def findings(self) -> list[Finding]:
        """Findings that speak for the fault, strongest sign first, each once."""
        ordered = sorted(self.present, key=lambda h: -h.sign.weight * h.share)
        return list({hit.finding.id: hit.finding for hit in ordered}.values())

    @property
    def sensor(self) -> str | None:
        """Where the fault shows first: the sensor of its leading sign."""
        leads = leading_signs(self.fault)
        first = [hit.finding for hit in self.present if hit.sign in leads] or self.findings
        return first[0].sensor if first else None


def match(fault: Fault, scene: Scene) -> Match | None:
    """`fault` held against an event, at its best instance; None when nothing speaks for it."""
    if not any(scene.measures(sign) for sign in fault.signs):
        return None
    candidates: set[str | None] = {None}
    if fault.same_instance:
        shown = {
            scene.instance(f) for f in [*scene.findings, *scene.others] if any(scene.shows(s, f) for s in fault.signs)
        }
        candidates = shown - {None} or {None}
    matches = [found for instance in candidates if (found := _at(fault, scene, instance)) is not None]
    return max(matches, key=lambda m: (m.raw, len(m.present), m.instance or ""), default=None)


def leading_signs(fault: Fault) -> list[Sign]:
    """The marked signs, else those with the greatest weight."""
    marked = [sign for sign in fault.signs if sign.leading]
    heaviest = max(sign.weight for sign in fault.signs)
    return marked or [sign for sign in fault.signs if sign.weight == heaviest]


def _at(fault: Fault, scene: Scene, instance: str | None) -> Match | None:
    """The match when the fault sits at `instance` (None: anywhere)."""
    present, absent = [], []
    for sign in fault.signs:
        hit = _hit(sign, scene, instance if fault.same_instance else None)
        if hit is not None:
            present.append(hit)
        elif scene.measures(sign):
            absent.append(sign)
    if not present:
        return None
    used = {hit.finding.id for hit in present}
    against = [
        Hit(sign, f, scene.clear(f)) for sign in fault.against for f in scene.findings
        if scene.shows(sign, f) and f.id not in used and not scene.is_slow(f)
        and (not fault.same_instance or scene.instance(f) in (None, instance))
    ]  # fmt: skip
    elsewhere = _elsewhere(fault, scene, instance)
    leading, late = _leading(fault, scene, present), _late(fault, scene, present)
    spread = fault.same_instance and len(elsewhere) >= _many(fault, scene)
    raw = _support(fault, scene, present) * (0.5 + 0.5 * _explained(fault, scene, present, instance))
    weight = sum(hit.sign.weight * hit.share for hit in present)
    contrary = sum(s.weight * max((h.share for h in against if h.sign is s), default=0.0) for s in fault.against)
    raw *= leading * (LATE if late else 1.0) * weight / (weight + CONTRADICTION * contrary)
    raw *= (SPREAD if spread else 1.0) * COUNT.get(len(used), 1.0)
    if scene.roots and not scene.roots & {hit.finding.sensor for hit in present}:
        raw *= NO_ROOT
    return Match(fault, instance, tuple(present), tuple(absent), tuple(against), tuple(elsewhere), leading, late,
                 spread, raw)  # fmt: skip


def _hit(sign: Sign, scene: Scene, instance: str | None) -> Hit | None:
    """The strongest finding that shows the sign, in this event first."""
    for findings, share in ((scene.findings, 1.0), (scene.others, ELSEWHERE)):
        fitting = [f for f in findings if scene.shows(sign, f)]
        if instance is not None:
            fitting = [f for f in fitting if scene.instance(f) in (None, instance)]
        if fitting:
            best = max(fitting, key=lambda f: (scene.clear(f), strength(f)))
            return Hit(sign, best, share * scene.clear(best), here=share == 1.0)
    return None


def _support(fault: Fault, scene: Scene, present: list[Hit]) -> float:
    measured = sum(sign.weight for sign in fault.signs if scene.measures(sign))
    unmeasured = sum(sign.weight for sign in fault.signs) - measured
    return sum(hit.sign.weight * hit.share for hit in present) / (measured + UNMEASURED * unmeasured)


def _explained(fault: Fault, scene: Scene, present: list[Hit], instance: str | None) -> float:
    """How much of what happened the fault accounts for."""
    total = sum(scene.weight(f) for f in scene.findings)
    if not total:
        return 0.0
    downstream = scene.downstream(hit.finding.sensor for hit in present if hit.finding.sensor)
    share = 0.0
    for finding in scene.findings:
        here = not fault.same_instance or scene.instance(finding) in (None, instance)
        wild = any(hit.finding.id == finding.id for hit in present)  # "any sensor" accounts for its own sensor only
        if wild or (here and any(s.tag != "*" and scene.shows(s, finding) for s in fault.signs)):
            share += scene.weight(finding)
        elif finding.sensor in downstream:
            share += DOWNSTREAM * scene.weight(finding)
    return share / total


def _leading(fault: Fault, scene: Scene, present: list[Hit]) -> float:
    leads = leading_signs(fault)
    if any(hit.sign in leads for hit in present):
        return 1.0
    return LEADING_ABSENT if any(scene.measures(sign) for sign in leads) else LEADING_UNMEASURED


def _late(fault: Fault, scene: Scene, present: list[Hit]) -> bool:
    """Does the leading sign set in after what it should bring about?"""
    leads = leading_signs(fault)
    here = [hit for hit in present if hit.here and hit.finding.start]
    first = [hit.finding.start for hit in here if hit.sign in leads and hit.finding.start]
    rest = sorted(hit.finding.start for hit in here if hit.sign not in leads and hit.finding.start)
    # The middle one of the others: a single early onset may be an accident of the estimate.
    return bool(first and rest) and min(first) > rest[(len(rest) - 1) // 2] + scene.lateness


def _elsewhere(fault: Fault, scene: Scene, instance: str | None) -> list[Finding]:
    """Findings of the leading signs on other instances."""
    if not fault.same_instance or instance is None:
        return []
    leads = leading_signs(fault)
    shown = [f for f in scene.findings if any(scene.shows(s, f) for s in leads) and not scene.is_slow(f)]
    return [f for f in shown if scene.instance(f) not in (None, instance)]


def _many(fault: Fault, scene: Scene) -> int:
    """So many other instances make a common cause likelier than a fault of one."""
    leads = leading_signs(fault)
    instances = {s.instance for s in scene.case.sensors if s.instance and any(sign.fits(s.tag) for sign in leads)}
    return max(2, math.ceil(len(instances) / 4))

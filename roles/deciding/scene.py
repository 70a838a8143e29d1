"""One event with its findings: which of them are clear, which weigh, what lies downstream.

The numbers are explained where they are used, in matching.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property

from roles.deciding import frozen
from roles.deciding.times import NEAR, SLACK
from roles.deciding.types import Case, EventBrief
from roles.types import Finding, Sign

SYMPTOMS = {
    "rise", "fall", "drift_up", "drift_down", "swing", "oscillation", "calm", "stuck", "moved", "dropout", "rounding",
    "decoupled", "spike", "dip", "longer", "shorter",
}  # fmt: skip
BYSTANDER, BYSTANDER_OF_CHANNEL = 0.3, 0.02
CHANNEL_EVENTS = {"stuck", "dropout", "moved", "rounding"}
LEAST_STRENGTH, WHOLE_STRENGTH = 3.5, 14.0
LEAST_CYCLES, FEW_CYCLES = 8, 0.3
USUAL_STRENGTH = 5.0
CLEAR = 0.25  # of the strongest change: what changed as strongly is a part of what happened
CONTEXT = re.compile(
    r"\b(?:ambient|outdoor|weather)\b|\boutside (?:air|temp|humid)|环境(?:温|湿|气)|室外|户外|大气(?:温|压|湿)|天气",
    re.IGNORECASE,
)
LATE_SHARE, LATE_LEAST = 0.25, timedelta(minutes=2)


class Scene:
    """One event with its findings, and how the findings of the rest of the file stand to it."""

    def __init__(self, case: Case, event: EventBrief) -> None:
        self.case, self.event = case, event
        symptoms = [f for f in case.findings if f.kind in SYMPTOMS]
        calm = {e.number for e in case.events if e.kind == "operating_change"}
        self.findings = [f for f in symptoms if f.event == event.number]
        self.others = [f for f in symptoms if f.event != event.number and f.event not in calm]
        self.sensors = {s.name: s for s in case.sensors}
        self.tags = {s.tag for s in case.sensors if s.tag}

    @cached_property
    def told(self) -> list[Finding]:
        """What can be told of the event: its findings, those of sensors that were asked about first, those that came
        with a planned change and what the surroundings did last, else the weightiest first; a short event that shows
        none of its own is told by what its carriers did in the file's other events."""
        asked = set(self.case.focus)
        own = sorted(self.findings, key=lambda f: (
            f.sensor not in asked, self.is_context(f.sensor), self.is_planned(f), -self.weight(f)
        ))  # fmt: skip
        return own or [f for f in self.others if f.sensor in self.event.sensors]

    @cached_property
    def changes(self) -> list[Finding]:
        """What the event is: each sensor's weightiest finding, of those that changed nearly as strongly as any; the
        sensors that were asked about always."""
        asked = set(self.case.focus)
        once = list({f.sensor: f for f in reversed(self.unplanned)}.values())[::-1]
        once = [f for f in once if not self.is_context(f.sensor)] or once
        least = CLEAR * max((number(f) for f in once), default=0.0)
        return [f for f in once if number(f) >= least or f.sensor in asked]

    def is_context(self, column: str | None) -> bool:
        """Is it the weather or the room, which nobody asked about? That goes its own way and is no part of a fault."""
        sensor = self.sensors.get(column or "")
        if sensor is None or column in self.case.focus:
            return False
        return any(CONTEXT.search(name.replace("_", " ")) for name in (sensor.name, sensor.label, sensor.tag or ""))

    def instance(self, finding: Finding) -> str | None:
        """The roll or face of a finding's sensor."""
        sensor = self.sensors.get(finding.sensor or "")
        return sensor.instance if sensor else None

    def measures(self, sign: Sign) -> bool:
        """Does the file have a sensor that could show the sign?"""
        return sign.fits(None) or any(sign.fits(tag) for tag in self.tags)

    def weight(self, finding: Finding) -> float:
        """How much of what happened a finding is: less on a sensor that does not carry the event."""
        bystander = BYSTANDER_OF_CHANNEL if self.event.kind in CHANNEL_EVENTS else BYSTANDER
        carries = finding.sensor in self.event.sensors and not self.is_context(finding.sensor)
        share = 1.0 if carries else bystander
        return strength(finding) * share * (FEW_CYCLES if self.is_slow(finding) else 1.0)

    def is_slow(self, finding: Finding) -> bool:
        """Is it an oscillation whose period the event holds only a few times, hardly told from a change of level?"""
        period = finding.values.get("period_s")
        return isinstance(period, int | float) and period * LEAST_CYCLES > self.span.total_seconds() > 0

    @cached_property
    def unplanned(self) -> list[Finding]:
        """What is told of the event but for what came with a planned change; all where nothing else is."""
        return [f for f in self.told if not self.is_planned(f)] or self.told

    def is_planned(self, finding: Finding) -> bool:
        """Did a level step with a planned change, or as it settled? What the change explains is taken off already; what
        is left may still be its doing."""
        if finding.kind not in ("rise", "fall") or finding.start is None:
            return False
        planned = [f for f in self.case.findings if f.kind == "operating_change"]
        return any(f.start and f.end and f.start - SLACK <= finding.start <= f.end + NEAR for f in planned)

    def clear(self, finding: Finding) -> float:
        """How clearly a finding shows a sign: whole on a carrier of the event, else 0.5..1 by its strength."""
        if self.is_slow(finding):
            return FEW_CYCLES
        if finding.sensor in self.event.sensors:
            return 1.0
        above = math.log(max(number(finding), LEAST_STRENGTH) / LEAST_STRENGTH)
        return min(1.0, 0.5 + 0.5 * above / math.log(WHOLE_STRENGTH / LEAST_STRENGTH))

    @cached_property
    def roots(self) -> set[str]:
        """The three likeliest origins."""
        return {root.sensor for root in self.case.root_causes[:3]}

    @cached_property
    def lateness(self) -> timedelta:
        """How much later than the others a leading sign may set in: onsets are estimates."""
        return max(LATE_LEAST, LATE_SHARE * self.span)

    @cached_property
    def span(self) -> timedelta:
        """How long the event's findings last."""
        starts = [f.start for f in self.findings if f.start]
        ends = [f.end or f.start for f in self.findings if f.start]
        return max(e for e in ends if e) - min(starts) if starts else timedelta(0)

    def shows(self, sign: Sign, finding: Finding) -> bool:
        """Is the finding the sign? Of a frozen reading that also hangs on whether the rest of the plant answers."""
        if not shows(sign, finding) or not sign.response:
            return shows(sign, finding)
        if sign.response == "answer":
            return any(finding in found for found in self.answered.values())
        return (finding.id in self.answered) == (sign.response == "answered")

    @cached_property
    def answered(self) -> dict[str, list[Finding]]:
        """Frozen readings of parts that move, by their ids, each with what answers."""
        every = [*self.findings, *self.others]
        stuck = [f for f in every if f.kind == "stuck" and frozen.moves(self.sensors.get(f.sensor or ""))]
        return {f.id: found for f in stuck if (found := frozen.answers(f, every))}

    def downstream(self, names: Iterable[str]) -> set[str]:
        """Sensors that the causal graph reaches from `names`."""
        reached = set(names)
        frontier = set(reached)
        while frontier:
            frontier = {e.effect for e in self.case.edges if e.cause in frontier} - reached
            reached |= frontier
        return reached


def shows(sign: Sign, finding: Finding) -> bool:
    """Is the finding the sign?"""
    return finding.kind in sign.symptoms and sign.fits(finding.tag)


def strength(finding: Finding) -> float:
    """log(1 + strength) of a finding, so that one loud sensor doesn't drown the rest."""
    return math.log1p(max(number(finding), 0.1))


def number(finding: Finding) -> float:
    """The strength of a finding: multiples of what the reference period shows by itself."""
    value = finding.values.get("strength")
    return float(value) if isinstance(value, int | float) else USUAL_STRENGTH

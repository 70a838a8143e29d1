"""Which of a file's events an answer is about: what the question names, else what matters most.

An event's weight is its severity times the root of its length in rows. A lesser event with a diagnosis takes the place
of a worse one without only when it weighs not much less; a broken sensor never takes the place of a process that shows
a strong sign of its own, unless the process moved after the sensor broke and so may have followed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from roles.deciding.scene import CHANNEL_EVENTS, WHOLE_STRENGTH, Scene, number
from roles.deciding.times import MOMENT, NEAR, SLACK
from roles.deciding.types import Case, EventBrief
from roles.deciding.weighing import Hypothesis
from roles.planning.columns import sensors as mentions
from roles.planning.words import normal

Weighed = Sequence[tuple[Scene, list[Hypothesis]]]

WORTH = 0.5  # share of the leading event's weight from which a diagnosed one may take its place
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
CARRIERS = 3


def lead(case: Case, weighed: Weighed) -> int:
    """The place in `weighed` (worst first) of the event to talk about."""
    order = asked(case, weighed) or list(range(len(weighed)))
    if is_moment(case):
        return min(order, key=lambda i: _away(case, weighed[i][0].event))
    order = [_before_broken_sensors(order, weighed), *order]
    order.sort(key=lambda i: not weighed[i][0].findings)  # what shows nothing that can be told comes last
    first = weighed[order[0]][0]
    for i in order:
        scene, hypotheses = weighed[i]
        sure = bool(hypotheses) and hypotheses[0].confidence >= case.threshold
        if sure and weight(scene.event) >= WORTH * weight(first.event) and not _hides(scene, first):
            return i
    return order[0]


def asked(case: Case, weighed: Weighed) -> list[int]:
    """The events about the sensors and the time that the question names, about its time where none fits both; nothing
    where it names neither or nothing fits."""
    focus = set(case.focus or mentions.find(normal(case.question), case.sensors).columns(case.sensors))
    timed = case.start is not None or case.end is not None
    if not focus and not timed:
        return []
    then = [i for i, (scene, _) in enumerate(weighed) if _is_then(case, scene)]
    there = [i for i in then if not focus or focus & _shown(weighed[i][0])]
    return there or (then if timed else [])


def answers(case: Case, weighed: Weighed) -> bool:
    """Is the first of `weighed` an event at the time that the question names, if it names one?"""
    if case.start is None and case.end is None:
        return True
    if not is_moment(case):
        return bool(asked(case, weighed))
    event, middle = weighed[0][0].event, moment(case)
    if event.begun is None or event.ended is None:
        return bool(asked(case, weighed))
    return event.begun - NEAR <= middle <= event.ended + NEAR


def is_moment(case: Case) -> bool:
    """Does the question name a moment?"""
    return case.start is not None and case.end is not None and case.end - case.start <= MOMENT


def moment(case: Case) -> datetime:
    """The moment that the question names."""
    assert case.start is not None
    assert case.end is not None
    return case.start + (case.end - case.start) / 2


def weight(event: EventBrief) -> float:
    """How much of an event there is; its severity where nobody reckoned its length."""
    return event.weight or event.severity


def _before_broken_sensors(order: Sequence[int], weighed: Weighed) -> int:
    """The first event of `order`; a process event that a broken sensor would hide where that comes first."""
    first = weighed[order[0]][0]
    return next((i for i in order if _hides(first, weighed[i][0])), order[0])


def _hides(broken: Scene, process: Scene) -> bool:
    """Would telling of a broken sensor hide a strong sign of the process that cannot have followed from it?"""
    if broken.event.kind not in CHANNEL_EVENTS or process.event.kind in CHANNEL_EVENTS:
        return False
    carriers = process.event.sensors[:CARRIERS]
    strong = [f for f in process.findings if f.sensor in carriers and number(f) >= WHOLE_STRENGTH]
    return bool(strong) and not _followed(broken.event, process.event)


def _followed(broken: EventBrief, process: EventBrief) -> bool:
    """Did the process begin to move while the sensor was broken?"""
    if broken.begun is None or broken.ended is None or process.begun is None:
        return True
    return broken.begun - SLACK <= process.begun <= broken.ended


def _shown(scene: Scene) -> set[str]:
    return {f.sensor for f in scene.findings if f.sensor} | set(scene.event.sensors[:CARRIERS])


def _is_then(case: Case, scene: Scene) -> bool:
    if case.start is None and case.end is None:
        return True
    begin, end = span(scene)
    if begin is None or end is None:
        return False
    return (case.start is None or end >= case.start) and (case.end is None or begin <= case.end)


def begun(scene: Scene) -> datetime:
    """When an event began, with its findings."""
    return span(scene)[0] or LONG_AGO


def span(scene: Scene) -> tuple[datetime | None, datetime | None]:
    """When an event began and ended, with its findings."""
    timed = [f for f in scene.findings if f.start]
    begins = [f.start for f in timed if f.start] + ([scene.event.begun] if scene.event.begun else [])
    ends = [f.end or f.start for f in timed] + ([scene.event.ended] if scene.event.ended else [])
    known = [end for end in ends if end]
    return min(begins, default=None), max(known, default=None)


def _away(case: Case, event: EventBrief) -> tuple[bool, float]:
    """How far from the asked moment an event began; one that began in the period comes first."""
    if event.begun is None or event.ended is None or case.start is None or case.end is None:
        return True, 0.0
    began, middle = case.start <= event.begun <= case.end, moment(case)
    if not began and event.begun <= middle <= event.ended:
        return True, 0.0
    return not began, abs((event.begun - middle).total_seconds())

"""The decision maker's rules: which event, which hypotheses, which verdict.

Sure enough (confidence >= threshold): a fault with at most three ranked causes. Otherwise: what changed, where and
when, the closest pattern and what it lacks, where the disturbance most likely enters, and what would help. No
anomalous event: normal. No data: the passages answer, or nobody does.
"""

from __future__ import annotations

from roles.deciding import outcomes
from roles.deciding.scene import Scene
from roles.deciding.types import Case, Decision, EventBrief
from roles.deciding.weighing import Hypothesis, weigh
from roles.planning import sensors as mentions
from roles.planning.words import normal

WORTH = 0.5  # share of the worst event's severity from which another event may carry the diagnosis
MOST_EVENTS = 8


def decide(case: Case) -> Decision:
    """The diagnosis of a case."""
    if not case.has_data or not case.searched:
        return outcomes.from_knowledge(case)
    weighed = weigh_events(case)
    if not weighed:
        return outcomes.normal(case)
    (scene, hypotheses), *others = weighed
    if not hypotheses or hypotheses[0].confidence < case.threshold:
        return outcomes.unsure(scene, hypotheses, others)
    if hypotheses[0].benign:
        return outcomes.recognised(scene, hypotheses)
    return outcomes.fault(scene, hypotheses, others)


def weigh_events(case: Case) -> list[tuple[Scene, list[Hypothesis]]]:
    """Each anomalous event with what may have caused it; the one to talk about comes first."""
    anomalies = [event for event in case.events if event.kind != "operating_change"][:MOST_EVENTS]
    weighed = [(scene := Scene(case, event), weigh(scene)) for event in anomalies]
    if weighed:
        weighed.insert(0, weighed.pop(_main(case, weighed)))
    return weighed


def _main(case: Case, weighed: list[tuple[Scene, list[Hypothesis]]]) -> int:
    """The event to talk about: what the question is about first, then the worst; a less severe one only when it is
    not much less severe and has a diagnosis where the worst has none."""
    focus = set(case.focus or mentions.find(normal(case.question), case.sensors).columns(case.sensors))
    asked = [i for i, (scene, _) in enumerate(weighed) if _is_asked(case, scene, focus)]
    order = asked or list(range(len(weighed)))
    worst = weighed[order[0]][0].event.severity
    for i in order:
        scene, hypotheses = weighed[i]
        sure = bool(hypotheses) and hypotheses[0].confidence >= case.threshold
        if sure and scene.event.severity >= WORTH * worst:
            return i
    return order[0]


def _is_asked(case: Case, scene: Scene, focus: set[str]) -> bool:
    """Is the event about the sensors and the time that the question names?"""
    if not focus and case.start is None and case.end is None:
        return False
    shown = {f.sensor for f in scene.findings} | set(_carriers(scene.event))
    return (not focus or bool(focus & shown)) and _is_then(case, scene)


def _is_then(case: Case, scene: Scene) -> bool:
    starts = [f.start for f in scene.findings if f.start]
    ends = [f.end or f.start for f in scene.findings if f.start]
    if not starts:
        return case.start is None and case.end is None
    last = max(end for end in ends if end)
    return (case.start is None or last >= case.start) and (case.end is None or min(starts) <= case.end)


def _carriers(event: EventBrief) -> list[str]:
    return event.sensors[:3]

"""The decision maker's rules: which event, which hypotheses, which verdict.

Sure enough (confidence >= threshold): a fault with at most three ranked causes. Otherwise: what changed, where and
when, the closest pattern and what it lacks, where the disturbance most likely enters, and what would help. No
anomalous event: normal, or what left its normal range without an alarm. No data: the passages answer, or nobody does.
"""

from __future__ import annotations

from roles.deciding import besides, departed, leading, outcomes
from roles.deciding.scene import Scene
from roles.deciding.types import Case, Decision
from roles.deciding.weighing import Hypothesis, weigh

MOST_EVENTS = 8
NO_ALARMS = {"operating_change", departed.KIND}


def decide(case: Case) -> Decision:
    """The diagnosis of a case."""
    if not case.has_data or not case.searched:
        return outcomes.from_knowledge(case)
    weighed = weigh_events(case)
    if not weighed:
        return departed.decide(case) or outcomes.normal(case)
    (scene, hypotheses), *others = weighed
    if not hypotheses or hypotheses[0].confidence < case.threshold:
        decision = outcomes.unsure(scene, hypotheses, others)
    elif hypotheses[0].benign:
        decision = outcomes.recognised(scene, hypotheses)
    else:
        decision = outcomes.fault(scene, hypotheses, others)
    return besides.as_asked(case, departed.beside(case, decision), weighed)


def is_quiet(case: Case) -> bool:
    """Was all looked at and nothing out of the ordinary found? Then there is nothing to judge."""
    return case.has_data and case.searched and not weigh_events(case) and not departed.scenes(case)


def weigh_events(case: Case) -> list[tuple[Scene, list[Hypothesis]]]:
    """Each anomalous event with what may have caused it; the one to talk about comes first."""
    anomalies = [event for event in case.events if event.kind not in NO_ALARMS][:MOST_EVENTS]
    weighed = [(scene := Scene(case, event), weigh(scene)) for event in anomalies]
    if weighed:
        weighed.insert(0, weighed.pop(leading.lead(case, weighed)))
    return weighed

"""What to do, what to ask for, which passages stand behind it."""

from __future__ import annotations

from collections.abc import Sequence

from roles.deciding.documented import of_the_same, steps
from roles.deciding.scene import Scene
from roles.deciding.telling import begun
from roles.deciding.times import NEAR
from roles.deciding.types import Case
from roles.deciding.weighing import Hypothesis, stem
from roles.types import Action, Fault, Finding, Passage
from roles.wording import say

MOST_ACTIONS, MOST_ASKS, MOST_PASSAGES = 4, 3, 3
RIVAL = 0.15  # a rival this likely gets a check of its own
WHEN = {"now": 0, "next": 1, "later": 2}


def cite(case: Case, source: str) -> str:
    """The id of the passage as it was given, in the reader's language when both are; "" when it was not given."""
    same = [p for p in case.passages if stem(p.id) == stem(source)]
    return min(same, key=lambda p: (p.lang != case.lang, p.id != source)).id if source and same else ""


def cited(case: Case, fault: Fault) -> list[str]:
    """Ids of given passages that the fault rests on, nearest to the question first."""
    ids = list(dict.fromkeys(id_ for source in fault.passages if (id_ := cite(case, source))))
    near = {p.id: p.confidence for p in case.passages}
    return sorted(ids, key=lambda id_: -near.get(id_, 0.0))[:MOST_PASSAGES]


def actions_for(scene: Scene, hypotheses: Sequence[Hypothesis]) -> list[Action]:
    """At most four, in order of urgency, safety first among equals; a close rival gets one check. A fault with safety
    notes never goes without one."""
    faults = [h.match.fault for h in hypotheses if h.match and not h.benign]
    if not faults or hypotheses[0].match is None:
        return []
    own = sorted(faults[0].actions, key=lambda a: (WHEN[a.when], not a.safety))
    chosen = own[:MOST_ACTIONS]
    rival = hypotheses[1] if len(hypotheses) > 1 and hypotheses[1].confidence >= RIVAL else None
    if rival is not None and rival.match is not None and not rival.benign:
        checks = [a for a in rival.match.fault.actions if a.when == "now" and not a.safety][:1]
        chosen = chosen[: MOST_ACTIONS - len(checks)] + checks
    safety = [a for a in own if a.safety]
    if safety and not any(a.safety for a in chosen):
        chosen = [safety[0], *chosen[: MOST_ACTIONS - 1]]
    once = list({a.text: a for a in chosen}.values())
    return [a.model_copy(update={"source": cite(scene.case, a.source)}) for a in once]


def documented_steps(hypotheses: Sequence[Hypothesis], passages: Sequence[Passage] = ()) -> list[Action]:
    """What a document says to do, in its own words: the likeliest that names the signs; of what the crew taught, the
    one that has it in its title."""
    first = hypotheses[0] if hypotheses else None
    if first is not None and first.repeat is not None and not first.hint and first.passage is not None:
        return of_the_same(first.passage, passages)[:MOST_ACTIONS]
    found = [h for h in hypotheses if h.document is not None]
    top = max(found, key=lambda h: h.confidence, default=None)
    return steps(top.document)[:MOST_ACTIONS] if top is not None and top.document is not None else []


def _is_noted(scene: Scene, told: Sequence[Finding]) -> bool:
    """Does the file itself say what was done at that time?"""
    begins = [f.start for f in told if f.start] or [b for b in [scene.event.begun] if b]
    return any(abs(remark.at - begins[0]) <= NEAR for remark in scene.case.remarks) if begins else False


def asks_for(scene: Scene, hypotheses: Sequence[Hypothesis], *, sure: bool, told: Sequence[Finding] = ()) -> list[str]:
    """What would make it surer: of the likeliest faults first; unsure also what would help with any cause, at the time
    of what was `told`."""
    case = scene.case
    faults = [h.match.fault for h in hypotheses if h.match and not h.benign]
    if sure:
        own = [ask for fault in faults[:1] for ask in fault.asks_for[:2]]
        return (
            own + [ask for fault in faults[1:2] for ask in fault.asks_for[:1] if ask not in own][: MOST_ASKS - len(own)]
        )
    start = begun(scene.event, told)
    asks = [] if _is_noted(scene, told) else [say("ask_change", case.lang, start=start)]
    asks += [ask for fault in faults[:2] for ask in fault.asks_for[:1]][: MOST_ASKS - 2]
    asks.append(say("ask_log", case.lang, start=start))
    return list(dict.fromkeys(asks))[:MOST_ASKS]

"""The decision maker with a language model: it ranks the causes, says how sure it is, which evidence speaks and why;
names, numbers, actions and the headline are put together here from what was given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field

from roles.deciding import departed, outcomes, pruning, telling
from roles.deciding.backing import LOCALISED
from roles.deciding.causes import cause_of
from roles.deciding.matching import match
from roles.deciding.rules import decide, weigh_events
from roles.deciding.scene import Scene
from roles.deciding.supporting import known_of
from roles.deciding.types import Case, Decision, EventBrief
from roles.deciding.weighing import Hypothesis, weigh
from roles.llm.condensing import IN_A_QUESTION, condense, shorten
from roles.llm.speech import Brief, Said, Speech, near, passages
from roles.types import Cause, Fault, Finding
from roles.wording import say

MOST_FINDINGS, PER_SENSOR, MOST_FAULTS, MOST_EDGES, MOST_SIGNALS, MOST_CAUSES = 40, 4, 6, 20, 24, 3
LONGEST_WHY = 300

Weighed = list[tuple[Scene, list[Hypothesis]]]


class CauseSaid(Said):
    """A cause: the id of a given fault, or none where a cited passage names the cause, or where nothing given does:
    then `name` says it in a few words."""

    fault: str | None = None
    name: str | None = None
    confidence: float = Field(ge=0, le=1)
    evidence: list[str]
    against: list[str] = Field(default_factory=list)
    why: str = ""


class Judgement(Said):
    """What the model says."""

    verdict: Literal["fault", "unsure", "normal"]
    event: int | None = None
    causes: list[CauseSaid] = Field(default_factory=list)
    asks_for: list[str] = Field(default_factory=list)


def brief(case: Case) -> Brief:
    """Events and findings in words, the fault signatures that show anything, the edges around the findings."""
    findings = _findings(case)
    about = {f.sensor for f in findings} | {s for e in case.events[:2] for s in e.sensors[:3]}
    edges = [e for e in case.edges if {e.cause, e.effect} & about]
    edges.sort(key=lambda e: (-len({e.cause, e.effect} & about), -e.strength))
    faults, weighed = _faults(case), weigh_events(case)
    measured = {h.match.fault.id: h.confidence for h in (weighed[0][1] if weighed else ()) if h.match}
    behind = {id_ for fault, _ in faults for id_ in fault.passages[:2]}
    first = [p for p in case.passages if p.id in behind or p.confidence >= case.threshold] or case.passages
    data = {
        "question": condense(case.question, most=IN_A_QUESTION),
        "threshold": case.threshold,
        "focus": case.focus[:8],
        "events": [_event(e) for e in case.events[:8]],
        "findings": [
            {"id": f.id, "event": f.event, "sensor": f.sensor, "text": condense(f.text, 240)} for f in findings
        ],
        "origins": [{"sensor": r.sensor, "score": round(r.score, 2)} for r in case.root_causes[:4]],
        "fit": [[fault.id, measured.get(fault.id, 0.0)] for fault, _ in faults],
        "near": near(first),
    }  # fmt: skip
    if case.signals:  # they tell the relations too
        data["signals"] = [condense(s, 240, 16) for s in case.signals[:MOST_SIGNALS]]
    else:
        data["edges"] = [[e.cause, e.effect, round(e.lag_s, 1), round(e.strength, 2)] for e in edges[:MOST_EDGES]]
    shown = passages(first)
    return Brief(data, [*(_signature(fault, case) for fault, _ in faults), *shown], len(shown))


def _findings(case: Case) -> list[Finding]:
    """As they come, worst first, a few of each sensor."""
    count: dict[str | None, int] = {}
    kept = []
    for finding in case.findings:
        count[finding.sensor] = count.get(finding.sensor, 0) + 1
        if count[finding.sensor] <= PER_SENSOR:
            kept.append(finding)
    return kept[:MOST_FINDINGS]


def _event(event: EventBrief) -> dict[str, Any]:
    times = {"since": event.start} if event.ongoing else {"from": event.start, "to": event.end}
    data = {"event": event.number, "kind": event.kind, **times, "severity": round(event.severity, 1)}
    return data | {"sensors": event.sensors[:5]} | ({"reason": condense(event.reason, 160)} if event.reason else {})


def _faults(case: Case) -> list[tuple[Fault, float]]:
    """The signatures that fit anything that was measured, best first."""
    scenes = [Scene(case, e) for e in case.events if e.kind != "operating_change"][:4]
    fits = [
        (fault, max((m.raw for scene in scenes if (m := match(fault, scene)) is not None), default=0.0))
        for fault in case.faults
    ]
    return sorted((fit for fit in fits if fit[1] > 0), key=lambda fit: -fit[1])[:MOST_FAULTS]


def _signature(fault: Fault, case: Case) -> str:
    """One line: id, name, each sign with the findings that show it, what speaks against it, its passages."""

    def told(signs: Sequence[Any]) -> str:
        parts = []
        for sign in signs[:5]:
            shown = [f.id for f in case.findings if f.kind in sign.symptoms and sign.fits(f.tag)][:3]
            what = sign.text or telling.expected(case, sign)
            parts.append(f"{condense(what, 90)} ({', '.join(shown) or '-'})")
        return "; ".join(parts)

    ids = [p.id for p in case.passages if p.id in fault.passages][:3]
    planned = " [planned change, no fault]" if fault.benign else ""
    against = f" Against: {told(fault.against)}." if fault.against else ""
    return f"{fault.id} = {fault.name}{planned}. Signs: {told(fault.signs)}.{against} {' '.join(ids)}".rstrip()


def assemble(case: Case, said: Judgement) -> dict[str, Any]:
    """The judgement as a decision. What cannot stand of it is left out (pruning.py); a verdict, a fault or an id that
    nothing given stands behind is put in as it was said. Cases without data are not judged (roles/answering)."""
    if not case.has_data or not case.searched:
        return decide(case).model_dump(mode="json")
    said = _by_name(case, said)
    weighed = weigh_events(case)
    if not weighed:
        return _departed(case, said).model_dump(mode="json")
    at = next((i for i, (scene, _) in enumerate(weighed) if scene.event.number == said.event), 0)
    scene, others = weighed[at][0], [w for i, w in enumerate(weighed) if i != at]
    known = {h.key: h for h in weigh(scene, 0.0)}
    drawn = _drawn(scene, said, known)
    ranked = [replace(h, confidence=c.confidence) for c, h in drawn if h is not None]
    decision = _told(scene, ranked, others, said)
    closest = said.verdict == "unsure" and len(drawn) == 1
    own = [made for c, h in drawn if (h is None or not h.benign) and (made := _cause(c, h, scene, closest=closest))]
    if said.verdict == "unsure" and not own:
        own = [c for c in decision.causes if c.fault is None]
    update = _ranked(own) | (
        {} if said.verdict == "normal" else {"confidence": max([c.confidence for c in own], default=0.0)}
    )
    asks = pruning.asks(said.asks_for, case)
    update |= {"asks_for": asks} if asks else {}
    return decision.model_copy(update=update | {"verdict": said.verdict}).model_dump(mode="json")


def _by_name(case: Case, said: Judgement) -> Judgement:
    """An id that nobody gave is the name of a cause that nobody wrote down, and no passage speaks of it. A fault that
    rests on such ids alone keeps them, to be refused."""
    faults, passages = {f.id for f in case.faults}, {p.id for p in case.passages}
    if said.verdict == "fault" and not any(cause.fault in faults for cause in said.causes):
        return said
    causes = []
    for cause in said.causes:
        if cause.fault and cause.fault not in faults:
            name = cause.name or cause.fault.replace("_", " ")
            measured = [id_ for id_ in cause.evidence if id_ not in passages]
            cause = cause.model_copy(update={"fault": None, "name": name, "evidence": measured})
            if not measured:
                continue
        causes.append(cause)
    return said.model_copy(update={"causes": causes})


def _drawn(
    scene: Scene, said: Judgement, known: dict[str, Hypothesis], most: float = 1.0
) -> list[tuple[CauseSaid, Hypothesis | None]]:
    """The causes, likeliest first, each within what its signs measure, with the hypothesis that it means."""
    drawn, given = [], {p.id for p in scene.case.passages}
    for cause in said.causes:
        hypothesis = known.get(_said_key(cause, scene.case))
        sure = pruning.confidence(
            cause.confidence, hypothesis, is_fault=bool(cause.fault), cites=bool(given & set(cause.evidence))
        )
        drawn.append((cause.model_copy(update={"confidence": min(sure, most)}), hypothesis))
    return sorted(drawn, key=lambda each: -each[0].confidence)[:MOST_CAUSES]


def _ranked(causes: Sequence[Cause]) -> dict[str, Any]:
    ordered = sorted(causes, key=lambda c: -c.confidence)
    return {"causes": [c.model_copy(update={"rank": i}) for i, c in enumerate(ordered, start=1)]}


def _departed(case: Case, said: Judgement) -> Decision:
    """What left its normal range without an alarm is an observation: never a fault, whatever is said, and its causes
    stay below the threshold. It is not normal either: that is put in as it was said."""
    base, scene = departed.decide(case), departed.main(case)
    if base is None or scene is None:
        return outcomes.normal(case)
    if said.verdict == "normal":
        return base.model_copy(update={"verdict": "normal", "event": None})
    known = {h.key: h for h in departed.modest(scene)}
    most = round(case.threshold - departed.MODEST, 2)
    made = [_cause(c, h, scene, closest=True) for c, h in _drawn(scene, said, known, most) if h is None or not h.benign]
    own = [cause for cause in made if cause is not None]
    update = _ranked(own) | {"confidence": max(c.confidence for c in own)} if own else {}
    asks = pruning.asks(said.asks_for, case)
    return base.model_copy(update=update | ({"asks_for": asks} if asks else {}))


def _told(scene: Scene, ranked: list[Hypothesis], others: Weighed, said: Judgement) -> Decision:
    """The sentences of a verdict, by the rules' own way of saying it."""
    real = [h for h in ranked if not h.benign]
    if said.verdict == "fault" and real:
        return outcomes.fault(scene, real, others)
    benign = next((h for h in [*ranked, *weigh(scene, 0.0)] if h.benign and h.match), None)
    if said.verdict == "normal" and benign is not None:
        return outcomes.recognised(scene, [benign, *real])
    return outcomes.unsure(scene, ranked, others)


def _said_key(cause: CauseSaid, case: Case) -> str:
    """The fault that is meant, else the first passage that is cited."""
    given = {p.id for p in case.passages}
    return cause.fault or next((id_ for id_ in cause.evidence if id_ in given), "")


def _cause(said: CauseSaid, hypothesis: Hypothesis | None, scene: Scene, *, closest: bool) -> Cause | None:
    """The cause with the model's evidence and words; what it is called and where it sits come from what was given. None
    for one without a fault, a passage or a name that may be shown."""
    case = scene.case
    known = known_of(case, said.fault, said.evidence, said.name or "")
    why = pruning.why(worded(shorten(" ".join(said.why.split()), LONGEST_WHY), case), case, known)
    evidence, against = (pruning.ids(ids, said.fault, scene) for ids in (said.evidence, said.against))
    update: dict[str, Any] = {"evidence": evidence, "against": against, "confidence": said.confidence}
    given = {p.id for p in case.passages}
    if hypothesis is not None:
        base = cause_of(hypothesis, scene, 1, closest=closest)  # what is written about the fault is cited with it
        update["evidence"] = list(dict.fromkeys([*evidence, *(id_ for id_ in base.evidence if id_ in given)]))
        return base.model_copy(update=update | ({"why": why} if why else {}))
    sensor = next((f.sensor for f in case.findings if f.id in evidence and f.sensor), None)
    if not said.fault and not set(evidence) & given:
        return _unwritten(said, scene, sensor, update | {"why": why})
    fault = next((f for f in case.faults if f.id == said.fault), None)
    passage = next((p for p in case.passages if p.id in evidence), None)
    name = fault.name if fault else telling.passage_says(passage) if passage and not said.fault else str(said.fault)
    return Cause(rank=1, text=name, fault=said.fault or None, why=why, sensor=sensor, **update)


def _unwritten(said: CauseSaid, scene: Scene, sensor: str | None, update: dict[str, Any]) -> Cause | None:
    """A cause that nobody wrote down: the model's own, called so, or the place where the disturbance enters."""
    case = scene.case
    update["confidence"] = round(min(said.confidence, LOCALISED, case.threshold - departed.MODEST), 2)
    name = pruning.name(said.name or "", case)
    if name:
        return Cause(rank=1, text=say("decide_hypothesis", case.lang, name=name), sensor=sensor, **update)
    if sensor is None or sensor not in {r.sensor for r in case.root_causes}:
        return None
    text = say("decide_origin", case.lang, sensor=telling.sensor_name(case, sensor))
    return Cause(rank=1, text=text, sensor=sensor, **update)


def worded(text: str, case: Case) -> str:
    """A sentence with the crew's names instead of column names."""
    for sensor in sorted(case.sensors, key=lambda s: -len(s.name)):
        shown = telling.name(sensor, case.lang)
        if shown != sensor.name and sensor.name in text:
            text = re.sub(rf"(?<![A-Za-z0-9_]){re.escape(sensor.name)}(?![A-Za-z0-9_])", shown, text)
    return text


SPEECH = Speech(Judgement, brief, assemble, max_tokens=1200)

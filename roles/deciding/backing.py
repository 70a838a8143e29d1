"""What an engine may not do with what was measured: hide a fault, be surer than the signs, cite what says nothing of
the cause, advise what nobody wrote down, answer in another language.

The signs are weighed as the rules weigh them. That is a floor and a ceiling, not the answer: an engine ranks and words
within SWAY of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from roles.deciding import departed
from roles.deciding.advice import documented_steps
from roles.deciding.rules import weigh_events
from roles.deciding.scene import Scene
from roles.deciding.types import Case, Decision
from roles.deciding.weighing import Hypothesis, names, speaks_of, stem, weigh
from roles.sentences import sentences
from roles.types import Cause, Fault, Passage
from roles.wording import say

SWAY = 0.25  # how far an engine's confidence may be from what the signs measure
LOCALISED = 0.45  # of an origin, which is no cause
LETTERS, CHINESE = re.compile(r"[A-Za-z]{2,}"), re.compile(r"[\u4e00-\u9fff]")


def backing(given: Case, output: Decision) -> Iterator[str]:
    """Complaints, one sentence each."""
    if given.has_data and given.searched and output.verdict != "answered":
        signs = _Signs(given, output)
        yield from _hidden(signs, output)
        for cause in output.causes:
            yield from _sure(signs, cause)
            yield from _cited(signs, cause)
    else:
        near = {p.id: p.confidence for p in given.passages}
        for cause in output.causes:
            most = max((near.get(id_, 0.0) for id_ in cause.evidence), default=0.0)
            if cause.confidence > most + 0.005:
                yield f"cause {cause.rank} is surer than its passage is similar ({most:.2f})"
    yield from _actions(given, output)
    yield from _language(given, output)


class _Signs:
    """What the signs measure: of the event that the output is about, and of the one that it should be about."""

    def __init__(self, given: Case, output: Decision) -> None:
        self.case, self.weighed = given, weigh_events(given)
        every = [*(scene for scene, _ in self.weighed), *departed.scenes(given)]
        about = [scene for scene in every if scene.event.number == output.event]
        self.scene: Scene | None = about[0] if about else self.weighed[0][0] if self.weighed else None
        self.faults = {f.id: f for f in given.faults}
        self.passages = {p.id: p for p in given.passages}
        self.findings = {f.id: f for f in given.findings}

    @cached_property
    def confidence(self) -> dict[str, float]:
        """Fault or passage -> confidence by its signs, in the event that the output is about."""
        if self.scene is None:
            return {}
        left = self.scene.event.kind == departed.KIND
        return {h.key: h.confidence for h in (departed.modest if left else weigh)(self.scene, 0.0)}

    @cached_property
    def surest(self) -> Hypothesis | None:
        """What the signs are sure of, in the event to talk about."""
        top = self.weighed[0][1][:1] if self.weighed else []
        return top[0] if top and top[0].confidence >= self.case.threshold else None


def _hidden(signs: _Signs, output: Decision) -> Iterator[str]:
    """A fault that the signs are sure of is told, and only a planned change makes an anomalous event normal."""
    surest = signs.surest
    if surest is not None and not surest.benign:
        key = surest.key
        if output.verdict == "normal" or not any(key in (c.fault, *c.evidence) for c in output.causes):
            yield f"{key} is missing among the causes: its signs measure {surest.confidence:.2f}"
    if output.verdict == "normal" and signs.weighed:
        planned = [f.id for f in signs.case.faults if f.benign]
        most = max((signs.confidence.get(id_, 0.0) for id_ in planned), default=0.0)
        if most < signs.case.threshold - SWAY:
            yield f"event {output.event} shows no planned change ({most:.2f}), so it is not normal"


def _sure(signs: _Signs, cause: Cause) -> Iterator[str]:
    if cause.fault is not None:
        measured = signs.confidence.get(cause.fault, 0.0)
        if abs(cause.confidence - measured) > SWAY + 1e-9:
            said = f"{cause.confidence:.2f} for {cause.fault}"
            yield f"{said} is not within {SWAY} of what its signs measure ({measured:.2f})"
        return
    if cause.text.startswith(say("decide_hypothesis", signs.case.lang, name="")):
        if cause.confidence > LOCALISED + 1e-9 or not set(cause.evidence) & set(signs.findings):
            yield f"cause {cause.rank} is nobody's knowledge: at most {LOCALISED}, and with a finding"
        return
    cited = [id_ for id_ in cause.evidence if id_ in signs.passages]
    measured = max((signs.confidence.get(id_, 0.0) for id_ in cited), default=0.0)
    origin = cause.sensor in {r.sensor for r in signs.case.root_causes} and not cited
    if cause.confidence > (LOCALISED if origin else measured + SWAY) + 1e-9:
        yield f"cause {cause.rank} names no fault, and no cited passage makes it that sure"
    elif not origin and not cited:
        yield f"cause {cause.rank} names no fault and cites no passage"


def _cited(signs: _Signs, cause: Cause) -> Iterator[str]:
    """Every finding is about a quantity of the fault or what lies downstream; every passage about the fault."""
    fault, scene = signs.faults.get(cause.fault or ""), signs.scene
    if fault is None or scene is None:
        return
    ids = (*cause.evidence, *cause.against)
    for id_ in ids:
        if not about(id_, fault, ids, scene):
            more = " or of the sensors of its findings" if id_ in signs.passages else ""
            yield f"{id_} says nothing of {fault.id}{more}"


def about(id_: str, fault: Fault, ids: Sequence[str], scene: Scene) -> bool:
    """Is a finding or passage, cited with `ids`, about the fault? One that was never given is for others to judge."""
    case = scene.case
    shown = [f for f in case.findings if f.id in ids]
    own = [f for f in shown if any(sign.fits(f.tag) for sign in (*fault.signs, *fault.against))]
    finding = next((f for f in shown if f.id == id_), None)
    if finding is not None:
        return finding in own or finding.sensor in scene.downstream(f.sensor for f in own if f.sensor)
    passage = next((p for p in case.passages if p.id == id_), None)
    return passage is None or _is_about(passage, fault) or any(speaks_of(passage, f, scene) for f in shown)


def _is_about(passage: Passage, fault: Fault) -> bool:
    known = {stem(id_) for id_ in (*fault.passages, *(a.source for a in fault.actions))}
    return stem(passage.id) in known or names(passage, fault)


def _actions(given: Case, output: Decision) -> Iterator[str]:
    """Advice is what somebody wrote down for a fault, with its urgency and its mark of safety."""
    written = {(a.text, a.when, a.safety) for fault in given.faults for a in fault.actions}
    for _, hypotheses in weigh_events(given):
        quoted = [*documented_steps(hypotheses), *documented_steps(hypotheses, given.passages)]
        written |= {(a.text, a.when, a.safety) for a in quoted}
    for action in output.actions:
        if (action.text, action.when, action.safety) not in written:
            yield f"the action {action.text[:60]!r} was not given"


def _language(given: Case, output: Decision) -> Iterator[str]:
    """What is said is in the reader's language; names and quotes may be in another."""
    shown = sorted({n for s in given.sensors for n in (s.name, s.label, *s.aliases)}
                   | {n for f in given.faults for n in (f.id, f.name, *f.names)}, key=len, reverse=True)  # fmt: skip
    texts = [output.headline, *output.notes, *output.asks_for, *(c.why for c in output.causes)]
    quotes = [t for p in given.passages for t in (p.title, p.text, *sentences(p.text))]
    quotes += [f.text for f in given.findings]
    quotes += [t for f in given.faults for t in f.asks_for]
    quotes += [e.reason for e in given.events] + [r.reason for r in given.root_causes]
    for text in texts:
        plain = text
        for quote in (*(q for q in quotes if q and q in plain), *(n for n in shown if n and n in plain)):
            plain = plain.replace(quote, " ")
        if not plain.strip() or any(text in quote for quote in quotes):
            continue
        chinese, letters = len(CHINESE.findall(plain)), len(LETTERS.findall(plain))
        if (given.lang == "zh" and letters >= 3 and chinese < letters) or (given.lang == "en" and chinese > letters):
            yield f"{text[:40]!r} is not in the reader's language ({given.lang})"

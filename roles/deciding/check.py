"""What is wrong with a decision: invented numbers, unknown ids, certainty without evidence, missing safety.

The same check guards every engine. It compares the output with what was given; backing.py holds it against what the
signs measure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from roles.deciding.backing import backing
from roles.deciding.claiming import claims, dangers
from roles.deciding.figures import forms, is_given, written
from roles.deciding.observing import observed
from roles.deciding.pruning import may_ask
from roles.deciding.supporting import known_of
from roles.deciding.telling import asked_time
from roles.deciding.types import Case, Decision
from roles.types import Cause

MOST_CAUSES, MOST_ACTIONS, MOST_CONFIDENCE = 3, 4, 0.95
CLOCK = re.compile(r"(?:\d{4}-)?(?:\d{2}-\d{2}[ T])?\d{1,2}:\d{2}(?::\d{2})?|\d{4}-\d{2}-\d{2}")
SPAN = re.compile(r"\d[\d.,]*\s?(?:s|sec\w*|min\w*|h|hours?|days?|秒|分钟|小时|天)(?![A-Za-z])")
STRAND = re.compile(r"\bstrands? \d+|\d+ ?号|\d+流")


def check(given: Case, output: Decision) -> list[str]:
    """Complaints about `output`, one sentence each; empty when it may be shown."""
    return [
        *_shape(given, output),
        *_verdict(given, output),
        *_evidence(given, output),
        *_numbers(given, output),
        *_certainty(output),
        *_safety(given, output),
        *_danger(output),
        *backing(given, output),
    ]


def _shape(given: Case, output: Decision) -> Iterator[str]:
    if len(output.causes) > MOST_CAUSES or len(output.actions) > MOST_ACTIONS:
        yield f"at most {MOST_CAUSES} causes and {MOST_ACTIONS} actions"
    if [c.rank for c in output.causes] != list(range(1, len(output.causes) + 1)):
        yield "ranks are not 1, 2, 3"
    sure = [c.confidence for c in output.causes]
    if sure != sorted(sure, reverse=True):
        yield "causes are not ordered by confidence"
    if output.verdict == "fault" and max(sure, default=0.0) > MOST_CONFIDENCE:
        yield f"no cause is surer than {MOST_CONFIDENCE}"
    if output.event is not None and output.event not in {e.number for e in given.events}:
        yield f"event {output.event} was not given"
    if not output.headline.strip():
        yield "the headline is empty"


def _verdict(given: Case, output: Decision) -> Iterator[str]:
    top = output.causes[0].confidence if output.causes else 0.0
    anomalies = [e for e in given.events if e.kind != "operating_change"]
    if output.verdict == "fault" and (not output.causes or top < given.threshold):
        yield f"a fault needs a cause with confidence {given.threshold} or more; else the verdict is unsure"
    if output.verdict == "fault" and output.confidence != top:
        yield "confidence is not that of the first cause"
    if output.verdict == "fault" and all(e.kind == "departure" for e in anomalies):
        yield "no anomalous event was given, so there is no fault"
    if output.verdict == "unsure" and top >= given.threshold:
        yield "unsure, but a cause is above the threshold"
    if output.verdict == "unsure" and not output.asks_for:
        yield "unsure, but asks for nothing that would help"
    if output.verdict == "normal" and anomalies and output.event is None:
        yield "anomalous events were given; normal has to say which one is a planned change"
    if output.verdict == "answered" and not any(c.evidence for c in output.causes):
        yield "an answer needs a passage as evidence"


def _evidence(given: Case, output: Decision) -> Iterator[str]:
    findings, passages = {f.id: f for f in given.findings}, {p.id for p in given.passages}
    faults = {f.id: f for f in given.faults}
    for cause in output.causes:
        for id_ in [*cause.evidence, *cause.against]:
            if id_ not in findings and id_ not in passages:
                yield f"{id_} was not given"
        if not cause.evidence:
            yield f"cause {cause.rank} has no evidence"
        if cause.sensor is not None and cause.sensor not in {s.name for s in given.sensors}:
            yield f"no sensor {cause.sensor!r}"
        if cause.fault is None:
            continue
        fault = faults.get(cause.fault)
        cited = [findings[i] for i in cause.evidence if i in findings]
        if fault is None:
            yield f"no fault {cause.fault!r}"
        elif given.has_data and not any(f.kind in s.symptoms and s.fits(f.tag) for f in cited for s in fault.signs):
            yield f"no finding that cause {cause.rank} cites is a sign of {cause.fault}"
    for action in output.actions:
        if action.source and action.source not in passages:
            yield f"{action.source} was not given"


def _numbers(given: Case, output: Decision) -> Iterator[str]:
    measured, times = _measured(given, output), _strings(given)
    names = sorted(_names(given), key=len, reverse=True)
    quoted = _texts_of(given, {i for c in output.causes for i in c.evidence})
    advice = [*quoted, *(t for f in given.faults for t in (*f.asks_for, *(a.text for a in f.actions)))]
    advice += [p.text for p in given.passages]
    # A reason that the data bear out word by word needs no more; of another one every number stands somewhere.
    reasons = [c.why for c in output.causes if c.why and _observed(c, given) != c.why.strip()]
    said = [(t, quoted) for t in [output.headline, *reasons, *(c.text for c in output.causes)]]
    said += [
        (t, [*quoted, *_texts_of(given, [p.id for p in given.passages if f"[{p.id}]" in t])]) for t in output.notes
    ]
    said += [(SPAN.sub(" ", CLOCK.sub(" ", t)), advice)  # when to look is the asker's own
             for t in output.asks_for if not may_ask(t, given)]  # fmt: skip
    said += [(a.text, advice) for a in output.actions]
    for text, sources in said:
        allowed = measured | {float(n.replace(",", "").replace("−", "-")) for s in sources for n in written(s)}
        plain = text
        for name in names:
            plain = plain.replace(name, " ")
        for clock in CLOCK.findall(plain):
            if not any(clock in s for s in [*times, *sources]):
                yield f"the time {clock} was not given"
        plain = STRAND.sub(" ", CLOCK.sub(" ", plain))
        yield from (f"the number {n} was not given" for n in written(plain) if not is_given(n, allowed))


def _observed(cause: Cause, given: Case) -> str:
    return observed(cause.why, given, known_of(given, cause.fault, cause.evidence, cause.text))


def _measured(given: Case, output: Decision) -> set[float]:
    values = [(k, float(v)) for f in given.findings for k, v in f.values.items() if isinstance(v, int | float)]
    sure = [given.threshold, output.confidence, *(c.confidence for c in output.causes)]
    sure += [p.confidence for p in given.passages] + [r.score for r in given.root_causes]
    numbers = [n for key, value in [*values, *(("confidence", s) for s in sure)] for n in forms(key, value)]
    numbers += [x for e in given.events for x in (e.number, e.severity)]
    numbers += [len(given.sensors), len(given.findings), *range(len(given.events) + 1)]
    return {float(n) for n in numbers}


def _strings(given: Case) -> list[str]:
    texts = [t for e in given.events for t in (e.start, e.end, e.alarm, e.reason)]
    texts += [f.text for f in given.findings] + [r.reason for r in given.root_causes]
    texts += [asked_time(given)] if given.start or given.end else []
    return texts + [str(v) for f in given.findings for v in f.values.values() if isinstance(v, str)]


def _names(given: Case) -> set[str]:
    """Everything that is a name, so that its digits are no numbers."""
    names = {
        n for s in given.sensors for n in (s.name, s.label, s.instance or "", s.name.replace("_", " "), *s.aliases)
    }
    names |= {f.name for f in given.faults} | {p.id for p in given.passages} | {f.id for f in given.findings}
    names |= {t for e in given.events for t in (e.start, e.end, e.reason)}
    return {n for n in names if any(c.isdigit() for c in n)}


def _texts_of(given: Case, ids: Iterable[str]) -> list[str]:
    ids = set(ids)
    return [t for p in given.passages if p.id in ids for t in (p.title, p.text)]


def _certainty(output: Decision) -> Iterator[str]:
    """No cause is ever certain (MOST_CONFIDENCE), so nothing may be told as certain."""
    for text in [output.headline, *output.notes, *(t for c in output.causes for t in (c.text, c.why))]:
        yield from (f"{claim} claims more than the evidence gives" for claim in claims(text))


def _danger(output: Decision) -> Iterator[str]:
    """No sentence of an engine's own advises danger."""
    texts = [output.headline, *output.notes, *output.asks_for, *(t for c in output.causes for t in (c.text, c.why))]
    yield from (f"{danger} is dangerous advice" for text in texts for danger in dangers(text))


def _safety(given: Case, output: Decision) -> Iterator[str]:
    faults = {f.id: f for f in given.faults}
    top = faults.get(output.causes[0].fault or "") if output.causes and output.verdict == "fault" else None
    if top is not None and any(a.safety for a in top.actions) and not any(a.safety for a in output.actions):
        yield f"{top.id} has safety notes, and none is among the actions"

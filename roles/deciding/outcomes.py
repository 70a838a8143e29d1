"""The verdicts, each as a whole decision: fault, unsure, normal, recognised change, answered from knowledge."""

from __future__ import annotations

from collections.abc import Sequence

from roles.deciding import besides, suspect, telling, written
from roles.deciding.advice import MOST_ASKS, actions_for, asks_for, cite, documented_steps
from roles.deciding.causes import cause_of, origin
from roles.deciding.documented import subject
from roles.deciding.figures import figure
from roles.deciding.scene import Scene
from roles.deciding.types import Case, Decision
from roles.deciding.weighing import Hypothesis, stem
from roles.sentences import first_sentences
from roles.types import Action, Cause, Finding, Passage
from roles.wording import say

MOST_CAUSES, MOST_CHANGES = 3, 4
CLOSEST = 0.15  # an unproven pattern below this is not worth naming as a cause
EVEN = 0.85  # two fits nearer than this are told as "one or the other"
QUIET, CLOSE = 0.95, 0.3  # confidence of "normal": 0.95, less 0.3 times the closest sensor's share of its limit

Weighed = tuple[Scene, list[Hypothesis]]


def fault(scene: Scene, hypotheses: list[Hypothesis], others: Sequence[Weighed]) -> Decision:
    """Sure enough: ranked causes with what speaks for and against them, actions with safety first."""
    case, top = scene.case, hypotheses[0]
    causes = [cause_of(h, scene, rank) for rank, h in enumerate(_real(hypotheses)[:MOST_CAUSES], start=1)]
    what, told = _seen(scene, top)
    within = besides.within(scene, top, told)
    beside = list(within)
    headline = say(
        "decide_fault", case.lang, what=telling.capital(what), when=telling.when(case, scene.event, told),
        cause=telling.small(causes[0].text), confidence=figure(top.confidence, 2),
    )  # fmt: skip
    if beside and beside[0].sensor in case.focus:
        headline = besides.asked_first(scene, beside.pop(0), headline)
    return Decision(
        verdict="fault", headline=headline, causes=causes,
        actions=actions_for(scene, hypotheses) or documented_steps(hypotheses, case.passages),
        asks_for=asks_for(scene, hypotheses, sure=True), confidence=causes[0].confidence, event=scene.event.number,
        notes=[
            *suspect.caution(scene, top.findings),
            *telling.earlier_sign(case, scene.event, told, top.match.findings if top.match else ()),
            *besides.within_lines(scene, beside),
            *besides.lines([*told, *within], others, fault=top.match.fault.id if top.match else None),
        ],
    )  # fmt: skip


def unsure(scene: Scene, hypotheses: list[Hypothesis], others: Sequence[Weighed]) -> Decision:
    """Something changed, but no cause stands: where, when, how much, the closest pattern, what would help."""
    case, real = scene.case, _real(hypotheses)
    close = [h for h in real[:2] if h.confidence >= CLOSEST and _shows_here(h)]
    torn = len(close) == 2 and close[1].raw >= EVEN * close[0].raw and close[0].raw >= case.threshold
    causes = [cause_of(h, scene, 1, closest=not torn) for h in close]
    lone = suspect.suspect(scene)
    entry = origin(scene) if lone is None else suspect.cause(scene, lone)
    causes += [entry] if entry is not None else []
    causes = [
        c.model_copy(update={"rank": i}) for i, c in enumerate(sorted(causes, key=lambda c: -c.confidence), start=1)
    ]
    told = scene.changes
    if torn:
        first, second = (cause_of(h, scene, 1).text for h in close)
        seen, told = _seen(scene, close[0])
        what, when = telling.capital(seen), telling.when(case, scene.event, told)
        headline = say(
            "decide_torn", case.lang, what=what, when=when, first=telling.small(first), second=telling.small(second)
        )
    elif lone is not None and not any(h.document for h in close):
        headline, told = suspect.headline(scene, lone), [lone]
    else:
        headline = _changed(scene, told, causes, close)
    return Decision(
        verdict="unsure", headline=headline, causes=causes[:MOST_CAUSES], event=scene.event.number,
        asks_for=[
            *suspect.asks(scene, lone),
            *asks_for(scene, [h for h in hypotheses if _shows_here(h)], sure=False, told=told),
        ][:MOST_ASKS],
        actions=documented_steps(sorted(close, key=lambda h: h.document is None)),
        confidence=max((c.confidence for c in causes), default=0.0),
        notes=[
            *(suspect.beside(scene, lone) if lone is not None and told == [lone] else []),
            *([] if torn else _closest(case, scene, close)), *besides.with_a_plan(scene), *besides.lines(told, others),
            *besides.context_lines(scene),
        ],
    )  # fmt: skip


def normal(case: Case) -> Decision:
    """No anomalous event: the closest sensor, and planned changes that were recognised."""
    closest = next((f for f in case.findings if f.kind == "normal"), None)
    share = closest.values.get("share") if closest else None
    near = min(max(float(share), 0.0), 1.0) if isinstance(share, int | float) else 0.5
    key = "decide_normal_one" if len(case.sensors) == 1 else "decide_normal"
    headline = say(key, case.lang, sensors=len(case.sensors))
    notes = [closest.text] if closest else []
    notes += [_planned(case, e.start, e.reason, e.sensors) for e in case.events if e.kind == "operating_change"][:3]
    return Decision(verdict="normal", headline=headline, confidence=round(QUIET - CLOSE * near, 2), notes=notes)


def recognised(scene: Scene, hypotheses: list[Hypothesis]) -> Decision:
    """The event is a planned change; a fault that also fits a little is named."""
    case, top = scene.case, hypotheses[0]
    assert top.match is not None
    headline = say("decide_recognised", case.lang, change=telling.capital(top.match.fault.name),
                   when=telling.when(case, scene.event), confidence=figure(top.confidence, 2))  # fmt: skip
    rest = [h for h in _real(hypotheses) if h.confidence >= CLOSEST]
    causes = [cause_of(h, scene, rank) for rank, h in enumerate(rest[:MOST_CAUSES], start=1)]
    return Decision(
        verdict="normal", headline=headline, causes=causes, asks_for=asks_for(scene, hypotheses, sure=False)[:1],
        confidence=top.confidence, event=scene.event.number, notes=[telling.fact(case, f) for f in top.findings[:2]],
    )  # fmt: skip


def from_knowledge(case: Case) -> Decision:
    """Without data: what the knowledge base says, or that it says nothing similar enough."""
    found = sorted(
        (p for p in case.passages if p.status == "verified"), key=lambda p: (-p.confidence, p.lang != case.lang)
    )
    once = list({stem(p.id): p for p in reversed(found)}.values())[::-1]
    best = max((p.confidence for p in once), default=0.0)
    if best < case.threshold:
        key = "decide_no_passage" if once else "decide_no_passages"
        headline = say(key, case.lang, best=f"{best:.2f}", threshold=figure(case.threshold, 2))
        return Decision(verdict="unsure", headline=headline, asks_for=_details(case), confidence=round(best, 2))
    chosen = [p for p in case.passages if p.quote]  # as `andon ask` quotes them, in its order
    told = chosen or [p for p in once if p.confidence >= case.threshold][:MOST_CAUSES]
    causes = [
        Cause(rank=n, text=telling.passage_quotes(p, said=n == 1), confidence=round(p.confidence, 2), evidence=[p.id])
        for n, p in enumerate(told, start=1)
    ]
    return Decision(
        verdict="answered", headline=told[0].lead or first_sentences(told[0].text, 2), causes=causes,
        actions=_advised(case, told[0]), confidence=round(best, 2),
    )  # fmt: skip


def _real(hypotheses: Sequence[Hypothesis]) -> list[Hypothesis]:
    return [h for h in hypotheses if not h.benign]


def _seen(scene: Scene, top: Hypothesis) -> tuple[str, list[Finding]]:
    """What people notice, and the finding that says so: the focus of the question, else the strongest carrier that the
    diagnosis rests on."""
    case = scene.case
    findings = list(top.findings) or scene.findings
    order = [*case.focus, *scene.event.sensors]
    told = [f for column in order for f in findings if f.sensor == column] or findings
    if not told:
        return telling.listed(_carriers(scene), case.lang), []
    return telling.symptom(case, told[0]), told[:1]


def _changed(scene: Scene, told: Sequence[Finding], causes: Sequence[Cause], close: Sequence[Hypothesis]) -> str:
    """The first line where no cause stands: what changed since when, and the document that speaks of it."""
    case, when = scene.case, telling.when(scene.case, scene.event, told)
    first = max(causes, key=lambda c: c.confidence, default=None)
    said = next((h for h in close if h.document is not None and first is not None
                 and h.document.passage.id in first.evidence), None)  # fmt: skip
    if said is not None and said.passage is not None:
        return say("decide_document_head", case.lang, when=when, what=_changes(scene), subject=subject(said.passage),
                   confidence=figure(said.confidence, 2))  # fmt: skip
    return say("decide_unsure" if scene.told else "decide_faint", case.lang, when=when, what=_changes(scene))


def _changes(scene: Scene) -> str:
    """What changed, with its numbers: the weightiest sensors, and the one that began; how many more there are."""
    case, changes = scene.case, scene.changes
    if not changes:
        return telling.listed(_carriers(scene), case.lang)
    shown = changes[:MOST_CHANGES]
    first = min((f for f in changes if f.start), key=lambda f: str(f.start), default=None)
    if first is not None and first not in shown:
        shown = [*shown[:-1], first]
    what, more = telling.listed([telling.fact(case, f) for f in shown], case.lang), len(changes) - len(shown)
    return say("decide_and_more", case.lang, what=what, count=more) if more else what


def _carriers(scene: Scene) -> list[str]:
    return [telling.sensor_name(scene.case, column) for column in scene.event.sensors[:3]]


def _shows_here(hypothesis: Hypothesis) -> bool:
    """Does this event show any of it? What another event shows is told there."""
    return hypothesis.match is None or any(hit.here for hit in hypothesis.match.present)


def _closest(case: Case, scene: Scene, real: list[Hypothesis]) -> list[str]:
    """The best match and what it lacks; what the plant's own notes say of it."""
    told = [h for h in real if h.hint or h.document is not None]  # they say themselves what they lack
    if told and told[0] is real[0]:
        return [] if real[0].document is not None else written.beside(scene, real)
    threshold, own = figure(case.threshold, 2), written.beside(scene, real)
    if not real:
        return own or [say("decide_nothing_known", case.lang)]
    best = real[0]
    text = cause_of(best, scene, 1).text
    lacks = [telling.expected(case, sign) for sign in best.match.absent[:2]] if best.match else []
    key = "decide_closest_lacks" if lacks else "decide_closest"
    closest = say(key, case.lang, fault=telling.small(text), best=f"{best.confidence:.2f}", threshold=threshold,
                  signs=telling.listed(lacks, case.lang))  # fmt: skip
    return [closest, *own]


def _planned(case: Case, start: str, reason: str, columns: Sequence[str]) -> str:
    names = telling.listed([telling.sensor_name(case, column) for column in columns[:3]], case.lang)
    return say("decide_planned", case.lang, start=start, reason=reason or names)


def _details(case: Case) -> list[str]:
    return [say(key, case.lang) for key in ("ask_details", "ask_file")]


def _advised(case: Case, passage: Passage) -> list[Action]:
    """Actions that rest on the passage that answers; safety first."""
    same = [a for fault in case.faults for a in fault.actions if a.source and stem(a.source) == stem(passage.id)]
    ordered = sorted({a.text: a for a in same}.values(), key=lambda a: not a.safety)
    return [a.model_copy(update={"source": cite(case, a.source)}) for a in ordered[:4]]

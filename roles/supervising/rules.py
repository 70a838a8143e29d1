"""How the supervisor weighs facts against data.

A fact is the expert's word about one direction and is applied, whatever the data say: a small sample may not show an
influence, and a strong correlation may come from a hidden cause. Two things hold a fact back:

- Another fact says the opposite of the same direction. Neither is applied; the person is asked.
- It contradicts the data, and facts of its kind contradict the data no more often than mistakes alone would.
  Whoever judges 300 pairs and errs once in ten adds 30 edges that are not there, more than most graphs have. So
  when so many pairs were denied, an asserted edge needs at least a trace in the data, and when so many were
  asserted, a denied edge that the data show stays. A handful of facts never gets there, and a file too
  short to show a moderate influence is no judge. Facts that someone reviewed one by one are never held back.
"""

from __future__ import annotations

from dataclasses import dataclass

from roles.supervising.types import Candidates, Edit, Supervision
from roles.types import Edge, Fact, Lang
from roles.wording import say

ERROR_RATE = 0.1  # of the facts in a long list
BEARABLE = 2.0  # mistakes to be expected from which on a list is long
TRACE = 0.0056  # partial R2 of a weak pair from which on the data support it; an edge has 0.01 or more

Direction = tuple[str, str]


@dataclass
class _Judgement:
    """What the facts say of each direction, one fact standing for all that agree, and what is left unapplied."""

    asserted: dict[Direction, Fact]
    denied: dict[Direction, Fact]
    conflicts: list[str]


def correct(given: Candidates) -> Supervision:
    """Apply the facts to the discovered edges. Their order is kept; additions come last."""
    found = {(edge.cause, edge.effect): edge for edge in given.edges}
    judged = _judge(applicable(given), found, given.lang)
    _hold_back(judged, given, found)
    corrected: list[Edge] = []
    removed: list[Edge] = []
    edits: list[Edit] = []
    for direction, edge in found.items():
        denied, asserted = judged.denied.get(direction), judged.asserted.get(direction)
        if denied is not None:
            removed.append(_because(edge, denied, given.lang))
            action = "reverse" if denied.relation == "reversed" else "remove"
            edits.append(_edit(action, direction, denied, given.lang))
        elif asserted is not None and asserted.relation == "required":
            corrected.append(_because(edge, asserted, given.lang))
            edits.append(_edit("keep", direction, asserted, given.lang))
        else:
            corrected.append(edge)
    traces = {(edge.cause, edge.effect): edge for edge in given.weak or []}
    for direction, fact in judged.asserted.items():
        if direction in found:
            continue
        corrected.append(_added(direction, fact, traces.get(direction), found, given.lang))
        if fact.relation == "required":
            edits.append(_edit("add", direction, fact, given.lang))
    return Supervision(corrected=corrected, removed=removed, edits=edits, conflicts=judged.conflicts)


def applicable(given: Candidates) -> list[Fact]:
    """Facts with a source about two different sensors of this file."""
    known = set(given.sensors) or {end for edge in given.edges for end in (edge.cause, edge.effect)}
    return [f for f in given.facts if f.source.strip() and f.cause != f.effect and {f.cause, f.effect} <= known]


def left_open(given: Candidates, base: Supervision) -> list[Fact]:
    """Facts about pairs that the data show, which `base` did not apply."""
    applied = {(e.cause, e.effect, e.source) for e in base.edits}
    touched = {frozenset((e.cause, e.effect)) for e in [*given.edges, *(given.weak or [])]}
    return [f for f in applicable(given)
            if (f.cause, f.effect, f.source) not in applied and frozenset((f.cause, f.effect)) in touched]  # fmt: skip


def is_settled(given: Candidates) -> bool:
    """Is there nothing that an edit could rest on: no fact left open, and no passage on an edge?"""
    return not (given.edges and given.passages) and not left_open(given, correct(given))


def says(fact: Fact) -> list[tuple[Direction, bool]]:
    """The directions that a fact speaks of, with True where it asserts the edge and False where it denies it."""
    named, other = (fact.cause, fact.effect), (fact.effect, fact.cause)
    if fact.relation == "reversed":
        return [(named, False), (other, True)]
    return [(named, fact.relation == "required")]


def _judge(facts: list[Fact], found: dict[Direction, Edge], lang: Lang) -> _Judgement:
    """Sort facts by direction; those that contradict each other become conflicts, and none of them is applied.

    A reversal speaks of an edge that is there; without the edge it has nothing to say.
    """
    facts = [fact for fact in facts if fact.relation != "reversed" or (fact.cause, fact.effect) in found]
    voices: dict[Direction, dict[bool, Fact]] = {}
    for fact in facts:
        for direction, asserts in says(fact):
            voices.setdefault(direction, {}).setdefault(asserts, fact)
    contested = [direction for direction, voice in voices.items() if len(voice) == 2]
    judged = _Judgement({}, {}, [])
    for cause, effect in contested:
        yes, no = voices[cause, effect][True], voices[cause, effect][False]
        judged.conflicts.append(
            say("supervisor_contradiction", lang, cause=cause, effect=effect, yes=yes.source, no=no.source)
        )
    # A reversal says more than a plain denial, a reviewed fact weighs more than another that says the same.
    for fact in sorted(facts, key=lambda fact: (fact.relation != "reversed", not fact.reviewed)):
        spoken = says(fact)
        if any(direction in contested for direction, _ in spoken):
            continue
        for direction, asserts in spoken:
            (judged.asserted if asserts else judged.denied).setdefault(direction, fact)
    return judged


def _hold_back(judged: _Judgement, given: Candidates, found: dict[Direction, Edge]) -> None:
    """Move facts that mistakes alone would explain from the judgement to its conflicts."""
    traces = {(edge.cause, edge.effect) for edge in given.weak or [] if edge.strength >= TRACE}
    required = {d: f for d, f in judged.asserted.items() if f.relation == "required" and not f.reviewed}
    forbidden = {d: f for d, f in judged.denied.items() if f.relation == "forbidden" and not f.reviewed}
    additions = [d for d in required if d not in found]
    removals = [d for d in forbidden if d in found]
    if given.telling and given.weak is not None and _mistakes_explain(len(additions), len(forbidden)):
        for direction in additions:
            if direction not in traces:
                fact = judged.asserted.pop(direction)
                judged.conflicts.append(_doubt("supervisor_no_trace", direction, fact, len(forbidden), given.lang))
    if _mistakes_explain(len(removals), len(required)):
        for direction in removals:
            fact = judged.denied.pop(direction)
            judged.conflicts.append(_doubt("supervisor_against_data", direction, fact, len(required), given.lang))


def _mistakes_explain(contradictions: int, others: int) -> bool:
    """Whether mistakes among the `others` (pairs judged the opposite way) may be half the contradictions or more."""
    expected = ERROR_RATE * others
    return expected >= BEARABLE and expected > contradictions / 2


def _doubt(key: str, direction: Direction, fact: Fact, others: int, lang: Lang) -> str:
    cause, effect = direction
    return say(key, lang, cause=cause, effect=effect, source=fact.source, others=others)


def _because(edge: Edge, fact: Fact, lang: Lang) -> Edge:
    """The discovered edge with what knowledge says of it."""
    return edge.model_copy(update={"reason": _reason(fact, lang), "source": fact.source})


def _added(direction: Direction, fact: Fact, trace: Edge | None, found: dict[Direction, Edge], lang: Lang) -> Edge:
    """An edge that knowledge asserts, with lag and strength from the data as far as they show it.

    A turned edge without a trace of its own takes over the lag: the data saw the two move that far apart.
    """
    cause, effect = direction
    seen = trace or (found.get((effect, cause)) if fact.relation == "reversed" else None)
    return Edge(
        cause=cause,
        effect=effect,
        lag_s=seen.lag_s if seen else 0.0,
        strength=seen.strength if seen else 0.0,
        origin="knowledge",
        reason=_reason(fact, lang),
        source=fact.source,
    )


def _edit(action: str, direction: Direction, fact: Fact, lang: Lang) -> Edit:
    return Edit.model_validate(
        {
            "action": action,
            "cause": direction[0],
            "effect": direction[1],
            "reason": _reason(fact, lang),
            "source": fact.source,
        }
    )


def _reason(fact: Fact, lang: Lang) -> str:
    return fact.reason.strip() or say("supervisor_says", lang, source=fact.source)

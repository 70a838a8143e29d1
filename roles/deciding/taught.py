"""What the crew taught of an answer (a case, a correction), held to the data of now.

The question's words alone prove nothing: "why is the temperature falling?" is asked of every cause. The same signs do:
every clear change of then is there again, and nothing changed clearly that was quiet then. Else it is a hint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from roles.deciding.scene import CLEAR, LEAST_STRENGTH, Scene, number
from roles.deciding.symptoms import OPPOSITE, WAYS
from roles.types import Finding, Observed, Passage, Shown

KINDS = ("feedback", "case")
HINT = 0.25  # confidence of what was right once; whether it fits now, the data do not show
SAME_SIGNS = {1: 0.5, 2: 0.7}  # how far the same signs carry: one sensor moves for many causes
MANY_SIGNS = 0.8


@dataclass(frozen=True)
class Likeness:
    """The signs of then that are there now, those that are not, and what changed now that did not then."""

    seen: tuple[Finding, ...] = ()
    missing: tuple[Shown, ...] = ()
    new: tuple[Finding, ...] = ()

    @property
    def same(self) -> bool:
        """Is it the same picture?"""
        return bool(self.seen) and not self.missing and not self.new

    @property
    def carries(self) -> float:
        """How far the same picture carries a cause, 0..1."""
        return SAME_SIGNS.get(len({f.sensor for f in self.seen}), MANY_SIGNS)


def likeness(observed: Observed | None, scene: Scene) -> Likeness | None:
    """The event beside the data that something was learnt from; None where those were not kept."""
    then = _clear_then(observed.shown if observed else (), scene)
    if not then:
        return None
    every = [*scene.findings, *scene.others]
    hits = {i: [f for f in every if _is(shown, f)] for i, shown in enumerate(then)}
    seen = [max(found, key=number) for found in hits.values() if found]
    missing = [shown for i, shown in enumerate(then) if not hits[i]]
    return Likeness(tuple({f.id: f for f in seen}.values()), tuple(missing), tuple(_new(then, scene)))


def _clear_then(shown: Sequence[Shown], scene: Scene) -> list[Shown]:
    own = [s for s in shown if not scene.is_context(s.sensor)]
    least = CLEAR * max((s.strength for s in own), default=0.0)
    clear = [s for s in own if s.strength >= least]
    return list({(s.sensor.casefold(), way(s.kind)): s for s in reversed(clear)}.values())[::-1]


def _new(then: Sequence[Shown], scene: Scene) -> list[Finding]:
    """Clear changes of sensors that were quiet then, or went the other way."""
    known: dict[str, set[str]] = {}
    for shown in then:
        known.setdefault(shown.sensor.casefold(), set()).add(way(shown.kind))
    clear = [f for f in scene.changes if not scene.is_context(f.sensor) and number(f) >= LEAST_STRENGTH]
    return [f for f in clear if _is_new(known.get((f.sensor or "").casefold()), way(f.kind))]


def _is_new(before: set[str] | None, now: str) -> bool:
    return before is None or (OPPOSITE.get(now) in before and now not in before)


def _is(shown: Shown, finding: Finding) -> bool:
    return shown.sensor.casefold() == (finding.sensor or "").casefold() and way(shown.kind) == way(finding.kind)


def way(kind: str) -> str:
    """Up, down or swing; what is none of these is itself."""
    return WAYS.get(kind, kind)


def is_taught(passage: Passage) -> bool:
    """Was it said of an answer?"""
    return passage.kind in KINDS

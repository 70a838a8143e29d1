"""What may not stand in a supervision, whichever engine gave it: edits without a source, invented edges and numbers.

An edit rests on a given fact of its direction, or on a given passage with a sentence that says so (reading.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from roles.supervising.reading import Says, names_of, read
from roles.supervising.rules import Direction, applicable, says
from roles.supervising.types import Candidates, Edit, Supervision
from roles.types import Edge

ACTIONS = {"required": {"keep", "add"}, "forbidden": {"remove"}, "reversed": {"reverse"}}


def check(given: Candidates, output: Supervision) -> list[str]:
    """Complaints about `output`; empty when it may stand."""
    return [*_edits(given, output), *_edges(given, output)]


def _edits(given: Candidates, output: Supervision) -> Iterator[str]:
    """Every edit cites a given fact or passage that speaks of its direction and allows it."""
    allowed = {
        (action, fact.cause, fact.effect, fact.source)
        for fact in applicable(given)
        for action in ACTIONS[fact.relation]
    }
    for edit in output.edits:
        if (edit.action, edit.cause, edit.effect, edit.source) not in allowed and not _is_read(given, edit):
            yield (
                f"edit {edit.action} {edit.cause} -> {edit.effect}: no given fact with source {edit.source!r} says so, "
                "and no given passage of that id says it in one sentence"
            )


def _is_read(given: Candidates, edit: Edit) -> bool:
    """Does the cited passage say what the edit needs: that the edge is so, is not so, or runs the other way?"""
    text = next((f"{p.title}\n{p.text}" for p in given.passages if p.id == edit.source), None)
    sensors = {s.name: s for s in given.named}
    if text is None or not {edit.cause, edit.effect} <= sensors.keys():
        return False
    cause, effect = (names_of(sensors[name]) for name in (edit.cause, edit.effect))
    wanted: Says = "does not act" if edit.action == "remove" else "acts"
    return read(text, *((effect, cause) if edit.action == "reverse" else (cause, effect))) == wanted


def _edges(given: Candidates, output: Supervision) -> Iterator[str]:
    """Edges come from the data or from an edit, none gets lost, and their numbers are the given ones."""
    found = {_ends(edge): edge for edge in given.edges}
    measured = found | {_ends(edge): edge for edge in given.weak or []}
    corrected = {_ends(edge): edge for edge in output.corrected}
    taken = {(e.cause, e.effect) for e in output.edits if e.action in ("remove", "reverse")}
    added = {(e.cause, e.effect) for e in output.edits if e.action == "add"}
    added |= {(e.effect, e.cause) for e in output.edits if e.action == "reverse"}
    for direction in found.keys() - corrected.keys() - taken:
        yield f"edge {_arrow(direction)} was dropped without an edit"
    for direction in corrected.keys() & taken:
        yield f"edge {_arrow(direction)} was edited away but stands in the corrected graph"
    for direction in {_ends(edge) for edge in output.removed} ^ (taken & found.keys()):
        yield f"edge {_arrow(direction)}: the removed edges and the edits do not agree"
    for direction, edge in corrected.items():
        if direction not in found and direction not in added:
            yield f"edge {_arrow(direction)} was neither found nor added by an edit"
        elif (edge.origin == "data") != (direction in found):
            yield f"edge {_arrow(direction)} has the wrong origin"
        elif not _numbers_given(edge, measured):
            yield f"edge {_arrow(direction)} has a lag or strength that was not measured"
    for fact in applicable(given):
        for direction, asserts in says(fact):
            if asserts and fact.relation == "required" and direction in found.keys() & taken:
                yield f"edge {_arrow(direction)} was removed although a fact requires it"


def _numbers_given(edge: Edge, measured: dict[Direction, Edge]) -> bool:
    known = [measured[d] for d in (_ends(edge), _ends(edge)[::-1]) if d in measured]
    pairs = {(other.lag_s, other.strength) for other in known}
    return (edge.lag_s, edge.strength) in pairs or (edge.lag_s, edge.strength) == (0.0, 0.0)


def _ends(edge: Edge) -> Direction:
    return edge.cause, edge.effect


def _arrow(direction: Direction) -> str:
    return f"{direction[0]} -> {direction[1]}"

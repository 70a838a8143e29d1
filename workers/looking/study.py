"""Looking at data: detection and causal discovery side by side, and what the supervisor is given of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from detectors import catalogue, causal
from detectors.detect import detect
from detectors.normal.unrest import Unrest, unrest
from detectors.types import CausalEdge, Detection
from roles.supervisor import Candidates
from roles.types import Edge, Fact, Lang
from workers.looking.shown import Names
from workers.prose.numbers import span
from workers.readings import Reading
from workers.wording import say

SETPOINT = re.compile(r"(_set|_sp|[ _.-]set ?point|设定|设定值)$", re.IGNORECASE)


@dataclass(frozen=True)
class Seen:
    """What detection and causal discovery saw in the data."""

    detection: Detection
    discovery: causal.Discovery


def look(
    reading: Reading, names: Names, normal: tuple[int, int] | None, model: str = "ensemble", *, causes: bool
) -> Seen:
    """Detection and causal discovery beside each other; neither needs the other's outcome.

    `normal` is the given span of frame rows to learn from, None proposes one. Raises DetectorError for an unknown
    model before any work.
    """
    catalogue.load(model)
    return beside(reading, lambda: alarms(reading, names, normal, model), causes=causes)


def beside(reading: Reading, detection: Callable[[], Detection], *, causes: bool) -> Seen:
    """`detection` with causal discovery beside it."""
    with ThreadPoolExecutor(1) as pool:
        graph = pool.submit(influences, reading) if causes else None
        found = detection()
        return Seen(found, graph.result() if graph is not None else causal.Discovery())


def said(note: causal.Note, lang: Lang) -> str:
    """A note of the discovery as a sentence."""
    period = note.values.get("period_s")
    values = note.values | ({"period": span(float(str(period)), lang)} if period is not None else {})
    return say(note.code, lang, **values)


def alarms(
    reading: Reading, names: Names, normal: tuple[int, int] | None, model: str = "ensemble",
    threshold: float | None = None,
) -> Detection:  # fmt: skip
    """Detection alone; see `look`. `threshold` is the alarm, the model's own where None."""
    return detect(
        reading.frame,
        normal=normal,
        model=model,
        setpoints=setpoints(reading, names),
        context=reading.context,
        names={sensor.name: sensor.aliases for sensor in names.sensors.values()},
        threshold=threshold,
    )


def unrest_in(reading: Reading, names: Names, normal: tuple[int, int] | None) -> Unrest | None:
    """A large step or trend inside the rows `normal` that somebody gave as normal; None when they are calm."""
    return unrest(reading.frame, normal, setpoints(reading, names)) if normal is not None else None


def influences(reading: Reading) -> causal.Discovery:
    """Causal discovery alone."""
    return causal.explore(reading.frame)


def setpoints(reading: Reading, names: Names) -> list[str]:
    """Columns that the plant sets: by the vocabulary, else by how the header ends."""
    found = []
    for column in map(str, reading.frame.columns):
        sensor = names.sensors.get(column)
        known = sensor is not None and sensor.tag is not None
        if (sensor is not None and sensor.role == "setpoint") or (not known and SETPOINT.search(column)):
            found.append(column)
    return found


def candidates(found: causal.Discovery, facts: list[Fact], columns: list[str], lang: Lang) -> Candidates:
    """What the supervisor is given: the edges, the facts, and the traces of the pairs that the facts name."""
    named = {pair for fact in facts for pair in ((fact.cause, fact.effect), (fact.effect, fact.cause))}
    weak = [edge for edge in found.weak if (edge.cause, edge.effect) in named]
    return Candidates(
        lang=lang,
        edges=to_edges(found.edges, lang),
        facts=facts,
        sensors=columns,
        weak=to_edges(weak, lang),
        telling=found.telling,
    )


def to_edges(edges: Iterable[CausalEdge], lang: Lang) -> list[Edge]:
    """A detector's edges in the roles' words."""
    return [
        Edge(
            cause=edge.cause,
            effect=edge.effect,
            lag_s=round(edge.lag_s, 3),
            strength=round(min(edge.strength, 1.0), 4),
            reason=say("causes_edge_reason", lang, cause=edge.cause, effect=edge.effect, scales=len(edge.scales)),
        )
        for edge in edges
    ]


def from_edges(edges: Iterable[Edge]) -> list[CausalEdge]:
    """The roles' edges in the detectors' words."""
    return [CausalEdge(edge.cause, edge.effect, edge.lag_s, edge.strength) for edge in edges]

"""The stages of a run, each a plain function from what is known to what is learnt next.

They run in this process now and as queue tasks later: a stage takes and returns values, never a connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from detectors import causal
from detectors.detect import detect
from detectors.types import CausalEdge, Detection
from roles import decision, manager, supervisor
from roles.role import Engine, Outcome, run
from roles.types import Edge, Fact, Finding, Graph, Lang, Passage, RootCause
from workers.findings import Names, Teller, worst_first
from workers.knowledge import Knowledge
from workers.knowledge_file import read_facts
from workers.readings import Reading
from workers.wording import say


@dataclass(frozen=True)
class Seen:
    """What detection and causal discovery saw in the data."""

    detection: Detection
    edges: tuple[CausalEdge, ...]


@dataclass(frozen=True)
class Judged:
    """The corrected graph with its root causes, and what the supervisor said."""

    graph: Graph
    supervision: Outcome[supervisor.Supervision]


@dataclass(frozen=True)
class Decided:
    """The decision, the passages that it was given and the findings that it rests on."""

    outcome: Outcome[decision.Decision]
    passages: list[Passage] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def plan(
    text: str, lang: Lang, reading: Reading | None, names: Names, zone: str, engine: Engine | None
) -> Outcome[manager.Plan]:
    """Stage 1, the pipeline manager: a request becomes ordered subtasks."""
    start = end = None
    if reading is not None and len(reading.frame):
        start, end = (reading.frame.index[i].tz_convert(zone).to_pydatetime() for i in (0, -1))
    request = manager.Request(
        text=text, lang=lang, sensors=list(names.sensors.values()), start=start, end=end, has_data=reading is not None
    )
    return run(manager.MANAGER, request, engine)


def look(
    frame: pd.DataFrame, context: pd.DataFrame, names: Names, train: int | None, model: str, *, causes: bool
) -> Seen:
    """Stage 2: detection and causal discovery beside each other; neither needs the other's outcome."""
    setpoints = [s.name for s in names.sensors.values() if s.role == "setpoint"]
    with ThreadPoolExecutor(2) as pool:
        graph = pool.submit(causal.discover, frame) if causes else None
        detection = detect(frame, train=train, model=model, setpoints=setpoints, context=context)
        return Seen(detection, graph.result() if graph is not None else ())


def supervise(
    frame: pd.DataFrame, seen: Seen, names: Names, knowledge: Knowledge, facts_file: Path | None, engine: Engine | None
) -> Judged:
    """Stage 3, the supervisor: the algorithm's graph corrected by cited facts, then root causes on the result."""
    lang = knowledge.lang
    found = [to_edge(edge) for edge in seen.edges]
    facts: list[Fact] = knowledge.facts(names.sensors.values())
    if facts_file is not None:
        facts += read_facts(facts_file)
    candidates = supervisor.Candidates(lang=lang, edges=found, facts=facts, sensors=list(names.sensors))
    supervision = run(supervisor.SUPERVISOR, candidates, engine)
    corrected = supervision.output.corrected
    roots = causal.rank(frame, seen.detection, [from_edge(e) for e in corrected])
    causes = [
        RootCause(sensor=r.sensor, score=round(r.score, 4), reason=reason(r, seen, names, frame, knowledge))
        for r in roots[:5]
    ]
    graph = Graph(discovered=found, corrected=corrected, removed=supervision.output.removed, root_causes=causes)
    return Judged(graph, supervision)


def reason(root: causal.RootCandidate, seen: Seen, names: Names, frame: pd.DataFrame, knowledge: Knowledge) -> str:
    """Why a sensor is taken for the origin, in words."""
    zone = knowledge.settings.zone
    teller = Teller(pd.DatetimeIndex(frame.index), names, zone, knowledge.lang)
    if root.onset_row is None:
        return say("root_reason_bare", knowledge.lang, sensor=names.name(root.sensor))
    return say("root_reason", knowledge.lang, sensor=names.name(root.sensor), onset=teller.time(root.onset_row))


def decide(
    question: str,
    reading: Reading | None,
    seen: Seen | None,
    judged: Judged | None,
    names: Names,
    knowledge: Knowledge,
    engine: Engine | None,
) -> Decided:
    """Stage 4, the decision maker: findings and passages become a diagnosis, or an honest "not enough"."""
    findings: list[Finding] = []
    events: list[decision.EventBrief] = []
    if reading is not None and seen is not None:
        teller = Teller(pd.DatetimeIndex(reading.frame.index), names, knowledge.settings.zone, knowledge.lang)
        findings = teller.findings(seen.detection)
        planned = [e for e in seen.detection.events if e.kind == "operating_change"]
        events = [teller.brief(e) for e in [*worst_first(seen.detection.events)[:8], *planned[:4]]]
    faults = knowledge.faults()
    passages = knowledge.passages(question, findings, faults) if findings or question.strip() else []
    case = decision.Case(
        question=question,
        lang=knowledge.lang,
        has_data=reading is not None,
        sensors=list(names.sensors.values()),
        events=events,
        findings=findings,
        root_causes=judged.graph.root_causes if judged else [],
        edges=judged.graph.corrected if judged else [],
        faults=faults,
        passages=passages,
        threshold=knowledge.settings.answer_threshold,
    )
    return Decided(run(decision.DECISION_MAKER, case, engine), passages, findings)


def to_edge(edge: CausalEdge) -> Edge:
    """A detector's edge in the roles' words."""
    return Edge(
        cause=edge.cause, effect=edge.effect, lag_s=round(edge.lag_s, 3), strength=round(min(edge.strength, 1.0), 4)
    )


def from_edge(edge: Edge) -> CausalEdge:
    """A role's edge in the detectors' words."""
    return CausalEdge(edge.cause, edge.effect, edge.lag_s, edge.strength)


def focus(seen: Seen, judged: Judged | None, most: int) -> list[str]:
    """Sensors worth showing: likely origins and carriers of the worst event, in order of interest."""
    wanted: Sequence[str] = [r.sensor for r in judged.graph.root_causes[:2]] if judged else []
    events = worst_first(seen.detection.events)
    carriers = [s.name for event in events[:2] for s in event.shares]
    return list(dict.fromkeys([*wanted, *carriers]))[:most]

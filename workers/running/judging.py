"""The four roles at work in a run: each function gives a role what it judges by, and returns its judgement.

They are called by the steps of a run (workers/running/steps.py) and take and return values, never a connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from detectors import causal
from detectors.normal.reference import LEAST_ROWS
from roles import controller, decision, manager, supervisor
from roles.answering.deciding import decided
from roles.deciding.considered import considered
from roles.planning.bounds import bounded
from roles.planning.parts import ignoring, leaving, normals, tabled
from roles.planning.parts import worded as wording_beside
from roles.planning.wants import wishes
from roles.planning.words import normal
from roles.role import Engine, Outcome, run
from roles.types import Considered, Fact, Finding, Graph, Lang, Passage, RootCause
from workers.catalogue import fitting, models
from workers.knowledge.context import Knowledge
from workers.knowledge.ellipsis import completed
from workers.knowledge.file import read_facts, unused
from workers.looking.findings import Teller, worst_first
from workers.looking.shown import Names
from workers.looking.study import Seen, candidates, from_edges
from workers.readings import Reading
from workers.settings import Settings
from workers.wording import say

MOST_ROOTS = 5


@dataclass(frozen=True)
class Judged:
    """The corrected graph with its root causes, and what the supervisor said."""

    graph: Graph
    supervision: Outcome[supervisor.Supervision]
    unheard: bool = False  # the knowledge base could not be asked for its rules
    idle: dict[str, int] = field(default_factory=dict)  # sentence on given facts that were not applied -> their number


@dataclass(frozen=True)
class Decided:
    """The decision and the passages that it was given."""

    outcome: Outcome[decision.Decision]
    passages: list[Passage] = field(default_factory=list)
    considered: list[Considered] = field(default_factory=list)


def plan(
    text: str, lang: Lang, reading: Reading | None, names: Names, zone: str, engine: Engine | None,
    signals: Sequence[str] = (), *, codes: bool = False, own: Sequence[str] = (),
) -> Outcome[manager.Plan]:  # fmt: skip
    """The pipeline manager: a request becomes ordered subtasks. `signals` are sensors in words; `codes`: code may be
    written for what no built-in step covers; `own` are the names of models that were trained here."""
    start = end = None
    if reading is not None and len(reading.frame):
        start, end = (reading.frame.index[i].tz_convert(zone).to_pydatetime() for i in (0, -1))
    sensors = list(names.sensors.values())
    texts = texts_of(reading) if reading is not None else {}
    first, rest = leaving.rows_left_out(normal(bounded(text)))
    part, rest = normals.said(rest, start, end)
    said_first = rest
    beside = manager.Request(text=rest, lang=lang, sensors=sensors, start=start, end=end, has_data=reading is not None)
    worded = wording_beside.read(rest, beside)
    kept, rest = worded.text, leaving.without_hours(worded.text)
    left = ignoring.left_out(rest, sensors)
    left.names += [name for name in worded.ignored(sensors) if name not in left.names]
    only, rest = leaving.narrowed(left.text, text, texts)
    request = manager.Request(
        text=rest if first or part or left.names or left.unclear or only
        or not said_first == kept == left.text else text, lang=lang,
        sensors=[s for s in sensors if s.name not in left.names], start=start, end=end,
        has_data=reading is not None, codes=codes and reading is not None,
        signals=list(signals), models=list(own), texts=texts,
    )  # fmt: skip
    if worded.alone or (left.names and tabled.wants_only(left.text)):
        made = Outcome(wording_beside.only_rows(request), "rules")
    else:
        made = run(manager.MANAGER, request, engine)
    made = replace(made, output=wording_beside.applied(made.output, worded))
    said = {"rows_left_out": first, "normal": part, "ignored": left.names, "not_ignored": left.unclear, "only": only}
    return replace(made, output=made.output.model_copy(update=said))


def texts_of(reading: Reading) -> dict[str, list[str]]:
    """Each text column that groups rows, with its values: products, states, shifts; none with very many values."""
    found = {}
    for column in map(str, reading.context.columns):
        there = reading.context[column].dropna().unique()[: leaving.MOST_VALUES + 1]
        values = [str(value) for value in there if str(value).strip()]
        if 0 < len(values) <= leaving.MOST_VALUES:
            found[column] = values
    return found


def choose(
    reading: Reading,
    wanted: str | None,
    normal: tuple[int, int] | None,
    settings: Settings,
    lang: Lang,
    engine: Engine | None,
    sensitivity: wishes.Sensitivity | None = None,
) -> Outcome[controller.Recommendation]:
    """The controller: which model fits this data, and which models no longer cover its sensors."""
    receipt = reading.receipt
    profile = controller.Profile(
        rows=len(reading.frame),
        reference_rows=normal[1] - normal[0] if normal else max(LEAST_ROWS, len(reading.frame) // 5),
        sensors=[str(c) for c in reading.frame.columns],
        step_s=receipt.step_s,
        missing_share=receipt.missing_share,
        constant_sensors=sum(q.issue == "constant" for q in receipt.quality),
    )
    own = fitting.own(settings, reading, wanted, lang)
    choice = controller.Choice(
        lang=lang, profile=profile, models=[*models.cards(settings, lang), *own.cards], wanted=wanted,
        normal_given=normal is not None, normal_rows=own.normal_rows, sensitivity=sensitivity,
    )  # fmt: skip
    return run(controller.CONTROLLER, choice, engine)


def supervise(
    frame: pd.DataFrame, seen: Seen, names: Names, knowledge: Knowledge, facts_file: Path | None, engine: Engine | None
) -> Judged:
    """The supervisor: the algorithm's graph corrected by cited facts, then root causes on the result."""
    facts: list[Fact] = knowledge.facts(names.sensors.values())
    idle: dict[str, int] = {}
    if facts_file is not None:
        columns = list(names.headers) or list(names.sensors)  # a sensor that is left out is in the file, too
        said = read_facts(facts_file, columns, names.headers)
        facts, idle = facts + said, unused(said, columns, knowledge.lang)
    given = candidates(seen.discovery, facts, list(names.sensors), knowledge.lang)
    if engine is not None:
        named = list(names.sensors.values())
        given = given.model_copy(update={"passages": knowledge.about_edges(given.edges, names), "named": named})
    supervision = run(supervisor.SUPERVISOR, given, engine)
    corrected = supervision.output.corrected
    teller = Teller(pd.DatetimeIndex(frame.index), names, knowledge.settings.zone, knowledge.lang)
    ranked = causal.rank(frame, seen.detection, from_edges(corrected))[:MOST_ROOTS]
    caused = {edge.effect for edge in corrected}
    roots = [
        RootCause(sensor=r.sensor, score=round(r.score, 4), reason=root_reason(r, teller, caused=r.sensor in caused))
        for r in ranked
    ]
    graph = Graph(discovered=given.edges, corrected=corrected, removed=supervision.output.removed, root_causes=roots)
    return Judged(graph, supervision, knowledge.unheard, idle)


def root_reason(root: causal.RootCandidate, teller: Teller, *, caused: bool) -> str:
    """Why a sensor is taken for the origin, in words. `caused`: the graph knows causes of it."""
    name, key = teller.names.name(root.sensor), "root_reason" if caused else "root_reason_own"
    if root.onset_row is None:
        return say(f"{key}_bare", teller.lang, sensor=name)
    return say(key, teller.lang, sensor=name, onset=teller.time(root.onset_row))


def decide(
    question: str,
    findings: list[Finding],
    seen: Seen | None,
    judged: Judged | None,
    task: manager.Subtask | None,
    teller: Teller | None,
    names: Names,
    knowledge: Knowledge,
    engine: Engine | None,
    *,
    only_asks: bool = False,
    context: str = "",
    before: str = "",
    signals: Sequence[str] = (),
    remarks: Sequence[decision.Remark] = (),
    files: Sequence[str] = (),
) -> Decided:
    """The decision maker: findings and passages become a diagnosis, or an honest "not enough".

    `only_asks`: a question to the knowledge base alone, although there is a file. `context`: what the question is
    about when it does not say so itself, `before` the questions that it may go on from; both help to find passages.
    `signals` are sensors in words, `remarks` what the file itself says, `files` the names of the files.
    """
    events: list[decision.EventBrief] = []
    if seen is not None and teller is not None:
        planned = [e for e in seen.detection.events if e.kind == "operating_change"]
        left = [departure.event for departure in seen.detection.departures]
        flag = seen.detection.flag
        events = [teller.brief(e, flag) for e in [*worst_first(seen.detection.events)[:8], *left, *planned[:4]]]
    faults = knowledge.faults()
    asked = f"{question}{context}".strip()
    whole = completed(question, before) or question
    passages = knowledge.passages(whole, findings, faults, context, files) if findings or asked else []
    case = decision.Case(
        question=question if question.strip() else context,
        lang=knowledge.lang,
        has_data=teller is not None and not only_asks,
        searched=seen is not None,
        sensors=list(names.sensors.values()),
        events=events,
        findings=findings,
        root_causes=judged.graph.root_causes if judged else [],
        edges=judged.graph.corrected if judged else [],
        faults=faults,
        passages=passages,
        threshold=knowledge.settings.answer_threshold,
        focus=task.sensors if task else [],
        start=task.start if task else None,
        end=task.end if task else None,
        signals=list(signals),
        remarks=list(remarks),
    )
    by_knowledge = not case.has_data or not case.searched
    outcome = decided(case, engine) if by_knowledge else run(decision.DECISION_MAKER, case, engine)
    return Decided(outcome, passages, considered(case))

"""One question from file to answer, top-down: read, plan, look, supervise, decide, draw, tell.

A failed picture never loses the answer; a failed reading is one sentence (AndonError).
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from roles.manager import Plan
from roles.role import Engine, Outcome
from roles.types import Finding, Graph, Lang
from workers import receipt as receipts
from workers import stages, story
from workers.contracts import (
    Answer,
    Block,
    DataReceipt,
    Diagnosis,
    Evidence,
    Picture,
    PlanStep,
    Question,
)
from workers.findings import Names, Teller
from workers.knowledge import Knowledge
from workers.pictures import MOST_STRIPS, Painter
from workers.readings import Reading, read
from workers.settings import Settings
from workers.wording import say

log = logging.getLogger(__name__)

Progress = Callable[[str, float], None]


@dataclass
class Run:
    """What is known so far about one question."""

    question: Question
    settings: Settings
    lang: Lang
    out: Path
    knowledge: Knowledge
    engine: Engine | None = None
    timings: receipts.Timings = field(default_factory=receipts.Timings)
    reading: Reading | None = None
    names: Names = field(default_factory=lambda: Names({}, {}))
    plan: Outcome[Plan] | None = None
    seen: stages.Seen | None = None
    judged: stages.Judged | None = None
    decided: stages.Decided | None = None
    pictures: list[Picture] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)  # reference ids of pictures that could not be drawn
    engines: dict[str, Any] = field(default_factory=dict)


def answer(
    question: Question, settings: Settings, out: Path, progress: Progress, engine: Engine | None = None
) -> Answer:
    """Answer `question`; answer.json, pictures and processed.csv are written below `out`.

    Raises AndonError (or a room's own error) with a sentence for whatever the person can mend.
    """
    lang = question.lang or language_of(question.text, settings.lang)
    run = Run(question, settings, lang, out, Knowledge(settings, lang), engine)
    out.mkdir(parents=True, exist_ok=True)

    def stage(key: str, share: float, **values: object) -> None:
        progress(say(f"progress_{key}", lang, **values), share)

    stage("reading", 0.0, file=question.file_name or question.artifact or "")
    with run.timings.stage("read"):
        _read(run)
    stage("planning", 0.2)
    with run.timings.stage("plan"):
        _plan(run)
    wanted = {task.kind for task in run.plan.output.subtasks} if run.plan else set()
    if run.reading is not None and wanted & {"detect", "causes", "diagnose"}:
        stage("detecting", 0.3)
        with run.timings.stage("look"):
            _look(run, causes=bool(wanted & {"causes", "diagnose"}))
    if run.seen is not None and wanted & {"causes", "diagnose"}:
        stage("supervising", 0.7)
        with run.timings.stage("supervise"):
            _supervise(run)
    stage("deciding", 0.75)
    with run.timings.stage("decide"):
        _decide(run)
    stage("drawing", 0.85)
    with run.timings.stage("draw"):
        _draw(run)
    return _tell(run)


def language_of(text: str, default: Lang) -> Lang:
    """Chinese when the text has Chinese characters, English when it has other letters, else the default."""
    if re.search(r"[\u4e00-\u9fff]", text):
        return "zh"
    return "en" if re.search(r"[A-Za-z]{2}", text) else default


def _read(run: Run) -> None:
    """Read the file and know its columns. What the person asked for by option is checked before work begins."""
    question, settings = run.question, run.settings
    if question.artifact is None:
        return
    run.reading = read(
        Path(question.artifact),
        zone=settings.zone,
        lang=run.lang,
        max_bytes=settings.max_input_bytes,
        max_rows=settings.max_rows,
    )
    columns = [str(c) for c in run.reading.frame.columns]
    run.names = run.knowledge.names(columns, run.reading.units)
    check_options(question, run.reading)


def check_options(question: Question, reading: Reading) -> None:
    """Refuse early what would fail late: a training part that does not fit, a model that is not there."""
    rows = reading.receipt.rows_in
    if question.train_rows is not None and not 10 <= question.train_rows <= rows - 1:
        raise AndonError("failure_train_range", train=question.train_rows, rows=rows, most=rows - 1)
    if question.knowledge is not None:
        read_facts(Path(question.knowledge))


def _plan(run: Run) -> None:
    run.plan = stages.plan(run.question.text, run.lang, run.reading, run.names, run.settings.timezone, run.engine)
    run.engines["pipeline_manager"] = receipts.engine(run.plan)


def _look(run: Run, *, causes: bool) -> None:
    assert run.reading is not None
    train = None if run.question.train_rows is None else train_positions(run.reading, run.question.train_rows)
    model = choose_model(run)
    run.seen = stages.look(run.reading.frame, run.reading.context, run.names, train, model, causes=causes)


def _supervise(run: Run) -> None:
    assert run.reading is not None
    assert run.seen is not None
    facts = Path(run.question.knowledge) if run.question.knowledge else None
    run.judged = stages.supervise(run.reading.frame, run.seen, run.names, run.knowledge, facts, run.engine)
    run.engines["supervisor"] = receipts.engine(run.judged.supervision)


def _decide(run: Run) -> None:
    run.decided = stages.decide(
        run.question.text, run.reading, run.seen, run.judged, run.names, run.knowledge, run.engine
    )
    run.engines["decision_maker"] = receipts.engine(run.decided.outcome)


def _draw(run: Run) -> None:
    """Draw what the answer needs. A picture that fails costs itself alone: the log has why, the answer says so."""
    if run.reading is None:
        return
    painter = Painter(run.reading.frame, run.names, run.lang, run.settings, run.out, run.reading.receipt.file_name)
    for draw in _drawings(run, painter):
        try:
            run.pictures.append(draw())
        except Exception:  # an edge: whatever a picture stumbles over must not take the diagnosis with it
            ref = secrets.token_hex(3)
            log.exception("a picture failed, ref %s", ref)
            run.broken.append(ref)


def _drawings(run: Run, painter: Painter) -> list[Callable[[], Picture]]:
    drawings: list[Callable[[], Picture]] = []
    if run.seen is not None:
        seen, shown = run.seen, stages.focus(run.seen, run.judged, MOST_STRIPS)
        findings = run.decided.findings if run.decided else []
        drawings.append(lambda: painter.overview(seen.detection, shown, findings))
        if run.judged is not None and (run.judged.graph.corrected or run.judged.graph.removed):
            graph = run.judged.graph
            drawings.append(lambda: painter.causal(graph, shown))
    return drawings

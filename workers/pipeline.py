"""One question from file to answer, top-down: read, plan, handle, look, supervise, decide, draw, tell.

A failed picture never loses the answer; a file that cannot be read is one sentence (AndonError).
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

from detectors import catalogue
from detectors.types import Forecast
from roles.manager import Plan, Subtask
from roles.role import Engine, Outcome
from roles.types import Finding, Lang
from workers import receipt as receipts
from workers import stages
from workers.contracts import Answer, Picture, Question
from workers.detecting import TrainRows, train_rows
from workers.errors import AndonError
from workers.findings import Names, Teller
from workers.handling import Handled, handle, write_processed
from workers.knowledge import Knowledge
from workers.knowledge_file import read_facts
from workers.pictures import MOST_STRIPS, Painter
from workers.readings import Reading, read
from workers.settings import Settings
from workers.telling import numbered, tell
from workers.wording import say

log = logging.getLogger(__name__)

Progress = Callable[[str, float], None]
LOOKING = {"detect", "causes", "diagnose"}
REASONING = {"causes", "diagnose"}


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
    teller: Teller | None = None
    plan: Outcome[Plan] | None = None
    handled: Handled | None = None
    seen: stages.Seen | None = None
    judged: stages.Judged | None = None
    decided: stages.Decided | None = None
    forecasts: list[Forecast] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    processed: str | None = None
    broken: list[str] = field(default_factory=list)  # reference ids of pictures that could not be drawn
    engines: dict[str, Any] = field(default_factory=dict)

    @property
    def tasks(self) -> list[Subtask]:
        """The ordered subtasks."""
        return self.plan.output.subtasks if self.plan else []

    @property
    def plots(self) -> list[Subtask]:
        """The plots that can be drawn: of sensors that are known, at times that the file covers."""
        lost = bool(self.plan and self.plan.output.unknown)
        plots = [task for task in self.tasks if task.kind == "plot" and not task.values.get("outside")]
        return [task for task in plots if task.sensors or not lost]

    def wants(self, kinds: set[str]) -> bool:
        """Is any of these kinds of subtask in the plan?"""
        return any(task.kind in kinds for task in self.tasks)

    def could(self, kind: str) -> bool:
        """Could a subtask of this kind be carried out with what there is?"""
        return self.reading is not None or kind in ("ask", "model", "diagnose")


def answer(
    question: Question, settings: Settings, out: Path, progress: Progress, engine: Engine | None = None
) -> Answer:
    """Answer `question`; answer.json, pictures and processed.csv are written below `out`.

    Raises AndonError (or a room's own error) with a sentence for whatever the person can mend.
    """
    lang = question.lang or language_of(question.text, settings.lang)
    run = Run(question, settings, lang, out, Knowledge(settings, lang), engine)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AndonError("failure_out_folder", folder=out, why=error.strerror) from error
    for name, share, wanted, step in STEPS:
        if not wanted(run):
            continue
        file = question.file_name or question.artifact or ""
        progress(say(f"progress_{name}", lang, file=file), share)
        with run.timings.stage(name):
            step(run)
    told = tell(run)
    (out / "answer.json").write_text(told.model_dump_json(by_alias=True, indent=2), encoding="utf-8")
    return told


def language_of(text: str, default: Lang) -> Lang:
    """Chinese when the text has Chinese characters, English when it has other letters, else the default."""
    if re.search(r"[\u4e00-\u9fff]", text):
        return "zh"
    return "en" if re.search(r"[A-Za-z]{2}", text) else default


def _read(run: Run) -> None:
    """Read the file and know its columns. What was asked for by option is checked before long work begins."""
    question, settings = run.question, run.settings
    assert question.artifact is not None
    run.reading = read(
        Path(question.artifact),
        zone=settings.zone,
        lang=run.lang,
        max_bytes=settings.max_input_bytes,
        max_rows=settings.max_rows,
    )
    train_rows(run.reading.row_of, question.train_rows)
    columns = [str(c) for c in run.reading.frame.columns]
    if question.model is not None:
        catalogue.load(question.model)
    if question.knowledge is not None:
        read_facts(Path(question.knowledge), columns)
    run.names = run.knowledge.names(columns, run.reading.units)
    run.teller = Teller(pd.DatetimeIndex(run.reading.frame.index), run.names, settings.zone, run.lang)


def _plan(run: Run) -> None:
    zone = run.settings.timezone
    run.plan = stages.plan(run.question.text, run.lang, run.reading, run.names, zone, run.engine)
    run.engines["pipeline_manager"] = receipts.engine(run.plan)


def _handle(run: Run) -> None:
    assert run.reading is not None
    assert run.plan is not None
    assert run.teller is not None
    run.handled = handle(run.reading.frame, run.plan.output, run.teller)


def _look(run: Run) -> None:
    assert run.reading is not None
    train = normal_part(run)
    normal = train.frame if train else None
    chosen = stages.choose(run.reading, wanted_model(run), normal, run.settings, run.lang, run.engine)
    run.engines["controller"] = {**receipts.engine(chosen), **chosen.output.model_dump(mode="json")}
    run.seen = stages.look(run.reading, run.names, normal, chosen.output.model, causes=run.wants(REASONING))


def normal_part(run: Run) -> TrainRows | None:
    """The part given as normal, by option or in words: the first N rows of the file, wherever they sort."""
    assert run.reading is not None
    said = next((t.values.get("train_rows") for t in run.tasks if t.kind == "detect"), None)
    return train_rows(run.reading.row_of, run.question.train_rows or said)


def wanted_model(run: Run) -> str | None:
    """The model that was asked for by option or in words."""
    said = next((t.values.get("wanted") for t in run.tasks if t.kind == "model"), None)
    return run.question.model or said


def _supervise(run: Run) -> None:
    assert run.reading is not None
    assert run.seen is not None
    facts = Path(run.question.knowledge) if run.question.knowledge else None
    run.judged = stages.supervise(run.reading.frame, run.seen, run.names, run.knowledge, facts, run.engine)
    run.engines["supervisor"] = receipts.engine(run.judged.supervision)


def _forecast(run: Run) -> None:
    assert run.reading is not None
    assert run.teller is not None
    for task in run.tasks:
        if task.kind == "forecast":
            made, findings = stages.predict(run.reading, task, run.names, run.teller, run.seen)
            run.forecasts += made
            run.findings += findings


def _decide(run: Run) -> None:
    if run.seen is not None and run.teller is not None:
        run.findings = run.teller.findings(run.seen.detection) + run.findings
    if run.handled is not None:
        run.findings += run.handled.findings
    run.findings = numbered(run.findings)
    if run.reading is not None and not run.wants({"diagnose", "causes", "ask"}):
        return
    task = next((t for t in run.tasks if t.kind == "diagnose"), None)
    run.decided = stages.decide(
        run.question.text,
        run.findings,
        run.seen,
        run.judged,
        task,
        run.teller,
        run.names,
        run.knowledge,
        run.engine,
        only_asks={t.kind for t in run.tasks} == {"ask"},
    )
    run.engines["decision_maker"] = receipts.engine(run.decided.outcome)


def _draw(run: Run) -> None:
    """Write processed.csv and draw what the answer needs. A picture that fails costs itself alone."""
    assert run.reading is not None
    if run.handled is not None:
        marks = stages.marks(run.seen, run.reading.frame)
        write_processed(run.handled, marks, run.reading.units, run.settings.zone, run.out / "processed.csv")
        run.processed = "processed.csv"
    painter = Painter(run.reading.frame, run.names, run.lang, run.settings, run.out, run.reading.receipt.file_name)
    for draw in _drawings(run, painter):
        try:
            run.pictures.append(draw())
        except Exception:  # an edge: whatever a picture stumbles over must not take the diagnosis with it
            ref = secrets.token_hex(3)
            log.exception("a picture failed, ref %s", ref)
            run.broken.append(ref)


def _drawings(run: Run, painter: Painter) -> list[Callable[[], Picture]]:
    """The pictures of this answer, in the order in which they are shown."""
    drawings: list[Callable[[], Picture]] = []
    for number, task in enumerate(run.plots, start=1):
        drawings.append(lambda task=task, number=number: painter.plot(task, number))  # type: ignore[misc]
    if run.forecasts:
        drawings.append(lambda: painter.forecast(run.forecasts, [t for t in run.tasks if t.kind == "forecast"]))
    if run.seen is not None:
        shown = stages.focus(run.seen, run.judged, run.decided, run.findings, MOST_STRIPS)
        seen = run.seen
        drawings.append(lambda: painter.overview(seen.detection, shown, run.findings))
        if run.judged is not None and (run.judged.graph.corrected or run.judged.graph.removed):
            graph = run.judged.graph
            drawings.append(lambda: painter.causal(graph, shown, stages.origin(run.judged, run.decided)))
    return drawings


def _has_data(run: Run) -> bool:
    return run.reading is not None


STEPS: tuple[tuple[str, float, Callable[[Run], bool], Callable[[Run], None]], ...] = (
    ("reading", 0.0, lambda run: run.question.artifact is not None, _read),
    ("planning", 0.2, lambda run: True, _plan),
    ("handling", 0.25, _has_data, _handle),
    ("looking", 0.3, lambda run: _has_data(run) and run.wants(LOOKING), _look),
    ("supervising", 0.65, lambda run: run.seen is not None and run.wants(REASONING), _supervise),
    ("forecasting", 0.7, lambda run: _has_data(run) and run.wants({"forecast"}), _forecast),
    ("deciding", 0.75, lambda run: True, _decide),
    ("drawing", 0.85, _has_data, _draw),
)

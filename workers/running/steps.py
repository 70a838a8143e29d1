"""The steps of a run, each from what is known to what is learnt next; `pipeline` and `staged` carry them out.

`STEPS` says which a run needs. Nothing here swallows a stop: whoever stops a run raises out of `progress`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from detectors.types import Detection, Forecast
from roles.manager import Subtask
from roles.planning.limits import ownlimits
from roles.planning.words import normal
from roles.types import Finding
from workers.catalogue import fitting, trained
from workers.coding.work import get_ready, work_out
from workers.contracts import Picture
from workers.handling import handle, write_processed, write_table
from workers.knowledge import websearch
from workers.knowledge.file import read_facts
from workers.knowledge.forbearing import Forbearing
from workers.looking import study
from workers.looking.detecting import train_rows
from workers.looking.joining import gather
from workers.looking.signals import describe
from workers.predicting import outlook
from workers.replying import replies
from workers.running import coreference, focusing, judging
from workers.running.givennormal import given_normal
from workers.running.narrowing import in_meant_rows, narrow, normal_part, to_learn_from
from workers.running.run import Run
from workers.staged.table import LOOKING, REASONING
from workers.telling import plotted, remarks
from workers.telling.answer import numbered
from workers.telling.pictures import MOST_STRIPS, Painter
from workers.wording import say

log = logging.getLogger(__name__)

Progress = Callable[[str, float], None]  # (what is being done, share of the whole run done 0..1)


@dataclass(frozen=True)
class Step:
    """A step: the share of the run that is done when it begins, whether a run needs it, and what it does."""

    share: float
    wanted: Callable[[Run], bool]
    do: Callable[[Run], None]


def carry_out(run: Run, name: str, progress: Progress) -> None:
    """Do the step `name` when the run needs it, and time it."""
    step = STEPS[name]
    if not step.wanted(run):
        return
    file = " + ".join(source.file_name for source in run.sources)
    progress(say(f"progress_{name}", run.lang, file=file), step.share)
    with run.timings.stage(name):
        step.do(run)


def _read(run: Run) -> None:
    """Read the files and know their columns. What was asked for by option is checked before long work begins."""
    question, settings = run.question, run.settings
    gathered = gather(run.sources, run.find, settings, run.lang)
    run.reading, run.joined, run.left_out = gathered.reading, gathered.joined, gathered.left_out
    train_rows(run.reading.row_of, question.train_rows)
    columns = [str(c) for c in run.reading.frame.columns]
    if question.model is not None:
        fitting.known(question.model, settings)
    if question.knowledge is not None:
        read_facts(run.find(question.knowledge))
    run.names = run.knowledge.names(columns, run.reading.units, run.reading.receipt.columns)


def _plan(run: Run) -> None:
    zone = run.settings.timezone
    run.plan = judging.plan(
        run.question.text, run.lang, run.reading, run.names, zone, run.engine, _signals(run),
        codes=run.engine is not None, own=fitting.names(run.settings) if run.reading is not None else (),
    )  # fmt: skip
    run.plan = coreference.about_it(run.plan, run.question, run.names)
    narrow(run)
    get_ready(run)


def _handle(run: Run) -> None:
    assert run.reading is not None
    assert run.plan is not None
    assert run.teller is not None
    run.handled = handle(run.reading.frame, run.plan.output, run.teller, run.reading.context)


def _choose(run: Run) -> None:
    assert run.reading is not None
    train, said = normal_part(run), given_normal(run)
    run.normal = said.rows if said and said.rows else train.frame if train else None
    reading = to_learn_from(run.reading)
    run.unrest = study.unrest_in(reading, run.names, run.normal)
    if run.unrest is not None:
        run.normal = run.unrest.usable or run.normal
    run.choice = judging.choose(
        reading, run.wanted_model, run.normal, run.settings, run.lang, run.engine, run.sensitivity
    )


def _look(run: Run) -> None:
    """Detection and discovery at once, for one process."""
    assert run.reading is not None
    seen = study.beside(to_learn_from(run.reading), lambda: _alarms(run), causes=run.wants(REASONING))
    run.detection, run.discovery = seen.detection, seen.discovery


def _detect(run: Run) -> None:
    run.detection = _alarms(run)


def _alarms(run: Run) -> Detection:
    """Detection by the chosen model: one that was trained here brings its own normal rows."""
    assert run.reading is not None
    assert run.choice is not None
    chosen, reading = run.choice.output, to_learn_from(run.reading)
    own = trained.load(chosen.model, run.settings) if chosen.trained is not None else None
    if own is not None:
        return in_meant_rows(run, trained.use(own, reading, run.names, run.settings, chosen.margin))
    return in_meant_rows(run, study.alarms(reading, run.names, run.normal, chosen.model, chosen.margin))


def _discover(run: Run) -> None:
    assert run.reading is not None
    run.discovery = study.influences(to_learn_from(run.reading))


def _supervise(run: Run) -> None:
    assert run.reading is not None
    assert run.seen is not None
    facts = run.find(run.question.knowledge) if run.question.knowledge else None
    run.judged = judging.supervise(
        to_learn_from(run.reading).frame, run.seen, run.names, run.knowledge, facts, run.engine
    )


def _forecast(run: Run) -> None:
    assert run.reading is not None
    assert run.teller is not None
    made: list[Forecast] = []
    findings: list[Finding] = []
    for task in run.tasks:
        if task.kind == "forecast":
            task = outlook.meant(run.reading, _with_kept(run, task), run.names, run.question.context)
            ahead = outlook.predict(run.reading, task, run.names, run.teller, run.seen, run.knowledge)
            made, findings = made + ahead.made, findings + ahead.findings
            run.cited += ahead.passages
    run.forecasts, run.findings = made, findings


def _with_kept(run: Run, task: Subtask) -> Subtask:
    """A language model's plan has no word for a limit that is asked about without its number; the text says it."""
    which = ownlimits.named(normal(run.question.text)) if run.plan and run.plan.engine != "rules" else None
    if which is None or "limit" in task.values:
        return task
    return task.model_copy(update={"values": task.values | {"kept": which}})


def _code(run: Run) -> None:
    run.coded = work_out(run)


def _decide(run: Run) -> None:
    if run.seen is not None and run.teller is not None:
        run.findings = run.teller.findings(run.seen.detection) + run.findings
    if run.handled is not None:
        run.findings += run.handled.findings
    if run.coded is not None:
        run.findings += run.coded.findings
    run.findings = numbered(run.findings)
    if run.reading is not None and not run.wants({"diagnose", "causes", "ask"}):
        run.findings += replies(run)
        return
    task = next((t for t in run.tasks if t.kind == "diagnose"), None)
    if isinstance(run.knowledge, Forbearing):
        run.knowledge.needed = run.only_asks
    run.decided = judging.decide(
        run.question.text,
        run.findings,
        run.seen,
        run.judged,
        task,
        run.teller,
        run.names,
        run.knowledge,
        run.engine,
        only_asks=run.only_asks,
        context=run.question.context,
        before=run.question.before,
        signals=_signals(run, task.sensors if task else ()),
        remarks=remarks.of(run),
        files=[source.file_name for source in run.sources],
    )
    run.findings += replies(run)
    run.web = _ask_the_web(run, run.decided)


def _signals(run: Run, first: Sequence[str] = ()) -> list[str]:
    """Sensors in words, for an engine that reads them; the rules need none."""
    if run.engine is None or run.reading is None or run.teller is None:
        return []
    edges = run.judged.graph.corrected if run.judged is not None else ()
    return describe(run.reading, run.teller, run.detection, edges, first)


def _ask_the_web(run: Run, decided: judging.Decided) -> websearch.Looked | None:
    """Where knowledge has no answer, and an engine is configured."""
    web = websearch.configured(run.settings)
    if web is None or run.knowledge.unheard:
        return None
    return websearch.beside(
        decided.outcome.output, run.question.text, run.findings, run.names, [s.file_name for s in run.sources],
        web, run.knowledge.store, run.lang, run.settings.answer_threshold,
        has_data=run.reading is not None and not run.only_asks,
    )  # fmt: skip


def _draw(run: Run) -> None:
    """Write processed.csv and draw what the answer needs. A picture that fails costs itself alone."""
    assert run.reading is not None
    path, made = run.out / "processed.csv", run.reading.receipt.simulated
    if run.coded is not None and run.coded.table is not None:
        write_table(run.coded.table, run.reading.units, run.settings.zone, path, simulated=made)
        run.processed = "processed.csv"
    elif run.handled is not None:
        marks = focusing.marks(run.seen, run.reading.frame)
        write_processed(run.handled, marks, run.reading.units, run.settings.zone, path, simulated=made)
        run.processed = "processed.csv"
    run.pictures += run.coded.pictures if run.coded is not None else []
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
    for number, task in enumerate(plotted.drawn(run), start=1):
        drawings.append(lambda task=task, number=number: painter.plot(task, number))  # type: ignore[misc]
    if run.forecasts:
        drawings.append(lambda: painter.forecast(run.forecasts, [t for t in run.tasks if t.kind == "forecast"]))
    seen, judged = run.seen, run.judged
    if seen is not None:
        shown = focusing.focus(seen, judged, run.decided, run.findings, run.names, MOST_STRIPS)
        drawings.append(lambda: painter.overview(seen.detection, shown, run.findings))
        if judged is not None and (judged.graph.corrected or judged.graph.removed):
            drawings.append(lambda: painter.causal(judged.graph, shown, focusing.origin(judged, run.decided)))
    return drawings


def _has_data(run: Run) -> bool:
    return run.reading is not None


def _is_looked_at(run: Run) -> bool:
    return _has_data(run) and run.wants(LOOKING)


def _is_reasoned(run: Run) -> bool:
    return _has_data(run) and run.wants(REASONING)


STEPS: dict[str, Step] = {
    "reading": Step(0.0, lambda run: bool(run.sources), _read),
    "planning": Step(0.2, lambda run: True, _plan),
    "handling": Step(0.25, _has_data, _handle),
    "choosing": Step(0.28, lambda run: _is_looked_at(run) or (_has_data(run) and run.wants({"model"})), _choose),
    "looking": Step(0.3, _is_looked_at, _look),  # detecting and discovering in one process
    "detecting": Step(0.3, _is_looked_at, _detect),
    "discovering": Step(0.3, _is_reasoned, _discover),
    "supervising": Step(0.65, _is_reasoned, _supervise),
    "forecasting": Step(0.7, lambda run: _has_data(run) and run.wants({"forecast"}), _forecast),
    "coding": Step(0.72, lambda run: _has_data(run) and run.wants({"code"}), _code),
    "deciding": Step(0.75, lambda run: True, _decide),
    "drawing": Step(0.85, _has_data, _draw),
}

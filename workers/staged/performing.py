"""Carries out one stage of a run: takes up what earlier stages left, does its steps, leaves what it learnt.

The mark that a stage is done, `stage/<name>.json`, is written last. A stage that was killed on the way has none, so it
is done again from the stages before it; one that has it is not done twice.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from roles.role import Engine
from workers import receipt as receipts
from workers.artifacts import ArtifactStore
from workers.contracts import Answer, Question
from workers.looking.study import said
from workers.running.at_once import answer_at_once
from workers.running.pipeline import begin, finish, speaking, spoken
from workers.running.run import Run
from workers.running.steps import Progress, carry_out
from workers.settings import Settings
from workers.staged.kept import Kept
from workers.staged.result import AnswerBrief, Column, DataBrief, StageResult
from workers.staged.table import STAGES, needed

LAYOUT = "1"  # of what stages leave; marks of another layout count as not done


class NotReady(RuntimeError):
    """A stage was asked for before the stages that it needs were done."""


def perform(
    stage: str,
    question: Question,
    settings: Settings,
    store: ArtifactStore,
    prefix: str,
    progress: Progress,
    engine: Engine | None = None,
) -> StageResult:
    """Carry out `stage` of the run whose folder in `store` is `prefix`; a done one returns what it returned before.

    `progress` hears of each step (what, share of the whole run done 0..1) and may raise to stop the run. Raises
    AndonError (or a room's own error) for whatever the person can mend, NotReady when stages before it are missing.
    """
    known = stored(store, prefix, stage)
    if known is not None:
        return known
    start = time.perf_counter()
    before = _earlier(store, prefix, stage)
    plan = before.get("plan")
    if plan is not None and stage not in plan.needed:
        result = StageResult(stage=stage, lang=plan.lang, idle=True, versions=_versions())
    else:
        with (
            tempfile.TemporaryDirectory(prefix="andon-") as folder,
            speaking(question, settings, engine, prefix) as speaker,
        ):
            result = _work(stage, question, settings, Kept(store, prefix), Path(folder), before, progress, speaker)
        result = result.model_copy(update={"seconds": round(time.perf_counter() - start, 3)})
    store.write_bytes(_mark(prefix, stage), result.model_dump_json(indent=2).encode())
    return result


def stored(store: ArtifactStore, prefix: str, stage: str) -> StageResult | None:
    """What a done stage left to be told; None when it is not done."""
    try:
        result = StageResult.model_validate_json(store.read_bytes(_mark(prefix, stage)))
    except (FileNotFoundError, ValidationError):  # a mark of another version is none
        return None
    return result if result.versions.get("layout") == LAYOUT else None


def done(store: ArtifactStore, prefix: str) -> set[str]:
    """The stages of a run that have their mark."""
    return {stage for stage in STAGES if stored(store, prefix, stage) is not None}


def _mark(prefix: str, stage: str) -> str:
    return f"{prefix}/stage/{stage}.json"


def _versions() -> dict[str, str]:
    return {"andon": receipts.code_version(), "layout": LAYOUT}


def _earlier(store: ArtifactStore, prefix: str, stage: str) -> dict[str, StageResult]:
    """The results of all stages before `stage`, in order; one that the plan does not need may be missing."""
    wanted = set(STAGES[stage].after)
    while more := {name for each in wanted for name in STAGES[each].after} - wanted:
        wanted |= more
    found: dict[str, StageResult] = {}
    for name in (each for each in STAGES if each in wanted):
        result = stored(store, prefix, name)
        if result is not None:
            found[name] = result
        elif "plan" not in found or name in found["plan"].needed:
            raise NotReady(f"{stage} needs {name}")
    return found


def _work(
    stage: str,
    question: Question,
    settings: Settings,
    kept: Kept,
    folder: Path,
    before: Mapping[str, StageResult],
    progress: Progress,
    engine: Engine | None,
) -> StageResult:
    """Take up, do the steps, leave; everything but the mark."""
    lang = before["plan"].lang if before else None
    if stage == "plan":  # a log or a fault code: there are no further stages
        lang = spoken(question, settings)
        counted = answer_at_once(question, settings, folder, lang, progress, kept.store.find)
        if counted is not None:
            brief = _deliver(counted, kept, folder)
            return StageResult(stage=stage, lang=lang, versions=_versions(), answer=brief)
    run = begin(question, settings, folder, engine, lang, kept.store.find)
    for name, earlier in before.items():
        if not earlier.idle:
            kept.load(name, run, rows=stage == "prepare", table=stage == "decide")
    for step in STAGES[stage].steps:
        carry_out(run, step, progress)
    result = StageResult(stage=stage, lang=run.lang, timings=dict(run.timings.seconds), versions=_versions())
    if stage == "decide":
        seconds = {name: s for each in before.values() for name, s in each.timings.items()}
        spent = _spent(before)
        run.timings.bring(seconds, spent)
        return result.model_copy(update={"answer": _deliver(finish(run), kept, folder)})
    kept.save(stage, run)
    return result.model_copy(update=_told(stage, run))


def _spent(before: Mapping[str, StageResult]) -> float:
    """Seconds of the earlier stages on the longest way through: those beside each other count once."""
    ways: dict[str, float] = {}
    for name, result in before.items():
        ways[name] = result.seconds + max((ways.get(each, 0.0) for each in STAGES[name].after), default=0.0)
    return max(ways.values(), default=0.0)


def _deliver(answer: Answer, kept: Kept, folder: Path) -> AnswerBrief:
    """Everything that the answer consists of into the run's folder, answer.json last."""
    for path in sorted(folder.iterdir(), key=lambda path: path.name == "answer.json"):
        kept.store.put_file(path, kept.key(path.name))
    return AnswerBrief(
        headline=answer.text.partition("\n")[0],
        verdict=answer.diagnosis.verdict,
        confidence=answer.confidence,
        causes=[cause.text for cause in answer.diagnosis.causes],
        pictures=[picture.file for picture in answer.pictures],
        processed=answer.processed,
        folder=kept.prefix,
    )


def _told(stage: str, run: Run) -> dict[str, object]:
    """What a stage before the last has to tell."""
    if stage == "plan":
        kinds = {task.kind for task in run.tasks}
        wanted = needed(kinds, has_data=run.reading is not None)
        return {"needed": wanted, "data": _brief(run), "notes": [*run.joined, *run.left_out]}
    if stage == "prepare":
        chosen = run.choice.output if run.choice else None
        return {"model": chosen and (chosen.trained.base if chosen.trained else chosen.model)}
    if stage == "detect" and run.detection is not None:
        return {"notes": list(run.detection.notes)}
    if stage == "causes" and run.discovery is not None:
        return {"notes": [said(note, run.lang) for note in run.discovery.notes]}
    return {}


def _brief(run: Run) -> DataBrief | None:
    if run.reading is None:
        return None
    reading, receipt = run.reading, run.reading.receipt
    # the header's: a sensor that the request leaves out, or one without readings, is no column that is gone
    header = [*receipt.columns, *map(str, reading.context.columns), *receipt.dropped_columns, *receipt.own_columns]
    columns = [Column(name=name, unit=reading.units.get(name)) for name in dict.fromkeys(header)]
    return DataBrief(
        dataset=receipt.file_name,
        sha256=receipt.sha256,
        rows=receipt.rows_in,
        start=receipt.start,
        end=receipt.end,
        columns=columns,
    )

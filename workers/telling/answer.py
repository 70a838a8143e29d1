"""From a finished run to the Answer: what stands in answer.json and what the person reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from detectors.normal.unrest import Unrest
from detectors.types import Detection, Event
from roles.types import Finding, Graph
from workers import receipt as receipts
from workers.catalogue import recommending
from workers.contracts import Answer, Block, Diagnosis, Evidence, PlanStep
from workers.handling import nothing
from workers.knowledge import pending
from workers.knowledge.websearch import numbers
from workers.looking.detecting import FEW
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.prose import story
from workers.prose.levels import worded_for
from workers.prose.numbers import figure, span
from workers.prose.standing import disputed
from workers.replying import leading, stale
from workers.running import narrowing
from workers.telling import cited, exchanged, first, instead, plotted, remarks, silence, states, undone
from workers.telling.heading import headline
from workers.telling.pictures import MOST_STRIPS
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

MOST_NAMED = 6


def tell(run: Run) -> Answer:
    """The whole answer of a finished run."""
    teller = run.teller
    detection = run.seen.detection if run.seen else None
    evidence = cited.evidence(run)
    blocks = _blocks(run, evidence)
    decision = run.decided.outcome.output if run.decided else None
    diagnosis = Diagnosis(verdict="answered")
    if decision is not None:
        diagnosis = Diagnosis(
            verdict=decision.verdict, causes=decision.causes, actions=decision.actions, asks_for=decision.asks_for
        )
    question = run.question
    answer = Answer(
        schema="andon.answer/1",
        question={"id": question.id, "text": question.text, "lang": run.lang, "file": _file(run)},
        data=run.reading.receipt if run.reading else None,
        plan=_steps(run),
        findings=run.findings,
        events=[teller.out(event) for event in _all_events(detection)] if detection and teller else [],
        graph=run.judged.graph if run.judged else Graph(),
        diagnosis=diagnosis,
        considered=run.decided.considered if run.decided else [],
        evidence=evidence,
        confidence=decision.confidence if decision else 0.0,
        text=story.plain(blocks),
        blocks=blocks,
        pictures=run.pictures,
        processed=run.processed,
        generated=run.coded.generated if run.coded is not None else None,
        receipt=_receipt(run),
    )
    if decision is not None and decision.verdict == "unsure" and not run.knowledge.unheard:
        has_data = run.reading is not None and not run.only_asks
        answer = pending.beside(answer, run.knowledge.store, run.settings, from_data=has_data)
    return worded_for(answer, question.level) if question.level else first.as_asked(answer, run.lang)


def _all_events(detection: Detection) -> list[Event]:
    """The events, and what departed without an alarm."""
    return [*detection.events, *(departure.event for departure in detection.departures)]


def _file(run: Run) -> str | None:
    """The name of the file that was asked about, of all where there are several."""
    if not run.question.more:
        return run.question.file_name
    return " + ".join(source.file_name for source in run.sources)


def _blocks(run: Run, evidence: list[Evidence]) -> list[Block]:
    """What the person reads: the diagnosis where one was asked for, what was ordered, then the data."""
    lang, blocks = run.lang, []
    if run.decided is not None and leading.is_short(run) and not first.is_meant(run.question.text):
        blocks += leading.short(run)
    elif run.decided is not None:
        blocks += leading.before(run, story.diagnosis(run.decided.outcome.output, lang))
        said = run.decided.outcome.output
        blocks += [Block(kind="note", text=note) for note in said.notes]
        blocks += [Block(kind="note", text=text, refs=[id_]) for id_, text in disputed(evidence, lang)]
        if said.verdict != "normal":  # whose notes tell them
            blocks += story.planned(run.findings, run.names, lang)
        written = remarks.of(run)
        blocks[1:1] = remarks.changed(written, lang)
        blocks += remarks.told(written, run.findings, said.event, lang)
        blocks += _from_the_web(run)
    else:
        blocks.append(leading.reply(run) or headline(run))
    # Right after the verdict: it may not be about what was asked.
    about = (silence.notes, states.repeated_times, states.which_is_normal, stale.notes, narrowing.notes, undone.notes,
             exchanged.notes, cited.of_which)  # fmt: skip
    blocks[1:1] = [block for notes in about for block in notes(run)]
    if run.seen is not None and run.unrest is not None and not (run.choice and run.choice.output.trained):
        blocks.insert(1, _unrest(run, run.unrest))
    if run.coded is not None and run.coded.note:
        blocks.insert(1, Block(kind="note", text=run.coded.note))
    if run.coded is not None and run.decided is not None and run.coded.generated.outcome == "done":
        blocks.append(Block(kind="plain", text=run.coded.generated.explanation))
    ordered = [f for f in run.findings if f.kind in ("statistics", "limit", "forecast") and not leading.is_said(f)]
    headed = {block.text for block in blocks if block.kind == "headline"}
    for f in ordered:
        passage = str(f.values.get("said", ""))  # of a limit: it may be the headline already
        text = f.text.removeprefix(passage).lstrip(".。 ") if passage in headed else f.text
        if not text:
            continue
        sources = [p.id for p in run.cited if p.id in f.text]
        blocks.append(Block(kind="plain", text=f"{text} [{f.id}]", refs=[f.id, *sources]))
    if run.decided is None:
        blocks += [Block(kind="plain", text=f"{f.text} [{f.id}]", refs=[f.id]) for f in run.findings[:MOST_NAMED]
                   if f not in ordered and not leading.is_said(f)]  # fmt: skip
    blocks += _done(run)
    blocks += instead.notes(run.engines.values(), run.lang, measured=run.seen is not None)
    blocks += _data(run)
    return blocks


def _from_the_web(run: Run) -> list[Block]:
    """What the web says beside the decision, quoted, or why it could not be asked."""
    if run.web is None:
        return []
    if not run.web.evidence:
        return [Block(kind="note", text=run.web.why)]
    return [Block(kind="plain", text=text, refs=[id_] if id_ else []) for text, id_ in run.web.lines]


def _done(run: Run) -> list[Block]:
    """What was ordered and done: plots with their sensors and hours, the processed table and what was done to it."""
    lang, teller, blocks = run.lang, run.teller, []
    if run.reading is None or teller is None:
        return []
    begin, last = (teller.time(i) for i in (0, len(teller.index) - 1))
    for task in [t for t in run.tasks if t.kind == "plot"]:
        if task.values.get("outside") or nothing.blank(run.reading.frame, task):
            blocks += undone.undrawn(run, task)
        elif task not in run.plots:
            blocks.append(Block(kind="note", text=say("answer_plot_unknown", lang)))
        else:
            sensors = ", ".join(run.names.name(s) for s in (task.sensors or list(run.names.sensors))[:MOST_STRIPS])
            start = teller.at(pd.Timestamp(task.start)) if task.start else begin
            end = teller.at(pd.Timestamp(task.end)) if task.end else last
            key = f"answer_{task.values.get('form', 'plot')}"
            text = undone.with_limit(run, task, say(key, lang, sensors=sensors, start=start, end=end))
            blocks.append(Block(kind="plain", text=plotted.described(run, task, text)))
    for task in [t for t in run.tasks if t.kind == "forecast" and t.values.get("assumed")]:
        made = run.forecasts[0] if run.forecasts else None
        horizon = span(made.step_s * len(made.value) if made else float(task.values["horizon_s"]), lang)
        blocks.append(Block(kind="note", text=say("answer_horizon_assumed", lang, horizon=horizon)))
    steps = [s for s in (run.handled.done.values() if run.handled else ()) if s.kind in undone.ordered(run)
             and s.status == "done"]  # fmt: skip
    if steps and run.processed and run.handled and (run.coded is None or run.coded.table is None):
        told = story.joined([step.text for step in steps], lang).rstrip(".。")
        rows = f"{len(run.handled.frame):,}"
        text = say("answer_processed", lang, file=run.processed, rows=rows, steps=told)
        blocks.append(Block(kind="plain", text=text))
    return blocks + _by_code(run)


def _by_code(run: Run) -> list[Block]:
    """The code's table, and that it was code: how often it was tried and what held it."""
    made = run.coded.generated if run.coded is not None else None
    if made is None or made.outcome != "done":
        return []
    blocks = []
    if made.table_rows is not None and run.processed:
        rows = f"{made.table_rows:,}"
        blocks.append(Block(kind="plain", text=say("answer_code_table", run.lang, file=run.processed, rows=rows)))
    text = say("answer_code", run.lang, file=made.file, tries=made.tries, level=made.level)
    return [*blocks, Block(kind="data", text=text)]


def _unrest(run: Run, found: Unrest) -> Block:
    """That the period given as normal holds a change, and what was learnt from instead."""
    assert run.teller is not None
    first, last = found.usable or run.normal or (0, 1)
    change = found.after - found.before
    text = say(
        f"answer_unrest_{found.kind}", run.lang, sensor=run.names.name(found.sensor), unit=run.names.unit(found.sensor),
        change=f"{'+' if change > 0 else '-'}{figure(abs(change))}", time=run.teller.time(found.row),
        before=figure(found.before), after=figure(found.after),
        start=run.teller.time(first), end=run.teller.time(last - 1),
    )  # fmt: skip
    return Block(kind="note", text=text)


def _data(run: Run) -> list[Block]:
    lang, blocks = run.lang, []
    done = run.handled.done.values() if run.handled else ()
    failed = [step for step in done if step.status == "failed" and step.kind != "code"]  # code says why by itself
    blocks += [Block(kind="note", text=step.text) for step in failed]
    if run.reading is None:
        return blocks
    blocks.append(story.data_line(run.reading.receipt, lang))
    if run.reading.receipt.own_columns:
        own = ", ".join(run.reading.receipt.own_columns[:MOST_NAMED])
        blocks.append(Block(kind="data", text=say("answer_own_columns", lang, names=own)))
    if run.reading.receipt.simulated:
        blocks.append(Block(kind="note", text=say("answer_simulated", lang)))
    blocks += [Block(kind="data", text=text) for text in run.joined]
    blocks += [Block(kind="note", text=text) for text in (*run.left_out, *(run.judged.idle if run.judged else ()))]
    if run.knowledge.unheard or (run.judged is not None and run.judged.unheard):
        misset = run.knowledge.misset
        why = say(misset.code, lang, **misset.values) if misset is not None else ""
        blocks.append(Block(kind="note", text=say("answer_misset" if why else "answer_unheard", lang, why=why)))
    blocks += story.assumptions(run.reading.receipt, run.names, {f.sensor for f in run.findings if f.sensor}, lang)
    if run.choice is not None:
        blocks += recommending.notes(run.choice.output, lang, asked=run.wants({"model"}))
    if run.seen is not None and run.teller is not None and run.choice is not None and run.choice.output.trained:
        asked, given = run.wanted_model is not None, run.normal is not None
        blocks += recommending.outcome(run.choice.output, run.seen.detection, lang, asked=asked, given=given)
    elif run.seen is not None and run.teller is not None:
        reference = run.seen.detection.reference
        start, end = run.teller.time(reference.start), run.teller.time(reference.end - 1)
        values = {"start": start, "end": end}
        if reference.how == "proposed":
            values["reason"] = say(f"reference_{reference.reason}", lang)
        how = "part" if run.unrest is not None and run.unrest.usable else reference.how
        blocks.append(Block(kind="data", text=say(f"answer_reference_{how}", lang, **values)))
        if (rows := reference.end - reference.start) < FEW:
            blocks.append(Block(kind="data", text=say("detect_few_rows", lang, rows=rows)))
    blocks += [Block(kind="note", text=say("answer_picture_failed", lang, ref=ref)) for ref in run.broken]
    return blocks


def _steps(run: Run) -> list[PlanStep]:
    """The plan with what became of each step."""
    if run.plan is None:
        return []
    steps = []
    for task in run.plan.output.subtasks:
        done = run.handled.done.get(task.order) if run.handled else None
        text = say(f"step_{task.kind}", run.lang)
        values: dict[str, Any] = {k: v for k, v in task.model_dump(mode="json", exclude={"order", "kind"}).items() if v}
        steps.append(done or PlanStep(order=task.order, kind=task.kind, text=text, values=values,
                                      status="done" if run.could(task.kind) else "skipped"))  # fmt: skip
    return steps


def _receipt(run: Run) -> dict[str, Any]:
    """Data hash, code, seed, thresholds, engines, timings: what it takes to repeat the answer."""
    said: dict[str, Any] = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "code": receipts.code_version(),
        "seed": 0,
        "engines": run.engines,
        "calls": receipts.calls(run.engine),
        "timings": {**run.timings.seconds, "total": run.timings.total()},
        "settings": {
            "timezone": run.settings.timezone,
            "answer_threshold": run.settings.answer_threshold,
            "max_rows": run.settings.max_rows,
        },
    }
    if made := exchanged.receipt(run):
        said["units"] = made
    if run.reading is not None:
        said["data_sha256"] = run.reading.receipt.sha256
        start, end = run.reading.receipt.start, run.reading.receipt.end
        said["period_s"] = (end - start).total_seconds() if start is not None and end is not None else 0.0
    if run.coded is not None and run.coded.receipt is not None:
        said["sandbox"] = run.coded.receipt
    if run.web is not None:
        said["web"] = {"engine": run.web.engine, "query": run.web.query, "numbers": numbers(run.web.query)}
    if run.seen is not None:
        said["detection"] = receipts.detection(run.seen.detection) | {"silences": silence.receipt(run)}
        if rows := states.first_rows(run):
            said["first_state_rows"] = rows
    if run.judged is not None:
        output = run.judged.supervision.output
        edits = [e.model_dump(mode="json") for e in output.edits if e.action != "keep"]
        said["supervisor"] = {"edits": edits, "conflicts": output.conflicts, "idle_facts": run.judged.idle}
    return said


def numbered(findings: list[Finding]) -> list[Finding]:
    """The findings numbered anew, so that ids are unique over detection and data subtasks."""
    return [f.model_copy(update={"id": f"F{i}"}) for i, f in enumerate(findings, start=1)]


__all__ = ["Names", "Teller", "numbered", "tell"]

"""The step that works something out by code: asks the coder, tries what it writes, and says honestly how that went."""

from __future__ import annotations

import logging
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from roles.coder import CODER, Script
from roles.manager import Plan, Request, Subtask
from roles.planning.rules import ordered
from roles.role import Outcome
from roles.role import run as play
from workers.coding import results
from workers.coding.coded import Coded
from workers.coding.table import Table, leaks, request_of, table_of
from workers.coding.trial import Trial
from workers.contracts import Generated, PlanStep
from workers.errors import AndonError
from workers.handling import handle
from workers.prose.story import joined
from workers.running import judging
from workers.sandbox.pool import Sandbox, open_sandbox
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

log = logging.getLogger(__name__)

REPAIRS = 2
SECONDS_IN_ALL = 75.0  # for all tries, the model's writing included
INSTEAD = {"clean", "resample", "label", "statistics", "plot"}  # what the rules can still do when code did not work
FILE = "code.py"


def get_ready(run: Run) -> None:
    """Called when the plan wants code: a room gets warm while the run goes on; where there is no safe one the plan
    becomes the rules' own, and says why."""
    if run.engine is None or all(t.values.get("refused") for t in run.tasks if t.kind == "code"):
        return
    try:
        open_sandbox(run.settings.sandbox).warm()
    except AndonError as error:
        asked = next(t for t in run.tasks if t.kind == "code")
        rules = _by_rules(run)
        refused = asked.model_copy(update={"values": {**asked.values, "refused": True, "why": error.code}})
        tasks = [t for t in rules.subtasks if t.kind != "code"]
        plan = rules.model_copy(update={"subtasks": ordered([*tasks, refused], _request(run))})
        run.plan = replace(run.plan, output=plan) if run.plan is not None else None
    except OSError as error:  # the run itself will say so, if it stays
        log.info("a sandbox room did not start: %s", error)


def work_out(run: Run) -> Coded:
    """Carry out the plan's code task. Raises nothing that a person could not be told in a sentence."""
    task = next(t for t in run.tasks if t.kind == "code")
    if run.engine is None or task.values.get("refused"):
        coded = Coded(Generated(outcome="refused"), note=_refusal(run, task))
    else:
        coded = _tried(run, task)
    _note_step(run, task, coded)
    return coded


def _refusal(run: Run, task: Subtask) -> str:
    """Why no code is run at all."""
    if task.values.get("why"):
        return say(str(task.values["why"]), run.lang)
    words = joined([f"“{word}”" for word in task.values.get("words") or []], run.lang).rstrip(".。")
    return say("coding_no_model" if words else "coding_no_model_bare", run.lang, words=words)


def _tried(run: Run, task: Subtask) -> Coded:
    assert run.handled is not None
    private = run.settings.privacy
    table = table_of(run.handled, run.names, run.settings.zone, private=private)
    text = run.question.text or str(task.values.get("text", ""))
    given = request_of(
        table, str(task.values.get("text") or text), text, run.lang, run.names.sensors, run.settings.timezone,
        meant=task.sensors, private=private, headers=run.names.headers,
    )  # fmt: skip
    if private and leaks(given, run.names.sensors, run.names.headers):
        return _failed(run, Coded(Generated(outcome="refused"), note=say("coding_private", run.lang)))
    with tempfile.TemporaryDirectory(prefix="andon-code-") as folder:
        parquet, made = Path(folder) / "given.parquet", Path(folder) / "made"
        table.write(parquet)
        made.mkdir()
        try:
            sandbox = open_sandbox(run.settings.sandbox)
        except AndonError as error:
            return _failed(run, Coded(Generated(outcome="refused"), note=say(error.code, run.lang, **error.values)))
        trial = Trial(sandbox, table, parquet, made, time.monotonic() + SECONDS_IN_ALL)
        outcome = play(replace(CODER, check=trial.check), given, run.engine, most_repairs=REPAIRS, prove=trial.prove)
        return _told(run, table, trial, outcome, sandbox)


def _told(run: Run, table: Table, trial: Trial, outcome: Outcome[Script], sandbox: Sandbox) -> Coded:
    """What came of the tries, with everything that must outlive their folder."""
    ran, script = trial.ran, trial.script or Script(explanation="-", code="")
    good = outcome.engine != "rules" and bool(outcome.output.code.strip()) and ran is not None
    explanation = table.shown(outcome.output.explanation if outcome.engine != "rules" else script.explanation)
    generated = Generated(
        file=FILE if script.code.strip() else None, code=script.code, explanation=explanation,
        outcome="done" if good else "failed", tries=trial.tries, ms=round(1000 * trial.seconds, 1),
        level=sandbox.level, error="" if good else (trial.complaint or outcome.fallback)[:1000],
        numbers=results.numbers(explanation),
    )  # fmt: skip
    # What it stumbled over stands in `generated`: the model did answer.
    coded = Coded(generated, outcome=replace(outcome, fallback=""), receipt=ran.receipt() if ran is not None else None)
    if generated.file is not None:
        head = say("coding_head", run.lang, question=" ".join(run.question.text.split())[:300])
        (run.out / FILE).write_text(f"# {head}\n{_legend(table)}\n{script.code.strip()}\n", encoding="utf-8")
    if not good:
        abstained = outcome.engine != "rules"
        key = "coding_abstained" if abstained else ("coding_failed" if trial.tries else "coding_unanswered")
        coded.note = say(key, run.lang, tries=trial.tries, why=explanation.rstrip(".。"))
        return _failed(run, coded)
    assert ran is not None
    coded.findings = results.findings(trial.answer, table)
    coded.pictures = results.pictures(ran.pictures, run.out, explanation)
    if ran.table is not None:
        coded.table = results.renamed(pd.read_parquet(ran.table), table)
        coded.generated = generated.model_copy(update={"table_rows": len(coded.table)})
    return coded


def _legend(table: Table) -> str:
    """Which key stands for which column, for those that do not say it themselves."""
    other = {key: column for key, column in table.column_of.items() if key != column}
    return "".join(f"# {key}: {' '.join(column.split())}\n" for key, column in other.items())


def _failed(run: Run, coded: Coded) -> Coded:
    """The rules do what they can instead: data steps and plots on the same table."""
    assert run.plan is not None
    assert run.reading is not None
    assert run.teller is not None
    new = [t for t in _by_rules(run).subtasks if t.kind in INSTEAD]
    known = {(t.kind, *t.sensors) for t in run.tasks}
    more = [t for t in new if (t.kind, *t.sensors) not in known]
    if more:
        plan = run.plan.output.model_copy(update={"subtasks": ordered([*run.tasks, *more], _request(run))})
        run.plan = replace(run.plan, output=plan)
        run.handled = handle(run.reading.frame, plan, run.teller)
    return coded


def _by_rules(run: Run) -> Plan:
    """The plan that the rules make without code."""
    zone = run.settings.timezone
    return judging.plan(run.question.text, run.lang, run.reading, run.names, zone, None).output


def _request(run: Run) -> Request:
    return Request(text=run.question.text, lang=run.lang)


def _note_step(run: Run, task: Subtask, coded: Coded) -> None:
    """How the step went, for the plan in the answer."""
    assert run.handled is not None
    order = next(t.order for t in run.tasks if t.kind == "code")
    made = coded.generated
    values = {**made.model_dump(include={"tries", "ms", "table_rows"}, exclude_none=True), "sensors": task.sensors}
    run.handled.done[order] = PlanStep(
        order=order, kind="code", text=say("step_code", run.lang), values=values,
        status={"done": "done", "failed": "failed", "refused": "skipped"}[made.outcome],
    )  # fmt: skip

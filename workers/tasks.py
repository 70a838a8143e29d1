"""What the computing workers do: one stage of a run, and learning from what the crew said.

Plain functions over an Office; a killed worker's stage is done again by another one, a finished stage never twice.
"""

from __future__ import annotations

import logging
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from workers.contracts import Answer, Question
from workers.failures import MENDABLE, Mendable, failure_sentence, for_operators, internal_sentence
from workers.queues.outside import outside
from workers.queues.registry import Again, task
from workers.queues.seldom import Seldom
from workers.staged import STAGES, AnswerBrief, StageResult, perform, queue_of, ready

if TYPE_CHECKING:
    from workers.office import Office
    from workers.state.models import Run

log = logging.getLogger(__name__)

LOOK_S = 0.5  # how often a worker asks whether its run was called off
NOTE_S = 0.8  # how often progress is noted
TROUBLES = Seldom(log)
T = TypeVar("T")


class Stopped(BaseException):
    """The run was called off. Not an Exception: nothing on the way may take it for a failure of its own."""


def give_up(office: Office, ref: str, run_id: int, stage: str) -> None:
    """A stage failed for good: the person is told, with the reference of the log."""
    run = office.ledger.runs.get(run_id)
    if run is not None:
        _fail(office, run_id, ref, internal_sentence(ref, run.request.get("lang") or office.settings.lang))


@task("runs.stage", queue="cpu", given_up=give_up)
def stage(office: Office, run_id: int, stage: str) -> None:
    """Carry out one stage of a run, then let those begin that waited for it."""
    run = office.ledger.runs.get(run_id)
    if run is None or run.state not in ("queued", "running"):
        return
    noted = Noted(office, run_id)
    noted.begin(stage, run.request.get("lang") or office.settings.lang)
    result = _attempted(office, run, stage, lambda: work(office, run, stage, noted.report))
    if result is not None:
        settle(office, run, stage, result)


def _attempted(office: Office, run: Run, what: str, act: Callable[[], T]) -> T | None:
    """What a piece of a run came to; None when the run was called off, or failed in a way that people were told of."""
    try:
        with called_off(office, run.id):
            return act()
    except Stopped:
        log.info("run %d was called off during %s", run.id, what)
    except MENDABLE as error:
        _mendable(office, run.id, error, run.request.get("lang") or office.settings.lang)
    return None


def work(office: Office, run: Run, stage: str, progress: Callable[[str, float], None]) -> StageResult:
    """Do one stage, or give what it came to when it was done before."""
    question = Question.model_validate(run.request)
    return perform(stage, question, office.settings, office.store, run.prefix, progress)


def settle(office: Office, run: Run, stage: str, result: StageResult) -> None:
    """Note a finished stage and what follows from it."""
    ledger = office.ledger
    if stage == "plan" and result.data is not None and run.request.get("artifact"):
        question = ledger.talk.question(run.question_id)
        ledger.runs.remember_dataset(
            run.id, question.conversation_id, file_name=result.data.dataset, artifact=run.request["artifact"],
            sha256=result.data.sha256, columns={c.name: c.unit for c in result.data.columns},
        )  # fmt: skip
    done = ledger.runs.finish_stage(run.id, stage, result.model_dump(mode="json"))
    if result.answer is not None:
        _record(office, run.id, result.answer)
        return
    plan = ledger.runs.stages(run.id)
    wanted = plan.get("plan", {}).get("needed", list(STAGES))
    model = plan.get("prepare", {}).get("model")
    for name in ready(done):
        if name in wanted:
            args = {"run_id": run.id, "stage": name}
            office.add(f"run:{run.id}:{name}", "runs.stage", queue_of(name, model), args)
        else:  # nothing to do: marked as done here and now
            settle(office, run, name, work(office, run, name, lambda _what, _share: None))


def _record(office: Office, run_id: int, brief: AnswerBrief) -> None:
    """Note the answer of a run and have it shown, both or neither."""
    ledger = office.ledger
    deliver = f"deliver:{run_id}", "chat.deliver", "chat", {"run_id": run_id}
    answer = ledger.answers.record(
        run_id, then=lambda session, _answer: ledger.jobs.note(session, *deliver), prefix=brief.folder,
        headline=brief.headline, verdict=brief.verdict, confidence=brief.confidence, causes=brief.causes,
    )  # fmt: skip
    if answer is not None:
        office.queue.hint("chat.deliver", "chat", deliver[0])


def _mendable(office: Office, run_id: int, error: Mendable, lang: str) -> None:
    """What a person can mend is an answer; a server that is away or a full disk is raised and tried again."""
    if for_operators(error) or outside(error):
        raise error
    ref = secrets.token_hex(3)
    log.info("run %d: %s, ref %s", run_id, error.code, ref)
    _fail(office, run_id, ref, failure_sentence(error, lang))


def _fail(office: Office, run_id: int, ref: str, text: str) -> None:
    jobs, told = office.ledger.jobs, (f"failed:{run_id}", "chat.failed", "chat", {"run_id": run_id, "text": text})
    if office.ledger.runs.fail(run_id, ref, then=lambda session: jobs.note(session, *told)):
        office.queue.hint("chat.failed", "chat", told[0])


class Noted:
    """Progress on its way to the ledger, now and then."""

    def __init__(self, office: Office, run_id: int) -> None:
        self.office, self.run_id, self._last = office, run_id, 0.0

    def begin(self, stage: str, lang: str) -> None:
        """A stage begins."""
        from workers.wording import say

        entry = STAGES[stage]
        self.office.ledger.runs.working(self.run_id, say(entry.message, lang, file=""), entry.begins)

    def report(self, what: str, share: float) -> None:
        """A step begins, `share` (0..1) of the whole run being done."""
        moment = time.monotonic()
        if moment - self._last >= NOTE_S:
            self._last = moment
            self.office.ledger.runs.working(self.run_id, what, share)


@task("runs.learn", queue="cpu", given_up=lambda office, ref, run_id, **_rest: give_up(office, ref, run_id, "learn"))
def learn_files(office: Office, run_id: int, words: str, asset: str) -> None:
    """Take files or a sentence into the knowledge base and answer with what was taken."""
    from workers.knowledge.learning import learn

    run = office.ledger.runs.get(run_id)
    if run is None or run.state not in ("queued", "running"):
        return
    question = Question.model_validate(run.request)
    noted = Noted(office, run_id)

    def take() -> Answer:
        began, again = first_try(office, run)
        return learn(question, office.settings, office.store, noted.report, words, asset, began=began, again=again)

    _answered(office, run_id, run.prefix, _attempted(office, run, "learning", take))


def _answered(office: Office, run_id: int, folder: str, answer: Answer | None) -> None:
    """Keep an answer that needed no stages, and let it be shown; nothing where there is none."""
    if answer is None:
        return
    office.store.write_bytes(f"{folder}/answer.json", answer.model_dump_json(by_alias=True).encode())
    brief = AnswerBrief(folder=folder, headline=answer.blocks[0].text, verdict="answered", confidence=0.0)
    _record(office, run_id, brief)


def first_try(office: Office, run: Run) -> tuple[datetime, bool]:
    """When learning was first tried in a run, and whether that was before: a worker may have died since, and what it
    took by then is what the run learnt."""
    key = f"{run.prefix}/learning-began"
    if office.store.exists(key):
        return datetime.fromisoformat(office.store.read_bytes(key).decode()), True
    began = datetime.now(UTC)
    office.store.write_bytes(key, began.isoformat().encode())
    return began, False


@task("runs.aside", queue="cpu", given_up=lambda office, ref, run_id, **_rest: give_up(office, ref, run_id, "aside"))
def aside(office: Office, run_id: int, kind: str, folder: str, order: dict[str, Any]) -> None:
    """Answer what needs no pipeline: carry out a simulation ("simulate"), or ask the model catalogue ("models")."""
    from workers import asides

    run = office.ledger.runs.get(run_id)
    if run is None or run.state not in ("queued", "running"):
        return
    question, noted = Question.model_validate(run.request), Noted(office, run_id)

    def tell() -> Answer:
        if kind == "simulate":
            return asides.simulated(question, order, office.settings, office.store, folder, noted.report)
        return asides.models(question, office.settings, folder)

    _answered(office, run_id, folder, _attempted(office, run, kind, tell))


@contextmanager
def called_off(office: Office, run_id: int) -> Iterator[None]:
    """Raise Stopped in the working thread soon after the run was called off.

    By a signal, because the work is in pandas and scipy and asks nobody; it needs the main thread, which is where
    Celery's and our own computing processes work. Elsewhere (a test's thread) a stop waits for the stage's end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    over, armed = threading.Event(), [True]  # armed: at most one signal raises, and none once the work is over

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if armed[0]:
            armed[0] = False
            raise Stopped

    def watch() -> None:
        while not over.wait(LOOK_S):
            try:
                stopped = office.ledger.runs.stopped(run_id)
            except SQLAlchemyError as error:  # the database is away for a moment: it is asked again
                TROUBLES.warn("stops", f"nobody can tell whether runs were called off ({type(error).__name__})", error)
                continue
            if stopped and not over.is_set():
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR2)

    before: Any = signal.signal(signal.SIGUSR2, interrupt)
    watcher = threading.Thread(target=watch, name=f"stop {run_id}", daemon=True)
    watcher.start()
    try:
        try:
            yield
        finally:
            armed[0] = False
    finally:  # of its own: a signal at the very end of the work must not leave the watcher behind
        over.set()
        watcher.join()
        signal.signal(signal.SIGUSR2, before)


def _document(office: Office, prefix: str) -> Answer | None:
    """The whole answer; None when its file is gone: its knowledge is then not known any more."""
    try:
        return Answer.model_validate_json(office.store.read_bytes(f"{prefix}/answer.json"))
    except FileNotFoundError:
        return None


def not_learnt(office: Office, ref: str, feedback_id: int) -> None:
    """Nothing could be made of what somebody said: they are told, by the chat queue."""
    said = office.ledger.answers.feedback(feedback_id)
    answer = office.ledger.answers.get(said.answer_id) if said is not None else None
    if answer is not None:
        args = {"question_id": answer.question_id, "ref": ref}
        office.add(f"sorry:{feedback_id}:{ref}", "chat.sorry", "chat", args)


@task("kb.learn", queue="cpu", given_up=not_learnt)
def learn(office: Office, feedback_id: int) -> None:
    """What somebody said of an answer becomes a knowledge candidate, or its candidate is taken back."""
    from workers.desk import Desk

    with office.ledger.jobs.alone(f"learn:{feedback_id}", 300) as ours:
        if not ours:  # a mind changed quickly: one lesson after the other, each from what stands by then
            raise Again(0.5)
        said = office.ledger.answers.feedback(feedback_id)
        answer = office.ledger.answers.get(said.answer_id) if said is not None else None
        if said is None or answer is None:
            return
        question = office.ledger.talk.question(answer.question_id)
        candidate = Desk(office.settings).learn(said, answer, question.text, _document(office, answer.prefix))
        if candidate != said.candidate:
            office.ledger.answers.learnt(feedback_id, candidate)

"""Carrying out one job: claim it, keep the claim while it lasts, and settle what became of it."""

from __future__ import annotations

import logging
import math
import secrets
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from workers.queues.outside import AGAIN_S, outside
from workers.queues.registry import TASKS, Again, Task
from workers.queues.seldom import Seldom
from workers.queues.timelimit import OutOfTime
from workers.state.models import Job

if TYPE_CHECKING:
    from workers.office import Office

log = logging.getLogger(__name__)

BACKOFF_S, LONGEST_S = 1.0, 120.0
TROUBLES = Seldom(log)
Limit = Callable[[float], AbstractContextManager[None]]
MOST_OVERTIME = 2  # how often a job may run out of time: one that does so twice would do so for ever
MOST_KILLS = 3  # how often a computing job may end with the death of its process, and in no other way
TELLINGS = 40  # how often telling of a job that is given up may be put off
LONGEST_CHAT_S = 900.0  # nothing that the chat queue does takes so long: a download may take 600 s
LATE = "it ran out of time"
UNKNOWN = "no such task; is a newer version's worker running?"


def carry_out(office: Office, key: str, limit: Limit | None = None) -> bool:
    """Do the job `key` if it is due and nobody else's; True when it was done. Never raises but to leave the process.

    A job that fails is tried again later and in the end becomes a dead letter; one that kills its worker counts its
    attempts too, because they are counted when it is claimed. `limit(seconds)` holds a task to the time that it may
    take, where nobody else does.
    """
    job = office.ledger.jobs.claim(key, office.lease_s, office.settings.task_time_limit)
    if job is None:
        return False
    done = _attempt(office, job, limit)
    if job.lane is not None:  # whoever was told of the one behind it may have found it blocked
        behind = office.ledger.jobs.next_in(job.lane)
        if behind is not None:
            office.queue.hint(behind.task, behind.queue, behind.key)
    return done


def _attempt(office: Office, job: Job, limit: Limit | None) -> bool:
    """One attempt at a job that we claimed; True when it was done."""
    task = TASKS.get(job.task)
    if task is None:
        _ours(office.ledger.jobs.bury(job.key, job.owner, secrets.token_hex(3), UNKNOWN), job)
        return False
    if job.attempts > task.attempts or (job.overtime or 0) >= MOST_OVERTIME or _kills(job):
        _give_up(office, job, task, job.error or (LATE if job.overtime else "its worker died each time"))
        return False
    try:
        with _heartbeat(office, job), limit(office.settings.task_time_limit) if limit else nullcontext():
            task.run(office, **job.args)
    except Again as again:
        _ours(office.ledger.jobs.later(job.key, job.owner, again.seconds, counts=False), job)
        return False
    except OutOfTime as error:
        _failed(office, job, task, error)
        return False
    except Exception as error:  # the edge of every task: people get a reference, the log gets the traceback
        why = outside(error)
        if why is not None:
            _wait(office, job, why, error)
        else:
            _failed(office, job, task, error)
        return False
    return _ours(office.ledger.jobs.done(job.key, job.owner), job)


def _kills(job: Job) -> bool:
    """Did every attempt at a computing job take its process with it, killed for its memory perhaps? It would go on."""
    return job.queue != "chat" and not job.error and job.attempts > MOST_KILLS


def _ours(settled: bool, job: Job) -> bool:
    """Say so when a job was no more ours to settle: what comes of it is its new owner's word."""
    if not settled:
        log.warning("job %s was lost to another worker while we had it; what it came to here is not noted", job.key)
    return settled


def _wait(office: Office, job: Job, why: str, error: Exception) -> None:
    """Put a job off that nothing is wrong with; whoever waits for it is told once that it goes on by itself."""
    told = "".join(traceback.format_exception_only(error)).strip()
    TROUBLES.warn(why, f"work waits and goes on by itself when this is mended: {why.replace('_', ' ')} ({told})")
    try:
        _ours(office.ledger.jobs.later(job.key, job.owner, AGAIN_S, counts=False, error=told), job)
        question = _question_of(office, job)
        if question is not None and why != "token":  # with a refused token nobody can be told
            args = {"question_id": question, "why": why}
            office.add(f"paused:{question}:{why}", "chat.paused", "chat", args)
    except (SQLAlchemyError, OSError) as failure:  # it is on that disk: the claim runs out, the job is taken up again
        what = f"{why} of the database"
        TROUBLES.warn(what, f"the database cannot be written either ({why.replace('_', ' ')})", failure)


def _question_of(office: Office, job: Job) -> int | None:
    """The question that somebody waits for with this job."""
    if job.task == "chat.paused":
        return None
    run = office.ledger.runs.get(job.args["run_id"]) if "run_id" in job.args else None
    return run.question_id if run is not None else job.args.get("question_id")


def _failed(office: Office, job: Job, task: Task, error: Exception | OutOfTime) -> None:
    ref = job.ref or secrets.token_hex(3)
    log.exception("job %s failed, attempt %d of %d, ref %s", job.key, job.attempts, task.attempts, ref)
    told = "".join(traceback.format_exception_only(error)).strip()
    late = int(isinstance(error, OutOfTime))
    if job.attempts < task.attempts and (job.overtime or 0) + late < MOST_OVERTIME:
        seconds = min(LONGEST_S, BACKOFF_S * 2 ** (job.attempts - 1))
        _ours(office.ledger.jobs.later(job.key, job.owner, seconds, overtime=late, ref=ref, error=told), job)
    else:
        job.ref = ref
        _give_up(office, job, task, told)


def _give_up(office: Office, job: Job, task: Task, error: str) -> None:
    """Tell whoever waits for it, then bury it. When telling has to wait for its turn, the job comes back for that."""
    jobs, ref = office.ledger.jobs, job.ref or secrets.token_hex(3)
    if not _ours(jobs.extend(job.key, job.owner, office.lease_s), job):
        return
    log.error("job %s is a dead letter, ref %s", job.key, ref)
    if task.given_up is not None:
        try:
            with _heartbeat(office, job):
                task.given_up(office, ref, **job.args)
        except Again as again:
            if job.attempts < task.attempts + TELLINGS:
                spent = MOST_OVERTIME  # so that it is not tried again, only told
                _ours(jobs.later(job.key, job.owner, again.seconds, overtime=spent, ref=ref, error=error), job)
                return
            log.error("nobody could be told of %s, ref %s: no turn came", job.key, ref)
        except Exception:  # telling people failed too: the letter stays, doctor shows it
            log.exception("nobody could be told of %s, ref %s", job.key, ref)
    _ours(jobs.bury(job.key, job.owner, ref, error), job)


@contextmanager
def _heartbeat(office: Office, job: Job) -> Iterator[None]:
    """Renew the lease while the job runs; when it is lost, leave it to its new owner. A job of the chat that hangs is
    left to another one, too: it may be done twice, and its thread's platform does not answer."""
    over, key = threading.Event(), job.key
    end = time.monotonic() + LONGEST_CHAT_S if job.queue == "chat" else math.inf

    def beat() -> None:
        while not over.wait(office.lease_s / 3):
            if time.monotonic() > end:
                log.error("job %s has not ended for %.0f s; another worker may take it up", key, LONGEST_CHAT_S)
                return
            try:
                if not office.ledger.jobs.extend(key, job.owner, office.lease_s) and not over.is_set():
                    log.warning("the lease of %s was lost: another worker does it now", key)
                    return
            except Exception as error:  # the thread's edge: the lease may run out, the job is idempotent
                TROUBLES.warn("leases", f"leases could not be renewed ({type(error).__name__})", error)

    thread = threading.Thread(target=beat, name=f"lease {key}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()

"""Carrying out one job: claim it, keep the claim while it lasts, and settle what became of it."""

from __future__ import annotations

import logging
import secrets
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workers.queues.registry import TASKS, Again, Task
from workers.state.models import Job

if TYPE_CHECKING:
    from workers.office import Office

log = logging.getLogger(__name__)

BACKOFF_S, LONGEST_S = 1.0, 120.0
UNKNOWN = "no such task; is a newer version's worker running?"


def carry_out(office: Office, key: str) -> bool:
    """Do the job `key` if it is due and nobody else's; True when it was done. Never raises but to leave the process.

    A job that fails is tried again later and in the end becomes a dead letter; one that kills its worker counts its
    attempts too, because they are counted when it is claimed.
    """
    job = office.ledger.jobs.claim(key, office.lease_s)
    if job is None:
        return False
    task = TASKS.get(job.task)
    if task is None:
        office.ledger.jobs.bury(key, secrets.token_hex(3), UNKNOWN)
        return False
    if job.attempts > task.attempts:
        _give_up(office, job, task, job.error or "its worker died each time")
        return False
    try:
        with _heartbeat(office, key):
            task.run(office, **job.args)
    except Again as again:
        office.ledger.jobs.later(key, again.seconds, counts=False)
        return False
    except Exception as error:  # the edge of every task: people get a reference, the log gets the traceback
        _failed(office, job, task, error)
        return False
    office.ledger.jobs.done(key)
    return True


def _failed(office: Office, job: Job, task: Task, error: Exception) -> None:
    ref = job.ref or secrets.token_hex(3)
    log.exception("job %s failed, attempt %d of %d, ref %s", job.key, job.attempts, task.attempts, ref)
    told = "".join(traceback.format_exception_only(error)).strip()
    if job.attempts < task.attempts:
        seconds = min(LONGEST_S, BACKOFF_S * 2 ** (job.attempts - 1))
        office.ledger.jobs.later(job.key, seconds, ref=ref, error=told)
    else:
        job.ref = ref
        _give_up(office, job, task, told)


def _give_up(office: Office, job: Job, task: Task, error: str) -> None:
    ref = job.ref or secrets.token_hex(3)
    log.error("job %s is a dead letter, ref %s", job.key, ref)
    if task.given_up is not None:
        try:
            task.given_up(office, ref, **job.args)
        except Exception:  # telling people failed too: the letter stays, doctor shows it
            log.exception("nobody could be told of %s, ref %s", job.key, ref)
    office.ledger.jobs.bury(job.key, ref, error)


@contextmanager
def _heartbeat(office: Office, key: str) -> Iterator[None]:
    """Renew the lease while the job runs."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(office.lease_s / 3):
            try:
                office.ledger.jobs.extend(key, office.lease_s)
            except Exception:  # a database that is away for a moment: the lease may run out, the job is idempotent
                log.warning("the lease of %s could not be renewed", key, exc_info=True)

    thread = threading.Thread(target=beat, name=f"lease {key}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()

"""Platforms that do not answer (a connection that breaks, a 5xx): how long the job that asks one waits before it asks
again, and when it has waited long enough. That is kept with the job, so it holds over workers and restarts."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

from workers.state.base import now
from workers.state.models import Job
from workers.state.table import Subject

LEAST_S, MOST_S = 1.5, 300.0  # between two tries
PATIENCE = timedelta(hours=6)  # a silence that lasts longer is a failure of the job


@dataclass
class Claim:
    """The job that a thread works on. `hushed`: its platform did not answer in this attempt."""

    key: str
    owner: str
    hushed: bool = False


OURS: ContextVar[Claim | None] = ContextVar("claim", default=None)  # each thread has its own


class Silence(Subject):
    """How patient the job of this thread is."""

    def silent(self) -> float | None:
        """The platform did not answer the job that this thread claimed: seconds until it is worth another try, longer
        the longer it lasts; None when it has lasted for PATIENCE. Without a job there is no memory of it."""
        claim, moment = OURS.get(), now()
        if claim is None:
            return LEAST_S
        with self.writing() as session:
            job = session.get(Job, claim.key, with_for_update=True)
            if job is None or job.owner != claim.owner or job.state != "waiting":
                return LEAST_S
            claim.hushed = True
            job.silent = job.silent or moment
            lasted = moment - job.silent
        return None if lasted > PATIENCE else min(MOST_S, max(LEAST_S, lasted.total_seconds() / 2))

    @staticmethod
    def goes_on(key: str) -> bool:
        """Was the platform of this job silent until now? Else whatever it waits for next is no part of a silence."""
        claim = OURS.get()
        return claim is not None and claim.key == key and claim.hushed

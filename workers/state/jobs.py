"""Jobs: work that must be done once, however often the queue tells of it and whoever dies on the way.

A worker claims a job for a while (a lease, renewed by a heartbeat); when it dies the lease runs out and another
claims it. The queue carries hints only: losing one costs seconds, never work.
"""

from __future__ import annotations

import os
import random
import secrets
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from workers.state.models import Job, Lease, now
from workers.state.table import Subject

LONGEST_PATIENCE = timedelta(seconds=60)  # a lost hint costs no more, however long the queue was
ERROR = 2000  # characters of an error that are kept


def me() -> str:
    """This process, so that another one of this machine can tell whether it still lives."""
    return f"{socket.gethostname()}:{os.getpid()}"


def lives(owner: str) -> bool:
    """False when `owner` is a process of this machine that is no more; True when it lives or cannot be known."""
    host, _, pid = owner.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _patience_over(job: Job, moment: datetime) -> bool:
    """Is it time to tell of a job again? It was told of at once, then after as long again as it had waited by then."""
    return job.hinted is None or moment - job.hinted >= min(job.hinted - job.due, LONGEST_PATIENCE)


class Jobs(Subject):
    """The jobs table. `tells`: whoever notes a job here tells the queue too, so the sweeper may wait a little."""

    tells = True

    def add(self, key: str, task: str, queue: str, args: dict[str, Any], delay_s: float = 0.0) -> bool:
        """Note a job unless its key is known; True when it is new."""
        with self.writing() as session:
            return self.note(session, key, task, queue, args, delay_s)

    def add_all(self, jobs: Sequence[tuple[str, str, str, dict[str, Any]]], *, told: bool = True) -> list[str]:
        """Note several (key, task, queue, args) at once; gives the keys that are new.

        `told`: whoever notes them tells the queue of each new one; else the next sweep does.
        """
        with self.writing() as session:
            return [key for key, task, queue, args in jobs if self.note(session, key, task, queue, args, told=told)]

    def note(
        self, session: Session, key: str, task: str, queue: str, args: dict[str, Any], delay_s: float = 0.0,
        *, told: bool = True,
    ) -> bool:  # fmt: skip
        """As add(), inside a transaction of the caller's."""
        start = now()
        due = start + timedelta(seconds=delay_s)
        return self.insert_once(
            session, Job, key=key, task=task, queue=queue, args=args, due=due, created=start, state="waiting",
            owner="", attempts=0, ref="", error="", hinted=start if told and self.tells and delay_s <= 0 else None,
        )  # fmt: skip

    def claim(self, key: str, lease_s: float) -> Job | None:
        """Take a job that is due and nobody's; None when there is nothing to do."""
        with self.writing() as session:
            job = session.get(Job, key, with_for_update=True)
            moment = now()
            if job is None or job.state != "waiting" or job.due > moment + timedelta(seconds=0.05):
                return None
            held = job.leased_until is not None and job.leased_until > moment
            if held and (job.owner == me() or lives(job.owner)):
                return None
            job.owner, job.leased_until = me(), moment + timedelta(seconds=lease_s)
            job.due = job.hinted = moment  # should we die, the patience of to_hint starts anew
            job.attempts += 1
            return job

    def extend(self, key: str, lease_s: float) -> bool:
        """Hold on to a job of ours; False when it is ours no more."""
        with self.writing() as session:
            job = session.get(Job, key, with_for_update=True)
            if job is None or job.owner != me() or job.state != "waiting":
                return False
            job.leased_until = now() + timedelta(seconds=lease_s)
            return True

    def done(self, key: str) -> None:
        """It is done; what it was about (a person's words, perhaps) need not be kept any longer."""
        self._end(key, state="done", error="", args={})

    def bury(self, key: str, ref: str, error: str) -> None:
        """Give it up: it waits in the dead-letter list until somebody replays it."""
        self._end(key, state="dead", ref=ref, error=error[:ERROR])

    def _end(self, key: str, **values: Any) -> None:
        with self.writing() as session:
            session.execute(
                update(Job).where(Job.key == key).values(finished=now(), owner="", leased_until=None, **values)
            )

    def later(self, key: str, seconds: float, *, counts: bool = True, ref: str = "", error: str = "") -> None:
        """Not now: try again in about `seconds` (jittered by a quarter, so that many don't come back at once)."""
        due = now() + timedelta(seconds=seconds * random.uniform(1.0, 1.25))
        with self.writing() as session:
            job = session.get(Job, key, with_for_update=True)
            if job is None:
                return
            job.owner, job.leased_until, job.due, job.hinted = "", None, due, None
            job.ref, job.error = ref or job.ref, error[:ERROR] or job.error
            if not counts:
                job.attempts -= 1

    def hurry(self, key: str) -> None:
        """Make a job that waits for its time due now."""
        with self.writing() as session:
            session.execute(update(Job).where(Job.key == key, Job.state == "waiting").values(due=now(), hinted=None))

    def to_hint(self, again_s: float, limit: int = 5000) -> list[Job]:
        """Jobs that are due, nobody's, and were not told to the queue within `again_s`; marks them as told.

        Each time the patience doubles: in a long queue a job that merely waits its turn is not told of for ever.
        """
        moment = now()
        with self.writing() as session:
            due = (
                select(Job)
                .where(Job.state == "waiting", Job.due <= moment)
                .where(or_(Job.hinted.is_(None), Job.hinted < moment - timedelta(seconds=again_s)))
                .order_by(Job.due)
            )
            held = session.scalars(due.where(Job.leased_until >= moment)).all()  # as many as there are workers
            waits = due.where(or_(Job.leased_until.is_(None), Job.leased_until < moment)).limit(limit)
            free = [*(job for job in held if not lives(job.owner)), *session.scalars(waits)]
            jobs = [job for job in free if _patience_over(job, moment)]
            for job in jobs:
                job.hinted = moment
            return jobs

    def get(self, key: str) -> Job | None:
        """One job."""
        with self.reading() as session:
            return session.get(Job, key)

    def dead(self, limit: int = 100) -> list[Job]:
        """The dead-letter list, oldest first."""
        with self.reading() as session:
            return list(session.scalars(select(Job).where(Job.state == "dead").order_by(Job.created).limit(limit)))

    def replay(self, key: str) -> bool:
        """Let a dead job be tried again from its first attempt; False when there is no such dead job."""
        with self.writing() as session:
            job = session.get(Job, key, with_for_update=True)
            if job is None or job.state != "dead":
                return False
            job.state, job.attempts, job.due, job.hinted, job.finished = "waiting", 0, now(), None, None
            return True

    def counts(self) -> dict[str, int]:
        """How many jobs are in each state."""
        with self.reading() as session:
            rows = session.execute(select(Job.state, func.count()).group_by(Job.state))
            return {str(row[0]): int(row[1]) for row in rows}

    def forget(self, before: datetime) -> int:
        """Drop jobs that were done before then; the platforms do not deliver so late again."""
        with self.writing() as session:
            old = list(session.scalars(select(Job).where(Job.state == "done", Job.finished < before).limit(5000)))
            for job in old:
                session.delete(job)
            return len(old)

    @contextmanager
    def alone(self, name: str, seconds: float = 90.0) -> Iterator[bool]:
        """Do something that one thread of all processes may do at a time; gives False when another does it now.

        The right ends after `seconds`, or with the process that has it.
        """
        token = f"{secrets.token_hex(8)}#{me()}"
        got = self._seize(name, token, seconds)
        try:
            yield got
        finally:
            if got:
                with self.writing() as session:
                    session.execute(delete(Lease).where(Lease.name == name, Lease.owner == token))

    def _seize(self, name: str, token: str, seconds: float) -> bool:
        with self.writing() as session:
            moment, until = now(), now() + timedelta(seconds=seconds)
            if self.insert_once(session, Lease, name=name, owner=token, until=until):
                return True
            lease = session.get(Lease, name, with_for_update=True)
            if lease is None:
                return False
            if lease.until > moment and lives(lease.owner.partition("#")[2] or lease.owner):
                return False
            lease.owner, lease.until = token, until
            return True

    def lead(self, name: str, seconds: float) -> bool:
        """Be, or stay, the one process that does `name`; True when we are."""
        with self.writing() as session:
            moment, until = now(), now() + timedelta(seconds=seconds)
            if self.insert_once(session, Lease, name=name, owner=me(), until=until):
                return True
            lease = session.get(Lease, name, with_for_update=True)
            assert lease is not None
            if lease.owner != me() and lease.until > moment and lives(lease.owner):
                return False
            lease.owner, lease.until = me(), until
            return True

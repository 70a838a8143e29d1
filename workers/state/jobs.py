"""Jobs: work that must be done once, however often the queue tells of it and whoever dies on the way.

A worker claims a job for a while (a lease, renewed by a heartbeat); when it dies the lease runs out and another
claims it. The queue carries hints only: losing one costs seconds, never work.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from workers.state.base import now
from workers.state.models import Job, Lease
from workers.state.owners import claim_token, lives, me
from workers.state.reopening import asked_since, closed_by
from workers.state.silence import OURS, Claim, Silence

LONGEST_PATIENCE = timedelta(seconds=60)  # a lost hint costs no more, however long the queue was
LANE_PATIENCE = timedelta(seconds=2)  # a job that is put off for longer lets those behind it in its lane go first
ERROR = 2000  # characters of an error that are kept
NewJob = tuple[str, str, str, dict[str, Any], str | None, int | None]  # key, task, queue, args, lane, turn
KEPT_OF_DONE = ("addressed", "user")  # an edit asks for it; who talks in a thread; nothing of what a person wrote


def _patience_over(job: Job, moment: datetime) -> bool:
    """Is it time to tell of a job again? It was told of at once, then after as long again as it had waited by then."""
    return job.hinted is None or moment - job.hinted >= min(job.hinted - job.due, LONGEST_PATIENCE)


def _behind(session: Session, job: Job, moment: datetime) -> bool:
    """Is something before this job in its lane: under way, waiting for a worker, or put off for a moment only?"""
    if job.lane is None:
        return False
    before = select(Job.key).where(
        Job.lane == job.lane, Job.state == "waiting", Job.turn < job.turn, Job.due <= moment + LANE_PATIENCE
    )
    return session.scalar(before.limit(1)) is not None


class Jobs(Silence):
    """The jobs table. `tells`: whoever notes a job here tells the queue too, so the sweeper may wait a little."""

    tells = True

    def add(self, key: str, task: str, queue: str, args: dict[str, Any], delay_s: float = 0.0) -> bool:
        """Note a job unless its key is known; True when it is new."""
        with self.writing() as session:
            return self.note(session, key, task, queue, args, delay_s)

    def add_all(self, jobs: Sequence[NewJob], *, told: bool = True) -> list[str]:
        """Note several at once; gives the keys that are new, in the same order.

        `told`: whoever notes them tells the queue of each new one; else the next sweep does.
        """
        with self.writing() as session:
            return [key for key, task, queue, args, lane, turn in jobs
                    if self.note(session, key, task, queue, args, told=told, lane=lane, turn=turn)]  # fmt: skip

    def note(
        self, session: Session, key: str, task: str, queue: str, args: dict[str, Any], delay_s: float = 0.0,
        *, told: bool = True, lane: str | None = None, turn: int | None = None,
    ) -> bool:  # fmt: skip
        """As add(), inside a transaction of the caller's."""
        start = now()
        due = start + timedelta(seconds=delay_s)
        return self.insert_once(
            session, Job, key=key, task=task, queue=queue, args=args, due=due, created=start, state="waiting",
            owner="", attempts=0, ref="", error="", hinted=start if told and self.tells and delay_s <= 0 else None,
            lane=lane, turn=turn,
        )  # fmt: skip

    def claim(self, key: str, lease_s: float, limit_s: float | None = None) -> Job | None:
        """Take a job that is due, nobody's and at its turn; None when there is nothing to do.

        The job's `owner` names this claim: settling it needs that name. `limit_s`: how long a computing task may
        take; a worker that was gone after so long is counted as `overtime` of the job.
        """
        with self.writing() as session:
            job = session.get(Job, key, with_for_update=True)
            moment = now()
            if job is None or job.state != "waiting" or job.due > moment + timedelta(seconds=0.05):
                return None
            held = job.leased_until is not None and job.leased_until > moment
            if (held and lives(job.owner)) or _behind(session, job, moment):
                return None
            if limit_s and job.owner and job.queue != "chat" and moment - job.due >= timedelta(seconds=limit_s):
                job.overtime = (job.overtime or 0) + 1
            job.owner, job.leased_until = claim_token(), moment + timedelta(seconds=lease_s)
            job.due = job.hinted = moment  # should we die, the patience of to_hint starts anew
            job.attempts += 1
            OURS.set(Claim(key, job.owner))
            return job

    def people_of(self, lane: str) -> set[str]:
        """Who said or pressed something in a conversation, as far as its events are kept."""
        with self.reading() as session:
            given = session.scalars(select(Job.args).where(Job.lane == lane, Job.task == "chat.accept"))
            return {str(args["user"]) for args in given if args.get("user")}

    def extend(self, key: str, owner: str, lease_s: float) -> bool:
        """Hold on to a job of ours; False when it is ours no more."""
        with self.writing() as session:
            return self._settle(session, key, owner, leased_until=now() + timedelta(seconds=lease_s))

    def done(self, key: str, owner: str = "") -> bool:
        """It is done; what it was about (a person's words, perhaps) need not be kept any longer.

        `owner` names the claim, "" a job that nobody claimed. False when another claim took its place: nothing is
        changed then. The same holds for bury() and later().
        """
        with self.writing() as session:
            given = session.scalar(select(Job.args).where(Job.key == key)) or {}
            args = {name: given[name] for name in KEPT_OF_DONE if name in given}
            return self._end(session, key, owner, state="done", error="", args=args)

    def bury(self, key: str, owner: str, ref: str, error: str) -> bool:
        """Give it up: it waits in the dead-letter list until somebody replays it."""
        with self.writing() as session:
            return self._end(session, key, owner, state="dead", ref=ref, error=error[:ERROR])

    def _end(self, session: Session, key: str, owner: str, **values: Any) -> bool:
        return self._settle(session, key, owner, finished=now(), owner="", leased_until=None, **values)

    @staticmethod
    def _settle(session: Session, key: str, of: str, **values: Any) -> bool:
        """Change a job that waits and is this claim's."""
        ours = update(Job).where(Job.key == key, Job.owner == of, Job.state == "waiting")
        return session.execute(ours.values(**values).returning(Job.key)).first() is not None

    def later(
        self, key: str, owner: str, seconds: float, *, counts: bool = True, overtime: int = 0, ref: str = "",
        error: str = "",
    ) -> bool:  # fmt: skip
        """Not now: try again in about `seconds` (jittered by a quarter, so that many don't come back at once).

        `overtime`: how often it ran out of time now.
        """
        due = now() + timedelta(seconds=seconds * random.uniform(1.0, 1.25))
        with self.writing() as session:
            job = session.get(Job, key, with_for_update=True)
            if job is None or job.owner != owner or job.state != "waiting":
                return False
            job.owner, job.leased_until, job.due, job.hinted = "", None, due, None
            job.ref, job.error = ref or job.ref, error[:ERROR] or job.error
            job.attempts -= 0 if counts else 1
            job.overtime = (job.overtime or 0) + overtime
            if not self.goes_on(key):
                job.silent = None
            return True

    def next_in(self, lane: str) -> Job | None:
        """The job whose turn it is in a lane; None when nothing waits there."""
        with self.reading() as session:
            waits = select(Job).where(Job.lane == lane, Job.state == "waiting", Job.due <= now())
            return session.scalar(waits.order_by(Job.turn).limit(1))

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
        """The job of this key; None where there is none."""
        with self.reading() as session:
            return session.get(Job, key)

    def dead(self, limit: int = 100) -> list[Job]:
        """The dead-letter list, oldest first."""
        with self.reading() as session:
            return list(session.scalars(select(Job).where(Job.state == "dead").order_by(Job.created).limit(limit)))

    def replay(self, key: str) -> bool:
        """Let a dead job be tried again from its first attempt; False when there is no such dead job.

        Where the question is over since (somebody was told that it failed) the job would find nothing to do: the
        question is asked anew instead, once however many of its jobs died. False when that was done meanwhile by
        whoever asked, or when the question was stopped: nothing is left to try.
        """
        with self.writing() as session:
            job = session.get(Job, key, with_for_update=True)
            if job is None or job.state != "dead":
                return False
            closed = closed_by(session, job)
            if closed is None:
                job.state, job.attempts, job.overtime, job.due = "waiting", 0, 0, now()
                job.hinted = job.finished = job.silent = None
                return True
            wanted = not asked_since(session, closed, job.finished)
            if wanted:
                again = {"question_id": closed.id, "occasion": "letters"}
                self.note(session, f"again:{closed.id}:letters", "chat.again", "chat", again, told=False)
            job.state, job.args = "done", {}
            return wanted

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
        token = claim_token()
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
            if lease.until > moment and lives(lease.owner):
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

"""Which workers there are: each notes every few seconds that it lives, and with what knowledge it answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from workers.state.base import now
from workers.state.models import Job, Worker
from workers.state.owners import lives
from workers.state.table import Subject

ALIVE = timedelta(seconds=30)  # a worker that was not seen for longer counts as gone
KEPT = timedelta(days=1)  # the row of a worker that is gone: doctor says when it was seen last
LONG_DUE = timedelta(seconds=1)  # what is due for less is about to be taken up


class Presence(Subject):
    """The workers table."""

    def beat(self, name: str, *, host: str, pid: int, queues: str, knowledge: str) -> None:
        """The worker `name` (owners.me) lives."""
        moment = now()
        row = {"host": host, "pid": pid, "queues": queues, "knowledge": knowledge, "seen": moment}
        with self.writing() as session:
            if not self.insert_once(session, Worker, name=name, started=moment, **row):
                session.execute(update(Worker).where(Worker.name == name).values(**row))
            session.execute(delete(Worker).where(Worker.seen < moment - KEPT))

    def leave(self, name: str) -> None:
        """The worker ends."""
        with self.writing() as session:
            session.execute(delete(Worker).where(Worker.name == name))

    def alive(self) -> list[Worker]:
        """The workers that were seen a moment ago, but those of this machine that are surely dead."""
        with self.reading() as session:
            seen = session.scalars(select(Worker).where(Worker.seen >= now() - ALIVE).order_by(Worker.name))
            return [worker for worker in seen if lives(worker.name)]

    def last_seen(self) -> datetime | None:
        """When any worker was seen last; None when none was for a day."""
        with self.reading() as session:
            return session.scalar(select(func.max(Worker.seen)))

    def oldest_due(self) -> datetime | None:
        """Since when the job that waits longest for a worker is due; None when none waits."""
        moment = now()
        free = (Job.leased_until.is_(None)) | (Job.leased_until < moment)
        with self.reading() as session:
            waits = select(func.min(Job.due)).where(Job.state == "waiting", free, Job.due < moment - LONG_DUE)
            return session.scalar(waits)

    def clock(self) -> datetime:
        """The time by the clock of the database's machine."""
        with self.reading() as session:
            return session.scalar(select(func.current_timestamp())) or now()

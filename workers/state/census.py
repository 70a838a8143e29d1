"""Counts over the state for whoever watches the installation: one look, a few small queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from workers.state.base import now
from workers.state.models import Answer, Feedback, Job, Run
from workers.state.presence import Presence
from workers.state.table import Subject

LATELY = timedelta(hours=1)  # whose runs tell how long an answer takes now
QUANTILES = (0.5, 0.95)


@dataclass(frozen=True)
class Census:
    """`jobs` by queue and state, `oldest` seconds that the longest waiting due job of a queue waits, `answers` by
    verdict, `feedback` by verdict, `runs` seconds that the runs which ended lately took, by quantile; `workers`: (host,
    pid, queues, seconds since it was seen)."""

    jobs: dict[tuple[str, str], int] = field(default_factory=dict)
    oldest: dict[str, float] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    feedback: dict[str, int] = field(default_factory=dict)
    runs: dict[float, float] = field(default_factory=dict)
    workers: list[tuple[str, int, str, float]] = field(default_factory=list)


class Counting(Subject):
    """Reads the whole state; writes nothing."""

    def census(self) -> Census:
        """The counts of this moment."""
        moment = now()
        waiting = (
            select(Job.queue, func.min(Job.due)).where(Job.state == "waiting", Job.due < moment).group_by(Job.queue)
        )
        ended = select(Run.created, Run.finished).where(Run.finished > moment - LATELY, Run.state == "done")
        with self.reading() as session:
            took = sorted((end - begun).total_seconds() for begun, end in session.execute(ended) if end is not None)
            jobs = session.execute(select(Job.queue, Job.state, func.count()).group_by(Job.queue, Job.state))
            return Census(
                jobs={(queue, state): count for queue, state, count in jobs},
                oldest={queue: (moment - due).total_seconds() for queue, due in session.execute(waiting)},
                answers=_counted(session, Answer.verdict),
                feedback=_counted(session, Feedback.verdict),
                runs={q: took[min(len(took) - 1, int(q * len(took)))] for q in QUANTILES} if took else {},
                workers=[
                    (w.host, w.pid, w.queues, (moment - w.seen).total_seconds())
                    for w in Presence(self.engine).alive()
                ],
            )  # fmt: skip


def _counted(session: Session, column: InstrumentedAttribute[str]) -> dict[str, int]:
    rows = session.execute(select(column, func.count()).group_by(column)).all()
    return {str(verdict): int(count) for verdict, count in rows}


def census(engine: Engine) -> Census:
    """The counts of this moment."""
    return Counting(engine).census()

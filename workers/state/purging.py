"""What is old enough to be deleted from the artifact store, and noting that it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from workers.state.base import now
from workers.state.models import Answer, File, Question, Run
from workers.state.table import Subject


@dataclass(frozen=True)
class Old:
    """A run or a file with the folders that it has in the artifact store."""

    id: int
    folders: tuple[str, ...]


class Purging(Subject):
    """Runs that are over and uploaded files, by their age. Rows stay: what was asked and answered is still known."""

    def runs(self, before: datetime) -> list[Old]:
        """Runs that began before then and are over, with their folders."""
        with self.reading() as session:
            rows = session.execute(
                select(Run, Answer.prefix).join(Answer, Answer.run_id == Run.id, isouter=True)
                .where(Run.created < before, Run.deleted.is_(None), Run.state.not_in(("queued", "running")))
                .order_by(Run.id)
            ).all()  # fmt: skip
            return [
                Old(run.id, tuple(dict.fromkeys([run.prefix, *([prefix] if prefix else [])]))) for run, prefix in rows
            ]

    def files(self, before: datetime) -> list[Old]:
        """Files of questions that were asked before then and are over."""
        with self.reading() as session:
            rows = session.scalars(
                select(File).join(Question, Question.id == File.question_id)
                .where(Question.created < before, File.artifact.is_not(None))
                .where(Question.state.not_in(("gathering", "running"))).order_by(File.id)
            )  # fmt: skip
            return [Old(file.id, (file.prefix,)) for file in rows]

    def deleted(self, runs: Sequence[int], files: Sequence[int]) -> None:
        """Note that their folders are no more."""
        with self.writing() as session:
            session.execute(update(Run).where(Run.id.in_(runs)).values(deleted=now()))
            session.execute(update(File).where(File.id.in_(files)).values(artifact=None, trouble="gone"))

"""What people said of answers: one judgement for each person and aspect, the last word counting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workers.state.base import LONG, now
from workers.state.models import Feedback
from workers.state.table import Subject

Then = Callable[[Session, Feedback], object]


class Judgements(Subject):
    """Agree and disagree, with what is right instead."""

    def judge(
        self, answer_id: int, user: str, verdict: str, *, aspect: str = "answer", right: str = "", reason: str = "",
        at: datetime | None = None, said_in: str | None = None, then: Then | None = None,
    ) -> tuple[Feedback, bool]:  # fmt: skip
        """What `user` says of an answer or an edge; again changes it. True when that changed something.

        `at`: when it was said, by the platform's clock; what was said before that which is kept changes nothing. None:
        the platform does not tell, and what comes last counts. `said_in`: the message whose words `right` are.
        `then(session, judgement)` notes what follows from a change in the same transaction.
        """
        with self.writing() as session:
            who = {"answer_id": answer_id, "user": user, "aspect": aspect}
            said = {"verdict": verdict, "right": right, "reason": reason}
            when = {"said_at": at, "said_in": said_in}
            if self.insert_once(session, Feedback, **who, **said, **when, candidate="", at=now()):
                new = _one(session.scalar(select(Feedback).filter_by(**who)))
                _follow(session, new, then)
                return new, True
            known = _one(session.scalar(select(Feedback).filter_by(**who).with_for_update()))
            if _older(at, known):
                return known, False
            known.said_at = at
            if right or known.verdict != verdict:
                known.said_in = said_in
            kept = {key: value or getattr(known, key) if known.verdict == verdict else value
                    for key, value in said.items()}  # fmt: skip
            changed = any(getattr(known, key) != value for key, value in kept.items())
            if changed:
                for key, value in kept.items():
                    setattr(known, key, value)
                known.at = now()
                _follow(session, known, then)
            return known, changed

    def unjudge(
        self, answer_id: int, user: str, verdict: str, at: datetime | None = None, then: Then | None = None
    ) -> bool:
        """Take a verdict back (an emoji was removed `at` that time); True when it stood. `then` as in judge().

        One that was never given is noted as taken back: the news that it was given may come after this.
        """
        with self.writing() as session:
            who = {"answer_id": answer_id, "user": user, "aspect": "answer"}
            if self.insert_once(session, Feedback, **who, verdict="withdrawn", right="", reason="", candidate="",
                                at=now(), said_at=at):  # fmt: skip
                return False
            known = _one(session.scalar(select(Feedback).filter_by(**who).with_for_update()))
            if known.verdict != verdict or _older(at, known):
                return False
            known.verdict, known.at, known.said_at = "withdrawn", now(), at
            _follow(session, known, then)
            return True

    def said_in(self, message: str) -> Feedback | None:
        """The judgement that a message gave, by the id of its event."""
        with self.reading() as session:
            return session.scalar(select(Feedback).where(Feedback.said_in == message[:LONG]).limit(1))

    def feedback(self, id: int) -> Feedback | None:
        """The judgement of this id; None where there is none."""
        with self.reading() as session:
            return session.get(Feedback, id)

    def learnt(self, feedback_id: int, candidate: str) -> None:
        """It became this passage."""
        with self.writing() as session:
            session.execute(update(Feedback).where(Feedback.id == feedback_id).values(candidate=candidate))

    def tally(self, answer_id: int, aspect: str = "answer") -> dict[str, int]:
        """verdict -> how many people, over the whole answer or another aspect of it."""
        with self.reading() as session:
            rows = session.execute(
                select(Feedback.verdict, func.count())
                .where(Feedback.answer_id == answer_id, Feedback.aspect == aspect)
                .group_by(Feedback.verdict)
            )
            return {str(row[0]): int(row[1]) for row in rows}

    def said_of(self, answer_ids: Sequence[int]) -> list[Feedback]:
        """All judgements of these answers."""
        with self.reading() as session:
            return list(session.scalars(select(Feedback).where(Feedback.answer_id.in_(answer_ids))))


def _older(at: datetime | None, known: Feedback) -> bool:
    return at is not None and known.said_at is not None and at < known.said_at


def _follow(session: Session, said: Feedback, then: Then | None) -> None:
    if then is not None:
        then(session, said)


def _one(row: Feedback | None) -> Feedback:
    assert row is not None
    return row

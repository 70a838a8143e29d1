"""Runs: attempts at a question, their stages, and the datasets that they read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workers.state.base import now, own_folder
from workers.state.models import Conversation, Dataset, Question, Run, Stage
from workers.state.places import Channel, Where, within
from workers.state.table import Subject

OPEN = ("queued", "running")
FOLLOW_UP = timedelta(hours=12)  # how long a file is what a follow-up without one is about


class Runs(Subject):
    """What became of each attempt."""

    def begin(self, question_id: int, request: dict[str, Any]) -> Run:
        """The open run of a question; made when there is none. The question is then running.

        Called again (a killed worker's second try) it gives the same run. A question that was stopped meanwhile does
        not begin: its run is one that is stopped.
        """
        with self.writing() as session:
            question = session.get(Question, question_id, with_for_update=True)
            assert question is not None
            runs = session.scalars(select(Run).where(Run.question_id == question_id).order_by(Run.number)).all()
            if runs and runs[-1].state in (*OPEN, "done"):
                return runs[-1]
            over = question.state == "stopped"
            if over and runs:
                return runs[-1]
            run = Run(question_id=question_id, number=len(runs) + 1, request=request, folder=own_folder("runs"),
                      state="stopped" if over else "queued", created=now(),
                      finished=now() if over else None)  # fmt: skip
            session.add(run)
            if not over:
                question.state = "running"
            session.flush()
            return run

    def get(self, id: int) -> Run | None:
        """The run of this id; None where there is none."""
        with self.reading() as session:
            return session.get(Run, id)

    def of(self, question_id: int) -> Run | None:
        """The newest run of a question."""
        with self.reading() as session:
            return session.scalar(
                select(Run).where(Run.question_id == question_id).order_by(Run.number.desc()).limit(1)
            )

    def stopped(self, id: int) -> bool:
        """Was the run called off? Asked twice a second by whoever works on it."""
        with self.reading() as session:
            return session.scalar(select(Run.state).where(Run.id == id)) not in OPEN

    def working(self, id: int, doing: str, share: float) -> None:
        """Note what is being done; the share of the work done never goes back."""
        with self.writing() as session:
            session.execute(
                update(Run)
                .where(Run.id == id, Run.state.in_(OPEN), Run.share <= share)
                .values(state="running", doing=doing, share=share)
            )

    def to_show(self) -> list[int]:
        """Runs whose progress changed since it was shown."""
        with self.reading() as session:
            return list(session.scalars(select(Run.id).where(Run.state.in_(OPEN), Run.share > Run.shown)))

    def showed(self, id: int, share: float) -> None:
        """The crew has seen this much."""
        with self.writing() as session:
            session.execute(update(Run).where(Run.id == id).values(shown=share))

    def stop(self, question_id: int, by: str, then: Callable[[Session], object] | None = None) -> bool:
        """Call a question off; True when there was something to call off. No answer is given after this.

        `then(session)` as in fail().
        """
        with self.writing() as session:
            question = session.get(Question, question_id, with_for_update=True)
            if question is None or question.state not in ("gathering", "running"):
                return False
            question.state = "stopped"
            session.execute(
                update(Run)
                .where(Run.question_id == question_id, Run.state.in_(OPEN))
                .values(state="stopped", stopped_by=by, finished=now())
            )
            if then is not None:
                then(session)
            return True

    def restart(self, question_id: int) -> bool:
        """Give up the open run so that the question is gathered anew (a part came late); False when it is over."""
        with self.writing() as session:
            question = session.get(Question, question_id, with_for_update=True)
            return question is not None and give_up_run(session, question)

    def fail(self, id: int, ref: str, then: Callable[[Session], object] | None = None) -> bool:
        """The run came to nothing; False when it was over before.

        `then(session)` notes what follows from it in the same transaction: nobody can die in between.
        """
        with self.writing() as session:
            run = session.get(Run, id, with_for_update=True)
            if run is None or run.state not in OPEN:
                return False
            run.state, run.ref, run.finished = "failed", ref, now()
            if then is not None:
                then(session)
            return True

    def finish_stage(self, run_id: int, name: str, result: dict[str, Any]) -> set[str]:
        """Note a finished stage; gives the names of all that are finished.

        One stage of a run at a time: of two that end together the later one sees both, or nobody would go on.
        """
        with self.writing() as session:
            session.get(Run, run_id, with_for_update=True)
            self.insert_once(session, Stage, run_id=run_id, name=name, result=result, finished=now())
            return set(session.scalars(select(Stage.name).where(Stage.run_id == run_id)))

    def stages(self, run_id: int) -> dict[str, dict[str, Any]]:
        """What each finished stage reported."""
        with self.reading() as session:
            return {s.name: s.result for s in session.scalars(select(Stage).where(Stage.run_id == run_id))}

    def remember_dataset(self, run_id: int, conversation_id: int, **values: Any) -> Dataset:
        """Note a file that was read, with what changed in its columns since the last of the same kind."""
        name = kind_of(values["file_name"])
        with self.writing() as session:
            known = session.scalar(select(Dataset).where(Dataset.run_id == run_id))
            if known is not None:
                return known
            place = session.get(Conversation, conversation_id)
            assert place is not None
            mates = select(Conversation.id).where(
                Conversation.platform == place.platform, Conversation.workspace == place.workspace
            )
            if place.private:  # what was read in private stays there
                mates = mates.where(Conversation.channel == place.channel)
            else:
                mates = mates.where(Conversation.private.is_(False))
            before = session.scalar(
                select(Dataset)
                .where(Dataset.name == name, Dataset.conversation_id.in_(mates))
                .order_by(Dataset.id.desc())
                .limit(1)
            )
            old, new = set(before.columns) if before else set(values["columns"]), set(values["columns"])
            dataset = Dataset(
                run_id=run_id, conversation_id=conversation_id, name=name, at=now(),
                added=sorted(new - old), removed=sorted(old - new), **values,
            )  # fmt: skip
            session.add(dataset)
            session.flush()
            return dataset

    def dataset_of(self, run_id: int) -> Dataset | None:
        """The dataset that a run read."""
        with self.reading() as session:
            return session.scalar(select(Dataset).where(Dataset.run_id == run_id))

    def with_file(self, conversation_id: int, before_question: int, *, failed: bool = False) -> list[Run]:
        """The runs with a file in a conversation, newest first: what a follow-up without a file may be about. `failed`:
        also those that came to nothing."""
        states = ("done", *OPEN, "failed") if failed else ("done", *OPEN)
        with self.reading() as session:
            rows = session.scalars(
                select(Run)
                .join(Question, Question.id == Run.question_id)
                .where(within(Question.conversation_id, self._together(session, conversation_id)))
                .where(Question.id < before_question, Run.created >= now() - FOLLOW_UP)
                .where(Run.state.in_(states))
                .order_by(Run.id.desc())
                .limit(20)
            )
            return [run for run in rows if run.request.get("artifact")]

    def _together(self, session: Session, conversation_id: int) -> Where:
        """A conversation; in private all threads of the chat, because there each message may begin its own."""
        place = session.get(Conversation, conversation_id)
        if place is None or not place.private:
            return [conversation_id]
        return Channel(place.platform, place.workspace, place.channel)

    def counts(self, states: Sequence[str] = OPEN) -> int:
        """How many runs are in these states."""
        with self.reading() as session:
            return session.scalar(select(func.count()).select_from(Run).where(Run.state.in_(states))) or 0


def give_up_run(session: Session, question: Question) -> bool:
    """Restart a question that the transaction holds (Runs.restart); False when it is over."""
    if question.state not in ("gathering", "running"):
        return False
    question.state = "gathering"
    open_ = update(Run).where(Run.question_id == question.id, Run.state.in_(OPEN))
    session.execute(open_.values(state="stopped", finished=now()))
    return True


def kind_of(file_name: str) -> str:
    """What ties a plant's exports together: the file name without digits, case and its ending."""
    return re.sub(r"[\d_\-. ]+", " ", file_name.rsplit(".", 1)[0].lower()).strip() or "data"

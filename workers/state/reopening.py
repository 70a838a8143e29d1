"""What giving a job up closed: the question of a dead letter, where trying the letter again would change nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workers.state.models import Answer, Job, Question, Run

ON_OPEN = (  # do nothing for what is over
    "runs.stage", "runs.learn", "runs.aside", "chat.gather", "chat.explain", "chat.explain_freely", "chat.recall",
)  # fmt: skip
UNDER_WAY = ("gathering", "running")


def closed_by(session: Session, job: Job) -> Question | None:
    """The question that is over since this job was given up; None when the job can go on where it stopped."""
    if job.task not in ON_OPEN:
        return None
    run = session.get(Run, job.args["run_id"]) if "run_id" in job.args else None
    question = session.get(Question, run.question_id if run is not None else job.args.get("question_id"))
    if question is None:
        return None
    failed = run is not None and run.state not in ("queued", "running")
    return question if failed or question.state not in UNDER_WAY else None


def asked_since(session: Session, question: Question, since: datetime | None) -> bool:
    """Was a question stopped, answered after all (by a run that followed), or asked anew since then, so that nobody
    waits for it any more?"""
    answered = select(Answer.id).where(Answer.question_id == question.id, Answer.verdict != "failed")
    if question.state == "stopped" or session.scalar(answered.limit(1)) is not None:
        return True
    anew = select(Question.id).where(Question.key.startswith(f"again:{question.id}:", autoescape=True))
    return session.scalar((anew.where(Question.created >= since) if since else anew).limit(1)) is not None

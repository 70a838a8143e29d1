"""What happens in a chat, as tests let it happen: events, jobs that are carried out, answers that stand there."""

import json
from datetime import UTC, datetime, timedelta

from bot.incoming import Incoming
from tests.workers.diagnosed import diagnosed
from workers.contracts import Diagnosis, PlanStep
from workers.queues.inbox import job_of
from workers.queues.registry import ATTEMPTS
from workers.queues.work import carry_out
from workers.state.models import Job, now

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
PRODUCTION = {"ANDON_MODE": "production", "SLACK_ALLOWED": "*", "TELEGRAM_ALLOWED": "*", "ANDON_KEEPERS": "U9",
              "ANDON_VIEWERS": "U8"}  # fmt: skip


def event(event_id, kind="message", second=0, **more):
    place = {"platform": "slack", "workspace": "T", "channel": "C1", "thread": "1.0", "message": "2.0", "user": "U1"}
    return Incoming(event_id=event_id, kind=kind, at=BEGIN + timedelta(seconds=second), **place | more)


def feed(office, told):
    """Let a worker deal with an event."""
    office.inbox.put([told.model_dump(mode="json", exclude_defaults=True)])
    key = job_of(told.model_dump(mode="json", exclude_defaults=True))[0]
    carry_out(office, key)
    return office.ledger.jobs.get(key)


def fail_for_good(office, key):
    """All attempts at a job, without waiting between them."""
    for _ in range(ATTEMPTS + 1):
        with office.ledger.jobs.writing() as session:
            session.get(Job, key).due = now()
        carry_out(office, key)
    return office.ledger.jobs.get(key)


def waiting(office):
    """The jobs that wait."""
    with office.ledger.jobs.reading() as session:
        return session.query(Job).where(Job.state == "waiting").all()


def answered(office, begin, place, document, verdict="fault"):
    """An answer in a conversation with its details."""
    answer = begin.answer(begin.run(begin.question(conversation=place)), verdict=verdict)
    data = json.dumps(document.model_dump(mode="json", by_alias=True), ensure_ascii=False)
    office.store.write_bytes(f"{answer.prefix}/answer.json", data.encode())
    return answer


def plotted():
    """An answer that drew something and explains nothing."""
    return diagnosed().model_copy(update={
        "diagnosis": Diagnosis(verdict="answered"), "evidence": [],
        "plan": [PlanStep(order=1, kind="plot", text="plot")],
    })  # fmt: skip

"""The chat queue's tasks, by name. Each is a few lines around a plain function of bot/conversation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.conversation import accept as accepting
from bot.conversation import (
    asking,
    attaching,
    delivery,
    digest,
    following,
    followups,
    gathering,
    ordering,
    progress,
    recalling,
    sorry,
)
from bot.conversation.scene import spot_of
from bot.incoming import Incoming
from bot.wording import say
from workers.client import internal_sentence, shows_progress, task
from workers.contracts import Answer, Block, Diagnosis

if TYPE_CHECKING:
    from workers.client import Office


def not_accepted(office: Office, ref: str, **event: Any) -> None:
    """An event failed for good: whoever sent it gets the reference of the log."""
    sorry.of_event(office, Incoming.model_validate(event), ref)


def of_run(office: Office, ref: str, run_id: int, **_rest: Any) -> None:
    """An answer could not be shown."""
    sorry.of_run(office, run_id, ref)


def of_answer(office: Office, ref: str, answer_id: int, **_rest: Any) -> None:
    """What belongs to an answer could not be shown or sent."""
    sorry.of_answer(office, answer_id, ref)


def of_question(office: Office, ref: str, question_id: int, **_rest: Any) -> None:
    """What belongs to a question could not be said."""
    sorry.of_question(office, question_id, ref)


def of_digest(office: Office, ref: str, subscription_id: int, due: str) -> None:
    """A digest could not be made."""
    sorry.of_digest(office, subscription_id, due, ref)


@task("chat.accept", given_up=not_accepted)
def accept(office: Office, **event: Any) -> None:
    """An event of a platform."""
    accepting.accept(office, Incoming.model_validate(event))


def not_gathered(office: Office, ref: str, question_id: int, **_rest: Any) -> None:
    """Fetching failed for good: that is the answer, with a reference."""
    question = office.ledger.talk.question(question_id)
    spot = spot_of(office, question)
    text = say("failed_gathering", spot.lang, ref=ref)
    gathering.fail(office, question, text)


@task("chat.gather", given_up=not_gathered)
def gather(office: Office, question_id: int, insider: bool = False) -> None:
    """Fetch a question's files and hand it to the computing workers."""
    gathering.gather(office, question_id, insider)


def not_explained(office: Office, ref: str, run_id: int, **_rest: Any) -> None:
    """A follow-up could not be told: the person gets the reference of the log."""
    run = office.ledger.runs.get(run_id)
    if run is not None:
        lang = office.ledger.talk.question(run.question_id).lang
        followups.fail(office, run_id, internal_sentence(ref, lang))


@task("chat.explain", given_up=not_explained)
def explain(office: Office, run_id: int, kind: str, about_id: int) -> None:
    """Tell a follow-up from what is stored of an answer."""
    followups.explain(office, run_id, kind, about_id)


@task("chat.explain_freely", given_up=not_explained)
def explain_freely(office: Office, run_id: int, about_id: int) -> None:
    """Tell a free question about an answer, or let it go the ordinary way."""
    followups.explain_freely(office, run_id, about_id)


@task("chat.recall", given_up=not_explained)
def recall(office: Office, run_id: int, about_id: int | None, insider: bool) -> None:
    """Tell of earlier times from the answers that may be read there and from verified cases."""
    recalling.recall(office, run_id, about_id, insider)


@task("chat.order", given_up=of_answer)
def order(office: Office, answer_id: int) -> None:
    """Send a work order to the maintenance system."""
    ordering.send(office, answer_id)


@task("chat.again", given_up=of_question)
def again(office: Office, question_id: int, occasion: str) -> None:
    """Ask a question anew that came to nothing (a dead letter that is tried again): its answer comes where it stood."""
    question = office.ledger.talk.question(question_id)
    asking.again(office, question, occasion)


@task("chat.stopped", given_up=of_question)
def stopped(office: Office, question_id: int, by: str) -> None:
    """Say that a question was called off."""
    asking.show_stopped(office, question_id, by)


@task("chat.deliver", given_up=of_run)
def deliver(office: Office, run_id: int) -> None:
    """Show an answer."""
    delivery.deliver(office, run_id)


@task("chat.failed", given_up=of_run)
def failed(office: Office, run_id: int, text: str) -> None:
    """A run came to nothing: the sentence that says why is the answer, and the reactions work on it too."""
    run = office.ledger.runs.get(run_id)
    assert run is not None
    question = office.ledger.talk.question(run.question_id)
    prefix = run.prefix
    document = Answer(
        schema="andon.answer/1",
        question={"id": str(question.id), "text": question.text, "lang": question.lang,
                  "file": run.request.get("file_name")},
        diagnosis=Diagnosis(verdict="unsure"), text=text, blocks=[Block(kind="headline", text=text)],
        receipt={"failed": True},
    )  # fmt: skip
    data = json.dumps(document.model_dump(mode="json", by_alias=True), ensure_ascii=False)
    office.store.write_bytes(f"{prefix}/answer.json", data.encode())
    if office.ledger.answers.record(run_id, prefix=prefix, headline=text, verdict="failed") is not None:
        delivery.deliver(office, run_id)


@task("chat.pictures", given_up=of_answer)
def pictures(office: Office, answer_id: int) -> None:
    """Show an answer's pictures."""
    attaching.pictures(office, answer_id)


@task("chat.files", given_up=of_answer)
def files(office: Office, answer_id: int) -> None:
    """Put an answer's files below it."""
    attaching.files(office, answer_id)


@task("chat.follow_up")
def follow_up(office: Office, answer_id: int, round: int) -> None:
    """Ask whether a repair helped. Nobody waits for that: when it fails for good, nothing is said."""
    following.ask(office, answer_id, round)


@task("chat.digest", given_up=of_digest)
def digest_(office: Office, subscription_id: int, due: str) -> None:
    """Post a digest."""
    digest.post(office, subscription_id, due)


@task("chat.sorry")
def sorry_(office: Office, question_id: int, ref: str) -> None:
    """What a computing worker could not do for a question, in a sentence."""
    sorry.of_question(office, question_id, ref)


@task("chat.paused")
def paused(office: Office, question_id: int, why: str) -> None:
    """Work on a question waits for something that the operator mends: its person is told, once."""
    sorry.paused(office, question_id, why)


@shows_progress
def show(office: Office, run_id: int) -> None:
    """Show a run's progress."""
    progress.show(office, run_id)

"""Handing a work order to the plant's maintenance system: durable, at most once by its key, and said when it fails."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.conversation.delivery import deleted_text
from bot.conversation.posting import post_once
from bot.conversation.scene import spot_of
from bot.reply import Reply
from bot.wording import say
from workers import client
from workers.client import Again
from workers.contracts import Block

if TYPE_CHECKING:
    from workers.client import Office, rows

log = logging.getLogger(__name__)

PATIENCE = timedelta(hours=24)  # how long a system that is away is tried again
LEAST_S, MOST_S = 5.0, 900.0
WAITS = "failure_order_unreachable"


def send(office: Office, answer_id: int) -> None:
    """Send the order of an answer. A failure is said once; a system that is away is tried again for a day."""
    answer = office.ledger.answers.get(answer_id)
    if answer is None:
        return
    try:
        data = office.store.read_bytes(f"{answer.prefix}/order.json")
    except FileNotFoundError:
        spot = spot_of(office, office.ledger.talk.question(answer.question_id))
        tell(office, answer, "failed", deleted_text(office, answer, spot.lang))
        return
    try:
        id_, host = client.send_order(data, office.settings)
    except client.MENDABLE as error:
        age = datetime.now(UTC) - answer.created
        spot = spot_of(office, office.ledger.talk.question(answer.question_id))
        sentence = client.failure_sentence(error, spot.lang)
        log.warning("the work order of answer %d was not taken: %s", answer_id, error.code)
        waits = error.code == WAITS and age < PATIENCE
        more = say("order_again", spot.lang) if waits else ""
        tell(office, answer, "waits" if waits else "failed", f"{sentence}{more}")
        if waits:
            raise Again(min(MOST_S, max(LEAST_S, age.total_seconds() / 2))) from error
        return
    spot = spot_of(office, office.ledger.talk.question(answer.question_id))
    tell(office, answer, "sent", say("order_sent", spot.lang, id=id_, host=host))


def tell(office: Office, answer: rows.Answer, what: str, text: str) -> None:
    """One sentence in the thread, once."""
    spot = spot_of(office, office.ledger.talk.question(answer.question_id))
    reply = Reply(kind="notice", lang=spot.lang, blocks=[Block(kind="plain", text=text)])
    post_once(office, spot.outlet, spot.place, reply, f"order_{what}:{answer.id}", kind="notice", answer_id=answer.id)

"""Did the repair fix it? Asked some time after somebody agreed with a diagnosis; the reply counts for its knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.posting import post_once
from bot.conversation.scene import spot_of
from bot.reply import Button, Reply
from bot.wording import say
from workers.contracts import Block

if TYPE_CHECKING:
    from workers.client import Office, rows

ASPECT = "outcome"
MOST_ROUNDS = 3  # "not yet" is heard so often before Andon leaves it at that


def expect(office: Office, answer: rows.Answer, round_: int = 1) -> None:
    """Come back to a diagnosis after the time that the settings give; never when they give none."""
    hours = office.settings.follow_up_hours
    if answer.verdict != "fault" or hours <= 0 or round_ > MOST_ROUNDS:
        return
    args = {"answer_id": answer.id, "round": round_}
    office.add(f"follow_up:{answer.id}:{round_}", "chat.follow_up", "chat", args, hours * 3600)


def ask(office: Office, answer_id: int, round_: int) -> None:
    """Ask in the conversation whether it is fixed, unless somebody said so or nobody agrees any more."""
    answer = office.ledger.answers.get(answer_id)
    if answer is None or office.ledger.answers.tally(answer_id, ASPECT):
        return
    if not office.ledger.answers.tally(answer_id).get("agree"):
        return
    spot = spot_of(office, office.ledger.talk.question(answer.question_id))
    buttons = [
        Button(label=say(f"button_{action}", spot.lang), action=action, value=f"{answer.id}.{round_}")
        for action in ("fixed", "not_fixed", "not_yet")
    ]
    text = say("follow_up", spot.lang, headline=answer.headline, id=answer.id)
    reply = Reply(kind="notice", lang=spot.lang, blocks=[Block(kind="plain", text=text)], rows=[buttons])
    post_once(
        office, spot.outlet, spot.place, reply, f"follow_up:{answer_id}:{round_}", kind="notice", answer_id=answer_id
    )

"""The shift digest: what was asked and answered in a channel lately, and what waits for somebody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.conversation import followups, recalling
from bot.conversation.delivery import document_of
from bot.conversation.outlets import outlet_for
from bot.conversation.posting import post_once
from bot.conversation.scene import place_of
from bot.reply import Reply
from bot.wording import say
from workers.contracts import Block, Lang

if TYPE_CHECKING:
    from workers.client import Office, rows

SHIFT = timedelta(hours=8)
MOST = 8
WITHOUT = (followups.VERDICT, recalling.VERDICT, "failed")  # verdicts of what belongs to another answer, or is none


def lines(office: Office, conversation: rows.Conversation, lang: Lang, until: datetime | None = None, *,
          back: timedelta = SHIFT) -> list[str]:  # fmt: skip
    """Headline and one line for each answer of the last shift (of the time `back`) in this channel.
    Follow-ups belong to theirs."""
    until = until or datetime.now(UTC)
    since, zone = until - back, office.settings.zone
    threads = office.ledger.talk.threads_of(conversation.platform, conversation.workspace, conversation.channel)
    answers = office.ledger.answers.latest(threads, since, limit=50, without=WITHOUT)
    answers = [answer for answer in answers if _told_something(office, answer)]
    said = office.ledger.answers.said_of([answer.id for answer in answers])
    faults = [a for a in answers if a.verdict == "fault"]
    start, end = since.astimezone(zone), until.astimezone(zone)
    found = [
        say("digest_head", lang, start=f"{start:%H:%M}", end=f"{end:%H:%M}", asked=len(answers), faults=len(faults))
    ]
    for answer in answers[:MOST]:
        verdicts = [s.verdict for s in said if s.answer_id == answer.id and s.aspect == "answer"]
        found.append(
            say("digest_line", lang, clock=f"{answer.created.astimezone(zone):%H:%M}", headline=answer.headline,
                id=answer.id, yes=verdicts.count("agree"), no=verdicts.count("disagree"))
        )  # fmt: skip
    if len(answers) > MOST:
        found.append(say("digest_more", lang, count=len(answers) - MOST))
    waiting = sum(bool(s.right and s.candidate) and s.verdict == "disagree" for s in said)
    if waiting:
        found.append(say("digest_waiting", lang, count=waiting))
    return found


def _told_something(office: Office, answer: rows.Answer) -> bool:
    """Is it a diagnosis or an answer? A courtesy, what was learnt, and "I did not understand" are none."""
    try:
        document = document_of(office, answer)
    except FileNotFoundError:
        return True  # its details were deleted; what it came to still counts
    unread = any(step.values.get("unread") for step in document.plan)
    return not (unread or document.receipt.get("courtesy") or "learnt" in document.receipt)


def post(office: Office, subscription_id: int, due: str) -> None:
    """Post the digest of a subscription that became due at `due` (ISO 8601); once for each time."""
    wanted = next((s for s in office.ledger.answers.subscriptions() if s.id == subscription_id), None)
    if wanted is None:
        return
    conversation = office.ledger.talk.get_conversation(wanted.conversation_id)
    lang: Lang = "zh" if wanted.lang == "zh" else "en"
    told = lines(office, conversation, lang, datetime.fromisoformat(due))
    kinds = ["headline", *["plain"] * len(told)]
    blocks = [Block.model_validate({"kind": kind, "text": text}) for kind, text in zip(kinds, told, strict=False)]
    reply = Reply(kind="notice", lang=lang, blocks=blocks)
    outlet = outlet_for(conversation.platform, office.settings)
    post_once(office, outlet, place_of(conversation), reply, f"digest:{subscription_id}:{due}", kind="notice")

"""Saying something once: the ledger knows what was said, the gate whose turn it is, the outlet how.

A post is noted before the platform is asked. When the reply gets lost, or the worker dies in between, the next try
knows that it may have got through and lets the outlet look before it posts.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from bot.outlet import Gone, Outlet, Place, Refused, Sent, Trouble, Unreachable, Unsure, Wait
from bot.reply import Reply
from bot.wording import say
from workers.client import Again
from workers.contracts import Block

if TYPE_CHECKING:
    from bot.conversation.scene import Scene
    from workers.client import Office

log = logging.getLogger(__name__)

T = TypeVar("T")

# Seconds between two messages in one place, and how many may follow at once. Slack: "Rate limits", chat.postMessage:
# 1 a second a channel, bursts tolerated. Telegram: "Bots FAQ, broadcasting": 1 a second a chat, 20 a minute a group
# (4 at once and 16 more); editing counts, and so does every item of an album.
PACE = {("slack", True): (1.0, 4), ("slack", False): (1.0, 4), ("telegram", True): (1.0, 4),
        ("telegram", False): (3.75, 4)}  # fmt: skip
PATIENCE_S = 2.0  # a turn that comes so soon is waited for here; a later one lets other jobs go first
TRIES = 4
# The operator can mend these (a token that was renewed): the job waits, and goes on when the worker has a good one.
OPERATOR = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope",
            "Unauthorized", "InvalidToken"}  # fmt: skip


class Mute(Exception):
    """The platform refuses our token or our permission; the operator has to act. A job waits for a token (`waits_for`,
    workers/queues/outside.py); a permission is missed by some jobs alone, so it counts as their failure."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.waits_for = None if code == "missing_scope" else "token"


class Silent(Exception):
    """The platform has not answered for hours: that counts as a failure of the job."""


def silence(office: Office, trouble: Trouble) -> Again | Silent:
    """What to raise when a platform cannot be reached or does not say what came of it: come back later, each time after
    a longer while, and in the end give up."""
    seconds = office.ledger.jobs.silent()
    return Silent(trouble.code) if seconds is None else Again(seconds)


def turn(office: Office, place: Place, *, wait: bool = True, count: int = 1, urgent: bool = False) -> bool:
    """Take a turn to write `count` messages to a place. Raises Again when it is far off.

    Without `wait` it is for something that may be left out: False at once when what matters more might have to wait
    for it. `urgent`: the first sign of life may go a little faster.
    """
    every, burst = PACE[(place.platform, place.private)]
    burst += 1 if urgent else 0 if wait else -2
    channel = f"{place.platform}:{place.channel}"
    for _ in range(TRIES):  # bounded: whoever asks may hold the right to a message, and that ends
        seconds = office.gate.take(channel, every, burst, count)
        if seconds <= 0:
            return True
        if not wait:
            return False
        if seconds > PATIENCE_S:
            break
        time.sleep(seconds + 0.01)
    raise Again(seconds)


def careful(office: Office, place: Place, act: Callable[[], T], gate: str = "") -> T:
    """Do one thing on a platform; what it says about waiting holds for everybody who writes there, or passes `gate`."""
    try:
        return act()
    except Wait as wait:
        office.gate.hold(gate or f"{place.platform}:{place.channel}", wait.seconds)
        raise Again(wait.seconds) from wait
    except (Unreachable, Unsure) as trouble:
        raise silence(office, trouble) from trouble
    except (Gone, Refused) as trouble:
        if trouble.code in OPERATOR:
            raise Mute(trouble.code) from trouble
        before, _, now = trouble.code.partition(":")
        if before == "migrated" and now != place.channel:  # the news of it may come later than this
            office.ledger.talk.move(place.platform, place.channel, now)
            raise Again(0.1) from trouble
        raise


def post_once(
    office: Office, outlet: Outlet, place: Place, reply: Reply, key: str, *, kind: str,
    question_id: int | None = None, answer_id: int | None = None, about: dict[str, Any] | None = None,
) -> Sent | None:  # fmt: skip
    """Post `reply` under `key`; None when it can never be posted. Raises Again to come back later."""
    ledger = office.ledger.answers
    post, again = ledger.post(key, kind=kind, question_id=question_id, answer_id=answer_id, about=about or {})
    if post.state == "sent":
        return Sent(channel=post.channel, message=post.message)
    if post.state == "gone":
        return None
    fresh = not again
    try:
        turn(office, place, urgent=kind == "progress")
        sent = _post(office, outlet, place, reply, key, again=again)
    except (Again, Silent) as later:
        if fresh and not isinstance(later.__cause__, Unsure):
            ledger.unsent(key)
        raise
    except Mute:
        if fresh:
            ledger.unsent(key)
        raise
    except Gone as gone:
        log.warning("post %s can't be made: %s", key, gone.code)
        ledger.lost(key)
        return None
    ledger.sent(key, sent.channel, sent.message)
    return sent


def _post(office: Office, outlet: Outlet, place: Place, reply: Reply, key: str, *, again: bool) -> Sent:
    """Post; what a platform refuses for its dress goes out undressed rather than not at all."""
    try:
        return careful(office, place, lambda: outlet.post(place, reply, key, again=again))
    except Refused as refused:
        log.error("post %s was refused (%s): sending it plain", key, refused.code)
        try:
            return careful(office, place, lambda: outlet.post(place, bare(reply), key, again=again))
        except Refused as still:
            raise Gone(still.code) from still


def edit(office: Office, outlet: Outlet, place: Place, sent: Sent, reply: Reply) -> bool:
    """Replace a message of ours; False when it is gone. Raises Again to come back later."""
    # Slack counts edits by themselves: when it has enough of them new messages go on. Telegram counts both together.
    gate = f"slack:{place.channel}:edit" if place.platform == "slack" else ""
    held = office.gate.take(gate, 0.0) if gate else 0.0
    if held > 0:
        raise Again(held)
    for dressed in (reply, bare(reply)):
        try:
            careful(office, place, lambda now=dressed: outlet.edit(sent, now), gate)  # type: ignore[misc]
        except Gone as gone:
            log.warning("message %s can't be edited: %s", sent.message, gone.code)
            return False
        except Refused as refused:
            log.error("an edit of message %s was refused: %s", sent.message, refused.code)
        else:
            return True
    return False


def bare(reply: Reply) -> Reply:
    """The same words without any dress."""
    return Reply(kind=reply.kind, lang=reply.lang, code=reply.plain, rows=reply.rows)


def notice(scene: Scene, sentence: str, key: str, **values: object) -> None:
    """One sentence in the conversation, once."""
    blocks = [Block(kind="plain", text=say(sentence, scene.lang, **values))]
    reply = Reply(kind="notice", lang=scene.lang, blocks=blocks)
    post_once(scene.office, scene.outlet, scene.place, reply, key[:255], kind="notice")

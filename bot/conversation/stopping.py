"""The word `stop`, however it was said."""

from __future__ import annotations

import re

from bot.conversation import asking
from bot.conversation.posting import notice
from bot.conversation.scene import Scene

STOP = re.compile(  # nothing else may stand there: "stop the pump?" and "should we stop it" are about a machine
    r"^\W*(?:andon\W+)?(?:(?:please|pls|plz|ok|no)\W+)*(?:stop|cancel|halt|abort|never ?mind)"
    r"(?:\W+(?:it|that|this|now|please|pls|plz|andon|thanks?|thank you|working|calculating|computing|again))*[^\w?？]*$"
    r"|^\W*(?:安灯|请|麻烦|先)*\W*(?:停一下|停下来?|停止(?:计算|分析)?|停|取消|(?:别|不要|不用|先别)再?(?:算|查|分析|跑)了?|算了)"
    r"(?:吧|了|谢谢)*[^\w?？]*$",
    re.IGNORECASE,
)


def asked(text: str) -> bool:
    """Is Andon told to stop what it is doing?"""
    return STOP.match(text) is not None


def stop(scene: Scene) -> None:
    """The word `stop`: this conversation's open questions, else this person's in the channel. Said to nobody by name it
    may be meant for somebody else, so it stops the speaker's own questions alone."""
    event, ledger = scene.event, scene.office.ledger
    here = ledger.talk.open_questions([scene.conversation.id])
    if not event.addressed:
        here = [question for question in here if question.user == event.user]
    elif not here:
        threads = ledger.talk.threads_of(event.platform, event.workspace, event.channel)
        here = [q for q in ledger.talk.open_questions(threads) if q.user == event.user]
    name = event.user_name or scene.outlet.name_of(event.user)
    key = f"nostop:{event.event_id}"[:255]
    stopped = [asking.stop(scene.office, question.id, event.user, name, unsaid=key) for question in here]
    if not any(stopped) and event.addressed:
        notice(scene, "stop_nothing", key)

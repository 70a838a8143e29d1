"""The word `stop`, however it was said."""

from __future__ import annotations

from bot.conversation import asking
from bot.conversation.posting import notice
from bot.conversation.scene import Scene


def stop(scene: Scene) -> None:
    """The word `stop`: this conversation's open questions, else this person's in the channel."""
    event, ledger = scene.event, scene.office.ledger
    here = ledger.talk.open_questions([scene.conversation.id])
    if not here and event.addressed:
        threads = ledger.talk.threads_of(event.platform, event.workspace, event.channel)
        here = [q for q in ledger.talk.open_questions(threads) if q.user == event.user]
    name = event.user_name or scene.outlet.name_of(event.user)
    stopped = [asking.stop(scene.office, question.id, event.user, name) for question in here]
    if not any(stopped) and event.addressed:
        notice(scene, "stop_nothing", f"nostop:{event.event_id}")

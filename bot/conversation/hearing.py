"""Whom a message is for: Andon, or the people in its thread. And what is said to mere agreement and thanks."""

from __future__ import annotations

from datetime import timedelta

from bot import verdict_words
from bot.conversation import commands, followups, learning, simulating, small_talk, wishes
from bot.conversation.posting import notice
from bot.conversation.scene import Scene
from bot.conversation.troubles import UNREADABLE
from workers import client

LONG_AGO = timedelta(days=90)  # no thread is talked in for longer


def alone(scene: Scene) -> bool:
    """Does one person talk with Andon here? In private, or in a thread that this person began with a question to it and
    where nobody else said or pressed anything."""
    event, ledger = scene.event, scene.office.ledger
    if scene.conversation.private:
        return True
    if event.platform != "slack":
        return False
    asked = ledger.talk.asked_since([scene.conversation.id], event.at - LONG_AGO)
    began = event.message == event.thread or any(question.message == event.thread for question in asked)
    heard = ledger.jobs.people_of(client.lane_of(event.model_dump(mode="json")) or "")
    return began and {event.user} >= heard | {question.user for question in asked}


def meant(scene: Scene) -> bool:
    """Is a message without a mention meant for Andon? In a Slack thread where it takes part, all of one person's talk
    with it and of several people's what asks it something; a Telegram group with privacy mode off would have it answer
    everything, so there only replies count."""
    event = scene.event
    if event.platform != "slack" or not event.thread or small_talk.to_others(event.text):
        return False
    if any(file.kind not in UNREADABLE for file in event.files):
        return True
    if event.text.strip() and (recognised(event.text) or alone(scene)):
        return True
    return small_talk.for_andon(event.text, asker=_asked_before(scene))


def recognised(text: str) -> bool:
    """Is it in a form that Andon alone knows what to do with?"""
    if commands.is_command(text) or followups.kind_of(text) or client.recalled(text) or simulating.wanted(text):
        return True
    told = learning.told(text) or verdict_words.judgement(text) or verdict_words.turned_out(text)
    return learning.wanted(text) or bool(told or verdict_words.point_denied(text) or wishes.wish(text))


def courtesy(scene: Scene) -> bool:
    """Answer agreement, thanks and a report of what is done in one short sentence; False when something is asked."""
    text = scene.event.text
    if scene.event.files or not text.strip():
        return False
    agrees = small_talk.agrees(text)
    if not agrees and not (alone(scene) and small_talk.reports(text) and not recognised(text)):
        return False
    key = "courtesy_welcome" if small_talk.thanks(text) else "courtesy_fine" if agrees else "courtesy_heard"
    notice(scene, key, f"courtesy:{scene.event.event_id}")
    return True


def _asked_before(scene: Scene) -> bool:
    since = scene.event.at - LONG_AGO
    asked = scene.office.ledger.talk.asked_since([scene.conversation.id], since)
    return any(question.user == scene.event.user for question in asked)

"""Who may talk to Andon, and who may do what. Decided from the settings alone, before anything is kept.

An event is admitted when any of its ids (the author's workspace, channel, user) is listed. In a Slack channel that is
shared with another organisation our own workspace says nothing about who writes. An empty list admits everybody in
development mode and nobody in production mode.
"""

from __future__ import annotations

from enum import IntEnum

from bot.incoming import Incoming
from workers.settings import Settings


class Role(IntEnum):
    """What somebody may do; each may do what the ones below may."""

    VIEWER = 1  # read, copy, look at details
    CREW = 2  # ask, judge, stop
    KEEPER = 3  # approve knowledge
    ADMIN = 4  # see and replay what went wrong


def listed(names: str | None) -> frozenset[str]:
    """A comma-separated list as a set."""
    return frozenset(name.strip() for name in (names or "").split(",") if name.strip())


def admitted(event: Incoming, settings: Settings) -> bool:
    """May whoever sent this be heard at all?"""
    allowed = listed(settings.slack_allowed if event.platform == "slack" else settings.telegram_allowed)
    if not allowed:
        return settings.mode == "development"
    return "*" in allowed or bool(allowed & ids_of(event))


def ids_of(event: Incoming) -> set[str]:
    """The ids by which an event is admitted."""
    return {event.team, event.channel, event.user} - {""}


def role_of(user: str, settings: Settings) -> Role:
    """The highest role of a user id. Names are not asked: anybody can call himself anything."""
    if _is(user, listed(settings.admins)):
        return Role.ADMIN
    keepers = listed(settings.keepers)
    if _is(user, keepers) or (not keepers and settings.mode == "development"):
        return Role.KEEPER
    if _is(user, listed(settings.viewers)):
        return Role.VIEWER
    return Role.CREW


def _is(user: str, ids: frozenset[str]) -> bool:
    return "*" in ids or user in ids

"""Where an event happens: conversation, person, role, language; what every handler is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.access import Role, role_of
from bot.conversation.outlets import outlet_for
from bot.incoming import Incoming
from bot.outlet import Outlet, Place
from workers.contracts import Lang

if TYPE_CHECKING:
    from workers.client import Office, rows

CHINESE = re.compile(r"[㐀-鿿]")
LETTERS = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True)
class Scene:
    """One event with what is known around it."""

    office: Office
    event: Incoming
    conversation: rows.Conversation
    lang: Lang

    @property
    def role(self) -> Role:
        """What the person may do."""
        return role_of(self.event.user, self.office.settings)

    @property
    def outlet(self) -> Outlet:
        """The way out."""
        return outlet_for(self.event.platform, self.office.settings)

    @property
    def place(self) -> Place:
        """Where to answer this event."""
        return place_of(self.conversation, reply_to=self.event.message, user=self.event.user)


@dataclass(frozen=True)
class Spot:
    """Where a question is answered, how, and in which language."""

    place: Place
    outlet: Outlet
    lang: Lang


def spot_of(office: Office, question: rows.Question) -> Spot:
    """The spot of a question, long after its event."""
    conversation = office.ledger.talk.get_conversation(question.conversation_id)
    place = place_of(conversation, reply_to=question.message, user=question.user)
    return Spot(place, outlet_for(conversation.platform, office.settings), "zh" if question.lang == "zh" else "en")


def place_of(conversation: rows.Conversation, *, reply_to: str = "", user: str = "") -> Place:
    """A conversation as a place to speak in."""
    return Place(
        platform=conversation.platform,
        workspace=conversation.workspace,
        channel=conversation.channel,
        thread=conversation.thread,
        reply_to=reply_to,
        private=conversation.private,
        user=user,
    )


def language(text: str, asked_for: str | None, hint: str | None, default: Lang) -> Lang:
    """The language to answer in: that of the words, else what was asked for there, the person's app, the default."""
    if CHINESE.search(text):
        return "zh"
    if asked_for in ("en", "zh"):
        return "zh" if asked_for == "zh" else "en"
    if LETTERS.search(text):
        return "en"
    return "zh" if hint == "zh" else "en" if hint == "en" else default

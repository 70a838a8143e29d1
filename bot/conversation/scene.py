"""Where an event happens: conversation, person, role, language; what every handler is given."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.access import Role, role_of
from bot.conversation.outlets import outlet_for
from bot.incoming import Incoming
from bot.outlet import Outlet, Place, Trouble
from workers.client import spoken_in
from workers.contracts import Lang

if TYPE_CHECKING:
    from workers.client import Office, Where, rows

log = logging.getLogger(__name__)

CHINESE = re.compile(r"[㐀-鿿]")


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
        """What speaks on the event's platform."""
        return outlet_for(self.event.platform, self.office.settings)

    @property
    def place(self) -> Place:
        """Where to answer this event."""
        return place_of(self.conversation, reply_to=self.event.message, user=self.event.user)

    def toast(self, text: str = "") -> None:
        """Answer the press of this event, as far as the platform lets us."""
        toast(self.outlet, self.event.ticket, text)


@dataclass(frozen=True)
class Spot:
    """Where a question is answered, how, and in which language."""

    place: Place
    outlet: Outlet
    lang: Lang


def toast(outlet: Outlet, ticket: str, text: str = "") -> None:
    """Answer a press, as far as the platform lets us: what was pressed for is done, with or without that."""
    try:
        outlet.toast(ticket, text)
    except Trouble as trouble:
        log.warning("a press could not be answered: %s", trouble.code)


def spot_of(office: Office, question: rows.Question) -> Spot:
    """The spot of a question, long after its event."""
    conversation = office.ledger.talk.get_conversation(question.conversation_id)
    place = place_of(conversation, reply_to=question.message, user=question.user)
    return Spot(place, outlet_for(conversation.platform, office.settings), "zh" if question.lang == "zh" else "en")


def here_of(scene: Scene) -> Where:
    """Where this talk goes on: its conversation; in private all threads of the chat, because there each message may
    begin its own."""
    here = scene.conversation
    if not here.private:
        return [here.id]
    return scene.office.ledger.talk.threads_of(here.platform, here.workspace, here.channel)


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
    return spoken_in(text, default, asked_for, hint)

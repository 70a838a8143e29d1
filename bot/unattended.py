"""Nobody works: whoever asks meanwhile is told by the chat process itself, once in a conversation."""

from __future__ import annotations

import asyncio
import logging
import time

from bot.incoming import Incoming
from bot.outlet import Place, Trouble
from bot.reply import Reply
from bot.wording import say
from workers.client import Door
from workers.contracts import Block
from workers.settings import Settings

log = logging.getLogger(__name__)

AFTER_S = 30.0  # without a living worker
MOST = 500  # conversations that are told; who asks in more of them waits without a word


class Unattended:
    """Remembers who asked since a worker was last seen."""

    def __init__(self, door: Door, settings: Settings) -> None:
        self.door, self.settings = door, settings
        self._asked: dict[tuple[str, ...], Incoming] = {}
        self._told: set[tuple[str, ...]] = set()
        self._since: float | None = None

    def heard(self, event: Incoming) -> None:
        """An event that is safe in the queue."""
        where = (event.platform, event.workspace, event.channel, event.thread)
        asks = event.kind == "message" and (event.addressed or event.private)
        if asks and where not in self._told and len(self._asked) < MOST:
            self._asked[where] = event

    async def look(self) -> None:
        """Is somebody there? Called every other second. Raises what the queue's client raises."""
        if await asyncio.to_thread(self.door.attended):
            if self._since is not None and self._told:
                log.info("workers are there again")
            self._asked.clear()
            self._told.clear()
            self._since = None
            return
        moment = time.monotonic()
        self._since = moment if self._since is None else self._since
        if moment - self._since < AFTER_S:
            return
        if self._asked:
            log.warning("no worker was seen for %.0f s; %d conversations are told", AFTER_S, len(self._asked))
        for where in list(self._asked):
            event = self._asked.pop(where)
            self._told.add(where)
            await asyncio.to_thread(self._tell, event)

    def _tell(self, event: Incoming) -> None:
        """One sentence where it was asked. Best effort: the question itself is kept."""
        from bot.conversation.outlets import outlet_for  # the platform's client for writing, loaded when it is needed
        from bot.conversation.scene import language

        lang = language(event.text, None, event.lang, self.settings.lang)
        place = Place(platform=event.platform, workspace=event.workspace, channel=event.channel, thread=event.thread,
                      reply_to=event.message, private=event.private, user=event.user)  # fmt: skip
        reply = Reply(kind="notice", lang=lang, blocks=[Block(kind="plain", text=say("workers_away", lang))])
        try:
            outlet_for(event.platform, self.settings).post(place, reply, f"away:{event.event_id}"[:255])
        except Trouble as trouble:
            log.warning("nobody could be told that the workers are away: %s", trouble.code)

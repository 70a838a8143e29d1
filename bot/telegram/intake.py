"""One raw update on its way in: read, translated, handed over. What is not handed over must come again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import telegram

from bot.incoming import Incoming, keepable
from bot.telegram.events import translate
from workers import client

Take = Callable[[Incoming], Awaitable[None]]
log = logging.getLogger("andon.telegram")
TAKE_S = 10.0  # a queue that does not answer for so long counts as one that refused


class NotTaken(Exception):
    """The queue did not take an update: it must not be confirmed to Telegram."""


class Intake:
    """Callable on one raw update (the JSON of the Bot API)."""

    def __init__(self, bot: telegram.Bot, take: Take) -> None:
        self.bot, self.take = bot, take

    async def __call__(self, raw: dict[str, Any]) -> None:
        """Hand every event of an update over; NotTaken when one was not.

        An update that cannot be read is left out with a log line: holding it back would hold back all others, for
        ever. The line has the frames of the error only, because its text may quote what people wrote.
        """
        try:
            update = telegram.Update.de_json(keepable(raw), self.bot)
            events = translate(update, self.bot.bot)
        except Exception as error:  # whatever Telegram or PTB come up with next
            log.error("update %s cannot be read and is left out: %s", raw.get("update_id"), client.frames(error))
            return
        for event in events:
            try:
                async with asyncio.timeout(TAKE_S):
                    await self.take(event)
            except Exception as error:  # the caller's: any failure means "not durable"
                raise NotTaken(type(error).__name__) from error

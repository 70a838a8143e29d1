"""What a chat process does with an event: admit it, put it into the queue, and only then let it be acknowledged.

Events that arrive together are put in together: under load one round trip serves many.
"""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bot.access import admitted
from bot.incoming import Incoming
from bot.unattended import Unattended
from workers import client
from workers.client import Door
from workers.settings import Settings

log = logging.getLogger(__name__)

CHECK_S = 2.0
MOST_AT_ONCE = 200
GATHER_S = 0.002  # after each batch: what comes meanwhile goes together; an event that comes alone waits for nothing


class Intake:
    """`take` is given to a platform's adapter; it returns when the event is safe and raises when it is not."""

    def __init__(self, door: Door, settings: Settings) -> None:
        self.door, self.settings = door, settings
        self.unattended = Unattended(door, settings)
        self._waiting: list[tuple[dict[str, Any], asyncio.Future[None]]] = []
        self._work = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        # of its own: whatever else waits for a server in a thread must not keep an event from being acknowledged
        self._doorman = ThreadPoolExecutor(1, thread_name_prefix="door")

    async def __aenter__(self) -> Intake:
        self._tasks = [asyncio.create_task(self._put_in()), asyncio.create_task(self._look_after())]
        return self

    async def __aexit__(self, *_error: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._doorman.shutdown(wait=False)
        _refuse(self._waiting)

    async def take(self, event: Incoming) -> None:
        """Put `event` in; raises when the queue does not take it, so that the platform tells it again."""
        heard = self._heard(event)
        kept = _kept(heard) if heard is not None else None
        if kept is None:
            return
        safe: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((kept, safe))
        self._work.set()
        await safe
        if heard is not None:
            self.unattended.heard(heard)

    def _heard(self, event: Incoming) -> Incoming | None:
        """The event, or its bare fact when its sender is not admitted; None when nobody needs to know."""
        if admitted(event, self.settings):
            return event
        if not event.addressed or event.kind in ("joined", "reaction", "edit"):
            return None
        kept = {"event_id", "platform", "workspace", "team", "channel", "thread", "message", "private", "user", "lang",
                "ticket", "at"}  # fmt: skip
        return Incoming(kind="refused", **event.model_dump(include=kept))

    async def _put_in(self) -> None:
        while True:
            await self._work.wait()
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            if not self._waiting:
                self._work.clear()
            try:
                events = [event for event, _ in batch]
                await asyncio.get_running_loop().run_in_executor(self._doorman, self.door.put, events)
            except asyncio.CancelledError:  # the process ends; whether they are in is unknown
                _refuse(batch)
                raise
            except Exception as error:  # the queue's edge: whatever it is, the event is not safe
                log.warning("the queue does not take events; they are not acknowledged: %s", client.frames(error))
                _refuse(batch)
                continue
            for _, safe in batch:
                if not safe.done():
                    safe.set_result(None)
            await asyncio.sleep(GATHER_S)

    async def _look_after(self) -> None:
        """Put recent events in again when Redis lost them (it was started anew)."""
        while True:
            await asyncio.sleep(CHECK_S)
            try:
                await asyncio.to_thread(self.door.check)
                await self.unattended.look()
            except Exception as error:  # the queue's edge, too: it is looked at again
                log.warning("the queue does not answer: %s", client.frames(error))


def _kept(event: Incoming) -> dict[str, Any] | None:
    """An event as the queue keeps it. One that can't be written down is left out with a log line: it would come again
    and again, and whatever it is put in with would be held up with it, for ever."""
    try:
        kept = event.model_dump(mode="json", exclude_defaults=True)
        json.dumps(kept, ensure_ascii=False).encode()
    except (ValueError, TypeError) as error:  # its text may quote the event: the kind must do
        log.error("an event of %s cannot be kept (%s) and is left out", event.platform, type(error).__name__)
        return None
    return kept


def _refuse(batch: list[tuple[dict[str, Any], asyncio.Future[None]]]) -> None:
    for _, safe in batch:
        if not safe.done():
            safe.set_exception(ConnectionError("the queue does not take events"))

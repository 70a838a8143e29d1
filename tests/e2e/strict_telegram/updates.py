"""Updates on their way to the bot: kept until confirmed, by getUpdates' next offset or by the webhook's 2xx.

Source: Bot API, "Getting updates". Both ways draw from the same list, so nothing pending is lost when the bot restarts
or changes from one to the other.
"""

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.e2e.strict_telegram import limits
from tests.e2e.strict_telegram.errors import ONE_INSTANCE, conflict


@dataclass
class Update:
    """One update; times are time.monotonic() in seconds."""

    id: int
    kind: str
    payload: dict
    key: int  # chat or person: updates of one key keep their order
    created: float = field(default_factory=time.monotonic)
    given: int = 0  # how often it was sent out

    @property
    def body(self) -> dict:
        """The JSON object Update."""
        return {"update_id": self.id, self.kind: self.payload}


class Confirmation(NamedTuple):
    """When the bot took an update over: seconds from its creation."""

    update_id: int
    kind: str
    seconds: float


class Updates:
    """The queue and its settings. Everything but `poll` is called under the world's lock."""

    def __init__(self, first_id: int = 700_000_001):
        self.pending: list[Update] = []
        self.repeats: list[Update] = []
        self.everything: dict[int, Update] = {}
        self.confirmations: list[Confirmation] = []
        self.allowed: tuple[str, ...] = ()
        self.wake: Callable[[], None] = lambda: None
        self._ids = itertools.count(first_id)
        self._poll = 0
        self._ended = ""

    def wants(self, kind: str) -> bool:
        """allowed_updates: an empty list means everything but the kinds that must be asked for."""
        return kind in self.allowed if self.allowed else kind not in limits.ON_REQUEST

    def allow(self, kinds: object) -> None:
        """Remembers allowed_updates; without the argument the former setting stays. Unknown names are ignored."""
        if isinstance(kinds, list):
            self.allowed = tuple(kind for kind in kinds if kind in limits.UPDATE_TYPES)

    def emit(self, kind: str, payload: dict, key: int) -> int | None:
        """Queues an update; its id, or None when the bot didn't ask for that kind."""
        if not self.wants(kind):
            return None
        update = Update(next(self._ids), kind, payload, key)
        self.pending.append(update)
        self.everything[update.id] = update
        self.wake()
        return update.id

    def repeat(self, update_id: int) -> None:
        """Sends an update once more under the same id, even one that is confirmed."""
        self.repeats.append(self.everything[update_id])
        self.wake()

    def confirm(self, update: Update) -> None:
        """The bot has it."""
        if update in self.pending:
            self.pending.remove(update)
            seconds = time.monotonic() - update.created
            self.confirmations.append(Confirmation(update.id, update.kind, seconds))

    def forget(self) -> None:
        """drop_pending_updates."""
        self.pending.clear()
        self.repeats.clear()

    def end_poll(self, why: str) -> None:
        """Ends a getUpdates that is waiting, with 409."""
        self._poll += 1
        self._ended = why
        self.wake()

    async def poll(self, args: dict, lock: AbstractContextManager, news: asyncio.Event) -> list[dict]:
        """getUpdates: what is pending from `offset` on, waiting up to `timeout` seconds for something to come."""
        with lock:
            self.end_poll(ONE_INSTANCE)
            mine = self._poll
            self._ended = ""
            self.allow(args.get("allowed_updates"))
            offset = self._confirm_up_to(int(args.get("offset") or 0))
        limit = min(max(int(args.get("limit") or limits.UPDATES_LIMIT), 1), limits.UPDATES_LIMIT)
        until = time.monotonic() + min(max(float(args.get("timeout") or 0), 0), limits.POLL_SECONDS)
        while True:
            news.clear()
            with lock:
                if self._poll != mine:
                    raise conflict(self._ended or ONE_INSTANCE)
                if found := self._next(offset, limit):
                    return [update.body for update in found]
            left = until - time.monotonic()
            if left <= 0:
                return []
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):  # wait_for of Python 3.11 may swallow a cancellation
                    await news.wait()

    def _confirm_up_to(self, offset: int) -> int:
        if offset < 0:  # from the end of the queue; everything before is forgotten
            kept = self.pending[offset:]
            offset = kept[0].id if kept else 0
        for update in [u for u in self.pending if u.id < offset]:
            self.confirm(update)
        return offset

    def _next(self, offset: int, limit: int) -> list[Update]:
        found = (self.repeats + [u for u in self.pending if u.id >= offset])[:limit]
        self.repeats = self.repeats[len(found) :]
        for update in found:
            update.given += 1
        return found

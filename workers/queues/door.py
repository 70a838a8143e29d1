"""The chat process's side of the inbox: keep an event, then tell a worker of it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from queue import SimpleQueue

from workers.errors import AndonError
from workers.queues.inbox import Event, RedisInbox, connect_redis
from workers.queues.seldom import Seldom
from workers.settings import Settings

log = logging.getLogger(__name__)
ALIVE_KEY, ALIVE_MS = "alive", 30_000  # what a living worker sets in Redis, and for how long
PAUSE_S = 0.05  # between two hints: under load one look of a worker finds many events


class RedisDoor:
    """To workers elsewhere. put() fails within seconds when Redis is not there.

    Workers are told by a thread, beside: an event that Redis has is safe, and its acknowledgement need not wait for
    the hint. A hint that fails is no loss; the sweeper looks into the inbox every second.
    """

    def __init__(self, settings: Settings) -> None:
        assert settings.redis_url is not None
        self.namespace = settings.namespace
        self.inbox = RedisInbox(connect_redis(settings.redis_url), settings.namespace)
        try:
            from workers.queues.celery_app import CeleryQueue  # a laptop without Redis need not have Celery
        except ImportError as error:
            raise AndonError("failure_extra_missing", extra="workers") from error
        self.queue = CeleryQueue(settings)
        self.troubles = Seldom(log)
        self._news: SimpleQueue[bool] = SimpleQueue()  # tell a worker; False: no more
        self._teller = threading.Thread(target=self._tell, name="teller", daemon=True)
        self._teller.start()

    def put(self, events: Sequence[Event]) -> None:
        """Keep, then have a worker told unless one is told already."""
        if self.inbox.put(events):
            self._news.put(True)

    def _tell(self) -> None:
        while self._news.get():
            try:
                self.queue.wake()
            except Exception as error:  # an edge: whatever the broker's client raises, the sweeper looks by itself
                said = f"no hint for the inbox: the broker does not answer ({type(error).__name__})"
                self.troubles.warn("hints", said, error)
            else:
                self.troubles.well("hints")
            time.sleep(PAUSE_S)

    def check(self) -> None:
        """See Door.check."""
        if self.inbox.check():
            self._news.put(True)

    def attended(self) -> bool:
        """See Door.attended: a worker that lives says so in Redis (company.py)."""
        return bool(self.inbox.redis.exists(f"{self.namespace}:{ALIVE_KEY}"))

    def close(self) -> None:
        """Tell the last, give the connections back."""
        self._news.put(False)
        self._teller.join(timeout=5)
        self.queue.close()
        self.inbox.redis.close()


class LocalDoor:
    """To this very process: an office of its own, with a sweeper."""

    def __init__(self, settings: Settings) -> None:
        from workers.office import open_office
        from workers.queues.local import SWEEP_S, LocalQueue
        from workers.queues.sweep import Sweeper

        self.office = open_office(settings, LocalQueue())
        self.sweeper = Sweeper(self.office, SWEEP_S)
        self.sweeper.start()

    def put(self, events: Sequence[Event]) -> None:
        """Note, then do."""
        self.office.inbox.put(events)
        self.office.queue.wake()

    def check(self) -> None:
        """Nothing can be lost here."""

    def attended(self) -> bool:
        """This process is the worker."""
        return True

    def close(self) -> None:
        """What is under way goes on at the next start."""
        self.sweeper.stop()
        self.office.close()

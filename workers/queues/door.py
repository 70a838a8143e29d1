"""The chat process's side of the inbox: keep an event, then tell a worker of it."""

from __future__ import annotations

from collections.abc import Sequence

from workers.queues.inbox import Event, RedisInbox, connect_redis
from workers.settings import Settings


class RedisDoor:
    """To workers elsewhere. put() fails within seconds when Redis is not there."""

    def __init__(self, settings: Settings) -> None:
        from workers.queues.celery_app import CeleryQueue  # a laptop without Redis need not have Celery

        assert settings.redis_url is not None
        self.inbox = RedisInbox(connect_redis(settings.redis_url))
        self.queue = CeleryQueue(settings)

    def put(self, events: Sequence[Event]) -> None:
        """Keep, then tell."""
        self.inbox.put(events)
        self.queue.wake()

    def check(self) -> None:
        """See Door.check."""
        if self.inbox.check():
            self.queue.wake()

    def close(self) -> None:
        """Give the connections back."""
        self.queue.app.close()
        self.inbox.redis.close()


class LocalDoor:
    """To this very process: an office of its own, with a sweeper."""

    def __init__(self, settings: Settings) -> None:
        from workers.office import open_office
        from workers.queues.local import SWEEP_S
        from workers.queues.sweep import Sweeper

        self.office = open_office(settings)
        self.sweeper = Sweeper(self.office, SWEEP_S)
        self.sweeper.start()

    def put(self, events: Sequence[Event]) -> None:
        """Note, then do."""
        self.office.inbox.put(events)
        self.office.queue.wake()

    def check(self) -> None:
        """Nothing can be lost here."""

    def close(self) -> None:
        """What is under way goes on at the next start."""
        self.sweeper.stop()
        self.office.close()

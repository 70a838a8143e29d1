"""Where chat processes put events: Redis when there is one, else straight into the jobs table.

An event in Redis waits in a hash until a worker has noted it as a job; the hint that tells the worker may be lost,
the event is not. Redis itself may be restarted without its data: the chat process remembers what it put there in
the last minutes and puts it in again when Redis turns out to be another one. Noting an event twice changes nothing.
"""

from __future__ import annotations

import json
import logging
import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workers.errors import AndonError

if TYPE_CHECKING:
    from redis import Redis

    from workers.state import Ledger

log = logging.getLogger(__name__)

KEY = "andon:inbox"
REMEMBERED_S, MOST_REMEMBERED = 180.0, 50_000
Event = dict[str, Any]  # {"event_id": ..., ...}: bot.incoming.Incoming as JSON


def job_of(event: Event) -> tuple[str, str, str, dict[str, Any]]:
    """The job that an event is: (key, task, queue, args)."""
    return f"event:{event['event_id']}"[:255], "chat.accept", "chat", event


class RedisInbox:
    """The inbox of a plant: put() is called by chat processes, move() by workers."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._recent: deque[tuple[float, str, str]] = deque(maxlen=MOST_REMEMBERED)
        self._run_id = ""

    def put(self, events: Sequence[Event]) -> None:
        """Keep events durably (as durably as Redis is configured). Raises redis.RedisError when it can't."""
        moment = time.monotonic()
        texts: dict[Any, Any] = {event["event_id"]: json.dumps(event, ensure_ascii=False) for event in events}
        self.redis.hset(KEY, mapping=texts)
        self._recent.extend((moment, key, text) for key, text in texts.items())

    def check(self) -> int:
        """Put recent events in again when Redis was started anew; gives how many. Called every second or two."""
        run_id = str(self.redis.info("server")["run_id"])
        known, self._run_id = self._run_id, run_id
        if not known or known == run_id:
            return 0
        since = time.monotonic() - REMEMBERED_S
        recent: dict[Any, Any] = {key: text for at, key, text in self._recent if at >= since}
        if recent:
            self.redis.hset(KEY, mapping=recent)
            log.info("redis was restarted: put %d recent events in again", len(recent))
        return len(recent)

    def move(self, ledger: Ledger, limit: int = 500) -> list[str]:
        """Note waiting events as jobs, then drop them here. Gives the keys of jobs that are new."""
        found: dict[bytes, bytes] = {}
        for field, value in self.redis.hscan_iter(KEY, count=limit):
            found[field] = value
            if len(found) >= limit:
                break
        if not found:
            return []
        jobs = [job_of(json.loads(value)) for value in found.values()]
        new = ledger.jobs.add_all(jobs)
        self.redis.hdel(KEY, *found)
        return new

    def waiting(self) -> int:
        """How many events no worker has noted yet."""
        return int(self.redis.hlen(KEY))


class SqlInbox:
    """The inbox of a laptop: an event is a job at once."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def put(self, events: Sequence[Event]) -> None:
        """Note events as jobs."""
        self.ledger.jobs.add_all([job_of(event) for event in events])

    def check(self) -> int:
        """Nothing to check: there is no server that could be another one."""
        return 0

    def move(self, ledger: Ledger, limit: int = 500) -> list[str]:
        """Nothing waits here."""
        return []

    def waiting(self) -> int:
        """Nothing waits here."""
        return 0


def connect_redis(url: str) -> Redis:
    """A client that gives up soon: a chat process must not hold an event for long. Raises AndonError for a bad URL."""
    try:
        from redis import Redis
    except ImportError as error:
        raise AndonError("failure_extra_missing", extra="workers") from error
    try:
        return Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2, socket_keepalive=True)
    except ValueError as error:
        raise AndonError("failure_redis_url", why=str(error)) from error

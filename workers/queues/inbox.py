"""Where chat processes put events: Redis when there is one, else straight into the jobs table.

An event in Redis waits in a hash until a worker has noted it as a job; the hint that tells the worker may be lost,
the event is not. Redis itself may be restarted without its data: the chat process remembers what it put there in
the last minutes and puts it in again when Redis turns out to be another one. Noting an event twice changes nothing.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workers.errors import AndonError

if TYPE_CHECKING:
    from redis import Redis

    from workers.state import Ledger

log = logging.getLogger(__name__)

KEY, TOLD = "andon:inbox", "andon:inbox:told"
TOLD_MS = 1000  # how long a hint counts as on its way; one that was lost is sent again by the next event after that
ROUNDS = 10  # of move(): more events than limit x ROUNDS at once wait for the sweeper
REMEMBERED_S, MOST_REMEMBERED = 180.0, 50_000
Event = dict[str, Any]  # {"event_id": ..., ...}: bot.incoming.Incoming as JSON


def job_of(event: Event) -> tuple[str, str, str, dict[str, Any]]:
    """The job that an event is: (key, task, queue, args).

    Slack tells a mention twice, and only one of the two may carry its files: that one counts beside the other.
    """
    return f"event:{len(event.get('files', ()))}:{event['event_id']}"[:255], "chat.accept", "chat", event


class RedisInbox:
    """The inbox of a plant: put() is called by chat processes, move() by workers."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._recent: deque[tuple[float, str, str]] = deque(maxlen=MOST_REMEMBERED)
        self._run_id = ""
        self._lock = threading.Lock()  # of the two above: put() and check() are called in threads

    def put(self, events: Sequence[Event]) -> bool:
        """Keep events durably (as durably as Redis is configured); True when a worker should be told of them.

        One is told already while the mark TOLD is there: move() takes it away before it looks, so an event that was
        put in under the mark is found by that look. Raises redis.RedisError when Redis has not said that it has them.
        """
        moment = time.monotonic()
        texts: dict[Any, Any] = {job_of(event)[0]: json.dumps(event, ensure_ascii=False) for event in events}
        if not self._run_id:
            self._run_id = self._run()  # before the first event is in: what is lost from now on is noticed
        with self._lock:  # before it is in, so that a restart at this moment does not miss it
            self._recent.extend((moment, key, text) for key, text in texts.items())
        with self.redis.pipeline(transaction=False) as pipe:  # one way there and back; in this order
            pipe.hset(KEY, mapping=texts)
            pipe.set(TOLD, 1, nx=True, px=TOLD_MS)
            _, marked = pipe.execute()
        return bool(marked)

    def check(self) -> int:
        """Put recent events in again when Redis was started anew; gives how many. Called every second or two."""
        run_id = self._run()
        if not self._run_id or self._run_id == run_id:
            self._run_id = run_id
            return 0
        since = time.monotonic() - REMEMBERED_S
        with self._lock:
            recent: dict[Any, Any] = {key: text for at, key, text in self._recent if at >= since}
        if recent:
            self.redis.hset(KEY, mapping=recent)
            log.info("redis was restarted: put %d recent events in again", len(recent))
        self._run_id = run_id  # last: when Redis goes away in between, the next look puts them in
        return len(recent)

    def _run(self) -> str:
        return str(self.redis.info("server")["run_id"])

    def move(self, ledger: Ledger, limit: int = 500, rounds: int = ROUNDS) -> list[str]:
        """Note waiting events as jobs, `limit` at once, then drop them here. Gives the keys of jobs that are new."""
        self.redis.delete(TOLD)  # before the look: what is put in from now on is told of anew
        found: dict[bytes, bytes] = {}
        for field, value in self.redis.hscan_iter(KEY, count=limit):
            found[field] = value
            if len(found) >= limit:
                break
        if not found:
            return []
        new = ledger.jobs.add_all([job for value in found.values() if (job := _readable(value)) is not None])
        self.redis.hdel(KEY, *found)
        if len(found) >= limit and rounds > 1:
            new += self.move(ledger, limit, rounds - 1)
        return new

    def waiting(self) -> int:
        """How many events no worker has noted yet."""
        return int(self.redis.hlen(KEY))


def _readable(value: bytes) -> tuple[str, str, str, dict[str, Any]] | None:
    """The job of an event in Redis; None for what is not one: it would keep all others waiting."""
    try:
        return job_of(json.loads(value))
    except (ValueError, TypeError, KeyError, AttributeError):
        log.error("something in the inbox is no event (%d bytes); it is dropped", len(value))
        return None


class SqlInbox:
    """The inbox of a laptop: an event is a job at once."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def put(self, events: Sequence[Event]) -> None:
        """Note events as jobs; the sweep that follows tells of them."""
        self.ledger.jobs.add_all([job_of(event) for event in events], told=False)

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

"""Where chat processes put events: Redis when there is one, else straight into the jobs table.

An event in Redis waits until a worker has noted it as a job; the hint that tells the worker may be lost, the event is
not. A hash holds the events by their keys, a sorted set the order in which they came. Redis itself may be restarted
without its data: the chat process remembers what it put there in the last minutes and puts it in again when Redis
turns out to be another one. Noting an event twice changes nothing.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from workers.errors import AndonError
from workers.settings import NAMESPACE

if TYPE_CHECKING:
    from redis import Redis

    from workers.state import Ledger
    from workers.state.jobs import NewJob

log = logging.getLogger(__name__)

TOLD_MS = 1000  # how long a hint counts as on its way; one that was lost is sent again by the next event after that
ROUNDS = 10  # of move(): more events than limit x ROUNDS at once wait for the sweeper
REMEMBERED_S, MOST_REMEMBERED = 180.0, 50_000
MOST_AT_ONCE = 1000  # events that are put in again by one command: while it runs Redis does nothing else
Event = dict[str, Any]  # {"event_id": ..., ...}: bot.incoming.Incoming as JSON

# KEYS: events, order, last number. ARGV: key, event as JSON, key, ... An event that is there keeps its place. Numbers
# are microseconds of Redis's clock and rise, so that what comes after a restart without data comes last.
TAKE_NUMBER = """
local clock = redis.call('TIME')
local number = math.max(tonumber(clock[1]) * 1000000 + tonumber(clock[2]),
                        tonumber(redis.call('GET', KEYS[3]) or '0') + 1)
"""
KEEP_NUMBER = """
redis.call('SET', KEYS[3], string.format('%.0f', number))
"""
PUT = f"""{TAKE_NUMBER}
for i = 1, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  redis.call('ZADD', KEYS[2], 'NX', string.format('%.0f', number), ARGV[i])
  number = number + 1
end
{KEEP_NUMBER}
if ARGV[1] and redis.call('SET', KEYS[4], 1, 'NX', 'PX', {TOLD_MS}) then return 1 end
return 0
"""
# ARGV: keys of events that have no place yet, oldest first.
PLACE = f"""{TAKE_NUMBER}
for i = 1, #ARGV do
  if redis.call('HEXISTS', KEYS[1], ARGV[i]) == 1 then
    redis.call('ZADD', KEYS[2], 'NX', string.format('%.0f', number), ARGV[i])
    number = number + 1
  end
end
{KEEP_NUMBER}
return 0
"""


def job_key(event_id: str, files: int = 0) -> str:
    """The key of the job that an event is.

    Slack tells a mention twice, and only one of the two may carry its files: that one counts beside the other.
    """
    return f"event:{files}:{event_id}"[:255]


def job_of(event: Event, turn: int = 0) -> NewJob:
    """The job that an event is; `turn` is its place among the events of its conversation."""
    key = job_key(event["event_id"], len(event.get("files", ())))
    return key, "chat.accept", "chat", event, lane_of(event), turn


def lane_of(event: Event) -> str | None:
    """What happens in one conversation is done in its order; in private all threads are one talk. Stop waits for
    nothing: what is before it may be what is to be stopped."""
    if event.get("kind") == "press" and event.get("action") == "stop":
        return None
    thread = "" if event.get("private") else event.get("thread", "")
    return ":".join(str(event.get(part, "")) for part in ("platform", "workspace", "channel"))[:190] + f":{thread}"[:65]


class RedisInbox:
    """The inbox of a plant: put() is called by chat processes, move() by workers."""

    def __init__(self, redis: Redis, namespace: str = NAMESPACE) -> None:
        self.redis = redis
        self.key, self.told = f"{namespace}:inbox", f"{namespace}:inbox:told"
        self.order, self.last = f"{namespace}:inbox:order", f"{namespace}:inbox:last"
        self._put, self._place = redis.register_script(PUT), redis.register_script(PLACE)
        self._recent: deque[tuple[float, str, str]] = deque(maxlen=MOST_REMEMBERED)
        self._run_id = ""
        self._lock = threading.Lock()  # of the two above: put() and check() are called in threads

    def put(self, events: Sequence[Event]) -> bool:
        """Keep events durably (as durably as Redis is configured); True when a worker should be told of them.

        One is told already while the mark `told` is there: move() takes it away before it looks, so an event that was
        put in under the mark is found by that look. Raises redis.RedisError when Redis has not said that it has them.
        """
        moment = time.monotonic()
        texts = {job_of(event)[0]: json.dumps(event, ensure_ascii=False) for event in events}
        if not self._run_id:
            self._run_id = self._run()  # before the first event is in: what is lost from now on is noticed
        with self._lock:  # before it is in, so that a restart at this moment does not miss it
            self._recent.extend((moment, key, text) for key, text in texts.items())
        return self._keep(texts)

    def _keep(self, texts: dict[str, str]) -> bool:
        """All of them or none, at once, each behind what is there."""
        given = [part for pair in texts.items() for part in pair]
        return bool(self._put(keys=[self.key, self.order, self.last, self.told], args=given))

    def check(self) -> int:
        """Put recent events in again when Redis was started anew; gives how many. Called every second or two."""
        run_id = self._run()
        if not self._run_id or self._run_id == run_id:
            self._run_id = run_id
            return 0
        since = time.monotonic() - REMEMBERED_S
        with self._lock:
            recent = {key: text for at, key, text in self._recent if at >= since}
        names = list(recent)
        for start in range(0, len(names), MOST_AT_ONCE):
            self._keep({name: recent[name] for name in names[start : start + MOST_AT_ONCE]})
        if recent:
            log.info("redis was restarted: put %d recent events in again", len(recent))
        self._run_id = run_id  # last: when Redis goes away in between, the next look puts them in
        return len(recent)

    def _run(self) -> str:
        return str(self.redis.info("server")["run_id"])

    def move(self, ledger: Ledger, limit: int = 500, rounds: int = ROUNDS) -> list[str]:
        """Note waiting events as jobs, the oldest `limit` at once, then drop them here. Gives the keys of jobs that are
        new, in the order of the events."""
        with self.redis.pipeline(transaction=False) as pipe:
            pipe.delete(self.told)  # before the look: what is put in from now on is told of anew
            pipe.hlen(self.key)
            pipe.zcard(self.order)
            _, events, placed = pipe.execute()
        if events > placed:
            self._give_places(limit)
        found: list[tuple[bytes, float]] = self.redis.zrange(self.order, 0, limit - 1, withscores=True)  # type: ignore[assignment]
        if not found:
            return []
        names = [name for name, _ in found]
        texts = cast("list[bytes | None]", self.redis.hmget(self.key, names))
        jobs = [_readable(text, int(turn)) for text, (_, turn) in zip(texts, found, strict=True) if text is not None]
        new = ledger.jobs.add_all([job for job in jobs if job is not None])
        with self.redis.pipeline() as pipe:
            pipe.hdel(self.key, *names)
            pipe.zrem(self.order, *names)
            pipe.execute()
        if len(found) >= limit and rounds > 1:
            new += self.move(ledger, limit, rounds - 1)
        return new

    def _give_places(self, limit: int) -> None:
        """Events that an earlier version put in have no place in the order: they get one, by the time they tell."""
        found: dict[bytes, bytes] = {}
        for name, text in self.redis.hscan_iter(self.key, count=limit):
            if self.redis.zscore(self.order, name) is None:
                found[name] = text
        names = [name for name, _ in sorted(found.items(), key=lambda each: _told_at(each[1]))]
        self._place(keys=[self.key, self.order, self.last], args=names)

    def waiting(self) -> int:
        """How many events no worker has noted yet."""
        return int(self.redis.hlen(self.key))


def _told_at(text: bytes) -> str:
    """The time that an event tells (ISO 8601, UTC, so that text sorts as time does); "" for what is no event."""
    try:
        return str(json.loads(text).get("at", ""))
    except (ValueError, AttributeError):
        return ""


def _readable(value: bytes, turn: int) -> NewJob | None:
    """The job of an event in Redis; None for what is not one: it would keep all others waiting."""
    try:
        return job_of(json.loads(value), turn)
    except (ValueError, TypeError, KeyError, AttributeError):
        log.error("something in the inbox is no event (%d bytes); it is dropped", len(value))
        return None


class SqlInbox:
    """The inbox of a laptop: an event is a job at once."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._last = 0
        self._lock = threading.Lock()

    def put(self, events: Sequence[Event]) -> None:
        """Note events as jobs; the sweep that follows tells of them."""
        with self._lock:  # numbers rise, and are noted in this order
            first = max(self._last + 1, time.time_ns() // 1000)
            self._last = first + len(events)
            jobs = [job_of(event, first + place) for place, event in enumerate(events)]
            self.ledger.jobs.add_all(jobs, told=False)

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
        raise AndonError("failure_redis_url", why=type(error).__name__) from None  # its text quotes the password

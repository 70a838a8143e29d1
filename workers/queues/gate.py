"""Pace towards a platform, shared by all workers: how fast one channel may be written to, and pauses it asked for.

Generic cell rate algorithm (ATM Forum TM 4.0, leaky bucket as a meter): one number a channel, the theoretical time
of arrival. With Redis the number is shared; in one process it is in memory.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

from workers.settings import NAMESPACE

if TYPE_CHECKING:
    from redis import Redis

# KEYS: pace key, hold key. ARGV: now, seconds that this turn takes up, burst tolerance in seconds. Gives seconds to
# wait; 0 means that the turn is taken.
TAKE = """
local held = tonumber(redis.call('GET', KEYS[2]) or '0')
local now = tonumber(ARGV[1])
if held > now then return tostring(held - now) end
local tat = tonumber(redis.call('GET', KEYS[1]) or '0')
if tat < now then tat = now end
local wait = tat - now - tonumber(ARGV[3])
if wait > 0 then return tostring(wait) end
local after = tat + tonumber(ARGV[2])
redis.call('SET', KEYS[1], tostring(after), 'PX', math.ceil((after - now) * 1000) + 1000)
return '0'
"""

# KEYS: hold key. ARGV: until when, seconds from now. A shorter pause does not end a longer one.
HOLD = """
if tonumber(ARGV[1]) > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', math.max(1, math.ceil(tonumber(ARGV[2]) * 1000)))
end
return '0'
"""


class Gate(Protocol):
    """Turns to write to a channel."""

    def take(self, channel: str, every_s: float, burst: int = 1, count: int = 1) -> float:
        """Take a turn for `count` messages at once; 0.0 when it is ours, else the seconds to wait before asking again.

        More messages than a burst allows wait until the channel has rested.
        """
        ...

    def hold(self, channel: str, seconds: float) -> None:
        """The platform asked for a pause (429): nobody writes there for so long."""
        ...


class MemoryGate:
    """For one process with several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._arrival: dict[str, float] = {}
        self._held: dict[str, float] = {}

    def take(self, channel: str, every_s: float, burst: int = 1, count: int = 1) -> float:
        """See Gate.take."""
        now = time.time()
        with self._lock:
            held = self._held.get(channel, 0.0)
            if held > now:
                return held - now
            arrival = max(self._arrival.get(channel, 0.0), now)
            wait = arrival - now - every_s * max(0, burst - count)
            if wait > 0:
                return wait
            self._arrival[channel] = arrival + every_s * count
            return 0.0

    def hold(self, channel: str, seconds: float) -> None:
        """See Gate.hold."""
        with self._lock:
            self._held[channel] = max(self._held.get(channel, 0.0), time.time() + seconds)


class RedisGate:
    """For all workers of a plant. While Redis does not answer nobody is held up: the platform's 429 still is."""

    def __init__(self, redis: Redis, namespace: str = NAMESPACE) -> None:
        self.redis, self.namespace = redis, namespace
        self._take, self._hold = redis.register_script(TAKE), redis.register_script(HOLD)

    def take(self, channel: str, every_s: float, burst: int = 1, count: int = 1) -> float:
        """See Gate.take."""
        from redis import RedisError

        keys = [f"{self.namespace}:pace:{channel}", f"{self.namespace}:hold:{channel}"]
        try:
            pace: list[str | float] = [repr(time.time()), every_s * count, every_s * max(0, burst - count)]
            return float(self._take(keys=keys, args=pace))
        except RedisError:
            return 0.0

    def hold(self, channel: str, seconds: float) -> None:
        """See Gate.hold."""
        from contextlib import suppress

        from redis import RedisError

        with suppress(RedisError):
            self._hold(keys=[f"{self.namespace}:hold:{channel}"], args=[repr(time.time() + seconds), seconds])

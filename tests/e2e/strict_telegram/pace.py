"""Flood control (Bots FAQ, "My bot is hitting limits, how do I avoid this?"): about one message a second in a chat with
short bursts, 20 a minute in a group, 30 a second in all. Real limits shift; these are the published ones.
"""

import math
import time
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.e2e.strict_telegram.errors import too_many

_STILL = ("sendChatAction",)


class Violation(NamedTuple):
    """A call that came too fast; `waited` is False when it came before an earlier retry_after had passed."""

    time: float
    chat_id: int
    method: str
    retry_after: int
    waited: bool


@dataclass
class Pace:
    """Rates, and what went over them. Sending counts, an album for each of its items, and so does editing."""

    per_chat: float = 1.0  # messages a second
    burst: int = 5
    group_minute: int = 20
    overall: int = 30
    violations: list[Violation] = field(default_factory=list)
    _tokens: dict[int, tuple[float, float]] = field(default_factory=dict)
    _minute: dict[int, deque] = field(default_factory=dict)
    _second: deque = field(default_factory=deque)
    _until: dict[int, float] = field(default_factory=dict)

    def check(self, chat_id: int, method: str, items: int = 1) -> None:
        """Counts a call; 429 when it is too fast."""
        if method in _STILL or not method.startswith(("send", "edit", "forward", "copy")):
            return
        now = time.monotonic()
        if now < self._until.get(chat_id, 0.0):
            self._refuse(chat_id, method, self._until[chat_id] - now, waited=False)
        if wait := self._wait(chat_id, items, now):
            self._until[chat_id] = now + math.ceil(wait)
            self._refuse(chat_id, method, wait, waited=True)
        tokens, _ = self._tokens[chat_id]
        self._tokens[chat_id] = (tokens - items, now)
        self._minute[chat_id].extend([now] * items)
        self._second.extend([now] * items)

    def _wait(self, chat_id: int, items: int, now: float) -> float:
        """Seconds until the call would be welcome, 0 when it is."""
        tokens, then = self._tokens.get(chat_id, (float(self.burst), now))
        tokens = min(float(self.burst), tokens + (now - then) * self.per_chat)
        self._tokens[chat_id] = (tokens, now)
        minute = self._minute.setdefault(chat_id, deque())
        for times, span in ((minute, 60.0), (self._second, 1.0)):
            while times and now - times[0] >= span:
                times.popleft()
        waits = [(1 - tokens) / self.per_chat if tokens < 1 else 0.0]
        if chat_id < 0 and minute and len(minute) + items > self.group_minute:
            waits.append(60.0 - (now - minute[0]))
        if self._second and len(self._second) + items > self.overall:
            waits.append(1.0)
        return max(waits)

    def _refuse(self, chat_id: int, method: str, wait: float, waited: bool) -> None:
        seconds = max(1, math.ceil(wait))
        self.violations.append(Violation(time.time(), chat_id, method, seconds, waited))
        raise too_many(seconds)

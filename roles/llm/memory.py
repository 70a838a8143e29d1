"""A ledger and a cache that live as long as the process: for tests and single runs."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from roles.llm.contract import Call, Reply


class MemoryLedger:
    """See Ledger. `calls` are all of them, oldest first; days change at midnight in `zone`."""

    def __init__(self, zone: tzinfo = ZoneInfo("UTC")) -> None:  # noqa: B008 (immutable)
        self._zone, self._lock = zone, threading.Lock()
        self._entries: list[tuple[str, datetime, Call]] = []

    @property
    def calls(self) -> list[Call]:
        """Every call so far."""
        return [call for _, _, call in self._entries]

    def record(self, run: str, call: Call) -> None:
        """See Ledger."""
        with self._lock:
            self._entries.append((run, datetime.now(self._zone), call))

    def tokens(self, run: str) -> int:
        """See Ledger."""
        return sum(call.tokens_in + call.tokens_out for call in self._of(run))

    def tokens_today(self) -> int:
        """See Ledger."""
        return sum(call.tokens_in + call.tokens_out for call in self._today())

    def spent(self, run: str) -> float:
        """See Ledger."""
        return sum(call.cost for call in self._of(run))

    def spent_today(self) -> float:
        """See Ledger."""
        return sum(call.cost for call in self._today())

    def _of(self, run: str) -> list[Call]:
        return [call for name, _, call in self._entries if name == run]

    def _today(self) -> list[Call]:
        today = datetime.now(self._zone).date()
        return [call for _, at, call in self._entries if at.date() == today]


class MemoryCache:
    """See Cache. Keeps the newest `size` replies."""

    def __init__(self, size: int = 500) -> None:
        self._size, self._replies, self._lock = size, OrderedDict[str, Reply](), threading.Lock()

    def get(self, key: str) -> Reply | None:
        """See Cache."""
        with self._lock:
            return self._replies.get(key)

    def put(self, key: str, reply: Reply) -> None:
        """See Cache."""
        with self._lock:
            self._replies[key] = reply
            self._replies.move_to_end(key)
            while len(self._replies) > self._size:
                self._replies.popitem(last=False)

    def drop(self, key: str) -> None:
        """See Cache."""
        with self._lock:
            self._replies.pop(key, None)

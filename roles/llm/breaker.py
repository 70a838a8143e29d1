"""A circuit breaker for each endpoint and model: one that failed several times in a row is left alone for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Closed: requests pass. Open after `failures` in a row, for `seconds`. Then one request tries; the others wait for
    its outcome. Safe for threads."""

    def __init__(self, failures: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.failures, self.seconds, self._clock = failures, seconds, clock
        self._lock = threading.Lock()
        self._in_row, self._until, self._probing = 0, 0.0, False

    def admit(self) -> float:
        """0.0 when a request may go, else the seconds until one may. Whoever is admitted must call `report`."""
        with self._lock:
            if self._in_row < self.failures:
                return 0.0
            left = self._until - self._clock()
            if left > 0 or self._probing:
                return max(left, 1.0)
            self._probing = True
            return 0.0

    def report(self, alive: bool | None) -> None:
        """How the admitted request went: the endpoint answered, it did not, or (None) it was not put to the test."""
        with self._lock:
            self._probing = False
            if alive is None:
                return
            self._in_row = 0 if alive else self._in_row + 1
            if not alive:
                self._until = self._clock() + self.seconds


_breakers: dict[tuple[str, str], Breaker] = {}
_lock = threading.Lock()


def breaker_of(base_url: str, model: str, failures: int, seconds: float) -> Breaker:
    """The breaker of this process for an endpoint and model."""
    with _lock:
        found = _breakers.setdefault((base_url, model), Breaker(failures, seconds))
    found.failures, found.seconds = failures, seconds
    return found

"""Saying of what stays broken that it is: once, then each minute, and when it is well again."""

from __future__ import annotations

import logging
import threading
import time

EVERY_S = 60.0


class Seldom:
    """What goes on in the log of a loop that fails many times a second while a server is away."""

    def __init__(self, log: logging.Logger, every_s: float = EVERY_S) -> None:
        self.log, self.every_s = log, every_s
        self._said: dict[str, float] = {}
        self._lock = threading.Lock()

    def warn(self, what: str, sentence: str, error: BaseException | None = None) -> bool:
        """Log `sentence` of the trouble `what`, with the traceback of `error`, unless that was done a moment ago; True
        when it was logged."""
        moment = time.monotonic()
        with self._lock:
            if moment - self._said.get(what, -self.every_s) < self.every_s:
                return False
            self._said[what] = moment
        self.log.warning("%s", sentence, exc_info=error)
        return True

    def well(self, what: str) -> None:
        """The trouble is over."""
        with self._lock:
            if self._said.pop(what, None) is None:
                return
        self.log.info("%s: well again", what)

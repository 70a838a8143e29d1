"""What /healthz answers: asked in a thread of its own, and answered in time whatever hangs.

The threads that put events in are others: a database that stands still must not keep an event from being acknowledged.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress

log = logging.getLogger(__name__)

LIMIT_S = 3.0  # a balancer does not wait much longer
SLOW = "timeout"


class Probe:
    """`word()` is what `trouble` says, or "timeout" when that is not known within LIMIT_S. One look at a time."""

    def __init__(self, trouble: Callable[[], str]) -> None:
        self._trouble = trouble
        self._asked: asyncio.Future[str] | None = None

    async def word(self) -> str:
        """Empty when all is well. Whoever asks while a look is under way waits for that one."""
        if self._asked is None or self._asked.done():
            loop = asyncio.get_running_loop()
            self._asked = loop.create_future()
            # A daemon: a look that hangs must not keep the process from ending, as a thread of an executor does.
            threading.Thread(target=self._look, args=(loop, self._asked), name="health", daemon=True).start()
        done, _ = await asyncio.wait([self._asked], timeout=LIMIT_S)
        return self._asked.result() if done else SLOW

    def _look(self, loop: asyncio.AbstractEventLoop, asked: asyncio.Future[str]) -> None:
        try:
            word = self._trouble()
        except Exception as error:  # the edge of the probe: what cannot be told is no health
            log.warning("health cannot be told", exc_info=True)
            word = type(error).__name__
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(_tell, asked, word)


def _tell(asked: asyncio.Future[str], word: str) -> None:
    if not asked.done():
        asked.set_result(word)

"""Downloads take few of a process's chat threads, so that a stop, a press and an answer always find one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from workers.client import Again

AT_ONCE = 3  # of the 8 threads of a worker, 6 of a bot that works itself
BUSY_S = 3.0

_places = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def place() -> Iterator[None]:
    """A place for one download. Raises Again when all are taken: the job waits without a thread."""
    if not _places.acquire(blocking=False):
        raise Again(BUSY_S)
    try:
        yield
    finally:
        _places.release()

"""BLAS threads: products as small as a search's are fastest on one.

With more, the threads wait for each other by spinning, and on a busy machine one product of a millisecond can take a
hundred; the worker beside us is the one who keeps the other core busy. What pays is several texts at once, each
thread of ours with a product of its own (kb/embedders/usem3.py).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

_lock = threading.Lock()
_inside = 0  # how many are within one_thread() now
_limit: AbstractContextManager[object] | None = None


@cache
def _controller() -> ThreadpoolController:
    import numpy  # noqa: F401 - its BLAS must be loaded before it is looked for

    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """While it lasts, BLAS works on one thread.

    The limit is the process's, not the thread's: the first one in sets it, the last one out lifts it.
    """
    global _inside, _limit
    with _lock:
        _inside += 1
        if _inside == 1:
            _limit = _controller().limit(limits=1, user_api="blas")
            _limit.__enter__()
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside and _limit is not None:
                _limit.__exit__(None, None, None)
                _limit = None


def cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

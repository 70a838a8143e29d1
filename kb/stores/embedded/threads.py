"""BLAS threads: products as small as a search's are fastest on one.

With more, the threads wait for each other by spinning, and on a busy machine one product of a millisecond can take a
hundred; the worker beside us is the one who keeps the other core busy.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]


@cache
def _controller() -> ThreadpoolController:
    import numpy  # noqa: F401 - its BLAS must be loaded before it is looked for

    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """While it lasts, BLAS works on one thread."""
    limit: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limit

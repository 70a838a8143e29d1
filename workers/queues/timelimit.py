"""How a computing process holds its work to the time that it may take: asked to end first, ended when it does not."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

GRACE_S = 30.0  # between asking a task to end and killing the process that computes


class OutOfTime(BaseException):
    """Raised within a computing task that takes longer than ANDON_TASK_TIME_LIMIT.

    Not an Exception: whatever guards a picture or a page against every failure must not take it for one and go on.
    """


@contextmanager
def asked(seconds: float) -> Iterator[None]:
    """In a process's main thread: raise OutOfTime in what runs within after `seconds`."""
    armed = [True]  # a signal that comes at the very end must not raise

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if armed[0]:
            armed[0] = False
            raise OutOfTime(f"longer than {seconds:g} s")

    main = threading.main_thread().ident or 0
    asking = threading.Timer(seconds, signal.pthread_kill, (main, signal.SIGUSR1))
    asking.daemon = True
    before: Any = signal.signal(signal.SIGUSR1, ask)
    asking.start()
    try:
        try:
            yield
        finally:
            armed[0] = False
    finally:  # of its own: a signal that comes while the first is entered
        asking.cancel()
        asking.join()
        signal.signal(signal.SIGUSR1, before)


@contextmanager
def limited(seconds: float, grace_s: float = GRACE_S) -> Iterator[None]:
    """As `asked`; when that does not end it, end the process `grace_s` later.

    The kernel does that: a library may hold the interpreter for as long as it likes.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds + grace_s)
    try:
        with asked(seconds):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)

"""Trying again: growing pauses, one log line for a whole row of failures, and leaving at once when told to stop."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from workers.client import AndonError

T = TypeVar("T")
log = logging.getLogger("andon.telegram")


class Stopped(Exception):
    """The process was told to stop while it waited."""


async def until(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, or Stopped (and `work` cancelled) as soon as `stop` is set."""
    task = asyncio.create_task(work)
    waiter = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, waiter}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise Stopped
    finally:
        for one in (task, waiter):
            one.cancel()
        await asyncio.gather(task, waiter, return_exceptions=True)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, but not beyond `stop`."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass


class Streak:
    """A row of failures of one kind of work: the pause grows from `first` to `most` seconds."""

    def __init__(self, what: str, first: float = 0.5, most: float = 30.0) -> None:
        self.what, self.first, self.most = what, first, most
        self.count = 0
        self.said = ""

    def failed(self, error: BaseException) -> float:
        """Note a failure (one log line for each new reason) and give the seconds to wait."""
        reason = reason_of(error)
        if reason != self.said:
            log.warning("%s: %s; trying again", self.what, reason)
            self.said = reason
        wait = min(self.most, self.first * 2 ** min(self.count, 16)) * random.uniform(0.75, 1.0)
        self.count += 1
        return max(wait, wait_asked(error))

    def over(self) -> None:
        """Note that it works (again): the next failure waits as the first one did."""
        if self.count:
            log.info("%s: works again after %d failures", self.what, self.count)
        self.count, self.said = 0, ""


def reason_of(error: BaseException) -> str:
    """One line about an error. PTB's text for a refused token holds the token, so that one is ours."""
    if isinstance(error, InvalidToken):
        return "Telegram refuses the token (TELEGRAM_BOT_TOKEN)"
    if isinstance(error, TelegramError):
        return f"{type(error).__name__}: {error.message}"
    return type(error).__name__


def wait_asked(error: BaseException) -> float:
    """The seconds that Telegram asks us to wait, 0 when it does not.

    The public attribute warns about its future type (PTB 22.2); PTB's own retry loop reads this one as well.
    """
    return error._retry_after.total_seconds() if isinstance(error, RetryAfter) else 0.0


async def persist(what: str, action: Callable[[], Awaitable[object]], stop: asyncio.Event) -> None:
    """Do it, as often as it takes; Stopped when told to stop, AndonError when trying again is useless."""

    async def once() -> None:
        await action()

    streak = Streak(what)
    while True:
        try:
            await until(stop, once())
        except InvalidToken:  # without its cause: the text holds the token
            raise AndonError("failure_telegram_token_refused") from None
        except BadRequest as error:
            raise AndonError("failure_telegram_start", what=what, reason=error.message) from error
        except TelegramError as error:
            await pause(stop, streak.failed(error))
            if stop.is_set():
                raise Stopped from error
        else:
            streak.over()
            return

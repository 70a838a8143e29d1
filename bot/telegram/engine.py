"""A telegram.Bot that threads can use: its coroutines run on one background event loop of this process."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import TimeoutError as TooLong
from typing import TypeVar

import telegram
from telegram.error import TelegramError

from bot.outlet import Unsure
from bot.telegram.connection import Request, api_url, file_url, quiet, token_of
from bot.telegram.errors import trouble
from workers.settings import Settings

T = TypeVar("T")
CALL_S = 240.0  # longer than every timeout of a request together: only a stuck loop reaches it


class Engine:
    """Starts on first use, and again in a forked child (Celery's prefork): threads do not survive a fork."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bot: telegram.Bot | None = None
        os.register_at_fork(after_in_child=self._forked)
        quiet()

    def call(self, work: Callable[[telegram.Bot], Awaitable[T]]) -> T:
        """Run one call of the Bot API and wait for it. Raises TelegramError as PTB does."""
        loop, bot = self._running()

        async def run() -> T:
            return await work(bot)

        future = asyncio.run_coroutine_threadsafe(run(), loop)
        try:
            return future.result(CALL_S)
        except TooLong:
            future.cancel()
            raise Unsure("timed_out") from None

    def do(self, work: Callable[[telegram.Bot], Awaitable[T]]) -> T:
        """`call` with the errors of bot/outlet.py. The cause is left out where its text could hold the token."""
        try:
            return self.call(work)
        except TelegramError as error:
            raise trouble(error) from None

    def close(self) -> None:
        """Close connections and end the loop; the next call starts anew."""
        with self._lock:
            loop, bot, self._loop, self._bot = self._loop, self._bot, None, None
        if loop is not None and bot is not None:
            asyncio.run_coroutine_threadsafe(_shut(bot), loop).result(CALL_S)
            loop.call_soon_threadsafe(loop.stop)

    def _running(self) -> tuple[asyncio.AbstractEventLoop, telegram.Bot]:
        with self._lock:
            if self._loop is None or self._bot is None:
                self._loop = asyncio.new_event_loop()
                self._bot = telegram.Bot(
                    token_of(self._settings),
                    base_url=api_url(self._settings),
                    base_file_url=file_url(self._settings),
                    request=Request(),
                    get_updates_request=Request(pool=1),
                )
                threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True).start()
            return self._loop, self._bot

    def _forked(self) -> None:
        self._lock = threading.Lock()
        self._loop = self._bot = None


async def _shut(bot: telegram.Bot) -> None:
    for request in bot._request:
        await request.shutdown()

"""A strict local Telegram, settings that point at it, and the process's serve() in a thread."""

import asyncio
import struct
import threading
import zlib

import pytest

from bot.outlet import Place
from bot.telegram.app import serve
from bot.telegram.outlet import TelegramOutlet
from tests.e2e.strict_telegram import TelegramServer
from workers.client import AndonError
from workers.settings import Settings


@pytest.fixture
def server():
    with TelegramServer(privacy=False) as running:
        yield running


@pytest.fixture
def settings(server, tmp_path):
    return Settings(data_dir=tmp_path, telegram_bot_token=server.token, telegram_api_url=server.url)


@pytest.fixture
def outlet(settings):
    made = TelegramOutlet(settings)
    yield made
    made.close()


@pytest.fixture
def anna(server):
    """A place in Anna's private chat, which she has opened."""
    asked = server.say(server.anna, server.anna, "why?")
    return Place(platform="telegram", channel=str(server.anna.id), private=True, user=str(server.anna.id),
                 reply_to=str(asked.id))  # fmt: skip


class Serving:
    """serve() in a thread. `taken` collects; `refusing` events are refused while set."""

    def __init__(self, settings):
        self.settings, self.taken, self.refusing, self.error = settings, [], threading.Event(), None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    async def take(self, incoming):
        if self.refusing.is_set():
            raise ConnectionError("no queue")
        self.taken.append(incoming)

    def _run(self):
        async def main():
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
            self._ready.set()
            await serve(self.settings, self.take)

        try:
            asyncio.run(main())
        except (asyncio.CancelledError, AndonError) as error:
            self.error = error

    def __enter__(self):
        self._thread.start()
        self._ready.wait(5)
        return self

    def __exit__(self, *_):
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(10)
        assert not self._thread.is_alive()

    @property
    def texts(self):
        return [incoming.text for incoming in self.taken]


@pytest.fixture
def serving():
    return Serving


def png(width, height):
    """A grey PNG."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x80" * width) * height, 1)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")

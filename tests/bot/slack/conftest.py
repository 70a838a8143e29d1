"""The strict local Slack, and Andon's own Slack half running against it in this process."""

import asyncio
import threading
import time

import pytest

from bot.slack.app import serve
from tests.e2e.strict_slack.server import SlackServer
from workers.settings import Settings


@pytest.fixture
def slack():
    with SlackServer() as server:
        yield server


@pytest.fixture
def settings(slack):
    return settings_for(slack)


def settings_for(slack, **more):
    given = {
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token,
        "slack_signing_secret": slack.signing_secret,
        "slack_api_url": f"{slack.url}/api/",
    }
    return Settings(**{**given, **more})


class Running:
    """serve() on a thread of its own; `taken` is what it enqueued of `begun` tries, `refuse` makes the queue full."""

    def __init__(self, settings):
        self.begun, self.taken, self.refuse, self.slow, self.failed = 0, [], False, 0.0, None
        self._settings = settings
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(serve(self._settings, self._take))
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        except Exception as error:
            self.failed = error

    async def _take(self, incoming):
        self.begun += 1
        await asyncio.sleep(self.slow)
        if self.refuse:
            raise RuntimeError("the queue is full")
        self.taken.append(incoming)

    def wait(self, condition, seconds=10):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"not within {seconds} s; taken: {[i.event_id for i in self.taken]}"
            time.sleep(0.01)

    def stop(self):
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(15)
        assert not self._thread.is_alive()


@pytest.fixture
def run():
    started = []

    def start(settings):
        started.append(Running(settings))
        return started[-1]

    yield start
    for one in started:
        one.stop()

"""The strict local Slack: a thread with its own loop, real HTTP and WebSocket on 127.0.0.1, plain calls for tests."""

from __future__ import annotations

import asyncio
import concurrent.futures
import re
import threading
import time
from collections.abc import Callable, Coroutine

from aiohttp import web

from tests.e2e.strict_slack.api import Api
from tests.e2e.strict_slack.controls import Controls
from tests.e2e.strict_slack.delivery import Dispatcher
from tests.e2e.strict_slack.errors import SlackError
from tests.e2e.strict_slack.events import SUBSCRIPTIONS
from tests.e2e.strict_slack.faults import Faults
from tests.e2e.strict_slack.files import FileServer
from tests.e2e.strict_slack.http_events import HttpEvents
from tests.e2e.strict_slack.interactions import Interactions
from tests.e2e.strict_slack.methods.chat import UPDATE_TEXT
from tests.e2e.strict_slack.people import People
from tests.e2e.strict_slack.queries import Queries
from tests.e2e.strict_slack.responses import Responses
from tests.e2e.strict_slack.sockets import Sockets
from tests.e2e.strict_slack.world import World

SCOPES = {
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "reactions:read",
    "reactions:write",
    "users:read",
}
IMAGES = ("image/png", "image/jpeg", "image/gif")  # image block: png, jpg, jpeg and gif
FILE_ID = re.compile(r"F[A-Z0-9]{8,}")  # the pattern in Slack's own invalid_blocks message for slack_file


class SlackServer(People, Interactions, Queries, Controls):
    """One workspace on 127.0.0.1. Use as a context manager, or start() and stop(). port 0: any free port.

    Settings, free to change at any time: ack_timeout (s), retry_delays (s, one for each redelivery), retry_kinds
    (what is redelivered), scopes, subscriptions, echo (the bot's own messages as events), pace and pace_burst,
    processing_time (s, of uploads), http_target (None: Socket Mode), ids_per_message (action_id unique in the whole
    message; False: in its block, the docs' minimum), max_update_text (characters of chat.update).
    warnings: what Slack lets pass but a good app does not do, and what the app did wrong on a socket.
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.bot_token, self.app_token = "xoxb-strict-bot-token", "xapp-1-A0ANDON-strict"
        self.signing_secret = "5tr1ct51gn1ng5ecret"
        self.scopes, self.subscriptions = set(SCOPES), set(SUBSCRIPTIONS)
        self.ack_timeout, self.retry_delays, self.retry_kinds = 3.0, (0.05, 0.2, 0.5), {"events_api"}
        self.echo, self.ids_per_message, self.max_update_text = True, True, UPDATE_TEXT
        self.pace, self.pace_burst, self.pace_violations = False, 3, 0
        self.processing_time = 0.2
        self.http_target: str | None = None
        self.warnings: list[str] = []
        self._tokens: dict[str, tuple[float, float]] = {}
        self.world, self.faults = World(), Faults()
        self.api, self.dispatch, self.sockets = Api(self), Dispatcher(self), Sockets(self)
        self.http, self.file_server, self.responses = HttpEvents(self), FileServer(self), Responses(self)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        """Root address, no slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """The environment for Andon; leave SLACK_APP_TOKEN out for HTTP mode."""
        return {
            "SLACK_API_URL": f"{self.url}/api/",
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_SIGNING_SECRET": self.signing_secret,
        }

    def __enter__(self) -> SlackServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> SlackServer:
        """Serve; returns when the port is open."""
        ready: concurrent.futures.Future = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._serve, args=(ready,), name="strict-slack", daemon=True)
        self._thread.start()
        ready.result(10)
        return self

    def stop(self) -> None:
        """Close everything."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(10)
            self._loop = None

    def _serve(self, ready: concurrent.futures.Future) -> None:
        asyncio.run(self._main(ready))

    async def _main(self, ready: concurrent.futures.Future) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/api/{method}", self.api.handle)
        app.router.add_get("/link/", self.sockets.handle)
        app.router.add_post("/upload/v1/{ticket}", self.file_server.upload)
        app.router.add_get("/files-pri/{file}/{name}", self.file_server.download)
        app.router.add_get("/files-pri/{file}/download/{name}", self.file_server.download)
        app.router.add_post("/actions/{key:.+}", self.responses.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        try:
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", self.port)
            await site.start()
            self.port = site._server.sockets[0].getsockname()[1]
        except OSError as problem:
            ready.set_exception(problem)
            return
        ready.set_result(True)
        await self._stopping.wait()
        self.sockets.cut()
        for task in list(self.dispatch.tasks):
            task.cancel()
        await self.http.close()
        await runner.cleanup()

    def _do(self, work: Callable, *args: object) -> object:
        """Run a function on the server's loop and give back what it returns; from any thread."""
        if self._loop is None or threading.current_thread() is self._thread:
            return work(*args)
        done: concurrent.futures.Future = concurrent.futures.Future()

        def inside() -> None:
            try:
                done.set_result(work(*args))
            except BaseException as problem:
                done.set_exception(problem)

        self._loop.call_soon_threadsafe(inside)
        return done.result(30)

    def _run(self, work: Coroutine) -> object:
        """Run a coroutine on the server's loop."""
        assert self._loop is not None, "the server is not started"
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def keep_pace(self, channel: str) -> None:
        """apis/web-api/rate-limits: chat.postMessage once a second for a channel, short bursts above; else 429."""
        if not self.pace:
            return
        now = time.monotonic()
        left, then = self._tokens.get(channel, (float(self.pace_burst), now))
        left = min(float(self.pace_burst), left + now - then)
        if left < 1:
            self.pace_violations += 1
            self._tokens[channel] = (left, now)
            raise SlackError("ratelimited", retry_after=1)
        self._tokens[channel] = (left - 1, now)

    def image_problem(self, reference: dict) -> str | None:
        """Why a slack_file cannot be shown, or None."""
        if "id" in reference:
            if not FILE_ID.fullmatch(str(reference["id"])):
                return f"input must match regex pattern: ^{FILE_ID.pattern}$"
            file = self.world.files.get(reference["id"])
        else:
            file = next((f for f in self.world.files.values() if f"-{f.id}/" in str(reference["url"])), None)
            file = file or next((f for f in self.world.files.values() if f"/{f.id}/" in str(reference["url"])), None)
        if file is None or file.state != "complete" or file.connect:
            return "file not found"
        if not file.processed:
            return "file is still being processed"
        return None if file.mimetype in IMAGES else f"not an image: {file.mimetype}"

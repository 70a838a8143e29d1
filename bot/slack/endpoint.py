"""HTTP mode: Slack's events, interactions and commands at /slack/events, and /healthz."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.probe import Probe
from workers.client import AndonError

log = logging.getLogger(__name__)

PATH = "/slack/events"
MOST_BYTES = 4 * 2**20  # of one request; Slack's largest are some 100 kB
DRAIN = 10.0  # seconds for requests under way when the process ends


async def listen(app: AsyncApp, where: str, ready: Callable[[str], None], trouble: Callable[[], str]) -> None:
    """Serve on host:port until cancelled; requests under way are finished. `trouble` names what can't be reached.
    AndonError when the address is taken, or none of this machine's."""

    probe = Probe(trouble)

    async def events(request: web.Request) -> web.Response:
        try:
            native = await to_bolt_request(request)
        except (ValueError, LookupError, TypeError, AttributeError):  # no JSON, no object, no text in any encoding
            return web.Response(status=400)
        answer = await app.async_dispatch(native)
        if answer.status == 401:
            log.warning("a request without Slack's valid signature was refused")
        elif answer.status == 500:
            log.error("a request could not be handled by bolt")
        return await to_aiohttp_response(answer)

    async def health(_: web.Request) -> web.Response:
        word = await probe.word()
        return web.Response(text=word or "ready", status=503 if word else 200)

    server = web.Application(client_max_size=MOST_BYTES)
    server.add_routes([web.post(PATH, events), web.get("/healthz", health)])
    runner = web.AppRunner(server, access_log=None, handle_signals=False, shutdown_timeout=DRAIN)
    await runner.setup()
    try:
        host, _, port = where.rpartition(":")
        try:
            await web.TCPSite(runner, host.strip("[]") or None, int(port)).start()
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise AndonError("failure_slack_listen", listen=where, why=why) from error
        ready(where)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()

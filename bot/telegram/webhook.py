"""The webhook: Telegram posts updates, we answer 200 when taken and 503 when not, so that it posts them again.

Telegram sends the updates of one chat one after the other, each after the last was answered, so order is kept.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import telegram
import tornado.web
from tornado.httpserver import HTTPServer

from bot.probe import Probe
from bot.telegram.intake import Intake, NotTaken
from bot.telegram.patience import Stopped, Streak, pause, persist
from bot.telegram.polling import ALLOWED
from workers.client import AndonError
from workers.settings import Settings

log = logging.getLogger("andon.telegram")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # setWebhook, secret_token
BODY = 4 * 2**20  # bytes; an update is a few kB
DRAIN_S = 12.0


class Hook:
    """Where to listen and what to check, read from the settings and validated. AndonError when unusable."""

    def __init__(self, settings: Settings) -> None:
        secret = settings.telegram_webhook_secret
        self.url = settings.telegram_webhook_url or ""
        self.secret = secret.get_secret_value() if secret is not None else ""
        if not SECRET.fullmatch(self.secret):
            raise AndonError("failure_telegram_webhook_secret")
        self.path = urlsplit(self.url).path or "/"
        host, _, port = settings.telegram_listen.rpartition(":")
        if not port.isdigit() or self.path == "/healthz":
            raise AndonError("failure_telegram_listen", listen=settings.telegram_listen)
        self.host, self.port = host.strip("[]"), int(port)


class Door:
    """What the handlers share."""

    def __init__(self, hook: Hook, intake: Intake, trouble: Callable[[], str]) -> None:
        self.secret = hook.secret.encode()
        self.intake = intake
        self.probe = Probe(trouble)
        self.ready = False
        self.inside = 0
        self.queue = Streak("the queue takes no events")


class Updates(tornado.web.RequestHandler):
    """One update."""

    def initialize(self, door: Door) -> None:
        """Tornado's way of passing things in."""
        self.door = door

    async def post(self) -> None:
        """200 taken, 403 not from Telegram, 400 not JSON, 503 come again."""
        given = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.door.secret):
            self.set_status(403)
            return
        try:
            raw = json.loads(self.request.body)
        except ValueError:
            raw = None
        if not isinstance(raw, dict) or "update_id" not in raw:
            self.set_status(400)
            return
        self.door.inside += 1
        try:
            await self.door.intake(raw)
        except NotTaken as error:
            self.door.queue.failed(error.__cause__ or error)
            self.set_header("Retry-After", "1")
            self.set_status(503)
        else:
            self.door.queue.over()
        finally:
            self.door.inside -= 1


class Health(tornado.web.RequestHandler):
    """Whether the webhook is set, we listen, and what an event needs (Redis, the database) is there."""

    def initialize(self, door: Door) -> None:
        """Tornado's way of passing things in."""
        self.door = door

    async def get(self) -> None:
        """200 ready, 503 starting or in trouble; the word for what cannot be reached stands under `trouble`."""
        word = await self.door.probe.word()
        ready = self.door.ready and not word
        self.set_status(200 if ready else 503)
        self.finish({"ready": ready, "trouble": word})


def _silent(_handler: object) -> None:
    """No access log: paths and addresses are nobody's business."""


async def listen(
    bot: telegram.Bot, hook: Hook, intake: Intake, stop: asyncio.Event, trouble: Callable[[], str]
) -> None:
    """Listen, tell Telegram where, and go on until `stop` is set. Pending updates are never dropped.

    `trouble` names what can't be reached, "" when all is there; it may block.
    """
    door = Door(hook, intake, trouble)
    handlers: list[Any] = [
        (re.escape(hook.path), Updates, {"door": door}),
        (r"/healthz", Health, {"door": door}),
    ]
    server = HTTPServer(tornado.web.Application(handlers, log_function=_silent), max_body_size=BODY)
    try:
        server.listen(hook.port, address=hook.host)
    except OSError as error:
        raise AndonError("failure_telegram_listen", listen=f"{hook.host}:{hook.port}") from error

    async def tell() -> None:
        await bot.set_webhook(hook.url, allowed_updates=ALLOWED, secret_token=hook.secret, drop_pending_updates=False)

    try:
        await persist("setting the webhook", tell, stop)
        door.ready = True
        log.info("telegram ready: listening on %s:%d", hook.host, hook.port)
        await stop.wait()
    except Stopped:
        pass
    finally:
        door.ready = False
        server.stop()
        await _drain(door)
        await server.close_all_connections()


async def _drain(door: Door) -> None:
    """Let requests in hand finish; one that is cut is not answered, so it comes again."""
    never = asyncio.Event()
    for _ in range(int(DRAIN_S / 0.05)):
        if not door.inside:
            break
        await pause(never, 0.05)

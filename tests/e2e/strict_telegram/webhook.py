"""Pushes updates to the webhook: in order, again and again until the bot answers 2xx (Bot API, "setWebhook").

A JSON answer that names a `method` is carried out like a call (section "Making requests when getting updates").
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import aiohttp

from tests.e2e.strict_telegram import limits
from tests.e2e.strict_telegram.errors import bad
from tests.e2e.strict_telegram.updates import Update, Updates

CarryOut = Callable[[str, dict], Awaitable[object]]


class Webhook:
    """Settings of the webhook and the task that pushes. `url` is empty while none is set."""

    def __init__(
        self, updates: Updates, lock: AbstractContextManager, carry_out: Callable[[str, dict], Awaitable[object]]
    ):
        self.updates, self._lock, self._carry_out = updates, lock, carry_out
        self.url = self.secret = ""
        self.connections = 40
        self.delays: tuple[float, ...] = (0.1, 0.2, 0.5)  # seconds before another try; the last one repeats
        self.parallel = 1  # updates in flight at once, never two of the same chat; Telegram goes to max_connections
        self.timeout = 10.0
        self.lost_answers = 0  # so many 2xx get lost on their way: the update comes again
        self.paused = False  # during an outage
        self.pushes: list[tuple[int, int, float]] = []  # (update id, status or 0 when refused, seconds it took)
        self.last_error: tuple[float, str] | None = None
        self._failures: dict[int, int] = {}
        self._not_before: dict[int, float] = {}
        self._flying: dict[int, Update] = {}

    def set(self, args: dict, allow_http: bool) -> None:
        """setWebhook, with its limits."""
        url, secret = str(args.get("url") or ""), str(args.get("secret_token") or "")
        parts = urlsplit(url)
        if not url:
            self.url = ""
            return
        if parts.scheme != "https" and not allow_http:
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if not parts.hostname or parts.scheme not in ("http", "https"):
            raise bad("invalid webhook URL specified")
        if not allow_http and (parts.port or 443) not in limits.WEBHOOK_PORTS:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if secret and not limits.SECRET_TOKEN.fullmatch(secret):
            raise bad("secret token contains unallowed characters")
        connections = int(args.get("max_connections") or 40)
        self.connections = min(max(connections, limits.CONNECTIONS[0]), limits.CONNECTIONS[-1])
        self.url, self.secret = url, secret
        self._failures.clear()
        self._not_before.clear()

    def info(self) -> dict:
        """WebhookInfo."""
        found = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
        }
        if self.url:
            found |= {"max_connections": self.connections, "ip_address": "127.0.0.1"}
        if self.url and self.last_error:
            found |= {"last_error_date": int(self.last_error[0]), "last_error_message": self.last_error[1]}
        return found | ({"allowed_updates": list(self.updates.allowed)} if self.updates.allowed else {})

    async def run(self, news: asyncio.Event) -> None:
        """Pushes for as long as the server lives."""
        tasks: set[asyncio.Task] = set()
        async with aiohttp.ClientSession() as session:
            try:
                while True:
                    news.clear()
                    while update := self._next():
                        task = asyncio.create_task(self._push(session, update, news))
                        tasks.add(task)
                        task.add_done_callback(tasks.discard)
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(0.05 if self.url else 1.0):  # retries come due without news
                            await news.wait()
            finally:
                for task in list(tasks):
                    task.cancel()

    def _next(self) -> Update | None:
        """The first update whose chat has none in flight and none waiting before it."""
        with self._lock:
            if not self.url or self.paused or len(self._flying) >= self.parallel:
                return None
            now = time.monotonic()
            held = set(self._flying)
            for update in self.updates.repeats + self.updates.pending:
                if update.key in held or (self.parallel == 1 and held):
                    continue
                held.add(update.key)
                if self._not_before.get(update.id, 0.0) <= now:
                    self._flying[update.key] = update
                    return update
            return None

    async def _push(self, session: aiohttp.ClientSession, update: Update, news: asyncio.Event) -> None:
        start, status, answer = time.monotonic(), 0, None
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        update.given += 1
        try:
            limit = aiohttp.ClientTimeout(total=self.timeout)
            async with session.post(self.url, json=update.body, headers=headers, timeout=limit) as reply:
                status = reply.status
                if status // 100 == 2 and "json" in reply.headers.get("Content-Type", ""):
                    answer = await reply.json()
            problem = "" if status // 100 == 2 else f"Wrong response from the webhook: {status} {reply.reason}"
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            problem = "Connection refused" if "refused" in str(error).lower() else f"Connection failed: {error}"
            problem = "" if status // 100 == 2 else problem  # only the body was no JSON
        with self._lock:
            self.pushes.append((update.id, status, time.monotonic() - start))
            self._flying.pop(update.key, None)
            if not problem and self.lost_answers > 0:
                self.lost_answers -= 1
                problem, answer = "Connection lost", None
            self._settle(update, problem)
        news.set()
        if isinstance(answer, dict) and answer.get("method"):
            await self._carry_out(answer.pop("method"), answer)

    def _settle(self, update: Update, problem: str) -> None:
        if not problem:
            if update in self.updates.repeats:
                self.updates.repeats.remove(update)
            self.updates.confirm(update)
            return
        self.last_error = (time.time(), problem)
        tries = self._failures.get(update.id, 0)
        self._failures[update.id] = tries + 1
        self._not_before[update.id] = time.monotonic() + self.delays[min(tries, len(self.delays) - 1)]

"""HTTP mode: signed POSTs to the app (docs.slack.dev/authentication/verifying-requests-from-slack, apis/events-api)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from tests.e2e.strict_slack.sockets import Ack

if TYPE_CHECKING:
    from tests.e2e.strict_slack.delivery import Delivery
    from tests.e2e.strict_slack.server import SlackServer

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
STALE = 60 * 6  # older than the five minutes that the docs tell apps to accept


@dataclass(frozen=True)
class Attempt:
    """One POST to the app. status is None when no reply came; error then says why."""

    delivery_id: str
    kind: str
    status: int | None
    seconds: float
    retry_num: int
    retry_reason: str | None
    body: str = ""
    error: str = ""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """v0 signature: HMAC SHA-256 of v0:timestamp:body."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


class HttpEvents:
    """The sender, with a record of every attempt."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.attempts: list[Attempt] = []
        self.session: aiohttp.ClientSession | None = None

    async def post(
        self, body: bytes, content_type: str, sign: str | None = "good", extra: dict | None = None
    ) -> tuple[int, dict, str]:
        """POST a signed body; sign: good, wrong, stale, or None for no signature at all. (status, headers, text)."""
        if self.session is None:
            self.session = aiohttp.ClientSession()
        stamp = str(int(time.time()) - (STALE if sign == "stale" else 0))
        secret = "not the secret" if sign == "wrong" else self.slack.signing_secret
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        if sign is not None:
            headers |= {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature(secret, stamp, body)}
        timeout = aiohttp.ClientTimeout(total=self.slack.ack_timeout)
        async with self.session.post(
            self.slack.http_target, data=body, headers={**headers, **(extra or {})}, timeout=timeout
        ) as reply:
            return reply.status, dict(reply.headers), await reply.text()

    def encoded(self, delivery: Delivery) -> tuple[bytes, str]:
        """Body and content type: events as JSON, interactions as a form with payload, commands as a form."""
        if delivery.kind == "events_api":
            return json.dumps(delivery.payload).encode(), JSON
        form = delivery.payload if delivery.kind == "slash_commands" else {"payload": json.dumps(delivery.payload)}
        return urlencode(form).encode(), FORM

    async def attempt(self, delivery: Delivery, number: int, reason: str | None) -> str | None:
        """Post once. None: a 2xx came in time; else the retry reason (http_timeout, http_error, connection_failed)."""
        body, content_type = self.encoded(delivery)
        extra = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason or ""} if number else {}
        begun = time.perf_counter()
        status, headers, text, error = None, {}, "", ""
        try:
            status, headers, text = await self.post(body, content_type, extra=extra)
        except TimeoutError:
            error = "http_timeout"
        except (aiohttp.ClientError, OSError) as problem:
            error = "connection_failed"
            text = str(problem)
        seconds = time.perf_counter() - begun
        self.attempts.append(Attempt(delivery.id, delivery.kind, status, seconds, number, reason, text, error))
        if error:
            return error
        if status is not None and 200 <= status < 300:
            self.slack.sockets.acks.append(Ack(delivery.id, seconds, delivery.kind, number))
            delivery.finish("acked", self._payload(text), seconds)
            return None
        return "no_retry" if headers.get("X-Slack-No-Retry") == "1" else "http_error"

    def _payload(self, text: str) -> object:
        try:
            return json.loads(text) if text.strip() else None
        except ValueError:
            return text

    async def close(self) -> None:
        """Close the session."""
        if self.session is not None:
            await self.session.close()

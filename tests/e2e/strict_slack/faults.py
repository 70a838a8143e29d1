"""Faults on demand: what goes wrong with a call, how often, and a seeded random mode."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.e2e.strict_slack.errors import SlackError

KINDS = ("rate", "error", "slack_error", "cut_before", "cut_after", "slow", "html")
HTML = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Server Error</body></html>"


@dataclass
class Fault:
    """One planned fault: skip calls pass first, then `times` calls meet it.

    options: rate retry_after (s); error status; slack_error error; slow seconds; html status.
    """

    kind: str
    times: int = 1
    skip: int = 0
    options: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}, one of {', '.join(KINDS)}")


def cut(request: web.Request) -> web.Response:
    """Close the connection so that the caller gets no reply."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


class Faults:
    """Planned and random faults by method name; `download`, `upload`, `response_url` count as names too."""

    def __init__(self) -> None:
        self.planned: dict[str, deque[Fault]] = {}
        self.chances: dict[str, float] = {}
        self.methods: tuple[str, ...] = ("*",)
        self.options: dict = {}
        self.random = random.Random(0)

    def plan(self, method: str, fault: Fault) -> None:
        """Add a fault for a method, or "*" for any."""
        self.planned.setdefault(method, deque()).append(fault)

    def clear(self) -> None:
        """No more faults."""
        self.planned.clear()
        self.chances = {}

    def take(self, method: str) -> Fault | None:
        """The fault that this call meets, if any."""
        for name in (method, "*"):
            queue = self.planned.get(name)
            if not queue:
                continue
            fault = queue[0]
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                queue.popleft()
            return fault
        return self._random(method)

    def _random(self, method: str) -> Fault | None:
        if not self.chances or not ("*" in self.methods or method in self.methods):
            return None
        drawn = self.random.random()
        for kind, chance in self.chances.items():
            drawn -= chance
            if drawn < 0:
                return Fault(kind, options=self.options.get(kind, {}))
        return None


async def meet(
    fault: Fault | None, request: web.Request, answer: Callable[[], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer a request as its fault wants it."""
    if fault is None:
        return await answer()
    options = fault.options
    if fault.kind == "rate":
        wait = options.get("retry_after", 1)
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(wait)})
    if fault.kind == "error":
        return web.Response(status=options.get("status", 500), text=HTML, content_type="text/html")
    if fault.kind == "html":
        return web.Response(status=options.get("status", 200), text=HTML, content_type="text/html")
    if fault.kind == "slack_error":
        return web.json_response(SlackError(options.get("error", "internal_error")).body)
    if fault.kind == "cut_before":
        return cut(request)
    if fault.kind == "slow":
        await asyncio.sleep(options.get("seconds", 1.0))
        return await answer()
    await answer()
    return cut(request)

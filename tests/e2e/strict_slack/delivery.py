"""From something that happened to the app: over Socket Mode, or by HTTP when a target is set."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.e2e.strict_slack import events
from tests.e2e.strict_slack.world import BOT_USER, Channel

if TYPE_CHECKING:
    from tests.e2e.strict_slack.server import SlackServer


@dataclass
class Delivery:
    """One thing on its way to the app, and what became of it.

    kind: events_api, interactive or slash_commands. outcome: "" while under way, then acked or failed.
    seconds: from the sending of the attempt that was acknowledged until its acknowledgement.
    """

    kind: str
    payload: dict
    id: str
    outcome: str = ""
    response: object = None
    attempts: int = 0
    seconds: float | None = None
    made: float = field(default_factory=time.time)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def finish(self, outcome: str, response: object = None, seconds: float | None = None) -> None:
        """Settle it; the first outcome stays."""
        if not self.outcome:
            self.outcome, self.response, self.seconds = outcome, response, seconds
            self.done.set()


class Dispatcher:
    """Makes deliveries of events and hands them to the transport; at most 1 + 3 attempts for an event.

    Docs: apis/events-api, Retries: 3 s to answer, then immediately, after 1 minute, after 5 minutes. The delays are
    server.retry_delays here. Interactions and commands are never repeated by Slack (server.retry_kinds).
    """

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.events: list[dict] = []
        self.deliveries: list[Delivery] = []
        self.tasks: set[asyncio.Task] = set()

    def subscribed(self, event: dict) -> bool:
        """Whether the app has asked for such events."""
        if event["type"] == "message":
            return events.MESSAGE_KINDS[event["channel_type"]] in self.slack.subscriptions
        return event["type"] in self.slack.subscriptions

    def fire(self, event: dict, channel: Channel | None = None, event_id: str | None = None) -> str | None:
        """Send an event; None when the app is not told of it (not a member, not subscribed)."""
        if channel is not None and BOT_USER not in channel.members:
            return None
        if not self.subscribed(event):
            return None
        shared = channel is not None and channel.shared
        payload = events.wrapped(event, event_id or self.slack.world.new_id("Ev"), shared)
        self.events.append(payload)
        self.send("events_api", payload)
        return payload["event_id"]

    def send(self, kind: str, payload: dict) -> Delivery:
        """Start a delivery."""
        delivery = Delivery(kind, payload, f"{self.slack.world.new_id('env-')}")
        self.deliveries.append(delivery)
        self.spawn(self._deliver(delivery))
        return delivery

    def spawn(self, work: Coroutine) -> None:
        """Run a coroutine beside; kept so that it is not collected."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        reason = None
        tries = 1 + (len(self.slack.retry_delays) if delivery.kind in self.slack.retry_kinds else 0)
        for number in range(tries):
            if number:
                await asyncio.sleep(self.slack.retry_delays[number - 1])
            if delivery.outcome:
                return
            delivery.attempts = number + 1
            way = self.slack.http if self.slack.http_target else self.slack.sockets
            reason = await way.attempt(delivery, number, reason)
            if reason is None or delivery.outcome:
                return
            if reason == "no_retry":
                break
        delivery.finish("failed")
        self.slack.warnings.append(f"gave up on {delivery.kind} {delivery.id}: {reason}")

"""Load on a chat process: a strict platform that speaks to it, in a closed loop or at an even pace.

Events are copies of one real event with ids of their own, so that making them costs next to nothing. The loop runs on
the platform's own thread. All directs: one person, one conversation; OUTSTANDING people speak at once.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.e2e.strict_slack import SlackServer, events
from tests.e2e.strict_telegram import TelegramServer, render
from tests.e2e.strict_telegram.updates import Update

OUTSTANDING = 40  # what Telegram sends a webhook at once unless told otherwise (max_connections)
TEXT = "level is jumping on strand 2, why? It began at 04:10 after the ladle change."
LIMIT_S = 30.0


@dataclass
class Load:
    """What one stretch of load brought: events that were acknowledged, seconds, each one's seconds until its ack."""

    events: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    repeated: int = 0  # deliveries that had to be made more than once

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds


class SlackLoad:
    """A strict Slack for one bot."""

    def __init__(self) -> None:
        self.server = SlackServer()
        self.server.echo = False  # the bot's own words do not come back as events
        self.server.start()
        for number in range(OUTSTANDING):
            self.server.add_user(f"U0LOAD{number:02d}", f"load{number}")
        self.places = [self.server.dm(f"U0LOAD{number:02d}") for number in range(OUTSTANDING)]

    @property
    def env(self) -> dict[str, str]:
        """What a bot needs to find it."""
        return self.server.env

    def closed(self, seconds: float, replies: bool) -> Load:
        """Everybody speaks again as soon as the last event was acknowledged; then all `replies` are waited for."""
        return self._measured(lambda: self._closed(seconds), replies)

    def paced(self, rate: float, seconds: float, replies: bool) -> Load:
        """`rate` events a second, whatever the bot does."""
        return self._measured(lambda: self._paced(rate, seconds), replies)

    def _measured(self, work: Callable, replies: bool) -> Load:
        self._forget()
        begun = time.perf_counter()
        self.server._run(work())
        wanted = len(self.server.dispatch.deliveries)
        if replies:
            self.server.wait_for(lambda: self._replies() >= wanted, LIMIT_S, f"{wanted} replies")
        seconds = time.perf_counter() - begun
        done = [d for d in self.server.dispatch.deliveries if d.outcome == "acked"]
        assert len(done) == wanted, f"{wanted - len(done)} of {wanted} events were not acknowledged"
        repeated = sum(d.attempts > 1 for d in done)
        return Load(len(done), seconds, [d.seconds for d in done], repeated)

    def _replies(self) -> int:
        return sum(len(self.server.world.channels[place].messages) for place in self.places)

    def _forget(self) -> None:
        def work() -> None:
            self.server.dispatch.deliveries.clear()
            self.server.sockets.sent.clear()
            for kept in (self.server.sockets.acks, self.server.http.attempts, self.server.api.calls):
                kept.clear()
            for place in self.places:
                self.server.world.channels[place].messages.clear()
            self.server.world.versions.clear()

        self.server._do(work)

    def _event(self, place: str) -> dict:
        world = self.server.world
        channel = world.channels[place]
        said = {"type": "message", "user": channel.user, "ts": world.new_ts(), "text": TEXT, "team": "T0PLANT"}
        return events.wrapped(events.message_event(channel, said), world.new_id("Ev"))

    async def _closed(self, seconds: float) -> None:
        until = time.perf_counter() + seconds

        async def person(place: str) -> None:
            while time.perf_counter() < until:
                await self.server.dispatch.send("events_api", self._event(place)).done.wait()

        await asyncio.gather(*map(person, self.places))

    async def _paced(self, rate: float, seconds: float) -> None:
        begun, sent = time.perf_counter(), []
        for number, place in zip(range(int(rate * seconds)), itertools.cycle(self.places), strict=False):
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            sent.append(self.server.dispatch.send("events_api", self._event(place)))
        for delivery in sent:
            await delivery.done.wait()

    def stop(self) -> None:
        """Close the server."""
        self.server.stop()


class TelegramLoad:
    """A strict Telegram for one bot."""

    def __init__(self) -> None:
        self.server = TelegramServer().start()
        self.server.state.webhook.parallel = OUTSTANDING  # Telegram goes to max_connections, 40
        self.people = [self.server.add_user(f"Load{number}", "en") for number in range(OUTSTANDING)]
        said = [self.server.say(person, person, TEXT) for person in self.people]
        self.server.state.updates.forget()
        self.bodies = [render.message(self.server.state.world, message) for message in said]
        self._ids = itertools.count(10_000)
        self._until = 0.0
        self._number = {person.id: number for number, person in enumerate(self.people)}
        self._confirm = self.server.state.updates.confirm
        self.server.state.updates.confirm = self._confirmed

    @property
    def env(self) -> dict[str, str]:
        """What a bot needs to find it."""
        return self.server.environment

    def _emit(self, number: int, text: str = TEXT) -> None:
        body = self.bodies[number] | {"message_id": next(self._ids), "date": int(time.time()), "text": text}
        self.server.state.updates.emit("message", body, self.people[number].id)

    def _confirmed(self, update: Update) -> None:
        """On the platform's thread, under its lock: whoever's update was taken speaks again."""
        self._confirm(update)
        if time.perf_counter() < self._until:
            self._emit(self._number[update.key])

    def closed(self, seconds: float, replies: bool) -> Load:
        """Everybody speaks again as soon as the last update was confirmed; then the end of all work is waited for."""
        self._begin()
        begun = time.perf_counter()
        self._until = begun + seconds
        with self.server.state.world.lock:
            for number in range(OUTSTANDING):
                self._emit(number)
        return self._end(begun, seconds, replies)

    def paced(self, rate: float, seconds: float, replies: bool) -> Load:
        """`rate` updates a second, whatever the bot does."""
        self._begin()
        begun = time.perf_counter()
        for number in range(int(rate * seconds)):
            time.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            with self.server.state.world.lock:
                self._emit(number % OUTSTANDING)
        return self._end(begun, 0.0, replies)

    def _begin(self) -> None:
        self._until = 0.0
        self.server.clear()

    def _end(self, begun: float, seconds: float, replies: bool) -> Load:
        updates = self.server.state.updates
        time.sleep(max(0.0, begun + seconds - time.perf_counter()))
        self.server.wait_for(lambda: not updates.pending, LIMIT_S, "the last confirmation")
        taken = time.perf_counter()
        waits = [confirmation.seconds for confirmation in updates.confirmations]
        repeated = sum(update.given > 1 for update in updates.everything.values())
        if replies:  # PTB confirms first and handles later
            with self.server.state.world.lock:
                self._emit(0, "last")
            self.server.wait_for(self._last_was_answered, 2 * LIMIT_S, "the last reply")
            taken = time.perf_counter()
        updates.everything.clear()
        with self.server.state.world.lock:
            self.server.dispatch.calls.clear()
        return Load(len(waits), taken - begun, waits, repeated)

    def _last_was_answered(self) -> bool:
        with self.server.state.world.lock:
            return any(call.args.get("text") == "last" for call in reversed(self.server.dispatch.calls[-20:]))

    def stop(self) -> None:
        """Close the server."""
        self.server.stop()


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has had, in seconds (all its threads)."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Resident memory of a process, MB."""
    with open(f"/proc/{pid}/statm", encoding="utf-8") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

"""/healthz answers in time whatever hangs, and nothing that hangs there keeps an event from being acknowledged."""

import asyncio
import threading
import time

import pytest

from bot import probe
from bot.incoming import Incoming
from bot.intake import Intake
from bot.probe import Probe
from workers.settings import Settings


class Door:
    """Takes everything at once."""

    def __init__(self):
        self.events = []

    def put(self, events):
        self.events += events

    def check(self):
        pass

    def attended(self):
        return True


@pytest.fixture
def frozen():
    """What hangs until the test is over."""
    free = threading.Event()
    yield free
    free.set()


def test_a_look_that_hangs_is_answered_in_time_and_made_once(monkeypatch, frozen):
    monkeypatch.setattr(probe, "LIMIT_S", 0.2)
    looks = []

    def hangs():
        looks.append(1)
        frozen.wait(20)
        return ""

    async def ask():
        asked = Probe(hangs)
        start = time.monotonic()
        words = await asyncio.gather(*(asked.word() for _ in range(8)))
        return words, time.monotonic() - start

    words, seconds = asyncio.run(ask())
    assert words == ["timeout"] * 8
    assert seconds < 2
    assert len(looks) == 1


def test_the_word_of_a_look_and_of_the_next_one():
    said = iter(["redis", ""])

    async def ask():
        asked = Probe(lambda: next(said))
        return [await asked.word(), await asked.word()]

    assert asyncio.run(ask()) == ["redis", ""]


def test_a_look_that_fails_is_no_health():
    async def ask():
        return await Probe(lambda: 1 / 0).word()

    assert asyncio.run(ask()) == "ZeroDivisionError"


@pytest.mark.timeout(30)
def test_an_event_is_acknowledged_while_every_shared_thread_hangs(frozen):
    async def take():
        loop = asyncio.get_running_loop()
        for _ in range(64):  # more than the loop's own threads
            loop.run_in_executor(None, frozen.wait, 20)
        door = Door()
        async with Intake(door, Settings(slack_allowed="*")) as intake:
            event = Incoming(event_id="slack:T:C:1", kind="message", platform="slack", channel="C", user="U", text="x")
            await asyncio.wait_for(intake.take(event), 2)
        frozen.set()  # asyncio.run waits for its threads
        return door.events

    assert [event["event_id"] for event in asyncio.run(take())] == ["slack:T:C:1"]

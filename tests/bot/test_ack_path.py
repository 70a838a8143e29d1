"""From an event to its acknowledgement: safe in Redis first, one hint for many events, and a light process."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.incoming import Incoming
from bot.intake import Intake
from tests.e2e.plant import Plant
from tests.e2e.strict_slack import SlackServer
from tests.e2e.strict_telegram import TelegramServer
from tests.services import free_port, redis_server, wait_until
from workers.queues import inbox as inboxes
from workers.queues.door import RedisDoor
from workers.queues.inbox import connect_redis
from workers.settings import Settings
from workers.state import Ledger, open_database

pytestmark = pytest.mark.timeout(90)
KEY, TOLD = "andon:inbox", "andon:inbox:told"
HEAVY = ("numpy", "pandas", "torch", "scipy", "sklearn", "matplotlib", "pyarrow")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(server):
    redis = connect_redis(server.url)
    redis.flushall()
    yield redis
    redis.close()


@pytest.fixture
def door(server, redis, tmp_path):
    door = RedisDoor(Settings(data_dir=tmp_path, redis_url=server.url))
    yield door
    door.close()


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(open_database(f"sqlite:///{tmp_path / 'state.sqlite'}"))
    yield ledger
    ledger.close()


def events(*numbers):
    return [{"event_id": f"e{number}", "text": "why?"} for number in numbers]


def hints(redis):
    """The hints that wait for a worker, by their task."""
    return [json.loads(text)["headers"]["task"] for text in redis.lrange("chat", 0, -1)]


def test_events_that_come_before_a_worker_looks_are_told_of_once(door, redis):
    for number in range(5):
        door.put(events(number))
    wait_until(lambda: hints(redis), 5, "a hint")
    door.close()
    assert hints(redis) == ["chat.inbox"]
    assert redis.hlen(KEY) == 5


def test_an_event_that_comes_after_the_worker_looked_is_told_of_again(door, redis, ledger):
    door.put(events(1))
    wait_until(lambda: len(hints(redis)) == 1, 5, "a hint")
    assert len(door.inbox.move(ledger)) == 1
    door.put(events(2))
    wait_until(lambda: len(hints(redis)) == 2, 5, "another hint")


def test_an_event_put_in_while_a_worker_looks_is_found_or_told_of(door, ledger, monkeypatch):
    """The worker takes the mark away before it looks: the other order would miss what comes in between."""
    seen = []
    scan = door.inbox.redis.zrange

    def look(*args, **named):
        found = list(scan(*args, **named))
        seen.append(door.inbox.put(events(2)))  # too late for this look
        return found

    assert door.inbox.put(events(1)) is True
    monkeypatch.setattr(door.inbox.redis, "zrange", look)
    assert len(door.inbox.move(ledger)) == 1
    assert seen == [True]


def test_a_hint_that_was_lost_is_sent_again_soon(door, redis):
    assert door.inbox.put(events(1)) is True
    assert door.inbox.put(events(2)) is False
    assert 0 < redis.pttl(TOLD) <= inboxes.TOLD_MS <= 1000
    redis.delete(TOLD)  # its time is over
    assert door.inbox.put(events(3)) is True


def test_one_look_moves_more_events_than_fit_into_one_transaction(door, redis, ledger):
    door.put(events(*range(1200)))
    assert len(door.inbox.move(ledger, 500)) == 1200
    assert redis.hlen(KEY) == 0


def test_an_event_is_taken_though_the_hint_fails_and_the_next_hint_is_sent(door, redis, monkeypatch):
    wake, asked = door.queue.wake, []

    def fails_once():
        asked.append(1)
        if len(asked) == 1:
            raise ConnectionError
        wake()

    monkeypatch.setattr(door.queue, "wake", fails_once)
    door.put(events(1))
    assert redis.hlen(KEY) == 1
    wait_until(lambda: asked, 5, "the first hint")
    redis.delete(TOLD)
    door.put(events(2))
    wait_until(lambda: hints(redis), 5, "the second hint")


def test_without_redis_nothing_is_taken(tmp_path):
    door = RedisDoor(Settings(data_dir=tmp_path, redis_url=f"redis://127.0.0.1:{free_port()}/0"))
    event = Incoming(event_id="e1", kind="message", platform="slack", channel="C1", user="U1", text="why?")

    async def take():
        async with Intake(door, Settings(data_dir=tmp_path)) as intake:
            await intake.take(event)

    with pytest.raises(ConnectionError):
        asyncio.run(take())
    door.close()


@pytest.mark.parametrize("platform", ["slack", "telegram"])
def test_a_chat_process_at_work_has_loaded_nothing_heavy(platform, tmp_path):
    with SlackServer() if platform == "slack" else TelegramServer() as chat, Plant(tmp_path, fresh=True) as plant:
        plant.environment |= chat.env if platform == "slack" else chat.environment
        program = plant.run("bot", platform).ready()
        store = connect_redis(plant.redis.url)
        if platform == "slack":
            chat.wait_socket()
            chat.say("C0STRAND", "U0ANNA", "why?", mention=True)
        else:
            chat.say(chat.anna, chat.anna, "why?")
        wait_until(lambda: store.hlen(KEY), 20, "an event in Redis")
        wait_until(lambda: hints(store), 20, "a hint")
        mapped = Path(f"/proc/{program.process.pid}/maps").read_text(encoding="utf-8")
        assert [name for name in HEAVY if f"/{name}/" in mapped] == []
        assert "pydantic_core" in mapped  # this is how a compiled library shows
        store.close()

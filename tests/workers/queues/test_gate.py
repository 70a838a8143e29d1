"""Pace: one contract for the gate in memory and the one in Redis."""

import time

import pytest

from tests.services import free_port, wait_until
from workers.queues.gate import MemoryGate, RedisGate
from workers.queues.inbox import connect_redis


@pytest.fixture(params=["memory", "redis"])
def gates(request):
    """Two clients of one gate: two threads of a process, or two processes on one Redis."""
    if request.param == "memory":
        gate = MemoryGate()
        return gate, gate
    url = request.getfixturevalue("redis").url
    return RedisGate(connect_redis(url)), RedisGate(connect_redis(url))


def test_the_second_turn_comes_after_the_pace_whoever_takes_it(gates):
    first, second = gates
    assert first.take("C", 5) == 0.0
    wait = second.take("C", 5)
    assert 4.5 < wait <= 5
    assert first.take("C", 5) <= wait  # asking does not push the turn away


def test_channels_do_not_wait_for_each_other(gates):
    assert [gates[0].take(channel, 5) for channel in ("A", "B")] == [0.0, 0.0]


def test_a_turn_comes_when_its_time_has_come(gates):
    gates[0].take("C", 0.3)
    wait = gates[1].take("C", 0.3)
    time.sleep(wait + 0.01)
    assert gates[1].take("C", 0.3) == 0.0


def test_a_burst_is_as_long_as_allowed_then_the_pace_holds(gates):
    first, second = gates
    turns = [gate.take("C", 5, burst=3) for gate in (first, second, first, second)]
    assert turns[:3] == [0.0, 0.0, 0.0]
    assert 4.5 < turns[3] <= 5


def test_a_pause_that_the_platform_asked_for_holds_for_all(gates):
    first, second = gates
    first.hold("C", 5)
    assert 4.5 < second.take("C", 0.1) <= 5
    assert second.take("D", 0.1) == 0.0


def test_a_shorter_pause_does_not_end_a_longer_one(gates):
    gates[0].hold("C", 60)
    gates[1].hold("C", 1)
    assert gates[0].take("C", 0.1) > 50


def test_a_longer_pause_extends_a_shorter_one(gates):
    gates[0].hold("C", 0.2)
    gates[1].hold("C", 60)
    assert gates[0].take("C", 0.1) > 50


def test_a_pause_ends(gates):
    gates[0].hold("C", 0.2)
    assert 0 < gates[0].take("C", 0.01) <= 0.2
    wait_until(lambda: gates[1].take("C", 0.01) == 0.0, 2, "the pause to end")


def test_no_pause_is_no_pause(gates):
    gates[0].hold("C", 0)
    time.sleep(0.01)
    assert gates[0].take("C", 1) == 0.0


def test_nothing_is_left_in_redis_when_the_pace_is_over(redis):
    client = connect_redis(redis.url)
    gate = RedisGate(client)
    gate.take("C", 0.05)
    gate.hold("C", 0.05)
    assert client.keys()
    wait_until(lambda: not client.keys(), 5, "the keys to expire")


def test_installations_with_names_of_their_own_do_not_wait_for_each_other(redis):
    ours, theirs = (RedisGate(connect_redis(redis.url), space) for space in ("andon", "north"))
    ours.hold("C", 60)
    assert theirs.take("C", 5) == 0.0
    assert ours.take("C", 5) > 50


@pytest.mark.timeout(30)
def test_without_redis_nobody_is_held_up():
    gate = RedisGate(connect_redis(f"redis://127.0.0.1:{free_port()}/0"))
    begin = time.monotonic()
    gate.hold("C", 60)
    assert gate.take("C", 60) == 0.0
    assert time.monotonic() - begin < 5

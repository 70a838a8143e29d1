"""Where events are put: kept until they are jobs, once each, also when Redis dies with or without its data."""

import json
import socket
import threading
import time

import pytest
from redis import RedisError

from tests.services import free_port, wait_until
from workers.errors import AndonError
from workers.queues.inbox import RedisInbox, SqlInbox, connect_redis, job_of, lane_of


def event(i, **more):
    return {"event_id": f"e{i}", "text": f"为什么 {i}?", **more}


def key(i):
    return job_of(event(i))[0]


@pytest.fixture
def inbox(redis):
    return RedisInbox(connect_redis(redis.url))


def test_events_wait_until_they_are_moved_and_then_are_jobs(inbox, ledger):
    inbox.put([event(1), event(2)])
    inbox.put([event(3)])
    assert inbox.waiting() == 3
    assert inbox.move(ledger) == [key(1), key(2), key(3)]
    assert inbox.waiting() == 0
    assert inbox.move(ledger) == []
    job = ledger.jobs.get(key(1))
    assert (job.task, job.queue, job.args) == ("chat.accept", "chat", event(1))


def test_an_event_told_twice_is_one_job_before_and_after_it_was_moved(inbox, ledger):
    inbox.put([event(1)])
    inbox.put([event(1)])
    assert inbox.waiting() == 1
    assert inbox.move(ledger) == [key(1)]
    ledger.jobs.done(key(1))
    inbox.put([event(1)])
    assert inbox.move(ledger) == []
    assert inbox.waiting() == 0
    assert ledger.jobs.counts() == {"done": 1}


def test_many_events_are_moved_in_parts_and_none_is_left(inbox, ledger):
    inbox.put([event(i) for i in range(1200)])
    moved = []
    while part := inbox.move(ledger, 500):
        moved += part
    assert moved == [key(i) for i in range(1200)]
    assert inbox.waiting() == 0


def test_a_worker_that_dies_between_noting_and_dropping_loses_and_doubles_nothing(inbox, ledger, monkeypatch):
    inbox.put([event(1)])

    def dies(*_args):
        raise RedisError

    with monkeypatch.context() as patch:
        patch.setattr("redis.client.Pipeline.hdel", dies)
        with pytest.raises(RedisError):
            inbox.move(ledger)
    assert ledger.jobs.get(key(1)) is not None
    assert inbox.move(ledger) == []
    assert inbox.waiting() == 0
    assert ledger.jobs.counts() == {"waiting": 1}


def turns(ledger, *keys):
    return [ledger.jobs.get(key).turn for key in keys]


def test_events_come_out_in_the_order_in_which_they_went_in_however_many_and_whatever_they_are_called(inbox, ledger):
    names = [f"telegram:9:5:{i}" for i in (7, 3, 11, 1, 12, 2, 5, 10, 4, 9, 6, 8)]
    for name in names:
        inbox.put([{"event_id": name, "platform": "telegram", "channel": "5", "text": "x" * 80}])
    moved = inbox.move(ledger)
    assert moved == [f"event:0:{name}" for name in names]
    assert turns(ledger, *moved) == sorted(turns(ledger, *moved))
    assert {ledger.jobs.get(each).lane for each in moved} == {"telegram::5:"}


def test_an_event_told_again_keeps_its_place(inbox, ledger):
    inbox.put([event(1), event(2)])
    inbox.put([event(1)])
    assert inbox.move(ledger) == [key(1), key(2)]


def test_what_an_earlier_version_put_in_is_moved_too_by_its_time_and_before_what_comes_now(inbox, ledger):
    for i in (3, 1, 2):
        inbox.redis.hset("andon:inbox", key(i), json.dumps(event(i, at=f"2026-01-01T00:00:0{i}Z")))
    assert inbox.waiting() == 3
    assert inbox.move(ledger) == [key(1), key(2), key(3)]
    assert inbox.waiting() == 0
    inbox.redis.hset("andon:inbox", key(4), json.dumps(event(4)))
    inbox.put([event(5)])
    assert set(inbox.move(ledger)) == {key(4), key(5)}
    assert inbox.redis.keys("andon:inbox*") == [b"andon:inbox:last"]


def test_a_worker_of_an_earlier_version_that_takes_an_event_leaves_nothing_behind(inbox, ledger):
    inbox.put([event(1), event(2)])
    inbox.redis.hdel("andon:inbox", key(1))
    assert inbox.move(ledger) == [key(2)]
    assert inbox.redis.zcard("andon:inbox:order") == 0


@pytest.mark.timeout(60)
def test_what_comes_after_a_restart_without_data_comes_last(mortal_redis, ledger):
    inbox = RedisInbox(connect_redis(mortal_redis.url))
    inbox.put([event(1)])
    inbox.move(ledger)
    mortal_redis.kill()
    mortal_redis.forget()
    mortal_redis.start()
    inbox.put([event(2)])
    inbox.move(ledger)
    assert turns(ledger, key(1)) < turns(ledger, key(2))


def test_a_conversation_is_one_lane_and_private_talk_is_one_whatever_the_thread():
    place = {"platform": "slack", "workspace": "T", "channel": "C"}
    first, second = {**place, "thread": "1"}, {**place, "thread": "2"}
    assert lane_of(first) != lane_of(second)
    assert lane_of({**first, "private": True}) == lane_of({**second, "private": True})
    assert lane_of({**first, "kind": "press", "action": "agree"}) == lane_of(first)
    assert lane_of({**first, "kind": "press", "action": "stop"}) is None  # it waits for nothing
    assert len(lane_of(dict.fromkeys(("platform", "workspace", "channel", "thread"), "x" * 300))) <= 255


def test_installations_with_names_of_their_own_share_a_redis_and_see_nothing_of_each_other(redis, ledger):
    one, two = (RedisInbox(connect_redis(redis.url), space) for space in ("andon", "north"))
    assert one.put([event(1)])
    assert two.waiting() == 0
    assert two.put([event(2)])
    assert two.move(ledger) == [key(2)]
    assert one.move(ledger) == [key(1)]


@pytest.mark.timeout(30)
def test_two_workers_that_move_at_once_note_each_event_once(inbox, ledger, redis):
    inbox.put([event(i) for i in range(60)])
    moved = []
    crew = [threading.Thread(target=lambda: moved.extend(RedisInbox(connect_redis(redis.url)).move(ledger)))
            for _ in range(3)]  # fmt: skip
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    assert len(moved) == len(set(moved)) == 60


def test_what_is_no_event_does_not_keep_the_others_from_being_moved(inbox, ledger):
    inbox.redis.hset(
        inbox.key, mapping={"x": "no json", "y": json.dumps(["no", "event"]), "z": json.dumps({"text": "no id"})}
    )
    inbox.put([event(1)])
    assert inbox.move(ledger) == [key(1)]
    assert inbox.waiting() == 0


@pytest.mark.timeout(60)
def test_a_redis_that_was_killed_and_kept_its_data_has_every_event(mortal_redis, sqlite_databases):
    inbox = RedisInbox(connect_redis(mortal_redis.url))
    inbox.put([event(i) for i in range(5)])
    mortal_redis.kill()
    mortal_redis.start()
    wait_until(lambda: inbox.waiting() == 5, 10, "the events")


@pytest.mark.timeout(60)
def test_a_redis_that_lost_its_data_gets_the_recent_events_again_once(mortal_redis):
    inbox = RedisInbox(connect_redis(mortal_redis.url))
    inbox.put([event(1), event(2)])
    assert inbox.check() == 0
    assert inbox.check() == 0
    mortal_redis.kill()
    mortal_redis.forget()
    mortal_redis.start()
    assert inbox.waiting() == 0
    assert inbox.check() == 2
    assert inbox.waiting() == 2
    assert inbox.check() == 0


@pytest.mark.timeout(60)
def test_events_put_before_the_first_look_are_put_in_again_too(mortal_redis):
    inbox = RedisInbox(connect_redis(mortal_redis.url))
    inbox.put([event(1)])
    mortal_redis.kill()
    mortal_redis.forget()
    mortal_redis.start()
    assert inbox.check() == 1
    assert inbox.waiting() == 1


@pytest.mark.timeout(60)
def test_a_redis_that_goes_away_again_while_events_are_put_in_again_gets_them_at_the_next_look(
    mortal_redis, monkeypatch
):
    inbox = RedisInbox(connect_redis(mortal_redis.url))
    inbox.put([event(1)])
    mortal_redis.kill()
    mortal_redis.forget()
    mortal_redis.start()

    def away(*_args, **_named):
        raise RedisError

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "_put", away)
        with pytest.raises(RedisError):
            inbox.check()
    assert inbox.check() == 1


def test_old_events_are_not_put_in_again(inbox, monkeypatch):
    inbox.put([event(1)])
    inbox._run_id = "another"
    moment = time.monotonic()
    monkeypatch.setattr("workers.queues.inbox.time.monotonic", lambda: moment + 600)
    assert inbox.check() == 0


@pytest.mark.timeout(60)
def test_looking_while_others_put_misses_nothing(inbox):
    over, trouble = threading.Event(), []

    def put():
        i = 0
        while not over.is_set():
            inbox.put([event(i)])
            i += 1

    crew = [threading.Thread(target=put) for _ in range(3)]
    for each in crew:
        each.start()
    for _ in range(30):
        inbox._run_id = "another"
        try:
            inbox.check()
        except RuntimeError as error:
            trouble.append(error)
    over.set()
    for each in crew:
        each.join()
    assert trouble == []


@pytest.mark.timeout(30)
def test_putting_fails_soon_while_redis_is_down():
    inbox = RedisInbox(connect_redis(f"redis://127.0.0.1:{free_port()}/0"))
    begin = time.monotonic()
    with pytest.raises(RedisError):
        inbox.put([event(1)])
    assert time.monotonic() - begin < 2.5  # Slack waits for three seconds


@pytest.mark.timeout(60)
def test_putting_fails_within_seconds_when_redis_died_meanwhile_and_works_when_it_is_back(mortal_redis):
    inbox = RedisInbox(connect_redis(mortal_redis.url))
    inbox.put([event(1)])
    mortal_redis.kill()
    begin = time.monotonic()
    with pytest.raises(RedisError):
        inbox.put([event(2)])
    assert time.monotonic() - begin < 2.5
    mortal_redis.start()
    inbox.put([event(3)])
    assert inbox.waiting() in (2, 3)


@pytest.mark.timeout(30)
def test_putting_fails_within_seconds_when_redis_hangs():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        inbox = RedisInbox(connect_redis(f"redis://127.0.0.1:{mute.getsockname()[1]}/0"))
        begin = time.monotonic()
        with pytest.raises(RedisError):
            inbox.put([event(1)])
        assert time.monotonic() - begin < 8


@pytest.mark.parametrize("url", ["nonsense", "http://localhost", "redis://:geheim@localhost:port/0"])
def test_a_redis_url_that_makes_no_sense_is_a_sentence_without_the_password(url):
    with pytest.raises(AndonError) as told:
        connect_redis(url).ping()
    assert told.value.code == "failure_redis_url"
    assert "geheim" not in str(told.value)


def test_without_redis_an_event_is_a_job_at_once(ledger):
    inbox = SqlInbox(ledger)
    inbox.put([event(1), event(2), event(1)])
    assert ledger.jobs.counts() == {"waiting": 2}
    inbox.put([event(2)])
    assert ledger.jobs.counts() == {"waiting": 2}
    assert turns(ledger, key(1)) < turns(ledger, key(2))

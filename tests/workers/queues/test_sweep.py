"""Sweeping: lost hints, lost workers, progress and digests are found; one process at a time does it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.services import wait_until
from tests.workers.state.conftest import Beginnings
from workers.queues import sweep as module
from workers.queues.inbox import RedisInbox, connect_redis
from workers.queues.sweep import Sweeper, digests, sweep
from workers.state.models import Job, now


def aged(office, key, seconds, **values):
    """As if a job had been noted, told of and claimed `seconds` ago."""
    moment = now() - timedelta(seconds=seconds)
    with office.ledger.jobs.writing() as session:
        job = session.get(Job, key)
        job.created = job.due = job.hinted = moment
        for name, value in values.items():
            setattr(job, name, value)


def test_a_job_whose_hint_was_lost_is_told_of_again(office):
    office.add("j", "t", "cpu", {})
    office.queue.hints.clear()
    assert sweep(office) == 0
    aged(office, "j", 6)
    assert sweep(office) == 1
    assert office.queue.hints == [("t", "cpu", "j")]
    assert sweep(office) == 0


def test_a_job_whose_workers_lease_ran_out_is_told_of_again_and_one_that_is_held_is_not(office):
    for key in ("lost", "held"):
        office.add(key, "t", "cpu", {})
        office.ledger.jobs.claim(key, 60)
    office.queue.hints.clear()
    elsewhere = {"owner": "another-machine:7"}
    aged(office, "lost", 60, leased_until=now() - timedelta(seconds=1), **elsewhere)
    aged(office, "held", 60, leased_until=now() + timedelta(seconds=9), **elsewhere)
    sweep(office)
    assert office.queue.hints == [("t", "cpu", "lost")]


def test_a_job_that_waits_for_its_time_is_told_of_when_it_has_come(office):
    office.add("j", "t", "chat", {}, delay_s=0.3)
    assert sweep(office) == 0
    wait_until(lambda: sweep(office), 3, "the job")


def test_events_whose_wake_was_lost_are_told_of_at_once(office, redis):
    office.inbox = RedisInbox(connect_redis(redis.url))
    office.inbox.put([{"event_id": "e1"}, {"event_id": "e2"}])
    sweep(office)
    assert sorted(key for _task, _queue, key in office.queue.hints) == ["event:0:e1", "event:0:e2"]
    assert office.inbox.waiting() == 0


def test_progress_that_was_not_shown_is_asked_for(office):
    run = Beginnings(office.ledger).run()
    office.ledger.runs.working(run.id, "looking", 0.4)
    sweep(office)
    office.ledger.runs.showed(run.id, 0.4)
    sweep(office)
    assert office.queue.shown == [run.id]


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def subscribed(office):
    """A channel that wants its digest at 06:00 of a plant in Shanghai: 22:00 UTC."""
    office.settings = office.settings.model_copy(update={"timezone": "Asia/Shanghai"})
    office.ledger.answers.subscribe(Beginnings(office.ledger).conversation().id, "06:00", "zh", "U1")
    (wanted,) = office.ledger.answers.subscriptions()
    office.ledger.answers.digested(wanted.id, moment("2025-02-01 00:00"))
    return office


def test_a_digest_is_a_job_once_a_day_at_plant_time(subscribed):
    for at in ("2025-03-01 21:59", "2025-03-01 22:00", "2025-03-01 22:01", "2025-03-01 23:30", "2025-03-02 21:59"):
        digests(subscribed, moment(at))
    assert [hint[0] for hint in subscribed.queue.hints] == ["chat.digest"]
    digests(subscribed, moment("2025-03-02 22:00"))
    assert len(subscribed.queue.hints) == 2
    job = subscribed.ledger.jobs.get(subscribed.queue.hints[1][2])
    assert job.args["due"] == "2025-03-03T06:00:00+08:00"


def test_a_digest_that_is_hours_late_is_left_out_and_one_that_is_a_little_late_is_not(subscribed):
    digests(subscribed, moment("2025-03-02 00:30"))
    assert subscribed.queue.hints == []
    digests(subscribed, moment("2025-03-02 23:00"))
    assert len(subscribed.queue.hints) == 1


def test_a_digest_that_is_late_over_midnight_is_posted(office):
    office.ledger.answers.subscribe(Beginnings(office.ledger).conversation().id, "23:30", "en", "U1")
    (wanted,) = office.ledger.answers.subscriptions()
    office.ledger.answers.digested(wanted.id, moment("2025-02-28 23:30"))
    digests(office, moment("2025-03-02 00:10"))
    (hint,) = office.queue.hints
    assert office.ledger.jobs.get(hint[2]).args["due"] == "2025-03-01T23:30:00+00:00"


def in_berlin(office, clock):
    """A channel that wants its digest at a time that the clocks of its zone show twice, or not at all."""
    office.settings = office.settings.model_copy(update={"timezone": "Europe/Berlin"})
    office.ledger.answers.subscribe(Beginnings(office.ledger).conversation().id, clock, "en", "U1")
    (wanted,) = office.ledger.answers.subscriptions()
    office.ledger.answers.digested(wanted.id, moment("2026-01-01 00:00"))
    return office


def each_quarter_of_an_hour(office, start, hours):
    for minutes in range(0, hours * 60, 15):
        digests(office, moment(start) + timedelta(minutes=minutes))
    return [office.ledger.jobs.get(key).args["due"] for _task, _queue, key in office.queue.hints]


@pytest.mark.parametrize("clock", ["02:00", "02:30", "02:59"])
def test_on_the_night_when_the_clocks_go_back_a_digest_is_posted_once(office, clock):
    posted = each_quarter_of_an_hour(in_berlin(office, clock), "2026-10-24 12:00", 36)
    assert posted == [f"2026-10-25T{clock}:00+02:00"]


@pytest.mark.parametrize("clock", ["02:00", "02:30", "02:59"])
def test_on_the_night_when_the_clocks_go_forward_a_digest_is_posted_once(office, clock):
    posted = each_quarter_of_an_hour(in_berlin(office, clock), "2026-03-28 12:00", 36)
    assert posted == [f"2026-03-29T{clock}:00+01:00"]


def test_a_sweeper_that_dies_between_job_and_note_posts_one_digest(subscribed, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(subscribed.ledger.answers, "digested", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            digests(subscribed, moment("2025-03-01 22:00"))
    digests(subscribed, moment("2025-03-01 22:01"))
    assert len(subscribed.queue.hints) == 1


@pytest.mark.timeout(30)
def test_the_sweeper_goes_on_after_a_failure_and_ends_when_told(office, monkeypatch):
    swept = []

    def fails_first(_office):
        swept.append(1)
        if len(swept) == 1:
            raise ConnectionError

    monkeypatch.setattr(module, "sweep", fails_first)
    sweeper = Sweeper(office, 0.05)
    sweeper.start()
    wait_until(lambda: len(swept) >= 3, 10, "a round after the failure")
    sweeper.stop()
    assert "sweeper" not in [thread.name for thread in threading.enumerate()]


def test_a_sweeper_that_never_began_can_be_ended(office):
    Sweeper(office).stop()


@pytest.mark.timeout(30)
def test_old_done_jobs_are_forgotten_on_the_way(office):
    office.add("old", "t", "chat", {})
    office.ledger.jobs.done("old")
    aged(office, "old", 0, finished=now() - module.KEPT - timedelta(days=1))
    sweeper = Sweeper(office, 0.05)
    sweeper.start()
    wait_until(lambda: office.ledger.jobs.get("old") is None, 10, "the old job to be forgotten")
    sweeper.stop()

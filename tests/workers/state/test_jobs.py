"""Jobs: done once, by one owner, whoever dies; leases, leads and the dead-letter list."""

import os
import threading
import time
from datetime import timedelta

import pytest

from tests.services import Actor, wait_until
from workers.state import jobs as module
from workers.state.jobs import lives, me
from workers.state.models import Job, now


@pytest.fixture
def jobs(ledger):
    return ledger.jobs


def add(jobs, key="j", delay_s=0.0):
    return jobs.add(key, "t", "chat", {"a": 1}, delay_s)


def set_job(jobs, key="j", **values):
    """Change a job's row behind everybody's back."""
    with jobs.writing() as session:
        job = session.get(Job, key)
        for name, value in values.items():
            setattr(job, name, value)


def keys(found):
    return sorted(job.key for job in found)


def test_a_job_added_twice_is_one_and_the_first_counts(jobs):
    assert jobs.add("j", "t", "chat", {"a": 1})
    assert not jobs.add("j", "other", "cpu", {"a": 2})
    assert jobs.counts() == {"waiting": 1}
    assert jobs.get("j").args == {"a": 1}


def test_several_at_once_give_the_keys_that_are_new(jobs):
    add(jobs, "b")
    batch = [(key, "t", "chat", {}) for key in ("a", "b", "c", "a")]
    assert jobs.add_all(batch) == ["a", "c"]
    assert jobs.counts() == {"waiting": 3}


def test_done_is_remembered_so_that_the_same_event_is_not_done_again(jobs):
    add(jobs)
    jobs.claim("j", 60)
    jobs.done("j")
    assert not add(jobs)
    assert jobs.claim("j", 60) is None
    assert jobs.get("j").state == "done"


def test_a_job_has_one_owner_until_it_lets_go(jobs):
    add(jobs)
    mine = jobs.claim("j", 60)
    assert (mine.owner, mine.attempts) == (me(), 1)
    assert jobs.claim("j", 60) is None
    jobs.later("j", 0)
    assert jobs.claim("j", 60).attempts == 2


def test_a_job_that_nobody_knows_is_nothing_to_do(jobs):
    assert jobs.claim("nobody", 60) is None
    assert jobs.extend("nobody", 60) is False
    assert jobs.replay("nobody") is False
    jobs.later("nobody", 1)
    assert jobs.counts() == {}


@pytest.mark.timeout(60)
def test_of_many_threads_one_owns_a_job(jobs):
    for i in range(12):
        add(jobs, f"j{i}")
    claimed, start = [], threading.Barrier(8)

    def claim():
        start.wait()
        claimed.extend(f"j{i}" for i in range(12) if jobs.claim(f"j{i}", 60) is not None)

    crew = [threading.Thread(target=claim) for _ in range(8)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    assert sorted(claimed) == sorted(f"j{i}" for i in range(12))


@pytest.mark.timeout(60)
def test_of_many_processes_with_threads_one_owns_a_job(jobs, url):
    for i in range(40):
        add(jobs, f"j{i}")
    crew = [Actor("claims", url, 40, 3) for _ in range(2)]
    for each in crew:
        assert each.says() == "there"
    for each in crew:
        each.go_on()
    claimed = [key for each in crew for key in each.end()]
    assert sorted(claimed) == sorted(f"j{i}" for i in range(40))


def test_a_job_waits_for_its_time(jobs):
    add(jobs, delay_s=0.4)
    assert jobs.claim("j", 60) is None
    assert jobs.to_hint(5) == []
    wait_until(lambda: jobs.claim("j", 60), 3, "the job to be due")


def test_hurrying_makes_a_waiting_job_due(jobs):
    add(jobs, delay_s=600)
    jobs.hurry("j")
    assert keys(jobs.to_hint(5)) == ["j"]
    assert jobs.claim("j", 60) is not None


def test_hurrying_does_not_take_a_job_from_its_owner(jobs):
    add(jobs)
    jobs.claim("j", 60)
    jobs.hurry("j")
    assert jobs.claim("j", 60) is None


def test_a_lease_that_ran_out_frees_the_job_and_its_old_owner_cannot_renew(jobs):
    add(jobs)
    jobs.claim("j", 60)
    set_job(jobs, owner="another-machine:1")
    assert jobs.claim("j", 60) is None
    set_job(jobs, leased_until=now() - timedelta(seconds=1))
    assert jobs.claim("j", 60).owner == me()
    set_job(jobs, owner="another-machine:1")
    assert jobs.extend("j", 60) is False


def test_a_renewed_lease_holds(jobs):
    add(jobs)
    jobs.claim("j", 0.3)
    assert jobs.extend("j", 60)
    time.sleep(0.35)
    assert jobs.claim("j", 60) is None


def test_a_done_job_is_not_renewed(jobs):
    add(jobs)
    jobs.claim("j", 60)
    jobs.done("j")
    assert jobs.extend("j", 60) is False
    assert jobs.get("j").leased_until is None


@pytest.mark.timeout(60)
def test_a_job_of_a_killed_process_is_taken_up_at_once(jobs, url):
    add(jobs)
    with Actor("holds", url, "job") as other:
        assert other.says() == "True"
        assert jobs.claim("j", 60) is None
        assert jobs.to_hint(0) == []
        other.kill()
    assert keys(jobs.to_hint(0)) == ["j"]
    assert jobs.claim("j", 60).attempts == 2


def test_whether_a_process_lives_is_known_of_this_machine_only(monkeypatch):
    assert lives(me())
    assert lives("another-machine:1")
    assert lives("")
    assert lives("another-machine:-1")
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    assert not lives(f"{me().rpartition(':')[0]}:{pid}")

    def forbidden(_pid, _signal):
        raise PermissionError

    monkeypatch.setattr(module.os, "kill", forbidden)
    assert lives(me())


def test_waiting_longer_each_time_is_jittered_upwards_only(jobs):
    add(jobs)
    waits = []
    for _ in range(12):
        jobs.later("j", 100, ref="abc", error="x" * 5000)
        waits.append((jobs.get("j").due - now()).total_seconds())
    assert all(99 <= wait <= 126 for wait in waits)
    assert max(waits) - min(waits) > 1
    assert (jobs.get("j").ref, len(jobs.get("j").error)) == ("abc", module.ERROR)


def test_again_does_not_count_as_an_attempt(jobs):
    add(jobs)
    for _ in range(3):
        assert jobs.claim("j", 60).attempts == 1
        jobs.later("j", 0, counts=False)


def test_what_was_told_to_the_queue_is_told_again_only_after_a_while(jobs):
    add(jobs)  # whoever adds it tells of it
    assert jobs.to_hint(5) == []
    assert keys(jobs.to_hint(0)) == ["j"]
    assert jobs.to_hint(5) == []
    set_job(jobs, hinted=now() - timedelta(seconds=6))
    assert keys(jobs.to_hint(5)) == ["j"]


def test_what_nobody_told_of_is_told_at_once(jobs):
    jobs.tells = False
    add(jobs)
    assert keys(jobs.to_hint(5)) == ["j"]


def test_running_and_finished_jobs_are_not_told_of(jobs):
    for key in ("running", "done", "dead"):
        add(jobs, key)
        jobs.claim(key, 60)
    jobs.done("done")
    jobs.bury("dead", "abc", "it failed")
    assert jobs.to_hint(0) == []


def test_many_running_jobs_do_not_hide_the_waiting_ones(jobs):
    for i in range(6):
        add(jobs, f"running{i}")
        jobs.claim(f"running{i}", 60)
    add(jobs, "waiting")
    assert keys(jobs.to_hint(0, limit=3)) == ["waiting"]


def test_dead_letters_are_listed_and_replayed_from_the_first_attempt(jobs):
    add(jobs)
    jobs.claim("j", 60)
    assert not jobs.replay("j")  # it is not dead
    jobs.bury("j", "abc123", "ValueError: no")
    (letter,) = jobs.dead()
    assert (letter.ref, letter.error, letter.owner, letter.attempts) == ("abc123", "ValueError: no", "", 1)
    assert jobs.claim("j", 60) is None
    assert jobs.replay("j")
    assert not jobs.replay("j")
    assert jobs.dead() == []
    assert keys(jobs.to_hint(5)) == ["j"]
    assert jobs.claim("j", 60).attempts == 1


def test_only_old_done_jobs_are_forgotten(jobs):
    for key in ("old", "fresh", "dead", "waiting"):
        add(jobs, key)
    for key in ("old", "fresh"):
        jobs.done(key)
    jobs.bury("dead", "abc", "")
    month = timedelta(days=30)
    set_job(jobs, "old", finished=now() - month - timedelta(hours=1))
    set_job(jobs, "dead", finished=now() - 2 * month)
    assert jobs.forget(now() - month) == 1
    assert jobs.counts() == {"done": 1, "dead": 1, "waiting": 1}


def test_alone_is_one_at_a_time_and_given_back(jobs):
    with jobs.alone("door") as first:
        with jobs.alone("door") as second, jobs.alone("window") as elsewhere:
            assert (first, second, elsewhere) == (True, False, True)
        with jobs.alone("door") as third:  # the second one did not open it
            assert third is False
    with jobs.alone("door") as after:
        assert after is True


def test_alone_is_given_back_after_an_error(jobs):
    with pytest.raises(ZeroDivisionError), jobs.alone("door"):
        raise ZeroDivisionError
    with jobs.alone("door") as ours:
        assert ours is True


def test_alone_ends_after_its_time_and_the_late_one_does_not_open_it_for_others(jobs):
    with jobs.alone("door", 0.1):
        time.sleep(0.15)
        held = jobs.alone("door", 60)
        assert held.__enter__() is True
    with jobs.alone("door") as third:
        assert third is False
    held.__exit__(None, None, None)


@pytest.mark.timeout(60)
def test_alone_loses_no_update_between_threads_of_processes(jobs, url, tmp_path):
    path = tmp_path / "number"
    path.write_text("0")
    crew = [Actor("alone", url, path, 6) for _ in range(2)]
    for each in crew:
        assert each.says() == "there"
    for each in crew:
        each.go_on()
    for each in crew:
        each.end()
    assert path.read_text() == "12"


@pytest.mark.timeout(60)
def test_what_a_killed_process_did_alone_may_be_done_by_another_at_once(jobs, url):
    with Actor("holds", url, "door") as other:
        assert other.says() == "True"
        with jobs.alone("door") as ours:
            assert ours is False
        other.kill()
    with jobs.alone("door") as ours:
        assert ours is True


@pytest.mark.timeout(60)
def test_one_process_leads_until_it_dies(jobs, url):
    with Actor("holds", url, "lead") as other:
        assert other.says() == "True"
        assert not jobs.lead("sweeper", 60)
        other.kill()
    assert jobs.lead("sweeper", 60)
    assert jobs.lead("sweeper", 60)  # and stays it

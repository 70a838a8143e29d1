"""Jobs: done once, by one owner, whoever dies; leases, leads and the dead-letter list."""

import os
import time
from datetime import timedelta

import pytest

from tests.services import Actor, wait_until
from tests.workers.together import in_step, together
from workers.state import jobs as module
from workers.state import owners
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
    batch = [(key, "t", "chat", {}, None, None) for key in ("a", "b", "c", "a")]
    assert jobs.add_all(batch) == ["a", "c"]
    assert jobs.counts() == {"waiting": 3}


def test_done_is_remembered_so_that_the_same_event_is_not_done_again(jobs):
    add(jobs)
    assert jobs.done("j", jobs.claim("j", 60).owner)
    assert not add(jobs)
    assert jobs.claim("j", 60) is None
    assert jobs.get("j").state == "done"


def test_a_job_has_one_owner_until_it_lets_go(jobs):
    add(jobs)
    mine = jobs.claim("j", 60)
    assert (mine.owner.rpartition("#")[2], mine.attempts) == (me(), 1)
    assert jobs.claim("j", 60) is None
    assert jobs.later("j", mine.owner, 0)
    assert jobs.claim("j", 60).attempts == 2


def test_a_job_that_nobody_knows_is_nothing_to_do(jobs):
    assert jobs.claim("nobody", 60) is None
    assert jobs.extend("nobody", "", 60) is False
    assert jobs.replay("nobody") is False
    assert jobs.later("nobody", "", 1) is False
    assert jobs.counts() == {}


@pytest.mark.timeout(60)
def test_of_many_threads_one_owns_a_job(jobs):
    for i in range(12):
        add(jobs, f"j{i}")
    claims = together(8, lambda _i: [f"j{i}" for i in range(12) if jobs.claim(f"j{i}", 60) is not None])
    assert sorted(key for each in claims for key in each) == sorted(f"j{i}" for i in range(12))


@pytest.mark.timeout(60)
def test_of_many_processes_with_threads_one_owns_a_job(jobs, url):
    for i in range(40):
        add(jobs, f"j{i}")
    claims = in_step([Actor("claims", url, 40, 3) for _ in range(2)])
    assert sorted(key for each in claims for key in each) == sorted(f"j{i}" for i in range(40))


def test_a_job_waits_for_its_time(jobs):
    add(jobs, delay_s=0.4)
    assert jobs.claim("j", 60) is None
    assert jobs.to_hint(5) == []
    wait_until(lambda: jobs.claim("j", 60), 3, "the job to be due")


def test_a_lease_that_ran_out_frees_the_job_and_its_old_owner_cannot_renew(jobs):
    add(jobs)
    jobs.claim("j", 60)
    set_job(jobs, owner="another-machine:1")
    assert jobs.claim("j", 60) is None
    set_job(jobs, leased_until=now() - timedelta(seconds=1))
    mine = jobs.claim("j", 60).owner
    assert mine.endswith(f"#{me()}")
    set_job(jobs, owner="another-machine:1")
    assert jobs.extend("j", mine, 60) is False


def test_a_renewed_lease_holds(jobs):
    add(jobs)
    assert jobs.extend("j", jobs.claim("j", 0.3).owner, 60)
    time.sleep(0.35)
    assert jobs.claim("j", 60) is None


def test_a_done_job_is_not_renewed(jobs):
    add(jobs)
    mine = jobs.claim("j", 60).owner
    assert jobs.done("j", mine)
    assert jobs.extend("j", mine, 60) is False
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


def a_dead_pid():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


def named(**changed):
    """The name of this process with parts of it changed."""
    parts = dict(zip(("host", "boot", "namespace", "pid", "start"), me().split("/"), strict=True))
    return "/".join(str(part) for part in (parts | changed).values())


def test_whether_a_process_lives_is_known_of_this_machine_only(monkeypatch):
    assert lives(me())
    assert lives(f"abc#{me()}")
    for unknown in ("another-machine:1", "", "another-machine:-1", "a/b/c/d/e"):
        assert lives(unknown)
    dead = a_dead_pid()
    assert not lives(named(pid=dead))
    assert not lives(f"abc#{named(pid=dead)}")
    assert not lives(named(host="renamed", pid=dead))

    def forbidden(_pid, _signal):
        raise PermissionError

    monkeypatch.setattr(owners.os, "kill", forbidden)
    assert lives(me())


def test_a_process_of_another_start_of_the_machine_or_another_container_cannot_be_known_to_be_dead():
    """Containers and cloned machines share names and numbers."""
    dead = a_dead_pid()
    assert lives(named(boot="another", pid=dead))
    assert lives(named(namespace="1", pid=dead))
    assert lives(named(boot="", namespace="", pid=dead))  # a system that tells neither


def test_a_number_that_was_given_to_another_process_is_no_sign_of_life():
    assert not lives(named(start="1"))


def test_a_fork_is_another_owner_than_its_parent():
    me()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, me().encode())
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(reading, 500).decode().split("/")[3] == str(pid)


def elsewhere(monkeypatch, host="hostA"):
    """From now on claims are those of a process of another machine of the same name."""
    monkeypatch.setattr(owners, "me", lambda: f"{host}/boot-of-{host}/1/7/7")


def test_a_job_held_by_another_machine_of_the_same_name_is_left_alone(jobs, monkeypatch):
    add(jobs)
    dead = a_dead_pid()
    with monkeypatch.context() as patch:
        for each in (owners, module):
            patch.setattr(each, "me", lambda: named(boot="another", pid=dead))
        assert jobs.claim("j", 60)
        assert jobs.lead("sweeper", 60)
        door = jobs.alone("door", 60)
        assert door.__enter__()
    assert jobs.claim("j", 60) is None
    assert jobs.to_hint(0) == []
    assert not jobs.lead("sweeper", 60)
    with jobs.alone("door") as ours:
        assert not ours


def test_who_lost_a_lease_settles_nothing(jobs, monkeypatch):
    for key in ("done", "later", "bury"):
        add(jobs, key)
        with monkeypatch.context() as patch:
            elsewhere(patch)
            lost = jobs.claim(key, 60).owner
        set_job(jobs, key, leased_until=now() - timedelta(seconds=1))
        mine = jobs.claim(key, 60).owner
        assert not jobs.extend(key, lost, 60)
        assert not jobs.done(key, lost)
        assert not jobs.later(key, lost, 0)
        assert not jobs.bury(key, lost, "abc", "A gave up")
        assert jobs.claim(key, 60) is None
        assert (jobs.get(key).state, jobs.get(key).owner) == ("waiting", mine)
    assert jobs.done("done", jobs.get("done").owner)
    assert jobs.later("later", jobs.get("later").owner, 0)
    assert jobs.bury("bury", jobs.get("bury").owner, "abc", "")


def test_two_claims_of_one_process_are_told_apart(jobs):
    add(jobs)
    lost = jobs.claim("j", 60).owner
    set_job(jobs, leased_until=now() - timedelta(seconds=1))
    mine = jobs.claim("j", 60).owner
    assert not jobs.done("j", lost)
    assert jobs.done("j", mine)


def lane(jobs, *keys, name="lane"):
    jobs.add_all([(key, "t", "chat", {}, name, turn) for turn, key in enumerate(keys)])


def test_jobs_of_a_lane_are_done_one_after_the_other(jobs):
    lane(jobs, "first", "second", "third")
    lane(jobs, "elsewhere", name="another")
    add(jobs, "alone")
    assert jobs.claim("second", 60) is None
    first = jobs.claim("first", 60).owner
    assert [jobs.claim(key, 60) is None for key in ("second", "third", "elsewhere", "alone")] == [
        True, True, False, False]  # fmt: skip
    jobs.done("first", first)
    assert jobs.next_in("lane").key == "second"
    assert jobs.claim("third", 60) is None
    second = jobs.claim("second", 60).owner
    jobs.bury("second", second, "abc", "")
    assert jobs.claim("third", 60)
    assert jobs.next_in("another").key == "elsewhere"
    assert jobs.next_in("nobody's") is None


def test_a_job_that_is_put_off_for_a_moment_keeps_its_turn_and_one_put_off_for_long_does_not(jobs):
    lane(jobs, "first", "second")
    jobs.later("first", jobs.claim("first", 60).owner, 0.5)
    assert jobs.claim("second", 60) is None
    set_job(jobs, "first", due=now())
    jobs.later("first", jobs.claim("first", 60).owner, 30)
    assert jobs.claim("second", 60)


def test_a_done_job_keeps_whether_it_was_meant_for_us_and_no_words(jobs):
    for key, given in (("theirs", {"text": "secret", "addressed": False}), ("ours", {"text": "secret"})):
        jobs.add(key, "t", "chat", given)
        jobs.done(key)
    assert (jobs.get("theirs").args, jobs.get("ours").args) == ({"addressed": False}, {})


def test_a_worker_that_was_gone_after_as_long_as_a_task_may_take_ran_out_of_time(jobs):
    for key, queue in (("computes", "cpu"), ("talks", "chat")):
        jobs.add(key, "t", queue, {})
        jobs.claim(key, 60, 900)
        set_job(jobs, key, due=now() - timedelta(seconds=901), leased_until=now() - timedelta(seconds=1))
    assert [jobs.claim(key, 60, 900).overtime for key in ("computes", "talks")] == [1, None]
    set_job(jobs, "computes", due=now() - timedelta(seconds=20), leased_until=now() - timedelta(seconds=1))
    assert jobs.claim("computes", 60, 900).overtime == 1


def test_waiting_longer_each_time_is_jittered_upwards_only(jobs):
    add(jobs)
    waits = []
    for _ in range(12):
        jobs.later("j", "", 100, ref="abc", error="x" * 5000)
        waits.append((jobs.get("j").due - now()).total_seconds())
    assert all(99 <= wait <= 126 for wait in waits)
    assert max(waits) - min(waits) > 1
    assert (jobs.get("j").ref, len(jobs.get("j").error)) == ("abc", module.ERROR)


def test_again_does_not_count_as_an_attempt(jobs):
    add(jobs)
    for _ in range(3):
        mine = jobs.claim("j", 60)
        assert mine.attempts == 1
        jobs.later("j", mine.owner, 0, counts=False)


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
    owner = {}
    for key in ("running", "done", "dead"):
        add(jobs, key)
        owner[key] = jobs.claim(key, 60).owner
    jobs.done("done", owner["done"])
    jobs.bury("dead", owner["dead"], "abc", "it failed")
    assert jobs.to_hint(0) == []


def test_many_running_jobs_do_not_hide_the_waiting_ones(jobs):
    for i in range(6):
        add(jobs, f"running{i}")
        jobs.claim(f"running{i}", 60)
    add(jobs, "waiting")
    assert keys(jobs.to_hint(0, limit=3)) == ["waiting"]


def test_dead_letters_are_listed_and_replayed_from_the_first_attempt(jobs):
    add(jobs)
    mine = jobs.claim("j", 60).owner
    assert not jobs.replay("j")  # it is not dead
    assert jobs.bury("j", mine, "abc123", "ValueError: no")
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
    jobs.bury("dead", "", "abc", "")
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
    in_step([Actor("alone", url, path, 6) for _ in range(2)])
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

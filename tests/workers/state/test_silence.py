"""Platforms that do not answer: pauses that grow, patience that ends, and a lane that others may use meanwhile."""

import threading
from datetime import timedelta

import pytest

from workers.state.models import Job, now
from workers.state.silence import LEAST_S, MOST_S, OURS, PATIENCE


@pytest.fixture
def jobs(ledger):
    OURS.set(None)
    yield ledger.jobs
    OURS.set(None)


def claimed(jobs, key="j", silent_for=None):
    """A job of this thread, whose platform has been silent for so long."""
    jobs.add(key, "t", "chat", {})
    with jobs.writing() as session:
        job = session.get(Job, key)
        job.due, job.silent = now(), None if silent_for is None else now() - silent_for
    return jobs.claim(key, 60)


def test_pauses_grow_with_the_silence_until_patience_is_over(jobs):
    asked = [(None, LEAST_S), (timedelta(seconds=1), LEAST_S), (timedelta(seconds=20), 10), (timedelta(minutes=2), 60),
             (timedelta(hours=1), MOST_S), (PATIENCE - timedelta(minutes=1), MOST_S)]  # fmt: skip
    for place, (lasted, pause) in enumerate(asked):
        claimed(jobs, f"j{place}", lasted)
        assert jobs.silent() == pytest.approx(pause, abs=2 if pause > LEAST_S else 0)
    claimed(jobs, "last", PATIENCE + timedelta(seconds=1))
    assert jobs.silent() is None


def test_a_silence_is_remembered_over_tries_and_over_when_something_else_is_waited_for(jobs):
    job = claimed(jobs)
    jobs.silent()
    began = jobs.get("j").silent
    jobs.later("j", job.owner, 0, counts=False)
    job = claimed(jobs, "other")  # meanwhile this thread does something else
    jobs.done("other", job.owner)
    job = jobs.claim("j", 60)
    jobs.silent()
    assert jobs.get("j").silent == began
    jobs.later("j", job.owner, 0, counts=False)
    job = jobs.claim("j", 60)
    jobs.later("j", job.owner, 0, counts=False)  # its turn had not come: the platform was not asked
    assert jobs.get("j").silent is None


def test_who_has_no_job_or_lost_it_waits_as_at_first_and_notes_nothing(jobs):
    assert jobs.silent() == LEAST_S
    claimed(jobs, silent_for=timedelta(hours=1))
    with jobs.writing() as session:
        session.get(Job, "j").owner = "another"
    assert jobs.silent() == LEAST_S
    heard = []
    claimed(jobs, "mine", timedelta(hours=1))
    thread = threading.Thread(target=lambda: heard.append(jobs.silent()))
    thread.start()
    thread.join()
    assert heard == [LEAST_S]  # of another thread it is not the job


def test_a_letter_that_is_tried_again_is_waited_for_anew(jobs):
    job = claimed(jobs, silent_for=PATIENCE * 2)
    jobs.bury("j", job.owner, "ref", "silent")
    assert jobs.replay("j")
    jobs.claim("j", 60)
    assert jobs.silent() == LEAST_S

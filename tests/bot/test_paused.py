"""A full disk, a store that cannot be written, a refused token: no attempt is counted, the crew is told once, and the
work goes on by itself."""

import errno
import logging
import sqlite3
from pathlib import Path

import pytest

import bot.tasks  # the chat queue's tasks
from bot.conversation import outlets
from bot.outlet import Refused
from tests.bot.happening import event, feed
from tests.bot.recording import RecordingOutlet
from tests.e2e.plant import small_csv
from tests.services import hurry
from workers import artifacts
from workers.errors import AndonError
from workers.queues import work
from workers.queues.outside import outside
from workers.queues.registry import ATTEMPTS
from workers.queues.seldom import Seldom
from workers.queues.work import carry_out

assert bot.tasks


class Fetching(RecordingOutlet):
    """Gives a file as Slack does."""

    def fetch(self, file, sink, limit):
        return sink.write(small_csv(120, 80))


@pytest.fixture
def speaks_through():
    return "tests.bot.test_paused:Fetching"


@pytest.fixture(autouse=True)
def _nothing_told_yet(monkeypatch):
    monkeypatch.setattr(work, "TROUBLES", Seldom(work.log))


def outlet(office):
    return outlets.outlet_for("slack", office.settings)


FILE = {"id": "F1", "name": "a.csv", "size": 100, "url": "https://files.slack.com/a.csv"}


def ask(office, lang="en"):
    text = "why is it high?" if lang == "en" else "为什么升高？"
    feed(office, event("slack:T:C1:2.0", text=text, addressed=True, files=[FILE]))
    question = office.ledger.talk.find_question("slack:T:C1:2.0")
    (key,) = [job.key for job in office.ledger.jobs.to_hint(-1) if job.task == "chat.gather"]
    return question, key


def try_often(office, key):
    for _ in range(ATTEMPTS + 3):
        hurry(office.ledger.jobs, key)
        carry_out(office, key)
        for job in office.ledger.jobs.to_hint(-1):
            if job.task == "chat.paused":
                carry_out(office, job.key)
    return office.ledger.jobs.get(key)


@pytest.mark.parametrize(("lang", "told"), [("en", "its disk is full"), ("zh", "磁盘已满")])
def test_a_full_disk_is_waited_for_and_told_once(office, monkeypatch, caplog, lang, told):
    def full(_fd):
        raise OSError(errno.ENOSPC, "No space left on device")

    question, key = ask(office, lang)
    caplog.set_level(logging.INFO)
    with monkeypatch.context() as patch:
        patch.setattr(artifacts.os, "fsync", full)
        job = try_often(office, key)
    assert (job.state, job.attempts) == ("waiting", 0)
    assert sum(told in post for post in outlet(office).posts) == 1
    assert caplog.text.count("work waits and goes on by itself") == 1
    hurry(office.ledger.jobs, key)
    assert carry_out(office, key)
    assert office.ledger.runs.of(question.id).state == "queued"


def test_a_full_disk_met_while_a_file_comes_in_is_not_taken_for_the_platforms_trouble(office, monkeypatch):
    def through_the_platforms_client(_self, _file, sink, _limit):
        from bot.slack.errors import understood

        try:
            sink.write(b"x")
        except OSError as error:
            raise understood(error) from None

    _, key = ask(office)
    monkeypatch.setattr(Fetching, "fetch", through_the_platforms_client)
    full = Path("/dev/full")  # a real disk without room
    monkeypatch.setattr(artifacts.ArtifactStore, "open_write", lambda _store, _key: full.open("wb", buffering=0))
    job = try_often(office, key)
    assert "No space left" in job.error
    assert (job.state, job.attempts) == ("waiting", 0)


def test_a_refused_token_is_waited_for_and_a_missing_permission_is_a_dead_letter(office):
    feed(office, event("slack:T:C1:2.0", text="hello", addressed=True))
    run = office.ledger.runs.begin(office.ledger.talk.find_question("slack:T:C1:2.0").id, {"id": "q", "text": "q"})
    args = {"run_id": run.id, "text": "no"}
    for code, state in (("invalid_auth", "waiting"), ("missing_scope", "dead")):
        outlet(office).trouble = Refused(code)
        office.add(code, "chat.failed", "chat", args)
        assert try_often(office, code).state == state
    assert outlet(office).posts.count("") == 0


OURS = {
    "full": (OSError(errno.ENOSPC, ""), "disk_full"),
    "quota": (OSError(errno.EDQUOT, ""), "disk_full"),
    "read only": (OSError(errno.EROFS, ""), "read_only"),
    "share gone": (OSError(errno.ESTALE, ""), "store_away"),
    "sqlite full": (sqlite3.OperationalError("database or disk is full"), "disk_full"),
    "not there": (FileNotFoundError(errno.ENOENT, ""), None),
    "refused": (ConnectionRefusedError(errno.ECONNREFUSED, ""), None),
    "locked": (sqlite3.OperationalError("database is locked"), None),
    "a fault": (ZeroDivisionError(), None),
    "a person's": (AndonError("failure_no_letter", key="disk is full"), None),
}


@pytest.mark.parametrize(("error", "why"), OURS.values(), ids=OURS.keys())
def test_only_what_no_job_can_mend_is_waited_for(error, why):
    assert outside(error) == why


def test_what_a_failure_came_from_counts():
    error = AndonError("failure_out_folder", folder="x", why="no room")
    error.__cause__ = OSError(errno.ENOSPC, "")
    assert outside(error) == "disk_full"

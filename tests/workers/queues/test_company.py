"""Workers beside each other: they see each other, and one that keeps its files elsewhere does not begin."""

import logging
from datetime import timedelta

import pytest

from tests.e2e.plant import Plant
from tests.e2e.workspace import Workspace
from tests.services import wait_until
from workers.artifacts import ArtifactStore
from workers.errors import AndonError
from workers.queues import company as room
from workers.queues.company import Company, know_alone
from workers.queues.door import ALIVE_KEY
from workers.queues.inbox import connect_redis
from workers.state.base import now
from workers.state.models import Worker


@pytest.fixture
def worker(ledger, settings, tmp_path):
    """worker(name, store) -> a worker of another machine."""

    def make(name, store="shared", **changed):
        own = settings.model_copy(update=changed)
        made = Company(own, ledger, ArtifactStore(str(tmp_path / store)), "chat,cpu")
        made.name = f"{name}/boot/1/2/3"
        return made

    return make


def test_workers_of_one_store_see_each_other(ledger, worker):
    first, second = worker("a"), worker("b")
    first.join()
    second.join()
    assert [w.name for w in ledger.presence.alive()] == [first.name, second.name]
    second.leave()
    assert [w.name for w in ledger.presence.alive()] == [first.name]
    assert len(first.store.list("workers")) == 1


def test_a_worker_that_keeps_its_files_elsewhere_does_not_begin_and_leaves_no_trace(ledger, worker):
    worker("a").join()
    other = worker("b", "its own folder")
    with pytest.raises(AndonError) as told:
        other.join()
    assert told.value.code == "failure_store_apart"
    assert len(ledger.presence.alive()) == 1
    assert other.store.list("workers") == []


def test_a_worker_that_was_not_seen_for_long_keeps_nobody_from_beginning(ledger, worker):
    gone = worker("a")
    gone.join()
    with ledger.presence.writing() as session:
        session.get(Worker, gone.name).seen = now() - timedelta(minutes=1)
    worker("b", "its own folder").join()
    assert [w.host for w in ledger.presence.alive()] != []


def test_machines_with_a_knowledge_base_each_are_named(ledger, worker, caplog, monkeypatch):
    for host in ("north", "south"):
        monkeypatch.setattr(room.socket, "gethostname", lambda host=host: host)
        worker(host).join()
    assert know_alone(ledger) == ["north", "south"]
    assert "north, south" in caplog.text
    worker("south", weaviate_url="http://kb:8080").beat()
    assert know_alone(ledger) == []


def test_a_store_that_cannot_be_written_is_one_sentence(worker, tmp_path):
    (tmp_path / "a file").write_text("")
    with pytest.raises(AndonError) as told:
        worker("a", "a file/below").join()
    assert told.value.code == "failure_store"


@pytest.mark.parametrize(("apart", "outcome"), [(0.5, ""), (5.0, "5.0 s apart"), (120.0, "failure_clock")])
def test_a_clock_that_is_not_the_databases_is_told_and_one_far_off_refused(
    worker, ledger, monkeypatch, caplog, apart, outcome
):
    if ledger.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has the clock of its machine")
    monkeypatch.setattr(room, "now", lambda: ledger.presence.clock() + timedelta(seconds=apart))
    caplog.set_level(logging.WARNING)
    if outcome.startswith("failure"):
        with pytest.raises(AndonError) as told:
            worker("a").join()
        assert told.value.code == outcome
    else:
        worker("a").join()
        assert ("apart" in caplog.text) is bool(outcome)
        assert outcome in caplog.text


@pytest.mark.timeout(120)
def test_a_second_machine_without_the_shared_store_is_refused_by_its_worker(tmp_path):
    with Plant(tmp_path) as plant:
        plant.environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'shared.sqlite'}"
        worker = plant.run("worker", "--queues", "cpu", "--concurrency", "1").ready()
        redis = connect_redis(plant.redis.url)
        assert redis.exists(f"andon:{ALIVE_KEY}")
        second = plant.command("worker", "--queues", "cpu", ANDON_DATA_DIR=str(tmp_path / "second"))
        assert second.returncode == 2
        assert "ANDON_ARTIFACTS_URL" in second.stderr
        ledger = plant.ledger()
        assert [w.queues for w in ledger.presence.alive()] == ["cpu"]
        worker.stop()
        wait_until(lambda: ledger.presence.alive() == [], 10, "the worker to say that it left")
        ledger.close()


@pytest.mark.timeout(120)
def test_a_worker_that_is_started_before_its_database_waits_and_says_ready_afterwards(tmp_path):
    with Plant(tmp_path) as plant:
        (tmp_path / "later").write_text("")  # no folder yet: the database cannot be opened
        plant.environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'later' / 'andon.sqlite'}"
        worker = plant.run("worker", "--queues", "cpu", "--concurrency", "1")
        wait_until(lambda: "does not answer" in worker.text(), 30, "the worker to miss its database")
        with pytest.raises(AssertionError):
            wait_until(lambda: worker.text().count("does not answer") > 1, 5)
        (tmp_path / "later").unlink()
        worker.ready()


@pytest.mark.timeout(60)
def test_a_worker_whose_token_is_refused_does_not_begin(tmp_path):
    with Workspace() as slack, Plant(tmp_path, **slack.env) as plant:
        done = plant.command("worker", "--queues", "chat", SLACK_BOT_TOKEN="xoxb-of-another-time")
        assert done.returncode == 2
        assert "Slack refuses the token (invalid_auth)" in done.stderr
        assert "xoxb" not in done.stderr

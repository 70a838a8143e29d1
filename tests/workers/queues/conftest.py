"""An office without workers, and a real Redis."""

import pytest

from tests.services import redis_server
from workers.artifacts import ArtifactStore
from workers.office import Office
from workers.queues.gate import MemoryGate
from workers.queues.inbox import SqlInbox, connect_redis
from workers.queues.registry import SHOWS, TASKS
from workers.settings import Settings


class HeardQueue:
    """Remembers what it was told."""

    tells = True

    def __init__(self):
        self.hints, self.shown, self.woken = [], [], 0

    def serve(self, office):
        pass

    def close(self):
        pass

    def hint(self, task, queue, key):
        self.hints.append((task, queue, key))

    def show(self, run_id):
        self.shown.append(run_id)

    def wake(self):
        self.woken += 1


@pytest.fixture(autouse=True)
def bare_settings(monkeypatch):
    """Nothing of the tester's environment is read."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path)


@pytest.fixture
def office(ledger, settings, tmp_path):
    return Office(
        settings, ledger, SqlInbox(ledger), HeardQueue(), MemoryGate(), ArtifactStore(str(tmp_path / "store"))
    )


@pytest.fixture(autouse=True)
def tasks():
    """The table of tasks; what a test enters is taken out again."""
    before, shows = dict(TASKS), list(SHOWS)
    yield TASKS
    TASKS.clear()
    TASKS.update(before)
    SHOWS[:] = shows


@pytest.fixture(scope="session")
def redis_once(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(redis_once):
    """An empty Redis: its server. Do not kill this one."""
    connect_redis(redis_once.url).flushall()
    return redis_once


@pytest.fixture
def mortal_redis(tmp_path):
    """A Redis of one's own, to be killed."""
    with redis_server(tmp_path) as server:
        yield server

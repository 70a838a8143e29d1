"""Where an extra of the package is not installed, one sentence says which."""

import argparse
import sys

import pytest

from workers.commands import doctor, worker
from workers.errors import AndonError
from workers.queues.door import RedisDoor
from workers.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path, redis_url="redis://127.0.0.1:9/0")


def wants(action, extra):
    with pytest.raises(AndonError) as error:
        action()
    assert (error.value.code, error.value.values) == ("failure_extra_missing", {"extra": extra})


def test_a_worker_without_redis_installed_names_the_extra(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)
    monkeypatch.setattr(worker, "start_logging", lambda *_args, **_options: None)  # pytest's own log stays
    arguments = argparse.Namespace(queues=None, concurrency=None, ready_fd=None, lang=None)
    wants(lambda: worker.run(arguments, settings), "workers")


@pytest.mark.parametrize("module", ["redis", "workers.queues.celery_app"])
def test_a_chat_process_without_the_extra_names_it(settings, monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    wants(lambda: RedisDoor(settings), "workers")


def test_the_doctor_says_the_same_sentence(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)
    check = doctor._safely("queue", doctor.queue, settings, "en")
    assert check.status == "broken"
    assert "pip install -e '.[workers]'" in check.remedy

"""`andon metrics` as Prometheus sees it: a real scrape of a real process, with and without the database."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.services import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture
def scraped(tmp_path):
    """(**environment) -> the text of one scrape of a process with it; every process is ended by SIGTERM."""
    started = []

    def scrape(**environment):
        port = free_port()
        own = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "ANDON_DATA_DIR": str(tmp_path / "data")}
        argv = [sys.executable, "-m", "bot.cli", "metrics", "--listen", f"127.0.0.1:{port}"]
        started.append(subprocess.Popen(argv, env=own | environment, cwd=ROOT, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout.readline().startswith("ready: ")
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()

    yield scrape
    for process in started:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_jobs_workers_and_parts_are_told(scraped, url, ledger):
    ledger.jobs.add_all([("k1", "chat.accept", "chat", {}, None, 0)])
    ledger.presence.beat("w1", host="h", pid=1, queues="chat", knowledge="file")
    text = scraped(DATABASE_URL=url)
    assert 'andon_up{part="database"} 1.0' in text
    assert 'andon_jobs{queue="chat",state="waiting"} 1.0' in text
    assert 'andon_oldest_job_seconds{queue="chat"}' in text
    assert "andon_workers 1.0" in text
    assert 'andon_worker_seen_seconds{host="h",pid="1",queues="chat"}' in text


def test_a_database_or_redis_that_is_away_is_told_and_the_rest_still(scraped, tmp_path):
    text = scraped(DATABASE_URL=f"sqlite:///{tmp_path}/none/x.sqlite", REDIS_URL="redis://127.0.0.1:1/0")
    assert 'andon_up{part="database"} 0.0' in text
    assert 'andon_up{part="redis"} 0.0' in text
    assert "andon_build_info" in text
    assert "andon_jobs" not in text
    assert not (tmp_path / "none").exists()

"""What /healthz asks: the word for what cannot be reached, looked up again after a moment."""

import pytest

from workers.queues import health as room
from workers.queues.health import Health
from workers.settings import Settings


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(room, "KEPT_S", 0.0)


def test_redis_that_dies_and_comes_back_is_told(mortal_redis, url, tmp_path):
    health = Health(Settings(data_dir=tmp_path, redis_url=mortal_redis.url, database_url=url))
    assert health.trouble() == ""
    mortal_redis.kill()
    assert health.trouble() == "redis"
    mortal_redis.start()
    assert health.trouble() == ""


def test_a_database_that_is_not_there_is_told(redis, tmp_path):
    nowhere = "postgresql+psycopg://andon@127.0.0.1:1/andon"
    assert Health(Settings(data_dir=tmp_path, redis_url=redis.url, database_url=nowhere)).trouble() == "database"


def test_why_a_server_cannot_be_reached_stands_in_the_log_once(tmp_path, caplog):
    health = Health(Settings(data_dir=tmp_path, database_url="postgresql+psycopg://andon@127.0.0.1:1/andon"))
    assert [health.trouble() for _ in range(3)] == ["database"] * 3
    (told,) = [record for record in caplog.records if "cannot be reached" in record.message]
    assert "refused" in str(told.exc_info[1])


def test_a_balancer_that_asks_often_costs_one_look(monkeypatch, tmp_path):
    monkeypatch.setattr(room, "KEPT_S", 60.0)
    health, looks = Health(Settings(data_dir=tmp_path)), []
    monkeypatch.setattr(health, "_look", lambda: looks.append(1) or "")
    health._at = -1e9
    assert [health.trouble() for _ in range(5)] == [""] * 5
    assert len(looks) == 1

"""Celery with real workers on a real Redis: hints reach them, and what dies on the way loses nothing."""

import os
import pickle
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from kombu import Connection
from pydantic import ValidationError

from tests.services import RedisServer, free_port, wait_until
from workers.office import open_office
from workers.queues.celery_app import HINT_S, CeleryQueue, make_app
from workers.queues.door import RedisDoor
from workers.queues.inbox import connect_redis
from workers.settings import Settings
from workers.state.jobs import LONGEST_PATIENCE

ROOT = Path(__file__).parents[3]


class Worker:
    """tests.workers.queues.chores as a process."""

    def __init__(self, queues, folder, settings):
        self.log = Path(folder) / f"{queues}.log"
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LD_LIBRARY_PATH", "HOME")}
        given = {"ANDON_DATA_DIR": str(settings.data_dir), "REDIS_URL": settings.redis_url, "PYTHONPATH": str(ROOT),
                 "ANDON_NAMESPACE": settings.namespace,
                 "ANDON_TASK_TIME_LIMIT": str(settings.task_time_limit)}  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.workers.queues.chores", queues], cwd=ROOT, env=kept | given, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip

    def ready(self):
        wait_until(lambda: "ready" in self.log.read_text() or self.process.poll() is not None, 30, "the worker")
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        return self

    def kill(self):
        """kill -9 of the worker and its children."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()
                raise


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("celery")


@pytest.fixture(scope="module")
def server(folder):
    (folder / "redis").mkdir()
    running = RedisServer(folder / "redis").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def plant_settings(folder, server):
    return Settings(data_dir=folder / "data", redis_url=server.url, database_url=None)


@pytest.fixture(scope="module")
def crew(folder, plant_settings):
    """A chat worker and a computing worker."""
    open_office(plant_settings, CeleryQueue(plant_settings)).close()
    workers = {queues: Worker(queues, folder, plant_settings) for queues in ("chat", "cpu,gpu")}
    try:
        for each in workers.values():
            each.ready()
        yield workers
    finally:
        for each in workers.values():
            each.stop()


@pytest.fixture
def plant(crew, plant_settings):
    """The office of a process that only sends."""
    office = open_office(plant_settings, CeleryQueue(plant_settings))
    yield office
    office.close()


@pytest.fixture
def notes(tmp_path):
    """What the chores wrote, as lines."""
    path = tmp_path / "notes"

    def lines():
        return path.read_text().splitlines() if path.exists() else []

    lines.path = str(path)
    return lines


def state_of(plant, key):
    job = plant.ledger.jobs.get(key)
    return job.state if job is not None else None


@pytest.mark.timeout(60)
def test_an_event_at_the_door_is_done_by_a_worker_within_a_second_or_two(plant, plant_settings, notes):
    door = RedisDoor(plant_settings)
    events = [{"event_id": f"e{i}", "path": notes.path, "text": f"{i}"} for i in range(20)]
    door.put(events[:1])
    wait_until(lambda: notes() == ["0"], 3, "the event to be done")
    door.put(events)
    wait_until(lambda: len(notes()) == 20, 10, "all events")
    assert sorted(notes(), key=int) == [f"{i}" for i in range(20)]
    assert plant.inbox.waiting() == 0
    door.close()


@pytest.mark.timeout(60)
def test_jobs_of_a_queue_are_done_once_however_often_they_are_told_of(plant, notes):
    for i in range(10):
        plant.add(f"once:{i}", "t.note", "cpu", {"path": notes.path, "text": f"{i}"})
        plant.queue.hint("t.note", "cpu", f"once:{i}")
    plant.queue.hint("t.note", "cpu", "nobody's")
    wait_until(lambda: all(state_of(plant, f"once:{i}") == "done" for i in range(10)), 15, "the jobs")
    assert sorted(notes()) == [f"{i}" for i in range(10)]


@pytest.mark.timeout(60)
def test_a_job_that_kills_its_process_is_a_dead_letter_and_others_go_on(plant, notes, tmp_path):
    plant.add("kills", "t.kill", "cpu", {"path": notes.path})
    other = str(tmp_path / "other")
    plant.add("other", "t.note", "cpu", {"path": other, "text": "x"})
    wait_until(lambda: state_of(plant, "kills") == "dead", 40, "the dead letter")
    assert notes() == ["run", "run", "given up"]
    wait_until(lambda: state_of(plant, "other") == "done", 20, "the other job")


@pytest.mark.timeout(60)
def test_a_killed_workers_job_is_done_by_the_next_one(plant, crew, notes, folder, plant_settings):
    plant.add("slow", "t.slow", "cpu", {"path": notes.path, "seconds": 2})
    wait_until(notes, 10, "the job to begin")
    crew["cpu,gpu"].kill()
    crew["cpu,gpu"] = Worker("cpu,gpu", folder, plant_settings)
    wait_until(lambda: state_of(plant, "slow") == "done", 40, "the job to be done")
    assert [line.split()[0] for line in notes()] == ["begin", "begin", "end"]


@pytest.mark.timeout(60)
def test_only_json_is_taken_by_a_worker(plant, crew, server, notes, tmp_path):
    bad = tmp_path / "pickled"

    class Bad:
        def __reduce__(self):
            return os.system, (f"touch {bad}",)

    headers = {"lang": "py", "task": "t.note", "id": "1", "argsrepr": "", "kwargsrepr": ""}
    with Connection(server.url) as connection, connection.channel() as channel:
        producer = connection.Producer(channel)
        producer.publish(pickle.dumps(((), {"key": Bad()}, {})), routing_key="cpu", headers=headers,
                         content_type="application/x-python-serialize", content_encoding="binary")  # fmt: skip
        producer.publish("no json {", routing_key="cpu", headers=headers,
                         content_type="application/json", content_encoding="utf-8")  # fmt: skip
    plant.add("after", "t.note", "cpu", {"path": notes.path, "text": "after"})
    wait_until(lambda: notes() == ["after"], 20, "the job behind them")
    wait_until(lambda: "ContentDisallowed" in crew["cpu,gpu"].log.read_text(), 5, "the refusal")
    assert not bad.exists()


def test_a_hint_of_a_job_runs_out_so_that_those_of_a_backlog_are_dropped(tmp_path, monkeypatch):
    queue, sent = CeleryQueue(Settings(data_dir=tmp_path, redis_url="redis://127.0.0.1:1/0")), []
    monkeypatch.setattr(queue.app, "send_task", lambda name, **how: sent.append((name, how["expires"])))
    queue.hint("t.note", "cpu", "j")
    assert sent == [("t.note", HINT_S)]
    assert timedelta(seconds=HINT_S) > LONGEST_PATIENCE  # told again before the last one has run out


@pytest.mark.timeout(90)
def test_a_redis_that_is_restarted_without_its_data_loses_no_event_and_no_job(plant, plant_settings, server, notes):
    door = RedisDoor(plant_settings)
    door.put([{"event_id": "warm", "path": notes.path, "text": "warm"}])
    wait_until(lambda: notes() == ["warm"], 10, "the first event")
    server.kill()
    with pytest.raises(Exception) as told:  # noqa: PT011 - the client's or the broker's, see below
        door.put([{"event_id": "refused", "path": notes.path, "text": "refused"}])
    assert isinstance(told.value, (ConnectionError, OSError)) or "redis" in type(told.value).__module__
    plant.add("told-nobody", "t.note", "cpu", {"path": notes.path, "text": "job"})
    server.forget()
    server.start()
    door.put([{"event_id": "again", "path": notes.path, "text": "again"}])
    server.kill()  # perhaps before a worker saw it
    server.forget()
    server.start()

    def put_in_again():
        door.check()
        return {"warm", "job", "again"} <= set(notes())

    wait_until(put_in_again, 60, "the event and the job")
    assert len(notes()) == len(set(notes()))
    door.close()


@pytest.mark.timeout(30)
def test_a_hint_that_cannot_be_sent_is_no_failure_but_waking_says_so(tmp_path):
    queue = CeleryQueue(Settings(data_dir=tmp_path, redis_url=f"redis://127.0.0.1:{free_port()}/0"))
    begin = time.monotonic()
    queue.hint("t.note", "cpu", "j")
    queue.show(1)
    with pytest.raises(Exception, match=r"(?i)refused|connect"):
        queue.wake()
    assert time.monotonic() - begin < 3


@pytest.mark.timeout(90)
def test_two_installations_on_one_redis_do_each_their_own_work(plant, plant_settings, server, notes, tmp_path):
    north = plant_settings.model_copy(update={"namespace": "north", "data_dir": tmp_path / "north"})
    (tmp_path / "logs").mkdir()
    office, door = open_office(north, CeleryQueue(north)), RedisDoor(north)
    door.put([{"event_id": "of-north", "path": notes.path, "text": "north"}])
    office.add("job-of-north", "t.note", "chat", {"path": notes.path, "text": "job"})
    client = connect_redis(server.url)
    wait_until(lambda: client.llen("north:chat") == 2, 5, "the hints of the north")
    assert client.keys("north:*")
    assert (plant.inbox.waiting(), office.inbox.waiting()) == (0, 1)
    worker = Worker("chat", tmp_path / "logs", north).ready()
    try:
        wait_until(lambda: sorted(notes()) == ["job", "north"], 15, "the work of the north")
        wait_until(lambda: state_of(office, "event:0:of-north") == "done", 5, "the event")
        assert state_of(plant, "event:0:of-north") is None
        mine = RedisDoor(plant_settings)
        mine.put([{"event_id": "of-ours", "path": notes.path, "text": "ours"}])
        wait_until(lambda: state_of(plant, "event:0:of-ours") == "done", 10, "our event")
        assert state_of(office, "event:0:of-ours") is None
        mine.close()
    finally:
        worker.stop()
        door.close()
        office.close()


@pytest.mark.parametrize("name", ["", "a b", "a:b", "x" * 41, "北"])
def test_a_name_that_would_not_do_in_redis_is_refused(name):
    with pytest.raises(ValidationError):
        Settings(namespace=name)


def test_the_visibility_timeout_is_longer_than_the_longest_task(tmp_path):
    settings = Settings(data_dir=tmp_path, redis_url="redis://x/0", task_time_limit=5000, visibility_timeout=60)
    conf = make_app(settings).conf
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit > settings.task_time_limit
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.accept_content) == (True, True, ["json"])


@pytest.mark.timeout(60)
def test_a_worker_asks_a_job_to_end_that_takes_every_failure_for_its_own(folder, plant_settings, notes):
    own = {"namespace": "hurried", "data_dir": folder / "hurried", "task_time_limit": 1.0}
    settings = plant_settings.model_copy(update=own)
    office = open_office(settings, CeleryQueue(settings))
    settings.data_dir.mkdir(exist_ok=True)
    worker = Worker("cpu,gpu", settings.data_dir, settings).ready()
    try:
        office.add("deaf", "t.deaf", "cpu", {"path": notes.path})
        wait_until(lambda: (office.ledger.jobs.get("deaf").overtime or 0) == 1, 20, "the job to run out of time")
        assert office.ledger.jobs.get("deaf").error.endswith("OutOfTime: longer than 1 s")
        assert notes() == ["run"]
    finally:
        worker.kill()
        office.close()


@pytest.mark.timeout(60)
def test_a_worker_that_is_told_to_end_ends_its_job_first(plant, crew, notes):
    plant.add("last", "t.slow", "cpu", {"path": notes.path, "seconds": 1.5})
    wait_until(notes, 15, "the job to begin")
    crew["cpu,gpu"].stop()
    assert notes()[-1] == "end"
    assert state_of(plant, "last") == "done"

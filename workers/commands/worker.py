"""`andon worker`: serves queues. Without --queues one process a kind of work, kept running by this one."""

from __future__ import annotations

import argparse
import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from detectors.device import has_gpu
from workers.client import start_logging
from workers.errors import AndonError
from workers.queues.registry import QUEUES
from workers.settings import Settings

if TYPE_CHECKING:
    from workers.office import Office

log = logging.getLogger("andon.worker")

MODULES = ("workers.tasks", "bot.tasks")  # named, not imported: the rooms do not import upward
CHAT_THREADS = 8
PR_SET_PDEATHSIG = 1  # prctl(2)
SLOW_RESTART_S, LIVED_LONG_S = 3.0, 30.0


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --queues chat,cpu,gpu (default: all), --concurrency N (computing processes)."""
    start_logging(settings, aloud=True)
    if settings.redis_url is None:
        raise AndonError("failure_worker_needs_redis", command="worker")
    wanted = [name.strip() for name in (args.queues or ",".join(QUEUES)).split(",") if name.strip()]
    for name in wanted:
        if name not in QUEUES:
            raise AndonError("failure_queue_unknown", name=name, known=", ".join(QUEUES))
    _reach_redis(settings)
    groups = groups_of(wanted)
    if len(groups) == 1:
        return serve(groups[0], settings, args.concurrency, args.ready_fd)
    return Keeper(groups, args.concurrency).run()


def groups_of(queues: Sequence[str]) -> list[list[str]]:
    """Which queues share a process: chat waits in threads, cpu computes in processes, one process a GPU.

    Without a GPU its queue is served beside cpu: detectors fall back to the processor.
    """
    gpu = has_gpu()
    groups = [["chat"], ["cpu"] if gpu else ["cpu", "gpu"], ["gpu"] if gpu else []]
    return [kept for group in groups if (kept := [name for name in group if name in queues])]


def _reach_redis(settings: Settings) -> None:
    from workers.queues.inbox import connect_redis

    client = connect_redis(str(settings.redis_url))  # says which extra is missing, so it comes first
    from redis import RedisError

    try:
        client.ping()
    except RedisError as error:
        raise AndonError("failure_redis", why=type(error).__name__) from error


def serve(group: Sequence[str], settings: Settings, concurrency: int | None, ready_fd: int | None) -> int:
    """Be the worker of these queues until told to stop."""
    from celery.signals import setup_logging, worker_process_init, worker_ready, worker_shutdown

    from workers.office import open_office
    from workers.queues.celery_app import worker_app
    from workers.queues.sweep import Sweeper

    office = open_office(settings)
    app = worker_app(office, MODULES)
    chat = "chat" in group
    sweeper = Sweeper(office)

    @setup_logging.connect(weak=False)
    def keep_logging(**_: Any) -> None:
        """Ours stands; Celery's would silence the line that says ready."""

    @worker_ready.connect(weak=False)
    def ready(**_: Any) -> None:
        if chat:  # threads, never forked: a safe place for a thread of ours
            sweeper.start()
        if ready_fd is not None:
            os.write(ready_fd, b"1")
        else:
            log.info("worker ready: %s", ", ".join(group))

    @worker_process_init.connect(weak=False)
    def forked(**_: Any) -> None:
        office.ledger.engine.dispose(close=False)  # the parent's connections are the parent's

    @worker_shutdown.connect(weak=False)
    def leave(**_: Any) -> None:
        if chat:
            sweeper.stop()

    # Celery warns of root because of pickle; we take JSON alone. Containers run us as an ordinary user anyway.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")
    if not chat:
        preload(office)
    cores = 1 if list(group) == ["gpu"] else concurrency or os.cpu_count() or 1  # one process a GPU
    pool, count = ("threads", CHAT_THREADS) if chat else ("prefork", cores)
    app.worker_main(
        ["--quiet", "worker", f"--pool={pool}", f"--concurrency={count}", f"--queues={','.join(group)}",
         f"--hostname={'-'.join(group)}@%h", "--loglevel=WARNING", "--without-gossip", "--without-mingle",
         "--without-heartbeat"]
    )  # fmt: skip
    return 0


def preload(office: Office) -> None:
    """Load what every computing process needs before it is forked: the first answer comes sooner, memory is shared."""
    import workers.running.pipeline
    from kb.errors import KnowledgeError
    from workers.knowledge.opening import embedder

    with suppress(KnowledgeError):  # an endpoint that is away now may answer by the time that it is asked
        embedder(office.settings).encode(["warm"])
    office.ledger.engine.dispose()
    assert workers.running.pipeline


class Keeper:
    """Starts a process for each group and starts it again when it dies; leaves when told, and they with it."""

    def __init__(self, groups: Sequence[Sequence[str]], concurrency: int | None) -> None:
        self.groups, self.concurrency = groups, concurrency
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.born: dict[str, float] = {}
        self.leaving = False

    def run(self) -> int:
        """Until SIGTERM or SIGINT."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._leave)
        reading, writing = os.pipe()
        for group in self.groups:
            self._start(",".join(group), writing)
        self._await_ready(reading)
        while not self.leaving:
            for queues, process in list(self.processes.items()):
                if process.poll() is not None and not self.leaving:
                    log.warning("the worker of %s died (%s); starting another", queues, process.returncode)
                    if time.monotonic() - self.born[queues] < LIVED_LONG_S:
                        time.sleep(SLOW_RESTART_S)
                    self._start(queues, writing)
            time.sleep(0.2)
        for process in self.processes.values():
            process.wait()
        return 0

    def _await_ready(self, reading: int) -> None:
        os.set_blocking(reading, False)
        told = 0
        while told < len(self.groups) and not self.leaving:
            try:
                told += len(os.read(reading, 8))
            except BlockingIOError:
                time.sleep(0.1)
            if any(process.poll() is not None for process in self.processes.values()):
                return
        log.info("worker ready: %s", ", ".join(queues for queues in self.processes))

    def _start(self, queues: str, writing: int) -> None:
        argv = [sys.executable, "-m", "bot.cli", "worker", "--queues", queues, "--ready-fd", str(writing)]
        argv += ["--concurrency", str(self.concurrency)] if self.concurrency else []
        self.processes[queues] = subprocess.Popen(argv, preexec_fn=_die_with_parent, pass_fds=(writing,))
        self.born[queues] = time.monotonic()

    def _leave(self, _signal: int, _frame: object) -> None:
        self.leaving = True
        for process in self.processes.values():
            process.terminate()


def _die_with_parent() -> None:
    """Linux: when the keeper is killed its workers are told to end, so that no orphan goes on."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def beat(args: argparse.Namespace, settings: Settings) -> int:
    """`andon beat`: sweeps and posts digests in time. Every chat worker does so too; one at a time is on duty."""
    from workers.office import open_office
    from workers.queues.sweep import Sweeper

    start_logging(settings, aloud=True)
    if settings.redis_url is None:
        raise AndonError("failure_worker_needs_redis", command="beat")
    _reach_redis(settings)
    sweeper = Sweeper(open_office(settings))
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sweeper.over.set())
    sweeper.start()
    log.info("beat ready")
    sweeper.over.wait()
    sweeper.stop()
    return 0

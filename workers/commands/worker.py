"""`andon worker`: serves queues, one process a kind of work; the command itself keeps them running (keeper.py)."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from detectors.models.device import has_gpu
from workers.commands.keeper import Keeper, sign_of
from workers.commands.tokens import refused
from workers.errors import AndonError
from workers.queues.registry import QUEUES
from workers.settings import Settings
from workers.startup import start_logging

if TYPE_CHECKING:
    from workers.office import Office

log = logging.getLogger("andon.worker")

MODULES = ("workers.tasks", "bot.tasks")  # named, not imported: the rooms do not import upward
CHAT_THREADS = 8


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
    if args.ready_fd is not None:  # a child of a keeper
        return serve(groups[0], settings, args.concurrency, args.ready_fd)
    _ask_platforms(settings)
    return Keeper(groups, settings, args.concurrency).run()


def _ask_platforms(settings: Settings) -> None:
    """A token that a platform refuses is told now, not with every answer that cannot be posted."""
    for platform, token in (("Slack", settings.slack_bot_token), ("Telegram", settings.telegram_bot_token)):
        why = refused(platform, settings) if token is not None else None
        if why:
            doc = f"docs/{platform.lower()}.md"
            raise AndonError(f"failure_{platform.lower()}_refused", why=why, doc=doc)


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
    from workers.queues.celery_app import CeleryQueue, worker_app
    from workers.queues.sweep import Sweeper

    office = open_office(settings, CeleryQueue(settings))
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
            os.write(ready_fd, sign_of(group).encode())
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


def beat(args: argparse.Namespace, settings: Settings) -> int:
    """`andon beat`: sweeps and posts digests in time. Every chat worker does so too; one at a time is on duty."""
    from workers.office import open_office
    from workers.queues.celery_app import CeleryQueue
    from workers.queues.sweep import Sweeper

    start_logging(settings, aloud=True)
    if settings.redis_url is None:
        raise AndonError("failure_worker_needs_redis", command="beat")
    _reach_redis(settings)
    sweeper = Sweeper(open_office(settings, CeleryQueue(settings)))
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sweeper.over.set())
    sweeper.start()
    log.info("beat ready")
    sweeper.over.wait()
    sweeper.stop()
    return 0

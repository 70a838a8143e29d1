"""Celery on Redis: carries hints (a job's key, JSON) to the workers of a queue. The only file that knows Celery.

Options follow Celery's guide for tasks that must not be lost: acknowledged late, given back when a worker is lost,
redelivered after the visibility timeout, which is longer than the longest task.
"""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from celery import Celery
from kombu import Queue as KombuQueue

from workers.queues.registry import QUEUES, SHOWS, TASKS
from workers.queues.seldom import Seldom
from workers.queues.timelimit import GRACE_S, asked
from workers.settings import NAMESPACE, Settings

if TYPE_CHECKING:
    from workers.office import Office

log = logging.getLogger(__name__)

HINT_S = 120  # what a worker comes to later is dropped: the sweep tells again each minute, so hints would pile up
SHOW, INBOX = "chat.progress", "chat.inbox"


def make_app(settings: Settings) -> Celery:
    """The application, without tasks: what a process needs that only sends."""
    app = Celery("andon", broker=settings.redis_url, set_as_current=False)
    app.conf.update(
        task_serializer="json", accept_content=["json"], result_serializer="json", event_serializer="json",
        task_ignore_result=True, task_acks_late=True, task_reject_on_worker_lost=True,
        task_acks_on_failure_or_timeout=True, worker_prefetch_multiplier=1, task_track_started=False,
        task_time_limit=settings.task_time_limit + GRACE_S,  # its soft limit is an Exception: ours asks (timelimit.py)
        task_queues=[KombuQueue(name) for name in QUEUES], task_default_queue="chat",
        task_create_missing_queues=False, worker_hijack_root_logger=False, worker_redirect_stdouts=False,
        worker_max_tasks_per_child=500, broker_connection_retry_on_startup=True, broker_connection_max_retries=None,
        broker_pool_limit=8, worker_enable_remote_control=False, worker_send_task_events=False, enable_utc=True,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_transport_options={
            "visibility_timeout": max(settings.visibility_timeout, settings.task_time_limit + 2 * GRACE_S),
            "socket_timeout": 15, "socket_connect_timeout": 2, "socket_keepalive": True, "retry_on_timeout": True,
            "health_check_interval": 10,
            # before every key of the broker, its queues and what is under way; none for those who set nothing
            "global_keyprefix": "" if settings.namespace == NAMESPACE else f"{settings.namespace}:",
        },
    )  # fmt: skip
    return app


class CeleryQueue:
    """Sends hints. A hint that cannot be sent is no loss: the sweeper sends it again."""

    tells = True

    def __init__(self, settings: Settings) -> None:
        self.troubles = Seldom(log)
        self.app = make_app(settings)
        # A sender does not wait for a broker that is away: the sweeper tells again, the platform too.
        self.app.conf.broker_transport_options = {**self.app.conf.broker_transport_options, "max_retries": 0}

    def serve(self, office: Office) -> None:
        """Its workers have offices of their own."""

    def hint(self, task: str, queue: str, key: str) -> None:
        """Tell the workers of `queue` that the job `key` is there."""
        self._send(task, queue, {"key": key}, expires=HINT_S)

    def show(self, run_id: int) -> None:
        """Tell a chat worker that a run's progress changed."""
        self._send(SHOW, "chat", {"run_id": run_id}, expires=10)

    def wake(self) -> None:
        """Tell a chat worker that events wait in the inbox. Raises when the broker can't take it."""
        self.app.send_task(INBOX, kwargs={}, queue="chat", retry=False, expires=60)

    def close(self) -> None:
        """Give the broker's connections back."""
        self.app.close()

    def _send(self, task: str, queue: str, kwargs: dict[str, Any], **options: Any) -> None:
        try:
            self.app.send_task(task, kwargs=kwargs, queue=queue, retry=False, **options)
        except Exception as error:  # an edge: whatever the broker's client raises, the sweeper tells again
            said = f"no hint for {task}: the broker does not answer ({type(error).__name__})"
            self.troubles.warn("hints", said, error)
        else:
            self.troubles.well("hints")


def worker_app(office: Office, modules: Sequence[str]) -> Celery:
    """The application with every task of `modules` registered: what a worker process runs."""
    from workers.queues.work import carry_out

    for module in modules:
        importlib.import_module(module)
    app = make_app(office.settings)

    def register(name: str) -> None:
        @app.task(name=name)
        def hint(key: str) -> None:
            computes = threading.current_thread() is threading.main_thread()  # chat is served by threads
            carry_out(office, key, asked if computes else None)

    for name in TASKS:
        register(name)

    @app.task(name=SHOW)
    def show(run_id: int) -> None:
        for shows in SHOWS:
            shows(office, run_id)

    @app.task(name=INBOX)
    def inbox() -> None:
        keys = office.inbox.move(office.ledger)
        for key in keys[1:]:  # many at once: the other threads help
            office.queue.hint("chat.accept", "chat", key)
        for key in keys[:1]:
            carry_out(office, key)

    return app

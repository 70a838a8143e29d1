"""`andon metrics`: a process of its own that Prometheus asks how the installation is (docs/deploying.md).

Everything is read when it is asked for, from the database, Redis and the file system, so it holds for all machines and
starves nobody. A part that does not answer is 0 in `andon_up`, and its figures are left out: the scrape itself works.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from workers.errors import AndonError
from workers.receipt import code_version
from workers.settings import Settings
from workers.state import open_database
from workers.state.census import Census, census
from workers.wording import say

if TYPE_CHECKING:
    from prometheus_client.core import Metric

log = logging.getLogger(__name__)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --listen HOST:PORT. Serves until SIGTERM."""
    lang = args.lang or settings.lang
    host, _, port = args.listen.rpartition(":")
    if not port.isdigit() or not 0 <= int(port) < 65536:
        raise AndonError("failure_metrics_listen", listen=args.listen)
    try:
        from prometheus_client import CollectorRegistry, start_http_server
    except ImportError as error:
        raise AndonError("failure_extra_missing", extra="metrics") from error
    registry = CollectorRegistry()
    registry.register(Collector(settings))
    try:
        server, thread = start_http_server(int(port), host or "127.0.0.1", registry)
    except OSError as error:
        raise AndonError("failure_metrics_port", listen=args.listen, reason=error.strerror or "") from error
    print(say("metrics_ready", lang, host=host or "127.0.0.1", port=server.server_port), flush=True)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    server.shutdown()
    thread.join()
    return 0


class Collector:
    """Reads everything anew for each scrape."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._engine: Engine | None = None

    def describe(self) -> Iterator[Metric]:
        """Nothing is promised before the first scrape: a database that is away must not keep this from starting."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The figures of this moment."""
        counts, waiting = self._counts(), self._inbox()
        up = {"database": counts is not None}
        if self.settings.redis_url is not None:
            up["redis"] = waiting is not None
        yield gauge("andon_up", "1: this part answers", {(part,): float(ok) for part, ok in up.items()}, "part")
        yield gauge("andon_build_info", "The code that runs", {(code_version(),): 1.0}, "version")
        yield gauge("andon_disk_free_bytes", "Free bytes where Andon writes", self._free(), "place")
        if waiting is not None:
            yield gauge("andon_inbox_events", "Events that no worker has taken up", {(): float(waiting)})
        if counts is not None:
            yield from told(counts)

    def _counts(self) -> Census | None:
        name, file = self.settings.database, self.settings.database.removeprefix("sqlite:///")
        if file != name and not Path(file).is_file():  # to be looked at, not to be made
            return None
        try:
            if self._engine is None:
                self._engine = open_database(self.settings.database, upgrade=False)
            return census(self._engine)
        except (SQLAlchemyError, AndonError, OSError) as error:
            log.warning("metrics without the database: %s", type(error).__name__)
            return None

    def _inbox(self) -> int | None:
        if self.settings.redis_url is None:
            return None
        from redis import RedisError

        from workers.queues.inbox import RedisInbox, connect_redis

        try:
            with connect_redis(self.settings.redis_url) as server:
                return RedisInbox(server, self.settings.namespace).waiting()
        except (RedisError, OSError) as error:
            log.warning("metrics without Redis: %s", type(error).__name__)
            return None

    def _free(self) -> dict[tuple[str, ...], float]:
        places = {"data": str(self.settings.data_dir)}
        if "://" not in self.settings.artifacts:
            places["artifacts"] = self.settings.artifacts
        free: dict[tuple[str, ...], float] = {}
        for name, place in places.items():
            try:
                free[(name,)] = float(shutil.disk_usage(place).free)
            except OSError:  # not made yet, or unmounted: the missing figure says so
                continue
        return free


def told(counts: Census) -> Iterator[Metric]:
    """The counts as metrics."""
    jobs = {key: float(count) for key, count in counts.jobs.items()}
    yield gauge("andon_jobs", "Jobs by queue and state; dead ones were given up", jobs, "queue", "state")
    oldest = {(queue,): seconds for queue, seconds in counts.oldest.items()}
    yield gauge("andon_oldest_job_seconds", "How long the longest waiting due job waits", oldest, "queue")
    seen = {(host, str(pid), queues): seconds for host, pid, queues, seconds in counts.workers}
    yield gauge("andon_worker_seen_seconds", "Since a living worker was seen", seen, "host", "pid", "queues")
    yield gauge("andon_workers", "Living workers", {(): float(len(seen))})
    answers = {(verdict,): float(count) for verdict, count in counts.answers.items()}
    yield gauge("andon_answers", "Answers kept, by verdict", answers, "verdict")
    feedback = {(verdict,): float(count) for verdict, count in counts.feedback.items()}
    yield gauge("andon_feedback", "What people said of answers, by verdict", feedback, "verdict")
    took = {(f"{quantile:g}",): seconds for quantile, seconds in counts.runs.items()}
    yield gauge("andon_run_seconds", "Seconds of the runs that ended in the last hour", took, "quantile")


def gauge(name: str, text: str, values: dict[Any, float], *labels: str) -> Metric:
    """A metric with a value for each tuple of labels."""
    from prometheus_client.core import GaugeMetricFamily

    metric = GaugeMetricFamily(name, text, labels=labels)
    for key, value in values.items():
        metric.add_metric(list(key), value)
    return metric

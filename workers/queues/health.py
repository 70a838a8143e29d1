"""Whether a chat process can do its work: the word for what it cannot reach, cheap enough to be asked each second."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from workers.queues.seldom import Seldom
from workers.settings import Settings

log = logging.getLogger(__name__)

KEPT_S = 2.0  # how long an answer holds: a balancer asks often, and from several sides
CONNECT_S = 2


class Health:
    """`trouble()` is "" when all is well, else "redis" or "database"."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.troubles = Seldom(log)
        self._lock = threading.Lock()
        self._at, self._word = -KEPT_S, ""
        self._redis: Any = None
        self._engine: Any = None

    def trouble(self) -> str:
        """Look, unless that was done a moment ago."""
        with self._lock:
            if time.monotonic() - self._at >= KEPT_S:
                self._word = self._look()
                self._at = time.monotonic()
            return self._word

    def _look(self) -> str:
        for word, reach in (("redis", self._reach_redis), ("database", self._reach_database)):
            try:
                reach()
            except Exception as error:  # an edge: whatever is wrong with it, who asks is told that it is not there
                self.troubles.warn(word, f"{word} cannot be reached ({type(error).__name__})", error)
                return word
            self.troubles.well(word)
        return ""

    def _reach_redis(self) -> None:
        if self.settings.redis_url is None:
            return
        from workers.queues.inbox import connect_redis

        self._redis = self._redis or connect_redis(self.settings.redis_url)
        self._redis.ping()

    def _reach_database(self) -> None:
        from sqlalchemy import make_url

        from workers.state import open_database

        if self._engine is None:
            url = make_url(self.settings.database)
            if url.get_backend_name() == "postgresql":
                url = url.update_query_dict({"connect_timeout": str(CONNECT_S)})
            self._engine = open_database(url.render_as_string(hide_password=False), upgrade=False)
        with self._engine.connect().execution_options(writes=False) as connection:
            connection.exec_driver_sql("SELECT 1")

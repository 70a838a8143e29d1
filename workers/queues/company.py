"""A worker among others: it notes that it lives, and works with them only where all see the same files.

Each worker leaves a mark in its artifact store under a name that its row in the database has. Whoever does not find the
marks of the others keeps its files elsewhere: a stage would then look in vain for what another one left.
"""

from __future__ import annotations

import logging
import os
import socket
from contextlib import suppress
from hashlib import sha256

from workers.artifacts import ArtifactStore
from workers.errors import AndonError
from workers.queues.door import ALIVE_KEY, ALIVE_MS
from workers.settings import Settings
from workers.state import Ledger
from workers.state.base import now
from workers.state.owners import me
from workers.wording import say

log = logging.getLogger(__name__)

SKEW_TOLD_S, SKEW_REFUSED_S = 2.0, 30.0  # against the clock of the database: claims end by the clocks of machines


def mark_of(worker: str) -> str:
    """The key of a worker's mark in the artifact store."""
    return f"workers/{sha256(worker.encode()).hexdigest()[:24]}"


class Company:
    """The place of this process among the workers of its database."""

    def __init__(self, settings: Settings, ledger: Ledger, store: ArtifactStore, queues: str) -> None:
        self.settings, self.ledger, self.store, self.queues = settings, ledger, store, queues
        self.name = me()

    def join(self) -> None:
        """Be seen, then look at the others. Raises AndonError where working beside them would give broken answers."""
        told_apart(self.ledger)
        try:
            self.store.write_bytes(mark_of(self.name), self.name.encode())  # before the row: who sees it finds the mark
        except Exception as error:  # an edge: an object store's client, which is loaded on use, has errors of its own
            why = getattr(error, "strerror", None) or type(error).__name__
            raise AndonError("failure_store", why=why) from error
        self.beat()
        try:
            apart(self.ledger, self.store, self.name)
        except AndonError:
            self.leave()
            raise
        hosts = know_alone(self.ledger)
        if hosts:
            log.warning("%s", say("workers_know_alone", "en", hosts=", ".join(hosts)))

    def beat(self) -> None:
        """Note in the database, and in Redis for the bots, that this worker lives."""
        knowledge = "server" if self.settings.weaviate_url else "file"
        self.ledger.presence.beat(
            self.name, host=socket.gethostname(), pid=os.getpid(), queues=self.queues, knowledge=knowledge
        )
        if self.settings.redis_url is not None:
            tell_bots(self.settings)

    def leave(self) -> None:
        """End: nobody waits for this worker any more."""
        with suppress(Exception):  # the row ends by itself, and the mark means nothing without it
            self.ledger.presence.leave(self.name)
            self.store.remove(mark_of(self.name))


def apart(ledger: Ledger, store: ArtifactStore, name: str) -> None:
    """Raise AndonError when a living worker's mark is not in our store."""
    for other in ledger.presence.alive():
        if other.name != name and not store.exists(mark_of(other.name)):
            raise AndonError("failure_store_apart", host=other.host)


def told_apart(ledger: Ledger) -> None:
    """Compare our clock with the database's: a claim ends by the clock of whoever looks at it."""
    if ledger.engine.dialect.name == "sqlite":  # on this machine
        return
    seconds = abs((now() - ledger.presence.clock()).total_seconds())
    if seconds > SKEW_REFUSED_S:
        raise AndonError("failure_clock", seconds=f"{seconds:.0f}")
    if seconds > SKEW_TOLD_S:
        log.warning(
            "the clock of this machine and that of the database are %.1f s apart; set them by one source", seconds
        )


def know_alone(ledger: Ledger) -> list[str]:
    """The machines whose workers have a knowledge base of their own each, when there are several: they would answer
    differently."""
    hosts = sorted({worker.host for worker in ledger.presence.alive() if worker.knowledge == "file"})
    return hosts if len(hosts) > 1 else []


def tell_bots(settings: Settings) -> None:
    """Let the chat processes know that somebody works."""
    from redis import RedisError

    from workers.queues.inbox import connect_redis

    with suppress(RedisError), connect_redis(str(settings.redis_url)) as redis:
        redis.set(f"{settings.namespace}:{ALIVE_KEY}", 1, px=ALIVE_MS)

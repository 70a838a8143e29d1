"""The office: what a process that works on conversations has at hand. Opened once a process, by its entry point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from workers.artifacts import ArtifactStore, open_store
from workers.queues.gate import Gate, MemoryGate, RedisGate
from workers.queues.inbox import RedisInbox, SqlInbox, connect_redis
from workers.settings import Settings
from workers.state import Ledger, open_database

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Follows = tuple[str, str, str, dict[str, Any]]  # key, task, queue, args
LEASE_S = 15.0  # how long a dead worker's job is left alone; a living one renews its lease


class Queue(Protocol):
    """How workers are told. `tells` is False when somebody else finds out by looking."""

    tells: bool

    def serve(self, office: Office) -> None:
        """The office whose jobs it will be told of; called once, before all else."""
        ...

    def hint(self, task: str, queue: str, key: str) -> None:
        """A job is there."""
        ...

    def show(self, run_id: int) -> None:
        """A run's progress changed."""
        ...

    def wake(self) -> None:
        """Events wait in the inbox. Raises when nobody can be told."""
        ...

    def close(self) -> None:
        """The office closes."""
        ...


@dataclass
class Office:
    """Settings, memory, queue, pace and files of this process."""

    settings: Settings
    ledger: Ledger
    inbox: RedisInbox | SqlInbox
    queue: Queue
    gate: Gate
    store: ArtifactStore

    @property
    def lease_s(self) -> float:
        """A dead worker's work is taken up again well within the visibility timeout."""
        return max(1.0, min(LEASE_S, self.settings.visibility_timeout / 3))

    def add(self, key: str, task: str, queue: str, args: dict[str, Any], delay_s: float = 0.0) -> bool:
        """Note a job and tell the workers; True when it is new."""
        new = self.ledger.jobs.add(key, task, queue, args, delay_s)
        if new and delay_s <= 0:
            self.queue.hint(task, queue, key)
        return new

    def following(self) -> Following:
        """What is to follow from a change: noted in its transaction, told of when that is committed."""
        return Following(self)

    def close(self) -> None:
        """Give everything back."""
        self.queue.close()
        self.ledger.close()


class Following:
    """Jobs that follow from a change of the ledger. Noted with it, so that nobody can die in between."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._told: list[tuple[str, str, str]] = []

    def note(self, session: Session, *jobs: Follows) -> None:
        """Note jobs in the transaction `session` of the change."""
        for key, task, queue, args in jobs:
            if self.office.ledger.jobs.note(session, key, task, queue, args):
                self._told.append((task, queue, key))

    def tell(self) -> None:
        """Tell the workers of what was noted, once the change is committed."""
        for hint in self._told:
            self.office.queue.hint(*hint)
        self._told.clear()


def open_office(settings: Settings, queue: Queue) -> Office:
    """The office that the settings describe, which tells workers by `queue`. Raises AndonError when a part of it can't
    be reached."""
    ledger = Ledger(open_database(settings.database))
    inbox: RedisInbox | SqlInbox
    gate: Gate
    if settings.redis_url is not None:
        redis = connect_redis(settings.redis_url)
        inbox, gate = RedisInbox(redis, settings.namespace), RedisGate(redis, settings.namespace)
    else:
        inbox, gate = SqlInbox(ledger), MemoryGate()
        ledger.jobs.tells = queue.tells
    office = Office(settings, ledger, inbox, queue, gate, open_store(settings))
    queue.serve(office)
    return office
